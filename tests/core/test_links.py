import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.links import LONGEST, web_link


@pytest.mark.parametrize(
    "address",
    [
        "https://zoom.us/rec/play/abc?pwd=1",
        "http://127.0.0.1:8000/rec/play/abc",
        "https://zoom.us/" + "a" * (LONGEST - 16),
    ],
)
def test_an_address_on_the_web_is_a_link(address: str):
    assert web_link(f" {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//zoom.us/rec",
        "/rec/play/abc",
        "zoom.us/rec",
        "https:",
        "https:///rec",
        "https://[zoom.us/rec",
        "https://zoom.us/a b",
        "https://zoom.us/\0",
        "https://zoom.us/\ud800",
        "https://zoom.us/" + "a" * LONGEST,
    ],
)
def test_anything_else_is_none(address: str):
    assert web_link(address) == ""


@given(st.text())
def test_whatever_comes_is_a_web_address_or_nothing(text: str):
    assert web_link(text) == "" or web_link(text).lower().startswith(("http://", "https://"))
