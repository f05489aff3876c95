"""What an identifier is, and what each type of it can do. No code outside branches on a type's name."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from classifier.identifiers.view import View


@dataclass(frozen=True, slots=True)
class Identifier:
    """A contact or place that a post names.

    `value` is the original's text at `start:end` (code points); equal `type` and `normalized` mean the same thing.
    """

    type: str
    value: str
    normalized: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """An identifier as found in a view: its span there, and whether other types may still read the span."""

    start: int
    end: int
    normalized: str
    exclusive: bool = True


class IdentifierType(ABC):
    """A kind of contact or place: how it is found, brought to one form, weighed and shown."""

    name: ClassVar[str]

    @abstractmethod
    def clean(self, raw: str, region: str | None = None) -> str | None:
        """The one form of `raw`, or None where it is no such identifier; never raises on any text.

        `region` is the ISO 3166 code of the country that a local number is read in.
        """

    @abstractmethod
    def find(self, view: View) -> Iterator[Mention]:
        """Every mention in the view, in any order."""

    @abstractmethod
    def specificity(self, normalized: str) -> float:
        """How surely the identifier singles out one party: 0 never links posts, 1 is one party's alone."""

    def validate(self, normalized: str) -> bool:
        """Whether `normalized` is such an identifier in its one form."""
        return self.clean(normalized) == normalized

    def caption(self, normalized: str) -> str:
        """How an analyst reads it."""
        return normalized
