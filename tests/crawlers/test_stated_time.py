"""Dates as tables, interfaces and mails write them; times without a zone stay local."""

from datetime import UTC, datetime

import pytest

from crawlers.importers.choices import NOTHING_SAID
from crawlers.importers.date_order import DateOrder
from crawlers.importers.local_time import LocalClock
from crawlers.importers.stated_time import order_of, place_stated

AT = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
CLOCK = LocalClock(NOTHING_SAID, name="posts.csv")


@pytest.mark.parametrize(
    "stated",
    [
        "Sun Mar 01 07:30:00 +0000 2026", "Sun Mar 01 07:30:00 UTC 2026", "Sun, 01 Mar 2026 14:30:00 +0700",
        "Sun Mar 01 2026 14:30:00 GMT+0700 (Indochina Time)", "March 1, 2026 2:30 PM ICT", "2026-03-01 14:30:00 +07",
        "2026-03-01 14:30 UTC+7", "2026-03-01 03:30:00 GMT-04:00", "1/3/2026 14:30 ICT", "14:30:00 +0700",
    ],
)  # fmt: skip
def test_time_with_a_zone_is_an_instant(stated: str) -> None:
    at, _notes = place_stated(stated, CLOCK, lambda: DateOrder("dmy", "dates"))
    assert at == (AT if "20" in stated else None)


@pytest.mark.parametrize(
    "stated",
    [
        "14:30 1/3/2026", "14:30:00, 01-03-2026", "2:30 PM 1/3/2026", "1/3/2026 2:30 pm", "1.3.2026, 14:30",
        "1. 3. 2026. 오후 2:30", "1/3/2026 下午2:30", "1 tháng 3, 2026 lúc 14:30", "1 thg 3, 2026 14:30",
        "1 มี.ค. 2569 14:30 น.", "2026年3月1日 下午2:30", "1 марта 2026 г., 14:30", "\u200f1/3/2026 14:30",
        "1/3/2026 2:30 CH", "2026-03-01 14:30 CST", "Sun Mar 01 14:30:00 CST 2026", "2026-03-01 14:30 PST",
    ],
)  # fmt: skip
def test_time_without_a_zone_is_a_local_one(stated: str) -> None:
    at, notes = place_stated(stated, CLOCK, lambda: DateOrder("dmy", "dates"))
    assert (at, notes["date_local"]) == (None, "2026-03-01T14:30:00")
    assert notes["posted_at_given"] == stated.strip("\u200f")


@pytest.mark.parametrize(
    "stated",
    [
        "1/3/2026 2:30 qqq",
        "1/3/2026 25:30",
        "2026-03-01 +07",
        "45717.5",
        "20260301143000",
        "202603011430",
        "17723394000",
    ],
)
def test_what_leaves_something_open_is_not_known(stated: str) -> None:
    at, notes = place_stated(stated, CLOCK, lambda: DateOrder("dmy", "dates"))
    assert (at, notes["posted_at_precision"]) == (None, "unknown")


def test_zone_behind_a_date_does_not_hide_the_order() -> None:
    assert order_of(["14:30 13/3/2026", "1/3/2026 14:30 ICT"], NOTHING_SAID, name="posts.csv").order == "dmy"


def test_order_is_not_asked_for_without_need() -> None:
    def told() -> DateOrder:
        raise AssertionError

    assert place_stated("2026-03-01T07:30:00Z", CLOCK, told)[0] == AT


@pytest.mark.parametrize(
    ("stated", "local", "calendar"),
    [
        ("1404/12/10 14:30", "2026-03-01T14:30:00", "persian"), ("1404-12-10 14:30", "2026-03-01T14:30:00", "persian"),
        ("۱۴۰۴/۱۲/۱۰ ۱۴:۳۰", "2026-03-01T14:30:00", "persian"), ("14:30 1404/12/10", "2026-03-01T14:30:00", "persian"),
        ("1447/09/12 14:30", "2026-03-01T14:30:00", "islamic-umalqura"),
        ("29/08/1447 2:30 PM", "2026-02-17T14:30:00", "islamic-umalqura"),
    ],
)  # fmt: skip
def test_year_tells_of_another_calendar(stated: str, local: str, calendar: str) -> None:
    at, notes = place_stated(stated, CLOCK)
    assert (at, notes["date_local"]) == (None, local)
    assert (notes["calendar"], notes["calendar_from"]) == (calendar, "year")


@pytest.mark.parametrize("stated", ["2569-03-01 14:30", "1/3/2569 14:30"])
def test_years_of_thailand_are_known_in_every_form(stated: str) -> None:
    _at, notes = place_stated(stated, CLOCK, lambda: DateOrder("ymd" if stated[4] == "-" else "dmy", "dates"))
    assert notes["date_local"] == "2026-03-01T14:30:00"


@pytest.mark.parametrize("stated", ["5/6/1447", "1404/13/01", "1447/09/31", "1300/01/01", "1500/01/01", "0/0/1405"])
def test_day_that_no_calendar_has_or_that_may_be_two_is_not_known(stated: str) -> None:
    at, notes = place_stated(stated, CLOCK)
    assert (at, notes["posted_at_precision"]) == (None, "unknown")
