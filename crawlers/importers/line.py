"""LINE's exported chats (`.txt`), of telephones (columns with tabs) and of computers (columns with blanks).

Days stand in headings of their own, the order of whose numbers is decided once a file. Times are local. Rows of LINE
itself (no author) are no posts.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path

from crawlers.importers.archive import opened, said_plainly
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.date_order import DateEvidence, DateOrder, Parts, day_of
from crawlers.importers.local_time import LocalClock
from crawlers.importers.numbering import Numbering
from crawlers.importers.text_lines import lines_of
from crawlers.reading.calendar_words import hour_of, shows_24_hours, weekdays_named
from crawlers.reading.native_ids import digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

_HEADING = re.compile(
    r"(?:(?P<before>[^\d\t][^/\t]{0,20}?)[,.]{0,2}\s)?"
    r"(?P<a>\d{1,4})\s?[./年년-]\s?(?P<b>\d{1,2})\s?[./月월-]\s?(?P<c>\d{1,4})[日일.]?"
    r"\s?[(（]?(?P<after>[^\d\t()（）]{0,20}?|Th(?:ứ)? ?\d)[)）]?\s*"
)
_CLOCK = r"(?P<half>[^\d\s]{2,8}\s?)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
_ROW = re.compile(_CLOCK + r"[^\S\t]?(?P<half_after>[^\d\t:]{0,12})\t(?:(?P<author>[^\t]*)\t)?(?P<text>.*)", re.DOTALL)
# Without tabs any word behind the time may be a name.
_BLANK_ROW = re.compile(_CLOCK + r"(?P<half_after>(?:[ \u00a0\u202f]?[AaPp][Mm])?) (?P<text>\S.*)", re.DOTALL)
# What computers write of the group, where nothing parts a name from the rest.
_OF_LINE = re.compile(
    r"(?:(?:joined|left) the (?:group|chat)|unsent a message|(?:added|invited|removed) .{1,80} (?:to|from) the group"
    r"|changed the (?:group|chat)\b.{0,120}|ยกเลิกข้อความ|(?:เข้าร่วม|ออกจาก)กลุ่ม(?:แล้ว)?)\.?"
)
_CHAT_NAME = re.compile(
    r"^\[LINE\]\s*(?:Chat history (?:with|in)|ประวัติการ(?:แชท|สนทนา)(?:กับ|ในกลุ่ม)?|[與与和])?\s*"
    r"[\"“「]?(?P<name>.+?)[\"”」]?\s*"
    r"(?:との?トーク(?:履歴)?|のトーク履歴|的(?:聊天|對話)[記记紀][錄录]|님과의? 대화)?\s*$"
)
_PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,30})\]|(รูป|สติกเกอร์|วิดีโอ)")
_MEDIA = {
    "photo": "photo photos 写真 照片 圖片 图片 사진 รูป รูปภาพ foto gambar imagen hình",  # codespell:ignore foto
    "sticker": "sticker stickers スタンプ 貼圖 贴图 스티커 สติกเกอร์ สติ๊กเกอร์ stiker",
    "video": "video videos 動画 影片 視頻 视频 동영상 วิดีโอ vídeo",
    "voice": "voice audio ボイスメッセージ 語音訊息 语音消息 语音信息 음성메시지 ข้อความเสียง",
    "document": "file ファイル 檔案 文件 파일 ไฟล์",
}
_MEDIA_KINDS = {word: kind for kind, words in _MEDIA.items() for word in words.split()}
# What a call begins with.
_CALL = "☎"
# LINE's longest message has 10,000 characters; what lies far beyond is no chat.
LONGEST_TEXT = 200_000
NO_CHAT = 4_000_000
_LONGEST_NAME_WORDS = 4
_NAMES_COUNTED = 20_000


@dataclass(slots=True)
class _Row:
    day: Parts | None
    clock: re.Match[str]
    author: str | None
    lines: list[str] = field(default_factory=list)
    size: int = 0
    # A text of several lines stands in double quotes.
    is_open: bool = False


@dataclass(slots=True)
class _Layout:
    """What holds for a whole file: order of dates, hours up to 24, where a name ends when no tab says so."""

    order: DateOrder
    has_24_hours: bool
    has_tabs: bool
    names: Counter[str]
    chat: str | None


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The messages of a chat in its order.

    DataError when the file holds none, and when nobody knows the order of its dates or its time zone though `choices`
    wants them known.
    """
    layout = _layout(path, choices)
    clock, numbering = LocalClock(choices, name=path.name), Numbering()
    for row in _rows(path, layout.has_tabs):
        post = _post(row, layout, clock)
        if post is not None:
            yield numbering.apply(post)


def _layout(path: Path, choices: Choices) -> _Layout:
    has_tabs = _has_tabs(path)
    evidence, names = DateEvidence(), Counter[str]()
    count, has_24_hours = 0, False
    for row in _rows(path, has_tabs, evidence):
        count += 1
        has_24_hours = has_24_hours or shows_24_hours(int(row.clock["hour"]))
        if not has_tabs and len(names) < _NAMES_COUNTED:
            names.update(_beginnings(row.lines[0]))
    if not count:
        raise DataError(f"{path.name} holds no message of LINE.", hint="Give a chat that LINE exported as text.")
    order = evidence.settle(evidence.decide(), choices, name=path.name)
    return _Layout(order, has_24_hours, has_tabs, names, _chat_name(path))


def _has_tabs(path: Path) -> bool:
    with opened(path) as source, said_plainly(path):
        return any(_ROW.match(line[:300]) for line in lines_of(source))


def _chat_name(path: Path) -> str | None:
    with opened(path) as source, said_plainly(path):
        match = _CHAT_NAME.match(next(lines_of(source), "")[:300])
    return match["name"] if match else None


def _rows(path: Path, has_tabs: bool, evidence: DateEvidence | None = None) -> Iterator[_Row]:
    pattern = _ROW if has_tabs else _BLANK_ROW
    day: Parts | None = None
    row: _Row | None = None
    after_blank = True
    with opened(path) as source, said_plainly(path):
        for line in lines_of(source):
            heading = _heading(line, after_blank and not (row and row.is_open))
            match = None if heading else _begun(line, pattern, row)
            after_blank = not line.strip()
            if heading or match:
                if row is not None:
                    yield row
                row = None
            if heading:
                day, weekdays = heading
                if evidence is not None:
                    evidence.add(day, weekdays)
            elif match:
                row = _row(match, day)
            elif row is not None:
                _go_on(row, line)
                if row.size > NO_CHAT:
                    raise DataError(f"{path.name}: a message goes on for too long.", hint="Give a chat of LINE.")
    if row is not None:
        yield row


def _begun(line: str, pattern: re.Pattern[str], row: _Row | None) -> re.Match[str] | None:
    """The row that begins with a line; within open quotes one that has an author, and no quotes."""
    match = pattern.match(line)
    if match and row and row.is_open and ('"' in line or not match.groupdict().get("author")):
        return None
    return match


def _heading(line: str, may_be_bare: bool) -> tuple[Parts, frozenset[int]] | None:
    match = _HEADING.fullmatch(line) if len(line) < 60 else None
    if match is None:
        return None
    weekdays = weekdays_named(match["before"] or "") or weekdays_named(match["after"])
    is_bare = not match["before"] and not match["after"]
    if not (weekdays or (may_be_bare and (is_bare or match["after"]))):
        return None
    return (match["a"], match["b"], match["c"]), weekdays


def _row(match: re.Match[str], day: Parts | None) -> _Row:
    text = match["text"]
    author = match.groupdict().get("author")
    return _Row(day, match, author, [text], len(text), text.startswith('"') and text.count('"') % 2 == 1)


def _go_on(row: _Row, line: str) -> None:
    row.size += len(line) + 1
    if row.size < LONGEST_TEXT:
        row.lines.append(line)
    row.is_open = row.is_open and line.count('"') % 2 == 0


def _beginnings(text: str) -> Iterator[str]:
    words = text[:200].split(" ")[: _LONGEST_NAME_WORDS + 1]
    return (" ".join(words[:count]) for count in range(1, len(words)))


def _post(row: _Row, layout: _Layout, clock: LocalClock) -> ParsedPost | None:
    author, text = row.author, "\n".join(row.lines).strip()
    if not layout.has_tabs:
        author, text = _name_and_text(text, layout)
    if not author or (not layout.has_tabs and _OF_LINE.fullmatch(text)):
        return None
    if "\n" in text and text.startswith('"') and text.endswith('"'):
        text = text[1:-1].replace('""', '"')
    local = _local(row, layout)
    posted_at, notes = clock.place(local) if local else (None, {})
    given = f"{'/'.join(row.day or ())} {row.clock[0][: row.clock.end('half_after')]}".strip()
    notes |= {"posted_at_given": given} | layout.order.notes()
    if local:
        notes.setdefault("posted_at_precision", "minute")
    kind = _media_kind(text, layout)
    further = {"chat": layout.chat, "media": [{"kind": kind}] if kind else None}
    return ParsedPost(
        native_id=digest_id(given, author, text),
        text=text,
        author=author.strip(),
        posted_at=posted_at,
        extra=notes | {key: value for key, value in further.items() if value},
    )


def _name_and_text(text: str, layout: _Layout) -> tuple[str | None, str]:
    """A name ends where the words after it begin to differ from row to row."""
    if layout.chat and text.startswith(f"{layout.chat} "):
        return layout.chat, text[len(layout.chat) + 1 :].strip()
    name = ""
    for beginning in _beginnings(text):
        is_common = layout.names[name] > 1 and layout.names[beginning] == layout.names[name]
        if name and (not is_common or beginning.endswith(_CALL)):
            break
        name = beginning
    return name or None, text[len(name) :].strip()


def _media_kind(text: str, layout: _Layout) -> str | None:
    """What stands in brackets for a picture or a sticker; computers write the bare word."""
    found = _PLACEHOLDER.fullmatch(text)
    if found:
        return _MEDIA_KINDS.get((found[1] or found[2]).lower().split(" ")[0])
    return None if layout.has_tabs else _MEDIA_KINDS.get(text.lower())


def _local(row: _Row, layout: _Layout) -> datetime | None:
    day = day_of(row.day, layout.order.order) if row.day and layout.order.order else None
    word = row.clock["half"] or row.clock["half_after"]
    hour = hour_of(int(row.clock["hour"]), word, has_24_hours=layout.has_24_hours)
    try:
        return datetime.combine(day, time_of_day(hour, int(row.clock["minute"]))) if day and hour is not None else None
    except ValueError:
        return None
