"""The list of a copy's redactions, as data/redactions.json tells it: where each mask stands, why, its commitment."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evidence.commitments import commitment
from evidence.hiding import Grounds, Masked, moved
from evidence.verify_standalone import Place, pointer


@dataclass(frozen=True, slots=True)
class Redaction:
    """One mask in a copy: code points of the masked field, which is a JSON pointer into a document of the pack.

    In the custody log the first step of the pointer is the entry's `seq`.
    """

    document: str
    field: str
    start: int
    end: int
    mask: str
    kind: str
    reason: str
    actor: str
    commitment: str

    def as_record(self) -> dict[str, Any]:
        """An entry of redactions.json."""
        return asdict(self)


class RedactionList:
    """Takes down every mask as it is set; `key` is the case's (`evidence.commitments`)."""

    def __init__(self, key: bytes) -> None:
        self.entries: list[Redaction] = []
        self._key = key

    def take_down(self, document: str, path: Place, text: str, places: Sequence[Masked]) -> None:
        """The places of one field, `text` as it was before."""
        move = moved(places)
        for place in places:
            hidden = place.hidden
            start, _end = move(place.start, place.end)
            self._add(document, path, start, text[place.start : place.end], hidden.mask, hidden.kind, hidden.grounds)

    def take_down_digest(self, document: str, path: Place, digest: str, mask: str, grounds: Grounds) -> None:
        """A field that is a digest and nothing else."""
        self._add(document, path, 0, digest, mask, "digest", grounds)

    def _add(self, document: str, path: Place, start: int, value: str, mask: str, kind: str, grounds: Grounds) -> None:
        field = pointer(path)
        bound = commitment(self._key, (document, field, start), value)
        self.entries.append(
            Redaction(document, field, start, start + len(mask), mask, kind, grounds.reason, grounds.actor, bound)
        )
