"""Icons come from the package's archive, which is opened once."""

from core import icons


def test_the_archive_is_opened_once_however_many_icons_are_drawn() -> None:
    icons._archive.cache_clear()
    drawn = [icons.lucide(name) for name in ("squirrel", "turtle", "snail")]  # on no page
    assert all(one.startswith("<svg") for one in drawn)
    assert icons._archive.cache_info()[:2] == (2, 1)  # hits, misses
