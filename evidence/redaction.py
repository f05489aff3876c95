"""Makes the redacted copy of a dossier: names and numbers of who may need help, and of third parties, are masked.

Pure: a dossier in, a dossier and the list of its redactions out. What is hidden is for `evidence.rules` to say; digests
that would let it be guessed are masked too (`evidence.guessable`). It promises no more than `evidence.claims` says.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from evidence.analysis import analysis_name
from evidence.copies import copied
from evidence.custody import Custody
from evidence.dossier import Dossier
from evidence.guessable import without_guessable
from evidence.hiding import Masked, Register, masked, moved
from evidence.redaction_list import Redaction, RedactionList
from evidence.rules import Mark, is_free, is_told, register_of
from evidence.verify_standalone import CLAIMS_FILE, CUSTODY_FILE, Place


def redacted(dossier: Dossier, marks: Sequence[Mark], key: bytes) -> tuple[Dossier, list[Redaction]]:
    """The redacted copy and its redactions; `key` is the case's (`evidence.commitments`)."""
    taken_down = RedactionList(key)
    copier = _Copier(register_of(dossier, marks), taken_down)
    copy = Dossier(
        claims=copier.claims(dossier.claims),
        captures=dossier.captures,
        posts=tuple(copier.post(number, post) for number, post in enumerate(dossier.posts, 1)),
        custody=Custody([copier.record(record) for record in dossier.custody.records], dossier.custody.head),
    )
    copy = without_guessable(dossier, copy, taken_down)
    return copy, taken_down.entries


class _Copier:
    """Masks one document after the other."""

    def __init__(self, register: Register, taken_down: RedactionList) -> None:
        self._register = register
        self._taken_down = taken_down

    def post(self, number: int, post: Mapping[str, Any]) -> dict[str, Any]:
        """The analysis document with that number; what quotes a text still quotes it."""
        copy: dict[str, Any] = self._copy(post, (), f"data/{analysis_name(number)}", is_free)
        for original, revision in zip(post["revisions"], copy["revisions"], strict=True):
            _move_spans(revision, self._register.masked_in(original["scored_text"]))
        return copy

    def claims(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """claims.json: of it, the case's title is somebody's words."""
        copy: dict[str, Any] = self._copy(claims, (), CLAIMS_FILE, lambda path: path == ("case", "title"))
        return copy

    def record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """An entry of the custody log."""
        is_words = partial(is_told, record["action"])
        path = (record["seq"], "details")
        return {**record, "details": self._copy(record["details"], path, CUSTODY_FILE, lambda at: is_words(at[2:]))}

    def _copy(self, value: Any, path: Place, document: str, is_words: Callable[[Place], bool]) -> Any:
        def masked_at(one: Any, at: Place) -> Any:
            if one is None or isinstance(one, bool | float) or not is_words(at):
                return one
            places = self._register.masked_in(str(one))
            if not places:
                return one
            self._taken_down.take_down(document, at, str(one), places)
            return masked(str(one), places)

        return copied(value, masked_at, path)


def _move_spans(revision: Mapping[str, Any], places: Sequence[Masked]) -> None:
    move, text = moved(places), revision["scored_text"]
    for verdict in revision["verdicts"]:
        for found in verdict["indicators"]:
            found["start"], found["end"] = move(found["start"], found["end"])
            found["text"] = text[found["start"] : found["end"]]
    for found in revision["identifiers"]:
        found["start"], found["end"] = move(found["start"], found["end"])
