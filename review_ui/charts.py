"""Where the lines of small charts go; templates/charts.html draws them as SVG without script, style or words.

Units are those of a chart's own box, which the page stretches to the room it has. What a chart shows stands beside it
as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 600.0
HEIGHT = 120.0
_GAP = 0.2


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns from left to right; `top` is the value at the upper edge."""

    columns: tuple[Column, ...]
    top: int


def column_chart(values: Sequence[tuple[str, int]]) -> ColumnChart:
    """A column for each label and value, on a scale that begins at nought."""
    top = round_up(max((value for _, value in values), default=0))
    step = WIDTH / max(1, len(values))
    return ColumnChart(
        tuple(
            Column(
                x=round(place * step + step * _GAP / 2, 2),
                y=round(HEIGHT - HEIGHT * value / top, 2),
                width=round(step * (1 - _GAP), 2),
                height=round(HEIGHT * value / top, 2),
                label=label,
                value=value,
            )
            for place, (label, value) in enumerate(values)
        ),
        top,
    )


def line_points(values: Sequence[float], top: float) -> str:
    """The points of a line from left to right for `polyline`; what is above `top` runs along the edge."""
    step = WIDTH / max(1, len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - HEIGHT * min(value, top) / top:.1f}" for place, value in enumerate(values)
    )


def round_up(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if factor * unit >= value:
                return factor * unit
        unit *= 10
