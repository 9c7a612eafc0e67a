"""What a right sync of a world arrives at, worked out apart from the app and in the simplest way that is
right.

`truth(world, policy)` gives rows in the form of the app's export; `differences` compares them with what
came out.
"""

from integrations.simulator.truth.compare import differences
from integrations.simulator.truth.crm import truth
from integrations.simulator.truth.policy import Contact, Policy

__all__ = ["Contact", "Policy", "differences", "truth"]
