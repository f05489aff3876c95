"""Days of Iran's calendar and of Saudi Arabia's (Umm al-Qura): its year tells of which a date is.

A year that is now in the one was before there were posts in the other: 1405 is 2026 in Iran, and 1984 in Saudi Arabia.
"""

from datetime import date

# 1990 to 2032, and to 2034.
_PERSIAN = range(1369, 1411)
_ISLAMIC = range(1411, 1457)


def day_elsewhere(year: int, month: int, day: int) -> tuple[date, str] | None:
    """The day in the calendar of the rest of the world, and the name of its own (CLDR); None for one of neither."""
    from hijridate import Hijri
    from persiantools.jdatetime import JalaliDate

    try:
        if year in _PERSIAN:
            return JalaliDate(year, month, day).to_gregorian(), "persian"  # type: ignore[no-untyped-call]
        if year in _ISLAMIC:
            return date(*Hijri(year, month, day).to_gregorian().datetuple()), "islamic-umalqura"
    except (ValueError, OverflowError):
        return None
    return None
