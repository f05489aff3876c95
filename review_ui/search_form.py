"""The search form: what its fields mean, and the one address that leads to the same search again."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from classifier.cleaning import readable
from classifier.identifiers import TYPES
from classifier.labels import LABELS
from classifier.language import LANGUAGES
from lurewatch.errors import DataError
from review_ui.bands import HIGH_FROM, MEDIUM_FROM
from review_ui.fields import day, line, midnight, number_if_any
from store.lanes import LANES
from store.search import LONGEST_TEXT, ORDERS, STATES
from store.search_conditions import Search

# Band -> from which risk, below which.
BANDS: dict[str, tuple[float | None, float | None]] = {
    "high": (HIGH_FROM, None),
    "medium": (MEDIUM_FROM, HIGH_FROM),
    "low": (None, MEDIUM_FROM),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "lang": (*LANGUAGES, "und"),
    "lane": LANES,
    "state": STATES,
    "label": LABELS,
    "risk": tuple(BANDS),
    "identifier_type": tuple(TYPES),
    "later": ("yes", "no"),
    "order": ORDERS,
}
NAMES = (
    "q", "lang", "source", "lane", "state", "label", "risk", "indicator", "identifier_type", "identifier",
    "posted_from", "posted_to", "seen_from", "seen_to", "campaign", "mine", "later", "order",
)  # fmt: skip
_PLACE = "after"
_LONGEST = 100
_LONGEST_IDENTIFIER = 500


def filled_in(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that ask for something, in the form's order."""
    return {name: fields[name] for name in NAMES if fields.get(name, "").strip()}


def query_of(fields: Mapping[str, str]) -> str:
    """The part of the address behind the question mark for this search; without the page's place in the results."""
    return urlencode(filled_in(fields), errors="replace")


def fields_of(query: str) -> dict[str, str]:
    """What `query_of` was made of."""
    return filled_in(dict(parse_qsl(query)))


def parsed(fields: Mapping[str, str]) -> Search:
    """The search that a form asks for; DataError for a value that no field offers."""
    text = line(fields, "q", longest=LONGEST_TEXT)
    risk_from, risk_below = BANDS.get(_choice(fields, "risk"), (None, None))
    return Search(
        # A query in the Zawgyi encoding finds what is stored in Unicode.
        text=readable(text).text,
        lang=_choice(fields, "lang"),
        source_id=number_if_any(fields, "source"),
        lane=_choice(fields, "lane"),
        state=_choice(fields, "state"),
        label=_choice(fields, "label"),
        risk_from=risk_from,
        risk_below=risk_below,
        flagged_risk=MEDIUM_FROM,
        indicator=line(fields, "indicator", longest=_LONGEST),
        identifier_type=_choice(fields, "identifier_type"),
        identifiers=_identifiers(fields),
        posted_from=_instant(fields, "posted_from"),
        posted_before=_instant(fields, "posted_to", later=1),
        seen_from=_instant(fields, "seen_from"),
        seen_before=_instant(fields, "seen_to", later=1),
        campaign_id=number_if_any(fields, "campaign"),
        decided_by_me=fields.get("mine", "") == "1",
        has_later={"yes": True, "no": False}.get(_choice(fields, "later")),
        order=_choice(fields, "order") or ORDERS[0],
        after=line(fields, _PLACE, longest=_LONGEST),
    )


def _choice(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "").strip()
    if value and value not in CHOICES[name]:
        raise DataError(f"{value[:40]!r} is not offered for {name}.", hint=f"Choose one of {', '.join(CHOICES[name])}.")
    return value


def _instant(fields: Mapping[str, str], name: str, *, later: int = 0) -> datetime | None:
    """The beginning, in UTC, of the day that a field names, or of one some days later."""
    found = day(fields, name, later=later)
    return midnight(found) if found else None


def _identifiers(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The forms in which the store may have an identifier: as it is typed, and as each type writes it."""
    value = line(fields, "identifier", longest=_LONGEST_IDENTIFIER)
    if not value:
        return ()
    chosen = _choice(fields, "identifier_type")
    kinds = [TYPES[chosen]] if chosen else TYPES.values()
    return tuple(dict.fromkeys([value, *(one for kind in kinds if (one := kind.clean(value)) is not None)]))
