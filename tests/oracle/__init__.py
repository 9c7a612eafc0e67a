"""What a right sync of a world arrives at, worked out apart from the app and in the simplest way that is
right.

`truth(world, policy)` gives rows in the form of the app's export; `differences` compares them with what
came out.
"""

from tests.oracle.compare import differences
from tests.oracle.crm import truth
from zoom_simulator.policy import Contact, Policy

__all__ = ["Contact", "Policy", "differences", "truth"]
