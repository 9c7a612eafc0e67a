"""What a browser would send of a form as it stands."""

from html.parser import HTMLParser

type Fields = dict[str, list[str]]


class _Reader(HTMLParser):
    """Each form's fields, and the values of its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[Fields, list[str]]] = []
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(({}, []))
        if not self.forms:
            return
        fields, buttons = self.forms[-1]
        name, value = given.get("name") or "", given.get("value") or ""
        match tag:
            case "button":
                buttons.append(value)
            case "input" if name and _is_sent(given):
                is_ticked = given.get("type") in ("checkbox", "radio") and "value" not in given
                fields.setdefault(name, []).append("on" if is_ticked else value)
            case "textarea":
                self.area, fields[name] = name, [""]
            case "select":
                self.select = name
            case "option" if "selected" in given or self.select not in fields:
                fields[self.select] = [value]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][0][self.area] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def _is_sent(given: dict[str, str | None]) -> bool:
    return given.get("type") not in ("checkbox", "radio", "submit") or "checked" in given


def fields_of_form(page: str, button: str) -> Fields:
    """Of the form with this button, by the button's value."""
    reader = _Reader()
    reader.feed(page)
    return next(fields for fields, buttons in reader.forms if button in buttons)
