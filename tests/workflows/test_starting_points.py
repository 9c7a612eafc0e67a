"""The workflows that one can begin with."""

import pytest

from contacts.segments.members import catalogue
from workflows.definition.parsing import problems_of
from workflows.starting_points import STARTING_POINTS, StartingPoint

# What only the team can say: everything else of a starting point can be published as it is.
OPEN = (".arguments.segment", ".arguments.webinar", ".arguments.to")


@pytest.mark.django_db
@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.name)
def test_nothing_is_open_but_what_only_the_team_can_say(point: StartingPoint) -> None:
    problems = problems_of(point.definition, catalogue())
    assert [problem for problem in problems if not problem.path.endswith(OPEN)] == []
