"""What every test shares."""

from hypothesis import settings

# A busy machine is not a failing test: time is measured in the benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
