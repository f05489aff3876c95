"""WhatsApp's exported chats, `.txt` or the zip around one. There is no grammar: lines differ by system and language.

The order of day and month is decided once a file; times are local, so that an instant needs a time zone from a person.
Lines of WhatsApp itself are no posts: those without an author, and what iOS writes under the name of a person or chat.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as time_of_day
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from crawlers.importers.archive import Archive, is_zip, opened, said_plainly, unpacking
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.date_order import DateEvidence, DateOrder, Parts, day_of
from crawlers.importers.local_time import LocalClock
from crawlers.importers.media import media_item
from crawlers.importers.numbering import Numbering
from crawlers.importers.text_lines import lines_of
from crawlers.reading.calendar_words import hour_of, shows_24_hours
from crawlers.reading.native_ids import digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# WhatsApp's longest message has 65,536 characters; what lies far beyond is no chat.
LONGEST_TEXT = 200_000
NO_CHAT = 4_000_000
# Marks of direction and the odd blanks that telephones put around dates.
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EDGES = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff \t\r\n\u00a0\u202f"
_FIRST = frozenset("[\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_BLANKS = re.compile("[\u00a0\u2007\u2009\u202f]")
_DATE = r"(?P<a>\d{1,4})(?:\s?[./-]\s?|年)(?P<b>\d{1,2})(?:\s?[./-]\s?|月)(?P<c>\d{1,4})(?:\.|日)?"
_TIME = r"(?P<hour>\d{1,2})(?:[:.]|\s?h\s?)(?P<minute>\d{2})(?:(?:[:.]| min )(?P<second>\d{2})(?: s\b)?)?"
_BETWEEN = r"[,،.]?\s?(?P<before>[^\d\[\]:]{0,14}?)\s?"
_AFTER = r"(?P<after>\s?[^\d\[\]:–-]{0,14}?)"
# iOS, and WhatsApp Web with the time first; Android, and Vietnamese telephones; iOS before 2015.
_FRAMES = tuple(
    re.compile(frame, re.DOTALL)
    for frame in (
        rf"\[{_DATE}{_BETWEEN}{_TIME}{_AFTER}\]\s?(?P<rest>.*)",
        rf"\[{_TIME}{_AFTER},?\s{_DATE}\]\s?(?P<rest>.*)",
        rf"{_DATE}{_BETWEEN}{_TIME}{_AFTER}\s[-–]\s(?P<rest>.*)",
        rf"{_TIME}{_AFTER},?\s{_DATE}\s[-–]\s(?P<rest>.*)",
        rf"{_DATE}{_BETWEEN}{_TIME}{_AFTER}:\s(?P<rest>.*)",
    )
)
# Quotes belong to a name if they close before its colon; else WhatsApp quotes the name of a group.
_AUTHOR = re.compile(
    r"(?P<author>(?:[^:\"“”«»]|\"[^\":]{1,60}\"|“[^”:]{1,60}”|«[^»:]{1,60}»){1,120}?):(?: |$|(?![/\d]))(?P<text>.*)",
    re.DOTALL,
)
_ATTACHED = (
    re.compile(r"<\s?[^<>:：]{0,40}?\s?[:：]\s?(?P<name>[^<>/]{1,200}\.\w{2,5})\s?>"),
    re.compile(r"(?P<name>[^\n/<>:]{1,200}\.\w{2,5}) (?:\([^()\n]{3,40}\)|<[^<>\n]{3,40}>)(?=\n|$)"),
)
_NAMED_BY_DAY = re.compile(r"\b[A-Z]{3}-(\d{4})(\d\d)(\d\d)-WA\d+\.")
_LEFT_OUT = re.compile(r"<[^<>:]{3,60}>")
# iOS has a mark of direction before what are no person's own words; what was left out is named by its kind.
_NOT_OWN = "\u200e"
_KINDS_LEFT_OUT = {
    "photo": "image imagen imagem immagine bild afbeelding görüntü изображение зображення gambar imej ảnh obraz billede"
    " kuva imagine kép obrázek slika picha صورة εικόνα תמונה तस्वीर รูปภาพ 图片 圖片 画像 이미지 사진",
    "video": "video vídeo vidéo wideo видео відео فيديو βίντεο gif वीडियो วิดีโอ 视频 影片 動画 동영상 비디오",
    "audio": "audio áudio ses аудиофайл аудио аудіо ääni lyd ljud صوت ήχος ऑडियो เสียง 音频 音訊 音声 오디오",
    "sticker": "sticker figurinha çıkartma стикер стікер stiker naklejka nhãn ملصق स्टिकर สติกเกอร์ 贴图 貼圖 스티커",
    "document": "document documento belge документ dokumen liệu مستند दस्तावेज़ เอกสาร 文件 文档 문서"
    " dokument",  # codespell:ignore dokument
    "contact": "contact contacto contato contatto kontakt kişi контакта kontak 联系人 聯絡人 連絡先 연락처",
}
_KIND_NAMED = {word: kind for kind, words in _KINDS_LEFT_OUT.items() for word in words.split()}
# Their words stand without blanks between them.
_WITHOUT_BLANKS = re.compile("|".join(word for word in _KIND_NAMED if word[0] >= "\u0e00"))
_MOST_WORDS_LEFT_OUT = 5
# What a chat begins with, that it is encrypted, is longer in every language.
_NOTICE = re.compile(f": {_NOT_OWN}.{{20}}")
# Android has no mark of direction before what WhatsApp adds to the end of a text, in as many words.
_EDITED = re.compile(
    "\u200e<[^<>\\n:]{3,60}>$|<[^<>\\n:]{0,40}(?:edit|bearbeitet|modifi|bewerkt|düzenlen|изменен|แก้ไข|chỉnh sửa|تعديل"
    "|编辑|編輯|編集|수정)[^<>\\n:]{0,40}>$"
)
_DELETED = frozenset(
    {
        "this message was deleted", "you deleted this message", "diese nachricht wurde gelöscht",
        "du hast diese nachricht gelöscht", "se eliminó este mensaje", "eliminaste este mensaje",
        "ce message a été supprimé", "vous avez supprimé ce message", "mensagem apagada", "esta mensagem foi apagada",
        "pesan ini telah dihapus", "pesan ini dihapus", "anda telah menghapus pesan ini", "mesej ini telah dipadam",
        "anda memadam mesej ini", "tin nhắn này đã bị xóa", "bạn đã xóa tin nhắn này", "ข้อความนี้ถูกลบแล้ว",
        "คุณลบข้อความนี้แล้ว", "此消息已删除", "你已删除此消息", "此訊息已刪除", "您已刪除此訊息",
        "このメッセージは削除されました", "メッセージを削除しました", "삭제된 메시지입니다", "данное сообщение удалено",
        "вы удалили данное сообщение", "تم حذف هذه الرسالة", "यह मैसेज मिटाया गया",
        "bu mesaj silindi", "bu mesajı sildiniz",  # codespell:ignore bu
        "este mensaje fue eliminado", "questo messaggio è stato eliminato", "hai eliminato questo messaggio",
        "dit bericht is verwijderd", "u hebt dit bericht verwijderd", "ta wiadomość została usunięta",
        "você apagou esta mensagem", "acest mesaj a fost șters", "הודעה זו נמחקה",
        "این پیام حذف شد",
        "এই মেসেজটি মুছে ফেলা হয়েছে", "یہ پیغام حذف کر دیا گیا", "ujumbe huu umefutwa",
    }
)  # fmt: skip
_KOREAN_HALF = re.compile("오[전후]")
_CHINESE_HALF = re.compile("[上下]午|午[前後]|[凌清]晨|[早晚]上|中午")
_ENGLISH_HALF = re.compile(r"[ap]m")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line with a date, and the lines that follow it without one."""

    parts: Parts
    clock: tuple[str, str, str | None]
    half: str
    given: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Habit:
    """What holds for a whole file: the order of its dates, whether its hours go up to 24, and the first line.

    `chat` is a name under which WhatsApp alone speaks, as iOS has it of groups.
    """

    order: DateOrder
    has_24_hours: bool
    first: _Entry
    chat: str | None


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The messages of a chat in its order.

    DataError when no line is WhatsApp's, and when nobody knows the order of its dates or its time zone though
    `choices` wants them known.
    """
    with _chat(path) as (source, _archive):
        habit = _habit(source, path, choices)
    clock = LocalClock(choices, name=path.name)
    with _chat(path) as (source, archive):
        numbering = Numbering()
        for entry in _entries(lines_of(source), path.name):
            post = _post(entry, habit, clock, archive)
            if post is not None:
                yield numbering.apply(post)


@contextmanager
def _chat(path: Path) -> Iterator[tuple[BinaryIO, Archive | None]]:
    if is_zip(path):
        with unpacking(path) as archive, archive.open(_chat_member(archive, path)) as member:
            yield member, archive
    else:
        with opened(path) as source, said_plainly(path):
            yield source, None


def _chat_member(archive: Archive, path: Path) -> str:
    """`_chat.txt` (iOS), or the only or largest text: `WhatsApp Chat with ….txt` in the telephone's language."""
    texts = [name for name in archive.members if PurePosixPath(name).suffix.lower() == ".txt"]
    texts = [name for name in texts if "__MACOSX" not in name]
    if not texts:
        raise DataError(f"{path.name} holds no .txt file.", hint="Give the zip that WhatsApp made.")
    named = [name for name in texts if PurePosixPath(name).name == "_chat.txt"]
    return max(named or texts, key=lambda name: archive.members[name].file_size)


def _entries(lines: Iterator[str], name: str) -> Iterator[_Entry]:
    """The entries of a chat; the frame of its first dated line holds for all of it."""
    frame: re.Pattern[str] | None = None
    current: _Entry | None = None
    more: list[str] = []
    size = 0
    for line in lines:
        match = _dated(line, frame)
        if match is None:
            size += len(line) + 1
            if size < LONGEST_TEXT:
                more.append(line)
            elif size > NO_CHAT:
                raise DataError(
                    f"{name}: a message goes on for too long.", hint="Give a chat that WhatsApp exported as text."
                )
            continue
        if current is not None:
            yield _whole(current, more)
        frame, current, more, size = match.re, _entry(match, line), [], 0
    if current is not None:
        yield _whole(current, more)


def _whole(entry: _Entry, more: list[str]) -> _Entry:
    return replace(entry, rest="\n".join([entry.rest, *more])) if more else entry


def _dated(line: str, frame: re.Pattern[str] | None) -> re.Match[str] | None:
    if not (line[:1].isdigit() or line[:1] in _FIRST):
        return None
    head = _BLANKS.sub(" ", _MARKS.sub("", line[:80]))
    for candidate in (frame,) if frame else _FRAMES:
        match = candidate.match(head)
        if match:
            return match
    return None


def _entry(match: re.Match[str], line: str) -> _Entry:
    found = match.groupdict()
    # The head was cleaned to be matched; the text behind it is taken from the line as it stands.
    head = len(match[0]) - len(found["rest"])
    position = cleaned = 0
    while cleaned < head:
        cleaned += not _MARKS.match(line[position])
        position += 1
    given = match[0][:head].strip(" -–[]:")
    return _Entry(
        parts=(found["a"], found["b"], found["c"]),
        clock=(found["hour"], found["minute"], found["second"]),
        half=f"{found.get('before') or ''} {found['after'] or ''}".strip(),
        given=given,
        rest=line[position:],
    )


def _habit(source: BinaryIO, path: Path, choices: Choices) -> _Habit:
    evidence, hints = DateEvidence(), dict[str, str]()
    entries = _entries(lines_of(source), path.name)
    first = next(entries, None)
    if first is None:
        raise DataError(f"{path.name}: no line begins with a date.", hint="Give a chat that WhatsApp exported as text.")
    has_24_hours = may_lead = False
    notice = _AUTHOR.match(first.rest) if _NOTICE.search(first.rest) else None
    own_words = re.compile(re.escape(first.rest[: notice.start("text")]) + f"[^{_NOT_OWN}]") if notice else None
    for entry in chain([first], entries):
        notice = None if own_words and own_words.match(entry.rest) else notice
        evidence.add(entry.parts)
        hints |= _hints(entry)
        has_24_hours = has_24_hours or shows_24_hours(int(entry.clock[0]))
        may_lead = may_lead or bool(_CHINESE_HALF.search(entry.half))
    shown = evidence.decide(year_may_lead=may_lead)
    if "ymd" in hints and evidence.fits("ymd"):
        shown = DateOrder("ymd", hints["ymd"])
    elif shown.order is None and len(hints) == 1:
        shown = DateOrder(*hints.popitem())
    order = evidence.settle(shown, choices, name=path.name)
    return _Habit(order, has_24_hours, first, _name(notice) if notice else None)


def _hints(entry: _Entry) -> dict[str, str]:
    """Orders that the form of a date speaks for, and why: no language writes the month first with full stops, or `am`
    in small letters; Android names a picture by its day.
    """
    if _KOREAN_HALF.search(entry.half):
        return {"ymd": "half of the day"}
    if "." in entry.given[: len(entry.parts[0]) + 2]:
        return {"dmy": "full stops"}
    if _ENGLISH_HALF.fullmatch(entry.half):
        return {"dmy": "half of the day"}
    named = _NAMED_BY_DAY.search(entry.rest[:200])
    fitting = [
        order for order in ("dmy", "mdy") if named and str(day_of(entry.parts, order)) == "-".join(named.groups())
    ]
    return {fitting[0]: "name of an attachment"} if len(fitting) == 1 else {}


def _post(entry: _Entry, habit: _Habit, clock: LocalClock, archive: Archive | None) -> ParsedPost | None:
    parted = _AUTHOR.match(entry.rest)
    if parted is None or _is_of_whatsapp(entry, parted, habit):
        return None
    author = _name(parted)
    text, changes = _said(parted["text"])
    local = _local(entry, habit)
    posted_at, notes = clock.place(local) if local else (None, {})
    notes |= {"posted_at_given": entry.given[:100]} | habit.order.notes() | changes
    if local and entry.clock[2] is None:
        notes.setdefault("posted_at_precision", "minute")
    if author.startswith("~"):
        notes["author_unsaved"] = True
    media = _media(parted["text"], archive)
    return ParsedPost(
        native_id=digest_id(entry.given, author, text),
        text=text,
        author=author.lstrip("~ ") or None,
        posted_at=posted_at,
        extra=notes | ({"media": media} if media else {}),
    )


def _name(parted: re.Match[str]) -> str:
    return _BLANKS.sub(" ", _MARKS.sub("", parted["author"])).strip()


def _is_of_whatsapp(entry: _Entry, parted: re.Match[str], habit: _Habit) -> bool:
    """Whether a text is WhatsApp's, though it stands under a name: who came and went, that messages are encrypted."""
    written = parted["text"]
    text = written.strip(_EDGES)
    if not written.startswith(_NOT_OWN) or "\n" in text or "://" in text:
        return False
    if _said(written)[1] or _media(written, None):
        return False
    if entry == habit.first and _NOTICE.search(entry.rest):
        return True
    name = _name(parted)
    bare = re.escape(name.lstrip("~ "))
    return name == habit.chat or bool(re.match(rf"[~\s]*{bare}|.*\b{bare}\b", text))


def _said(written: str) -> tuple[str, dict[str, bool]]:
    """A message's own words, and what WhatsApp wrote with them of changes."""
    text = written.strip(_EDGES)
    own = _EDITED.sub("", text).strip(_EDGES)
    if own and own != text:
        return own, {"edited": True}
    return text, {"deleted": True} if text.casefold().rstrip(".") in _DELETED else {}


def _local(entry: _Entry, habit: _Habit) -> datetime | None:
    day = day_of(entry.parts, habit.order.order) if habit.order.order else None
    hour = hour_of(int(entry.clock[0]), entry.half, has_24_hours=habit.has_24_hours)
    minute, second = (int(part or 0) for part in entry.clock[1:])
    try:
        return datetime.combine(day, time_of_day(hour, minute, second)) if day and hour is not None else None
    except ValueError:
        return None


def _media(written: str, archive: Archive | None) -> list[dict[str, Any]]:
    plain = _MARKS.sub("", written).strip(_EDGES)
    for pattern in _ATTACHED:
        found = pattern.match(plain)
        if found:
            name = found["name"].strip()
            return [media_item(name, archive.sha256_of(name) if archive else None)]
    if kind := _kind_left_out(written):
        return [{"kind": kind}]
    return [{"kind": "left_out"}] if _LEFT_OUT.fullmatch(plain) else []


def _kind_left_out(written: str) -> str | None:
    """What iOS says was left out, as "image omitted"."""
    words = written.strip(_EDGES).casefold().split()
    if not written.startswith(_NOT_OWN) or not 0 < len(words) <= _MOST_WORDS_LEFT_OUT:
        return None
    named = next((word for word in words if word in _KIND_NAMED), None)
    found = None if named else _WITHOUT_BLANKS.search(words[0])
    return _KIND_NAMED.get(named or (found[0] if found else ""))
