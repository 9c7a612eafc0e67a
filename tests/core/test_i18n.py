from core.i18n import gettext_noop


def test_marking_a_sentence_leaves_it_as_it_is() -> None:
    assert gettext_noop("Type a domain.") == "Type a domain."
