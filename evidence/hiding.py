"""What a redacted copy hides and the mask that stands for it: the same person or number has the same mask in a case.

Rules propose, a person's marks command: what a rule found stays when it is a contact that the offer is answered by,
unless it belongs to somebody who asks for help.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from evidence.personal_data import number_forms, number_key
from evidence.spellings import NOWHERE, Letters, Spelling, alone, code_spelling, key_of, words_spelling
from evidence.verify_standalone import MASK

CODE_KINDS = frozenset({"number", "document", "bank"})
LOOKALIKE = "lookalike"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why something is hidden and who says so: a rule's name, or a pseudonym. `is_firm` stands against any contact."""

    reason: str
    actor: str
    is_firm: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value with its mask, such as `[name 3]`."""

    mask: str
    kind: str
    grounds: Grounds
    spelling: Spelling


@dataclass(frozen=True, slots=True)
class Masked:
    """A place of a text (code points) that is hidden, the whole of it by one mask."""

    start: int
    end: int
    hidden: Hidden


class Register:
    """Everything hidden in one case, in the order in which it was met, and what must stay to be read."""

    def __init__(self) -> None:
        self._hidden: dict[str, Hidden] = {}
        self._reported: dict[str, Spelling] = {}
        self._count: Counter[str] = Counter()
        self._known: dict[str, tuple[Masked, ...]] = {}

    def hide(self, kind: str, value: str, grounds: Grounds, region: str | None = None) -> Hidden:
        """The mask for a value; what was hidden before keeps its own."""
        self._known.clear()
        key = _key(kind, value, region)
        known = self._hidden.get(key)
        if known is None or (grounds.is_firm and not known.grounds.is_firm):
            mask = known.mask if known else self._next_mask(kind)
            known = Hidden(
                mask, known.kind if known else kind, grounds, _spelling(kind, value, region, is_certain=grounds.is_firm)
            )
            self._hidden[key] = known
        return known

    def report(self, kind: str, value: str, region: str | None = None) -> None:
        """Let a contact stay, however it is written."""
        self._known.clear()
        self._reported.setdefault(_key(kind, value, region), _spelling(kind, value, region))

    def masked_in(self, text: str) -> tuple[Masked, ...]:
        """What is hidden of a text, in order and apart from each other."""
        if text not in self._known:
            self._known[text] = tuple(_joined(sorted(self._found(text), key=_order)))
        return self._known[text]

    def _next_mask(self, kind: str) -> str:
        self._count[kind] += 1
        return f"[{kind} {self._count[kind]}]"

    def _found(self, text: str) -> Iterator[Masked]:
        for letters in Letters.readings(text):
            yield from self._found_in(letters)
        for match in MASK.finditer(text):
            yield Masked(*match.span(), self._lookalike(match[0]))

    def _found_in(self, letters: Letters) -> Iterator[Masked]:
        plain = alone(letters.text)
        reported = list(chain.from_iterable(one.places_in(letters, plain) for one in self._reported.values()))
        for one in self._hidden.values():
            for start, end in one.spelling.places_in(letters, plain):
                if one.grounds.is_firm or not any(_overlap((start, end), place) for place in reported):
                    yield Masked(start, end, one)

    def _lookalike(self, written: str) -> Hidden:
        """A text that looks like a mask would be taken for one."""
        key = f"{LOOKALIKE}:{written}"
        if key not in self._hidden:
            grounds = Grounds("it looks like a mask", "rule:lookalike", is_firm=True)
            self._hidden[key] = Hidden(self._next_mask(LOOKALIKE), LOOKALIKE, grounds, NOWHERE)
        return self._hidden[key]


def masked(text: str, places: Sequence[Masked]) -> str:
    """`text` with each of its hidden places behind its mask."""
    pieces, done = [], 0
    for place in places:
        pieces += [text[done : place.start], place.hidden.mask]
        done = place.end
    return "".join([*pieces, text[done:]])


def moved(places: Sequence[Masked]) -> Callable[[int, int], tuple[int, int]]:
    """Where a span of a text stands once it is masked; one that touches a mask takes in the whole of it."""

    def move(start: int, end: int) -> tuple[int, int]:
        shift_start = shift_end = 0
        for place in places:
            growth = len(place.hidden.mask) - (place.end - place.start)
            if place.start < end and start < place.end:
                start, end = min(start, place.start), max(end, place.end)
            shift_start += growth if place.end <= start else 0
            shift_end += growth if place.end <= end else 0
        return start + shift_start, end + shift_end

    return move


def _key(kind: str, value: str, region: str | None) -> str:
    if kind in CODE_KINDS:
        return f"code:{(kind == 'number' and number_key(value, region)) or key_of(value)}"
    return f"words:{key_of(value)}"


def _spelling(kind: str, value: str, region: str | None, *, is_certain: bool = False) -> Spelling:
    if kind not in CODE_KINDS:
        return words_spelling(value, is_certain=is_certain)
    return code_spelling(number_forms(value, region) if kind == "number" else {value})


def _order(place: Masked) -> tuple[int, int, str]:
    return place.start, -place.end, place.hidden.mask


def _joined(places: list[Masked]) -> Iterator[Masked]:
    """Overlapping places become one, which has the mask of the longest."""
    current: Masked | None = None
    for place in places:
        if current is None or place.start >= current.end:
            if current is not None:
                yield current
            current = place
        else:
            longest = max(current, place, key=lambda one: one.end - one.start)
            current = Masked(current.start, max(current.end, place.end), longest.hidden)
    if current is not None:
        yield current


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
