"""How a case is written down: a function under its name, in the table of its module."""

from collections.abc import Callable

from zoom_simulator.scenarios.builder import Builder

type Case = Callable[[Builder], None]


class Cases(list[Case]):
    def add(self, case: Case) -> Case:
        self.append(case)
        return case
