"""The contacts and places that a post names: how many other posts name them, and whether that says anything.

What everybody uses (a hotline, a job board's address, a place) links nobody, and is marked as such.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from classifier.identifiers import TYPES
from evidence.highlights import shown
from store import sightings
from store.sightings import Count
from store.tables import Identifier, Revision

CONTACTS_SHOWN = 40
COUNTED_UP_TO = 100


@dataclass(frozen=True, slots=True)
class Contact:
    """An identifier that a post names; `value` is defanged. `is_common`: it singles out nobody."""

    identifier_id: int
    type: str
    value: str
    is_common: bool
    others: Count


@dataclass(frozen=True, slots=True)
class Contacts:
    """The first CONTACTS_SHOWN contacts of a post, and how many more it names."""

    shown: tuple[Contact, ...]
    left_out: int


def contacts_of(session: Session, revision: Revision) -> Contacts:
    """Every contact once, in the order of the text."""
    found = list(_each_once(revision.identifiers))
    shown_first = found[:CONTACTS_SHOWN]
    return Contacts(tuple(_contact(session, revision, row) for row in shown_first), len(found) - len(shown_first))


def is_common(identifier: Identifier) -> bool:
    """Whether it singles out nobody; a type that this version does not know is taken for one that does."""
    kind = TYPES.get(identifier.type)
    return kind is not None and kind.specificity(identifier.normalized) == 0


def _contact(session: Session, revision: Revision, row: Identifier) -> Contact:
    others = sightings.others_naming(session, row, post_id=revision.post_id, most=COUNTED_UP_TO)
    return Contact(row.id, row.type, shown(row.value), is_common(row), others)


def _each_once(identifiers: Iterable[Identifier]) -> Iterable[Identifier]:
    first: dict[tuple[str, str], Identifier] = {}
    for row in identifiers:
        first.setdefault((row.type, row.normalized), row)
    return first.values()
