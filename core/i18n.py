"""Sentences of the pure modules: marked here for translation, translated by the page that shows them."""


def gettext_noop(text: str) -> str:
    """The text itself. `makemessages` finds it by this function's name; the page calls `gettext` on it."""
    return text
