from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.stated_days import read_stated, relative_part, stated_part


def local(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC).replace(tzinfo=None)


TODAY = date(2026, 3, 10)
MARCH_1 = local(2026, 3, 1, 8)
FROM_BEFORE = local(2026, 3, 9, 8)


def read(line: str, lang: str = "en", order: str = "DMY") -> datetime | None:
    part = stated_part(line) or relative_part(line)
    stated = read_stated(part, order=order, languages=(lang, "en"), today=TODAY)
    return stated.moment() if stated else None


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "by desk » Sun Mar 01, 2026 8:00 am"),
        ("en", "Sun 1st Mar '26, 8:00am"),
        ("en", "01 Mar 26, 08:00"),
        ("en", "08:00 01/03/2026"),
        ("en", "1\xa0March\xa02026,\xa008:00"),
        ("de", "von desk » So 1. Mär 2026, 08:00"),
        ("de", "1. März 2026 um 08:00 Uhr"),
        ("fr", "« le: 01 Mars 2026 à 08:00:00 »"),
        ("fr", "01/03/2026, 08h00"),
        ("es", "« en: 01 de Marzo de 2026, 08:00:00 am »"),
        ("pt", "Março 01, 2026, 08:00:00 am"),
        ("ru", "« Ответ #1 : 01 Марта 2026, 08:00:00 »"),
        ("uk", "Нед бер 01, 2026 8:00 am"),
        ("pl", "Wysłany: Nie 01 Mar, 2026 08:00"),
        ("tr", "01 Mart 2026, 08:00:00"),
        ("hu", "2026. márc. 1., vas. 8:00"),  # codespell:ignore vas
        ("cs", "ned 01. bře 2026 8:00"),  # codespell:ignore ned
        ("vi", "1/3/26 lúc 08:00"),
        ("vi", "CN Tháng 3 01, 2026 8:00 am"),
        ("vi", "Chủ nhật, ngày 1 tháng 3 năm 2026, 08:00"),
        ("vi", "Tháng Ba 01, 2026, 08:00:00 AM"),
        ("th", "อาทิตย์ มี.ค. 01, 2026 8:00 am"),
        ("th", "1 มีนาคม 2569 เวลา 08:00 น."),
        ("th", "1 มี.ค. 69 08:00"),
        ("id", "01 Maret 2026, 08:00"),
        ("tl", "Marso 1, 2026, 08:00"),
        ("km", "01 មីនា 2026, 08:00"),
        ("lo", "1 ມີນາ 2026, 08:00"),
        ("bn", "১ মার্চ ২০২৬, ০৮:০০"),
        ("zh", "发表于 2026-3-1 08:00:00"),
        ("zh", "周日 3月 01, 2026 8:00 am"),
        ("zh", "2026年3月1日 上午8:00"),
        ("ja", "2026年3月01日(日) 08:00"),
        ("ko", "2026년 3월 1일, 08:00"),
        ("ar", "الأحد مارس 01, 2026 8:00 am"),
    ],
)
def test_a_day_and_its_clock(lang: str, line: str) -> None:
    assert read(line, lang) == MARCH_1


@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "Mar 1, 2026 8:00 PM"), ("tr", "Mart 01, 2026, 08:00:00 ÖS"), ("zh", "2026年3月1日 下午8:00"),
     ("ar", "01-03-2026, 08:00 م"), ("vi", "1 Tháng ba 2026 8:00 CH")],
)  # fmt: skip
def test_the_second_half_of_a_day(lang: str, line: str) -> None:
    assert read(line, lang) == MARCH_1.replace(hour=20)


@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "Reply #1 on: Yesterday at 08:00:00 AM"), ("de", "Gestern um 08:00 Uhr"), ("es", "Ayer a las 08:00"),
     ("ru", "« : Вчера в 08:00:00 »"), ("vi", "Hôm qua, lúc 08:00"), ("th", "เมื่อวานนี้, 08:00 AM"), ("zh", "昨天 08:00"),
     ("ms", "Semalam, 08:00"), ("tl", "Kahapon, 08:00"), ("my", "မနေ့က 08:00"), ("km", "ម្សិលមិញ 08:00"),
     ("hi", "कल 08:00"), ("ar", "أمس, 08:00 AM"), ("da", "I går, 08:00"), ("bn", "গতকাল 08:00")],
)  # fmt: skip
def test_yesterday_with_an_hour(lang: str, line: str) -> None:
    assert read(line, lang) == FROM_BEFORE


def test_order_of_numbers_holds_where_it_makes_a_date() -> None:
    assert read("03/04/2025", order="DMY") == local(2025, 4, 3)
    assert read("03/04/2025", order="MDY") == local(2025, 3, 4)
    assert read("13/04/2025", order="MDY") == local(2025, 4, 13)


def test_a_day_alone_has_no_clock() -> None:
    stated = read_stated("01.03.2026", order="DMY", languages=("de",), today=TODAY)
    assert stated is not None
    assert (stated.day, stated.clock) == (date(2026, 3, 1), None)
    timed = read_stated("01.03.2026, 00:05", order="DMY", languages=("de",), today=TODAY)
    assert timed is not None
    assert timed.clock == time(0, 5)


def test_month_in_another_language_than_the_page_claims() -> None:
    assert read("01 Mart 2026, 08:00", "en") == MARCH_1


@pytest.mark.parametrize(
    "line",
    ["Posts: 12", "Joined: Mar 2026", "12 posts 2026", "99/99/2020", "01.01.2020 25:61", "by Leo", "1.2.3"],
)
def test_what_names_no_day(line: str) -> None:
    assert read(line) is None


@given(st.text(max_size=100))
def test_no_text_makes_reading_raise(text: str) -> None:
    for line in (text, f"1 {text} 2026", f"1/3/2026 {text}", f"Today {text} 8:00"):
        read(line)
