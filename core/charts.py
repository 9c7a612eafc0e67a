"""Charts as the server draws them: what to draw where, and the table with the same numbers.

The drawing is `components/chart.html`. Positions are attributes of SVG elements, because the content policy
allows no styles in the page. Words stand beside the drawing, not in it, so that they stay readable when it is
stretched to the width of a phone or of paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH, HEIGHT = 100.0, 40.0
BAR_SHARE = 0.8  # of the width that each bar or group of bars has


class ChartKind(StrEnum):
    BARS = "bars"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers. `key` is the class of the drawing: colour and pattern."""

    key: str
    label: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Bar:
    key: str
    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    points: str
    area: str


@dataclass(frozen=True, slots=True)
class TableRow:
    label: str
    values: tuple[float, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`labels` are the places along the axis, `head` the name of what they are; `urls` open what one counts.

    `unit` follows the numbers, such as " %".
    """

    title: str
    head: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: ChartKind = ChartKind.BARS
    urls: Sequence[str] = ()
    unit: str = ""
    note: str = ""
    most: float | None = None

    def __post_init__(self) -> None:
        if any(len(row.values) != len(self.labels) for row in self.series):
            raise ValueError("Each series has one number for each label.")
        if self.urls and len(self.urls) != len(self.labels):
            raise ValueError("Each label has an address, or none has.")

    @property
    def is_empty(self) -> bool:
        return not any(value for row in self.series for value in row.values)

    @property
    def top(self) -> float:
        """The number at the upper end of the scale."""
        largest = max((value for row in self.series for value in row.values), default=0)
        return self.most or round_up(largest)

    @property
    def bars(self) -> list[Bar]:
        if self.kind is not ChartKind.BARS:
            return []
        return [
            self._bar(row, place, number)
            for place, row in enumerate(self.series)
            for number in range(len(self.labels))
        ]

    def _bar(self, row: Series, place: int, number: int) -> Bar:
        step = WIDTH / len(self.labels)
        width = step * BAR_SHARE / len(self.series)
        height = HEIGHT * min(row.values[number] / self.top, 1)
        return Bar(
            key=row.key,
            title=f"{self.labels[number]}: {row.values[number]:,g}{self.unit} {row.label}".strip(),
            x=round(number * step + step * (1 - BAR_SHARE) / 2 + place * width, 3),
            y=round(HEIGHT - height, 3),
            width=round(width, 3),
            height=round(height, 3),
        )

    @property
    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.series] if self.kind is ChartKind.LINE else []

    def _line(self, row: Series) -> Line:
        step = WIDTH / max(len(self.labels) - 1, 1)
        places = [
            f"{number * step:.2f},{HEIGHT * (1 - min(value / self.top, 1)):.2f}"
            for number, value in enumerate(row.values)
        ]
        if len(places) == 1:  # one number is a level, not a point that no one sees
            places = [places[0], places[0].replace("0.00,", f"{WIDTH:.2f},", 1)]
        points = " ".join(places)
        return Line(row.key, points, f"0,{HEIGHT:g} {points} {WIDTH:g},{HEIGHT:g}")

    @property
    def axis(self) -> list[str]:
        """The first label, the middle one and the last one."""
        if len(self.labels) < 3:
            return list(self.labels)
        return [self.labels[0], self.labels[len(self.labels) // 2], self.labels[-1]]

    @property
    def rows(self) -> list[TableRow]:
        urls = self.urls or [""] * len(self.labels)
        values = list(zip(*(row.values for row in self.series), strict=True))
        return [
            TableRow(label, numbers, url)
            for label, numbers, url in zip(self.labels, values, urls, strict=True)
        ]


_ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def round_up(number: float) -> float:
    """The next "round" number: a power of ten times one of `_ROUND`. At least 1."""
    power = 1.0
    while power * 10 < number:
        power *= 10
    return next(power * step for step in _ROUND if power * step >= number)
