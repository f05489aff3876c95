"""The dates of adverts: exact ones first, then those in words of the page's language, or without a year."""

import re
from collections.abc import Iterable
from datetime import datetime

from crawlers.reading.instants import Dated, read_date
from crawlers.reading.local_dates import PageDates, dated_part, habit_of

# What boards put before a date. An updated advert was posted earlier.
_UPDATED = re.compile(
    r"^\W*(?:last\s+)?(?:updated|aktualizováno|aktualizované|aktualisiert"
    r"|mis à jour|actualizado|atualizad[oa]"  # codespell:ignore mis
    r"|обновлен[оа]?|diperbarui|güncellendi|cập nhật|zaktualizowano)\b\W*",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"^\W*(?:(?:date\s+)?(?:re)?posted(?:\s+(?:on|date))?|published(?:\s+on)?|added|přidáno|pridané|zveřejněno"
    r"|online seit|veröffentlicht(?:\s+am)?|eingestellt(?:\s+am)?|publiée?(?:\s+le)?|publicad[oa](?:\s+el|\s+em)?"
    r"|pubblicato(?:\s+il)?|опубликован[оа]?|размещен[оа]?|ngày đăng|đăng(?:\s+(?:ngày|lúc))?|diposting|dodano"
    r"|opublikowano|geplaatst(?:\s+op)?|ประกาศเมื่อ|发布(?:于|时间|日期)?|更新(?:于|时间)?|掲載日)(?!\w)\W*",
    re.IGNORECASE,
)
_JUST_NOW = re.compile(r"^just (?:now|posted)$", re.IGNORECASE)
_TODAY = re.compile(r"^today$", re.IGNORECASE)
_OPEN_ENDED = re.compile(r"^\d+(?:\+\s?d(?:ays?)?|\s?d(?:ays?)?\+) ago$", re.IGNORECASE)
# "10. února", "10 Feb", "Feb 10": the last such day before the page was read.
_DAY_AND_MONTH = re.compile(r"^(?:\d{1,2}\.?\s+[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s+\d{1,2})$")
_HAS_NUMBER_OR_DAY = re.compile(
    r"\d|yesterday|heute|gestern|dnes|včera|vor einer|před|hier|aujourd|hoy|ayer|hoje|ontem|oggi|ieri|сегодня|вчера"
    r"|hôm|dziś|wczoraj|bugün|dün|vandaag|gisteren|hari ini|kemarin|今天|昨天|วันนี้|เมื่อวาน",
    re.IGNORECASE,
)
LONGEST = 60


class PostedDates:
    """Reads the dates of one page by what all of them (`texts`) and the page's language say."""

    def __init__(self, texts: Iterable[str], *, lang: str | None, fetched_at: datetime) -> None:
        self._fetched_at = fetched_at
        self._local = PageDates(habit_of(list(texts), lang=lang, page_text=""), fetched_at=fetched_at)

    def read(self, value: str) -> tuple[datetime | None, dict[str, str]]:
        """The instant, and what `extra` says of how it was read; nothing for what is no date at all."""
        given = " ".join(value.split())
        is_update = bool(_UPDATED.match(given))
        bare = _POSTED.sub("", _UPDATED.sub("", given))
        # Some sites have the date in a line with everything else.
        bare = bare if len(bare) <= LONGEST else dated_part(bare) or bare
        if _OPEN_ENDED.match(bare):
            # Thirty days or more: no day is stated.
            return None, Dated(None, "unknown", given).notes()
        counted = _TODAY.sub("0 days ago", _JUST_NOW.sub("0 hours ago", bare))
        exact = read_date(counted, fetched_at=self._fetched_at)
        if exact is None:
            return None, {}
        dated, notes = exact, exact.notes()
        if exact.at is None and len(bare) <= LONGEST and _HAS_NUMBER_OR_DAY.search(bare):
            local, local_notes = self._local.read(bare)
            dated, notes = (local, local_notes) if local and local.at else (exact, notes)
            if _DAY_AND_MONTH.match(bare):
                notes |= {"posted_at_year": "assumed"} if dated.at else {}
        if dated.at is None and not re.search(r"\d", bare):
            return None, {}
        if notes:
            notes["posted_at_given"] = given[:100]
        return dated.at, notes | ({"posted_at_from": "updated"} if is_update and dated.at else {})
