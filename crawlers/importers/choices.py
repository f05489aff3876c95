"""What a person says about an export because the file does not: never guessed, always noted with the post."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Said on purpose: the place of the telephone is not known, local times are kept as they are.
UNKNOWN_ZONE = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`date_order` is dmy, mdy or ymd; `time_zone` an IANA name or `unknown`; `columns` maps a field of posts to the
    column of a table; `languages` are those of screenshots. With `must_know`, what nobody said and the file does
    not show is a DataError; without it the post notes that it is unknown.
    """

    date_order: str | None = None
    time_zone: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    must_know: bool = False


NOTHING_SAID = Choices()
