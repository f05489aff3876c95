"""One result of a check: what was measured, against which bound, and where it fails."""

from collections.abc import Sequence
from dataclasses import dataclass

# A person mends what is named; more than this says "look at the rule".
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` gives the figure and its bound; `where` the places that break it."""

    name: str
    passed: bool
    says: str
    where: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """As it is printed: one line, then the first places."""
        rest = len(self.where) - _SHOWN
        more = [f"    ... and {rest} more"] if rest > 0 else []
        head = f"{'ok  ' if self.passed else 'FAIL'} {self.name}: {self.says}"
        return [head, *(f"    {place}" for place in self.where[:_SHOWN]), *more]


def none_of(name: str, broken: Sequence[str], says: str) -> Finding:
    """Passes where nothing is broken."""
    return Finding(name, not broken, f"{len(broken)} {says}", tuple(broken))


def at_least(name: str, figures: dict[str, float], bound: float, *, unit: str = "") -> Finding:
    """Passes where every figure reaches the bound; names those that do not."""
    short = {key: value for key, value in figures.items() if value < bound}
    lowest = min(figures, key=lambda key: figures[key], default=None)
    says = "nothing to measure" if lowest is None else f"least is {lowest} with {_shown(figures[lowest])}{unit}"
    where = tuple(f"{key}: {_shown(value)}{unit}" for key, value in sorted(short.items()))
    return Finding(name, not short and lowest is not None, f"{says}, wanted {_shown(bound)}", where)


def at_most(name: str, figures: dict[str, float], bound: float, *, unit: str = "") -> Finding:
    """Passes where no figure exceeds the bound; names those that do."""
    over = {key: value for key, value in figures.items() if value > bound}
    highest = max(figures, key=lambda key: figures[key], default=None)
    says = "nothing to measure" if highest is None else f"most is {highest} with {_shown(figures[highest])}{unit}"
    where = tuple(f"{key}: {_shown(value)}{unit}" for key, value in sorted(over.items(), key=lambda one: -one[1]))
    return Finding(name, not over and highest is not None, f"{says}, allowed {_shown(bound)}", where)


def table(name: str, figures: dict[str, float]) -> Finding:
    """Figures for a reader, with no bound."""
    return Finding(name, True, " ".join(f"{key} {figure:.2f}" for key, figure in figures.items()))


def _shown(figure: float) -> str:
    return str(int(figure)) if float(figure).is_integer() else f"{figure:.3f}"
