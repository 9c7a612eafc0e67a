"""What is said in recorded webinars: small talk put together from sentences, as cues of a transcript."""

from collections.abc import Sequence
from random import Random

from zoom_simulator.vtt import Cue

OPENING = (
    "Welcome everybody, and thank you for joining us today.",
    "We will keep this to the point and leave time for your questions.",
    "The recording will be sent to everyone who registered.",
)
SENTENCES = (
    "Let us look at the numbers of the last quarter first.",
    "What surprised us most was how early people decide.",
    "We tried this with three teams before we rolled it out.",
    "The second half of the funnel is where most of the time goes.",
    "You can do this with the tools that you already have.",
    "If you take one thing away, let it be this slide.",
    "We measured it twice, because at first nobody believed it.",
    "Start with the customers who left, they tell you more.",
    "That is a good question, and the honest answer is that it depends.",
    "Pricing came up in every second conversation.",
    "Our integration sends the data over within a minute.",
    "Let me show you how that looks in practice.",
    "The trick is to write the follow-up before the webinar.",
    "Attendance went up by a fifth after we changed the reminder.",
    "Here you see who stayed until the end.",
    "Segment by what people did, not by who they are.",
)
CLOSING = ("Thank you all for your questions.", "See you at the next one, have a good day.")


def talk(random: Random, speakers: Sequence[str], minutes: float) -> list[Cue]:
    """A conversation of about that length, the first speaker opening and closing it."""
    cues: list[Cue] = []
    at = 2.0
    for text in OPENING:
        at = _say(cues, at, text, speakers[0], random)
    while at < minutes * 60 - 30:
        speaker = random.choice(speakers)
        for _ in range(random.randint(1, 3)):
            at = _say(cues, at, random.choice(SENTENCES), speaker, random)
        at += random.uniform(0, 8)
    for text in CLOSING:
        at = _say(cues, at, text, speakers[0], random)
    return cues


def _say(cues: list[Cue], at: float, text: str, speaker: str, random: Random) -> float:
    end = round(at + 0.35 * len(text.split()) + random.uniform(0.2, 1.0), 3)
    cues.append(Cue(round(at, 3), end, text, speaker))
    return end + random.uniform(0.1, 0.9)
