from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.instants import read_date

FETCHED = datetime(2026, 3, 10, 15, 45, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2020-10-25T16:01:35-07:00", at(2020, 10, 25, 23, 1, 35)),
        ("2020-04-09T03:34:16.000Z", at(2020, 4, 9, 3, 34, 16)),
        ("2021-01-20 12:47:53 UTC", at(2021, 1, 20, 12, 47, 53)),
        ("Wed Aug 05 02:00:00 UTC 2026", at(2026, 8, 5, 2)),
        ("Mon, 02 Mar 2026 08:30:00 +0700", at(2026, 3, 2, 1, 30)),
        ("Mon Mar 02 2026 08:30:00 GMT+0700 (Indochina Time)", at(2026, 3, 2, 1, 30)),
        ("1772415000", at(2026, 3, 2, 1, 30)),
        ("1772415000000", at(2026, 3, 2, 1, 30)),
    ],
)
def test_stated_instants_are_exact(value: str, wanted: datetime) -> None:
    dated = read_date(value, fetched_at=FETCHED)
    assert dated is not None
    assert (dated.at, dated.precision, dated.notes()) == (wanted, "instant", {})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2020-03-24", at(2020, 3, 24)),
        ("2026-5-15", at(2026, 5, 15)),
        ("4/27/2010", at(2010, 4, 27)),
        ("27.4.2010", at(2010, 4, 27)),
        ("01.04.2010", at(2010, 4, 1)),
        ("5/5/2010", at(2010, 5, 5)),
        ("2021-01-20T12:47:53", at(2021, 1, 20)),
        ("3 days ago", at(2026, 3, 7)),
        ("2 weeks ago", at(2026, 2, 24)),
        ("3d ago", at(2026, 3, 7)),
        ("2w ago", at(2026, 2, 24)),
    ],
)
def test_without_a_zone_the_day_alone_is_known(value: str, wanted: datetime) -> None:
    dated = read_date(value, fetched_at=FETCHED)
    assert dated is not None
    assert (dated.at, dated.precision) == (wanted, "day")
    assert dated.notes() == {"posted_at_given": value, "posted_at_precision": "day"}


def test_hours_ago_count_back_from_the_fetch() -> None:
    dated = read_date("5 hours ago", fetched_at=FETCHED)
    assert dated is not None
    assert (dated.at, dated.precision) == (at(2026, 3, 10, 10), "hour")


@pytest.mark.parametrize(
    "value",
    [
        "4/5/2010",
        "10. února",
        "1970-01-01T00:00:00.000Z",
        "2026-13-45",
        "31.2.2026",
        "yesterday?",
        "0001-01-01T00:00:00+14:00",
    ],
    ids=["day or month", "no year", "epoch", "no such month", "no such day", "words", "before year 1"],
)
def test_what_is_in_doubt_stays_unknown(value: str) -> None:
    dated = read_date(value, fetched_at=FETCHED)
    assert dated is not None
    assert dated.at is None
    assert dated.notes()["posted_at_given"] == value


def test_no_value_is_no_date() -> None:
    assert read_date("  ", fetched_at=FETCHED) is None


@given(st.text(max_size=60))
def test_no_text_makes_reading_raise(value: str) -> None:
    dated = read_date(value, fetched_at=FETCHED)
    assert dated is None or dated.at is None or dated.at.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1971, 1, 1)))  # noqa: DTZ001
def test_iso_instants_come_back(moment: datetime) -> None:
    dated = read_date(moment.isoformat(), fetched_at=FETCHED)
    assert dated is not None
    assert dated.at == moment
