import webvtt
from hypothesis import given
from hypothesis import strategies as st

from marketing_events.subtitles import as_text, as_vtt
from marketing_events.transcript import Line

TALK = [
    Line(1, "Anna Berg", 1.0, 2.5, "Hello."),
    Line(2, "Anna Berg", 2.5, 3.0, "Welcome."),
    Line(3, "Ben", 3723.25, 3724.0, "1 < 2 & <script>alert(1)</script> --> end"),
    Line(4, "", 3725.0, 3724.0, "nobody\n\nknows"),
]


def test_text_is_one_paragraph_for_each_turn() -> None:
    assert "".join(as_text("Growing\nroses", TALK)) == (
        "Growing roses\n\n[0:01]  Anna Berg\nHello.\nWelcome.\n"
        "\n[1:02:03]  Ben\n1 < 2 & <script>alert(1)</script> --> end\n"
        "\n[1:02:05]\nnobody knows\n"
    )


def test_vtt_names_the_speakers_and_escapes_what_means_something_there() -> None:
    written = "".join(as_vtt("Growing --> roses", TALK))
    assert written.startswith(
        "WEBVTT - Growing --&gt; roses\n\n1\n00:00:01.000 --> 00:00:02.500\n<v Anna Berg>Hello.\n"
    )
    assert "<v Ben>1 &lt; 2 &amp; &lt;script&gt;alert(1)&lt;/script&gt; --&gt; end\n" in written
    assert "\n4\n01:02:05.000 --> 01:02:05.000\nnobody knows\n" in written


words = st.text(min_size=1).filter(lambda text: text.split())


@given(st.text(), st.lists(st.tuples(words, words), max_size=5))
def test_a_player_reads_as_many_cues_as_were_written(title: str, said: list[tuple[str, str]]) -> None:
    lines = [Line(n, speaker, n, n + 0.5, text) for n, (speaker, text) in enumerate(said, 1)]
    written = "".join(as_vtt(title, lines))
    assert len(webvtt.from_string(written).captions) == len(lines)
