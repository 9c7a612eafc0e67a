"""How often property tests try: profiles of Hypothesis, and shares of them for what takes long.

`ci` is the default. `--hypothesis-profile=thorough` tries twenty times as often, for a night or for a change
of the rules.
"""

from hypothesis import settings

CI, THOROUGH = "ci", "thorough"


def register_profiles() -> None:
    """A busy machine is not a failing test, so there are no deadlines: time is measured in the benchmarks."""
    settings.register_profile(CI, deadline=None, max_examples=50)
    settings.register_profile(THOROUGH, deadline=None, max_examples=1_000)
    settings.load_profile(CI)


def examples(share: float) -> int:
    """`share` of what the profile in use tries; 1.0 is what a test gets that does not ask."""
    return max(1, round(share * settings.default.max_examples))


def is_thorough() -> bool:
    return settings.get_current_profile_name() == THOROUGH
