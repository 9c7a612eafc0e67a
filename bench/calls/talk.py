"""What is said in the call: the same 5,000 cues each time, over three hours, as Zoom writes them."""

from zoom_simulator.scenarios.talk import SENTENCES
from zoom_simulator.vtt import Cue, write_vtt

CUES = 5_000
SECONDS = 3 * 3600
SPEAKERS = ("Olivia Owner", "Greta Guest", "Hassan Haddad", "Mei-Ling Tan")


def as_vtt() -> str:
    step = SECONDS / CUES
    return write_vtt(
        Cue(
            start=round(number * step, 3),
            end=round((number + 0.9) * step, 3),
            text=SENTENCES[number % len(SENTENCES)],
            speaker=SPEAKERS[number // 7 % len(SPEAKERS)],
        )
        for number in range(CUES)
    ).decode()
