"""National statistics: no figure stands for fewer than k offers, and none that was left out can be worked out."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.exchange.national import FEWEST, Cell, counted, statistics_csv, whole_months
from lurewatch.errors import DataError
from store.confirmed_posts import ConfirmedPost

CELLS = st.builds(
    Cell,
    month=st.sampled_from(["2026-01", "2026-02"]),
    country=st.sampled_from(["KH", "MM", "none named"]),
    lang=st.sampled_from(["vi", "th"]),
    labels=st.sampled_from([("scam_centre",), ("fake_job", "scam_centre"), ()]),
)
TODAY = date(2026, 5, 2)
SCHEMES = ("htcds", "ictip")


def post(**changes: object) -> ConfirmedPost:
    values: dict[str, object] = {
        "on": date(2026, 1, 31),
        "lang": "vi",
        "labels": ("scam_centre",),
        "places": frozenset(),
    }
    return ConfirmedPost(**(values | changes))  # type: ignore[arg-type]


def rows(counts: dict[Cell, int], scheme: str = "htcds") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(statistics_csv(counts, scheme)[0].decode(), newline="")))


@given(
    st.dictionaries(CELLS, st.integers(1, 30)),
    st.integers(FEWEST, 20),
    st.sampled_from(SCHEMES),
    st.data(),
)
def test_what_is_left_out_leaves_no_trace(counts: dict[Cell, int], k: int, scheme: str, data: st.DataObject) -> None:
    """Whatever a small cell holds, and whether it holds anything, the answer is the same to the byte."""
    published = statistics_csv(counts, scheme, k=k)
    small = [cell for cell, count in counts.items() if count < k]
    others = {cell: data.draw(st.integers(0, k - 1)) for cell in [*small, Cell("2026-02", "ZZ", "am", ())]}
    assert statistics_csv(counts | others, scheme, k=k) == published


@given(st.dictionaries(CELLS, st.integers(0, 30)), st.integers(FEWEST, 20), st.sampled_from(SCHEMES))
def test_every_figure_stands_for_k_offers_or_more(counts: dict[Cell, int], k: int, scheme: str) -> None:
    content, number = statistics_csv(counts, scheme, k=k)
    figures = [int(list(row.values())[-1]) for row in csv.DictReader(StringIO(content.decode(), newline=""))]
    assert len(figures) == number == sum(count >= k for count in counts.values())
    assert min(figures, default=k) >= k


def test_the_two_tables_have_the_same_figures() -> None:
    counts = {Cell("2026-01", "KH", "vi", ("scam_centre",)): 11, Cell("2026-01", "KH", "vi", ("fake_job",)): 10}
    assert [row["lw_Offers"] for row in rows(counts)] == [row["offers"] for row in rows(counts, "ictip")] == ["11"]


def test_k_cannot_be_below_eleven() -> None:
    with pytest.raises(DataError, match="Figures of 10 posts"):
        statistics_csv({}, "htcds", k=10)


def test_each_offer_is_in_one_cell() -> None:
    countries = {"Poipet": "KH", "Bavet": "KH", "Myawaddy": "MM"}
    found = counted(
        [
            post(places=frozenset({"Poipet", "Bavet"})),
            post(places=frozenset({"Poipet", "Myawaddy"})),
            post(places=frozenset({"Atlantis"}), lang=""),
            post(labels=("scam_centre", "fake_job", "victim_distress")),
        ],
        countries,
    )
    assert sorted((cell.country, cell.lang, cell.labels) for cell in found) == [
        ("KH", "vi", ("scam_centre",)),
        ("none named", "und", ("scam_centre",)),
        ("none named", "vi", ("fake_job", "scam_centre")),
        ("several", "vi", ("scam_centre",)),
    ]


def test_calls_for_help_are_not_counted() -> None:
    assert not counted([post(labels=("victim_distress",))], {})


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_figure_is_told_in_the_words_of_the_scheme(scheme: str) -> None:
    row = rows({Cell("2026-01", "KH", "vi", ("organ_trade",)): 12}, scheme)[0]
    assert list(row.values())[-1] == "12"
    assert {"2026-01", "KH", "vi", "organ_trade"} <= set(row.values())
    assert {"OrganRemoval", "removal of organs"} & set(row.values())


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2026, 1, 2), date(2026, 1, 31), "no whole months"),
        (date(2026, 1, 1), date(2026, 1, 30), "no whole months"),
        (date(2026, 3, 1), date(2026, 2, 28), "no whole months"),
        (date(2026, 5, 1), date(2026, 5, 31), "is not over"),
    ],
)
def test_part_of_a_month_is_refused(first: date, last: date, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        whole_months(first, last, today=TODAY)


def test_a_period_ends_before_the_next_month() -> None:
    period = whole_months(date(2026, 2, 1), date(2026, 4, 30), today=TODAY)
    assert (period.since.isoformat(), period.until.isoformat()) == (
        "2026-02-01T00:00:00+00:00",
        "2026-05-01T00:00:00+00:00",
    )
