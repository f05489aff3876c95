"""Counts of confirmed offers for a national database, none of which stands for fewer than k posts.

One fixed division of all offers, by month, country named, language and labels; cells below k are left out, and there is
no total. So every table that can ever be asked for is made of the same cells, and none says more of a small one than
that it is small. What this does not protect stands in docs/exchange.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from evidence.exchange.codes import coded
from evidence.exchange.htcds import ROW_DESCRIBES
from evidence.exchange.ictip import CATEGORIES, SCHEME
from evidence.exchange.offers import DISTRESS, is_offer
from evidence.exchange.table import table_csv
from lurewatch.errors import DataError
from store.confirmed_posts import ConfirmedPost
from store.figures import Period

# What CTDC publishes by (Counter-Trafficking Data Collaborative, codebook: k-anonymised, k = 11).
FEWEST = 11
_HTCDS_FIELDS = ("vic_TypeOfExploitation", "vic_TypeOfLabourExploitation", "vic_TypeOfSexExploitation")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What all offers of a figure share; `country` is an ISO 3166 code, "several" or "none named"."""

    month: str
    country: str
    lang: str
    labels: tuple[str, ...]


def whole_months(first: date, last: date, *, today: date) -> Period:
    """The period from the first to the last day; DataError unless it is of months that are over.

    Two tables whose periods overlap by part of a month would tell the days in between by their difference.
    """
    if first.day != 1 or (last + timedelta(days=1)).day != 1 or last < first:
        raise DataError(
            f"{first} to {last} are no whole months.", hint="Give the first day of a month and the last day of one."
        )
    if last >= today:
        raise DataError(f"The month of {last} is not over.", hint="Ask again when it is.")
    return Period(datetime.combine(first, time(), UTC), datetime.combine(last + timedelta(days=1), time(), UTC))


def counted(posts: Iterable[ConfirmedPost], country_of: Mapping[str, str]) -> Counter[Cell]:
    """How many offers each cell holds; each offer is in one."""
    return Counter(_cell(post, country_of) for post in posts if is_offer(post.labels))


def statistics_csv(counts: Mapping[Cell, int], scheme: str, *, k: int = FEWEST) -> tuple[bytes, int]:
    """The table in the form `scheme`, "htcds" or "ictip", and how many rows it has; DataError for a k below FEWEST."""
    if k < FEWEST:
        raise DataError(f"Figures of {k} posts would be published.", hint=f"Give at least {FEWEST}.")
    rows = [_ROWS[scheme](cell, counts[cell]) for cell in sorted(counts) if counts[cell] >= k]
    return table_csv(_COLUMNS[scheme], rows), len(rows)


def _cell(post: ConfirmedPost, country_of: Mapping[str, str]) -> Cell:
    countries = {country_of[place] for place in post.places if place in country_of}
    country = "several" if len(countries) > 1 else next(iter(countries), "none named")
    labels = tuple(sorted(set(post.labels) - {DISTRESS}))
    return Cell(f"{post.on:%Y-%m}", country, post.lang or "und", labels)


def _htcds_row(cell: Cell, posts: int) -> dict[str, str]:
    found = coded("htcds", labels=cell.labels)
    return {
        "lw_RowDescribes": f"number of offers; each: {ROW_DESCRIBES}",
        "lw_Month": cell.month,
        "lw_CountryNamed": cell.country,
        "lw_Language": cell.lang,
        "lw_Labels": ";".join(cell.labels),
        **{field: ";".join(found.get(field, [])) for field in _HTCDS_FIELDS},
        "lw_Offers": str(posts),
    }


def _ictip_row(cell: Cell, posts: int) -> dict[str, str]:
    found = coded("ictip", labels=cell.labels)
    return {
        "scheme": SCHEME,
        "month": cell.month,
        "country_named": cell.country,
        "language": cell.lang,
        "labels": ";".join(cell.labels),
        **{f"{category}_advertised": ";".join(found.get(category, [])) for category in CATEGORIES},
        "offers": str(posts),
    }


_ROWS = {"htcds": _htcds_row, "ictip": _ictip_row}
_NOBODY = Cell("", "", "", ())
_COLUMNS = {scheme: tuple(row(_NOBODY, 0)) for scheme, row in _ROWS.items()}
