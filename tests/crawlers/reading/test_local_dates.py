from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.local_dates import PageDates, date_in, habit_of, zone_of

FETCHED = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def read(text: str, *, lang: str = "en", page_text: str = "", others: tuple[str, ...] = ()) -> PageDates:
    return PageDates(habit_of([text, *others], lang=lang, page_text=page_text), fetched_at=FETCHED)


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("Posted: January 9th, 2016, 2:30 am", "en", "2016-01-09"),
        ("de membre » Ven 13 Déc 2013 15:36", "fr", "2013-12-13"),
        ("von wer am 26/05/14, 07:41 am", "de", "2014-05-26"),
        ("« Reply #3 on: August 29, 2015, 09:45:11 AM »", "en", "2015-08-29"),
        ("Добавлено: Пт Окт 07, 2011 8:23", "ru", "2011-10-07"),
        ("2020年3月5日 10:20", "zh", "2020-03-05"),
        ("2020-03-05 10:20", "de", "2020-03-05"),
        ("15-03-2019 lúc 10:22", "vi", "2019-03-15"),
        ("15 Tháng ba, 2019", "vi", "2019-03-15"),
        ("12 กุมภาพันธ์ 2563, 10:22", "th", "2020-02-12"),
        ("5 जनवरी 2020", "hi", "2020-01-05"),
        ("napsal 15. 3. 2019 8:00", "cs", "2019-03-15"),
        ("7 октября 2011, 8:23", "", "2011-10-07"),
        ("7 août 2011, 8:23", "", "2011-08-07"),
        ("7 กุมภาพันธ์ 2563", "", "2020-02-07"),
        ("7 ก.พ. 2563", "th", "2020-02-07"),
        ("7 ก.พ. 63", "th", "2020-02-07"),
        ("7 มิ.ย. 63", "th", "2020-06-07"),
        ("7 มี.ค. 2563", "th", "2020-03-07"),
        ("07/02/2563", "en", "2020-02-07"),
        ("7 กุมภาพันธ์ 2563", "en", "2020-02-07"),
        ("៧ កុម្ភៈ ២០២០", "en", "2020-02-07"),
        ("منذ 3 أيام", "en", "2026-02-27"),
        ("قبل 3 أيام", "en", "2026-02-27"),
        ("3 दिन पहले", "en", "2026-02-27"),
        ("৩ দিন আগে", "en", "2026-02-27"),
        ("1 มี.ค.", "th", "2026-03-01"),
        ("Heute", "de", "2026-03-02"),
        ("today", "en", "2026-03-02"),
        ("07.02.2020", "en", "2020-02-07"),
        ("Heute, 12:05", "de", "2026-03-02"),
        ("Yesterday at 5:33 PM", "en", "2026-03-01"),
        ("hace 3 días", "es", "2026-02-27"),
    ],
)
def test_days_in_many_languages(text: str, lang: str, day: str) -> None:
    dated, notes = read(text, lang=lang).read(text)
    assert dated is not None
    assert dated.at == datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert notes["posted_at_precision"] == "day"


@pytest.mark.parametrize("text", ["vor 5 Stunden", "hace 5 horas", "5 часов назад", "5 jam yang lalu", "5 ชั่วโมงที่แล้ว"])
def test_hours_ago_in_another_language_than_the_page_claims(text: str) -> None:
    dated, _notes = read(text).read(text)
    assert dated is not None
    assert dated.at == datetime(2026, 3, 2, 7, tzinfo=UTC)


def test_dates_elsewhere_on_the_page_show_the_order() -> None:
    text = "03-04-2020, 08:00 AM"
    dated, notes = read(text, page_text="Similar threads: Cooks 25-12-2019, 07:00 PM").read(text)
    assert dated is not None
    assert dated.at == datetime(2020, 4, 3, tzinfo=UTC)
    assert "posted_at_order" not in notes
    assert read(text, page_text="Version 25.12.2019").read(text)[1]["posted_at_order"] == "MDY (assumed)"


def test_day_alone_is_no_instant_though_the_zone_is_known() -> None:
    dated, notes = read("01.03.2026", lang="de", page_text="Alle Zeiten sind GMT +1").read("01.03.2026")
    assert dated is not None
    assert (dated.at, notes["posted_at_precision"]) == (datetime(2026, 3, 1, tzinfo=UTC), "day")


def test_zone_that_the_page_states_gives_the_instant() -> None:
    text = "January 9th, 2016, 2:30 am"
    dated, notes = read(text, page_text="All times are UTC - 5 hours").read(text)
    assert dated is not None
    assert dated.at == datetime(2016, 1, 9, 7, 30, tzinfo=UTC)
    assert notes == {"posted_at_given": text, "posted_at_zone": "UTC-05:00"}


def test_an_hour_ago_counts_back_in_any_zone() -> None:
    dated, notes = read("1 Hour Ago").read("1 Hour Ago")
    assert dated is not None
    assert (dated.at, notes["posted_at_precision"]) == (datetime(2026, 3, 2, 11, tzinfo=UTC), "hour")


@pytest.mark.parametrize(
    ("others", "lang", "day", "told"),
    [
        (("25.12.2019",), "en", "2020-04-03", None),
        (("12/25/2019",), "de", "2020-03-04", None),
        (("05/04/2020", "01/05/2020"), "en", "2020-04-03", None),
        ((), "en-US", "2020-03-04", "MDY (assumed)"),
        ((), "en-GB", "2020-04-03", "DMY (assumed)"),
        ((), "de", "2020-04-03", "DMY (assumed)"),
        (("25/12/2019", "12/25/2019"), "de", "2020-04-03", "DMY (assumed)"),
    ],
    ids=["a day above 12", "a month in front", "sequence", "American", "British", "German", "contradiction"],
)
def test_order_of_numbers_is_the_pages_or_is_told(
    others: tuple[str, ...], lang: str, day: str, told: str | None
) -> None:
    text = "03/04/2020"
    dated, notes = read(text, lang=lang, others=others).read(text)
    assert dated is not None
    assert dated.at == datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert notes.get("posted_at_order") == told


@pytest.mark.parametrize(
    ("page_text", "hours"),
    [
        ("All times are GMT -4. The time now is 09:31 AM.", -4),
        ("All times are [ UTC + 1 hour ]", 1),
        ("All times are UTC + 1 hour [ DST ]", 2),
        ("Heures au format UTC + 1 heure", 1),
        ("Múi giờ GMT +7. Bây giờ là 10:00", 7),
        ("Alle Zeiten sind UTC+02:00", 2),
        ("Часовой пояс: UTC + 3 часа", 3),
        ("All times are UTC+05:30", 5.5),
        ("모든 시간은 UTC+09:00", 9),
        ("جميع الأوقات بتوقيت GMT +3", 3),
        ("Todos os horários são UTC-03:00", -3),
        ("All times are GMT", 0),
        ("GMT+8, 2026-3-1 08:00 , Processed in 0.02 second(s)", 8),
        ("Flights at GMT + 3 and all that", None),
        ("All times are GMT + 99", None),
    ],
)
def test_zone_of_a_page(page_text: str, hours: float | None) -> None:
    found = zone_of(page_text)
    assert found == (None if hours is None else timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("text", ["March 5, 2031", "99/99/2020", "0", "Joined the board"])
def test_what_is_no_past_date_is_unknown(text: str) -> None:
    dated, _notes = read(text).read(text)
    assert dated is None or dated.at is None


def test_years_of_the_buddhist_era() -> None:
    dated, _notes = read("12 มีนาคม 2563", lang="th").read("12 มีนาคม 2563")
    assert dated is not None
    assert dated.at == datetime(2020, 3, 12, tzinfo=UTC)


def test_a_bounded_number_of_dates_is_read() -> None:
    dates = read("January 9, 2016")
    read_ones = [dates.read("January 9, 2016")[0] for _ in range(300)]
    assert read_ones[0] is not None
    assert read_ones[-1] is None


@given(st.text(max_size=200))
def test_no_text_makes_reading_raise(text: str) -> None:
    read(text).read(text)
    date_in(text)
    zone_of(f"All times are GMT {text}")
