import contextlib
import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.importers.choices import Choices
from crawlers.importers.whatsapp import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

BANGKOK = Choices(time_zone="Asia/Bangkok")


def chat(tmp_path: Path, *lines: str, end: str = "\n", encoding: str = "utf-8") -> Path:
    path = tmp_path / "WhatsApp Chat with Sample HR.txt"
    path.write_bytes(end.join(lines).encode(encoding))
    return path


def read(tmp_path: Path, *lines: str, choices: Choices = BANGKOK) -> list[ParsedPost]:
    return list(read_export(chat(tmp_path, *lines), choices))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("25/03/2026, 21:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("3/25/26, 9:05 PM - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("3/25/26, 9:05\u202fPM - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/03/2026, 9:05 pm - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/3/26 9:05 p.\u00a0m. - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25.03.26, 21:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25.3.2026 klo 21.05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/03/2026 à 21:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("2026-03-25 21:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25-03-2026 21:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("2026/3/25 下午9:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("26. 3. 5. 오후 9:05 - Sample HR: Cooks wanted", "2026-03-05T21:05"),
        ("2026年3月25日 晚上9:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/3/2569 21:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("٢٥/٣/٢٠٢٦، ٩:٠٥ م - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("[25/03/2026, 21:05:07] Sample HR: Cooks wanted", "2026-03-25T21:05:07"),
        ("\u200e[3/25/26, 9:05:07\u202fPM] ~\u202fSample HR: \u200eCooks wanted", "2026-03-25T21:05:07"),
        ("[2026-03-25, 9:05:07 PM] Sample HR: Cooks wanted", "2026-03-25T21:05:07"),
        ("[21:05:07, 25/03/2026] Sample HR: Cooks wanted", "2026-03-25T21:05:07"),
        ("25/03/2026 21:05:07: Sample HR: Cooks wanted", "2026-03-25T21:05:07"),
        ("25/3/26 12:05 a. m. - Sample HR: Cooks wanted", "2026-03-25T00:05"),
        ("21:05, 25/03/2026 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("၂၅/၃/၂၆ ၂၁:၀၅ - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("[25/3/2569 BE, 21:05:07] Sample HR: Cooks wanted", "2026-03-25T21:05:07"),
        ("[2026-03-25 21 h 05 min 07 s] Sample HR: Cooks wanted", "2026-03-25T21:05:07"),
        ("25.3.26, 9:05\u202fm.d. - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/3/26, 9:05 ਬਾ.ਦੁ. - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/3/26, பிற்பகல் 9:05 - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25/3/26, 9:05 ល្ងាច - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("3/25/26 nang 9:05 PM - Sample HR: Cooks wanted", "2026-03-25T21:05"),
        ("25.03.26 г., 9:05 ч. - Sample HR: Cooks wanted", "2026-03-25T09:05"),
    ],
)
def test_dates_of_many_telephones(tmp_path: Path, line: str, wanted: str) -> None:
    (post,) = read(tmp_path, line, choices=Choices())
    local = datetime.fromisoformat(wanted)
    assert (post.author, post.text, post.posted_at) == ("Sample HR", "Cooks wanted", None)
    assert post.extra["date_local"] == local.isoformat()


def test_instant_needs_the_zone_that_a_person_says(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "25/03/2026, 21:05 - Sample HR: Cooks wanted")
    assert post.posted_at == datetime(2026, 3, 25, 14, 5, tzinfo=UTC)
    assert post.extra == {
        "date_local": "2026-03-25T21:05:00",
        "time_zone": "Asia/Bangkok",
        "posted_at_given": "25/03/2026, 21:05",
        "posted_at_precision": "minute",
        "date_order": "dmy",
        "date_order_from": "dates",
    }


def test_hour_that_the_clocks_repeat_is_known_to_the_hour(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "25/10/2026, 02:30 - A: Cooks wanted", choices=Choices(time_zone="Europe/Berlin"))
    assert post.extra["posted_at_precision"] == "hour"


@pytest.mark.parametrize(
    ("lines", "order", "reason"),
    [
        (["01/02/26, 10:00 - A: a", "13/02/26, 10:00 - A: b"], "dmy", "dates"),
        (["01/02/26, 10:00 - A: a", "01/13/26, 10:00 - A: b"], "mdy", "dates"),
        (["11/01/26, 10:00 - A: a", "02/02/26, 10:00 - A: b"], "dmy", "sequence"),
        (["1/11/26, 10:00 - A: a", "2/2/26, 10:00 - A: b"], "mdy", "sequence"),
        (["1/2/26, 10:00 - A: a", "3/2/26, 10:00 - A: b", "9/2/26, 10:00 - A: c"], "dmy", "one month"),
        (["1/2/26, 10:00 am - A: a"], "dmy", "half of the day"),
        (["1.2.26, 10:00 - A: a"], "dmy", "full stops"),
        (["1/2/26, 10:00 - A: IMG-20260102-WA0001.jpg (file attached)"], "mdy", "name of an attachment"),
        (["26/03/25, 10:00 - A: a", "26/03/26, 10:00 - A: b", "26/04/07, 10:00 - A: c"], "ymd", "sequence"),
        (["25/3/26, 下午9:05 - A: a", "26/3/26, 下午9:05 - A: b", "7/4/26, 下午9:05 - A: c"], "dmy", "dates"),
        (["16/3/25 下午9:05 - A: a", "16/4/12 下午9:05 - A: b"], "ymd", "sequence"),
        (["25/3/26 下午9:05 - A: a"], "unknown", "dates fit both ways"),
        (["1/1/26, 10:00 - A: a", "1/1/26, 11:00 - A: b", "2/2/26, 10:00 - A: c"], "dmy", "dates"),
        (["1405/1/5, 10:00 - A: a"], "unknown", "no date"),
        (["1/2/26, 10:00 AM - A: a"], "unknown", "dates fit both ways"),
        (["1/2/26, 10:00 - A: a", "99/99/99, 10:00 - A: b"], "unknown", "dates fit both ways"),
    ],
)
def test_order_is_decided_from_the_whole_file(tmp_path: Path, lines: list[str], order: str, reason: str) -> None:
    post = read(tmp_path, *lines)[0]
    assert (post.extra["date_order"], post.extra["date_order_from"]) == (order, reason)
    assert (post.posted_at is None) == (order == "unknown")


def test_order_that_is_left_open_is_asked_for(tmp_path: Path) -> None:
    path = chat(tmp_path, "1/2/26, 10:00 - A: a")
    with pytest.raises(DataError, match=r"fit two orders.*--date-order dmy"):
        list(read_export(path, Choices(time_zone="UTC", must_know=True)))
    (post,) = read_export(path, Choices(time_zone="UTC", date_order="mdy", must_know=True))
    assert (post.posted_at, post.extra["date_order_from"]) == (datetime(2026, 1, 2, 10, tzinfo=UTC), "option")


def test_order_that_the_file_contradicts_is_refused(tmp_path: Path) -> None:
    path = chat(tmp_path, "1/2/26, 10:00 - A: a", "25/3/26, 10:00 - A: b")
    with pytest.raises(DataError, match=r"'25/3/26' is no date in the order mdy"):
        list(read_export(path, Choices(date_order="mdy")))


def test_half_of_the_day_in_unknown_words_is_not_taken_for_the_first(tmp_path: Path) -> None:
    lines = ["25/3/26, 9:05 akasuba - A: a", "25/3/26, 9:06 PM - A: b"]
    assert [post.extra.get("date_local") for post in read(tmp_path, *lines)] == [None, "2026-03-25T21:06:00"]
    lines.append("25/3/26, 22:05 akasuba - A: c")
    assert read(tmp_path, *lines)[0].extra["date_local"] == "2026-03-25T09:05:00"


def test_zone_that_nobody_said_is_asked_for(tmp_path: Path) -> None:
    path = chat(tmp_path, "25/2/26, 10:00 - A: a")
    with pytest.raises(DataError, match=r"no time zone.*--time-zone"):
        list(read_export(path, Choices(must_know=True)))
    (post,) = read_export(path, Choices(must_know=True, time_zone="unknown"))
    assert (post.posted_at, post.extra["date_local"]) == (None, "2026-02-25T10:00:00")


def test_lines_without_a_date_belong_to_the_message_before(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "25/03/26, 21:05 - A: Cooks", "", "12 hours", "[25/03/26, 21:06:00] B: no", "ask: me")
    assert post.text == "Cooks\n\n12 hours\n[25/03/26, 21:06:00] B: no\nask: me"


@pytest.mark.parametrize(
    "line",
    [
        "25/03/26, 21:05 - Messages and calls are end-to-end encrypted.",
        '25/03/26, 21:05 - A created group "Jobs: Mae Sot"',
        "25/03/26, 21:05 - A changed the description to https://jobs.example.test",
        "25/03/26, 21:05 - You were added",
    ],
)
def test_lines_of_whatsapp_itself_are_left_out(tmp_path: Path, line: str) -> None:
    assert [post.text for post in read(tmp_path, line, "25/03/26, 21:06 - A: kept")] == ["kept"]


IOS_GROUP = [
    "Kitchen Jobs: \u200eMessages and calls are end-to-end encrypted.",
    "Kitchen Jobs: \u200eNobody Sample created this group",
    "Sample HR: \u200eSample HR added you",
    "~\u202fNobody: \u200e~\u202fNobody joined using a group link.",
    "小明: \u200e小明退出了群组",
    "Sample HR: \u200eSe unió Sample HR",
]


def test_what_ios_puts_under_a_name_is_left_out(tmp_path: Path) -> None:
    lines = [f"[25/03/2026, 21:05:07] {line}" for line in [*IOS_GROUP, "Sample HR: kept"]]
    assert [post.text for post in read(tmp_path, *lines)] == ["kept"]


@pytest.mark.parametrize(
    "text",
    [
        "\u200eThis message was deleted.",
        "\u200eYou received a view once photo.",
        "\u200eMissed voice call, \u200eTap to call back",
        "\u200ePOLL:\nSample HR?",
        "\u200eLocation: https://maps.example.test/Sample HR",
        "\u200eimagen omitida",
    ],
)
def test_what_people_did_is_kept_though_ios_words_it(tmp_path: Path, text: str) -> None:
    lines = ["Sample HR: \u200eMessages are encrypted.", "Sample HR: Cooks wanted", f"Sample HR: {text}"]
    posts = read(tmp_path, *[f"[25/03/2026, 21:05:07] {line}" for line in lines])
    assert [post.text for post in posts] == ["Cooks wanted", text.lstrip("\u200e")]


def test_name_of_a_person_who_writes_is_no_name_of_a_chat(tmp_path: Path) -> None:
    lines = ["Nobody: \u200eMessages are encrypted.", "Nobody: hello", "Nobody: \u200eWaiting for this message."]
    posts = read(tmp_path, *[f"[25/03/2026, 21:05:07] {line}" for line in lines])
    assert [post.text for post in posts] == ["hello", "Waiting for this message."]


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("IMG-20260325-WA0007.jpg (file attached)", {"kind": "photo", "name": "IMG-20260325-WA0007.jpg"}),
        ("PTT-20260325-WA0007.opus (Datei angehängt)", {"kind": "voice", "name": "PTT-20260325-WA0007.opus"}),
        ("\u200e<attached: 00000012-VIDEO-2026.mp4>", {"kind": "video", "name": "00000012-VIDEO-2026.mp4"}),
        ("<pièce jointe : contrat.pdf>", {"kind": "document", "name": "contrat.pdf"}),
        ("2026-03-25-PHOTO-1.jpg <\u200eattached>", {"kind": "photo", "name": "2026-03-25-PHOTO-1.jpg"}),
        ("<Media omitted>", {"kind": "left_out"}),
    ],
)
def test_attachments_are_noted(tmp_path: Path, text: str, media: dict[str, str]) -> None:
    (post,) = read(tmp_path, f"25/03/26, 21:05 - A: {text}", "Below it")
    assert post.extra.get("media", [media] if media["kind"] == "left_out" else None) == [media]


def test_name_that_only_looks_like_a_file_is_text(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "25/03/26, 21:05 - A: Write to jobs.example (ask for B)")
    assert "media" not in post.extra


def test_unsaved_name_loses_its_mark(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "[25/03/2026, 21:05:07] ~\u202fSample HR: Cooks")
    assert (post.author, post.extra["author_unsaved"]) == ("Sample HR", True)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ('25/03/26, 21:05 - สมชาย "ต้น": Cooks', 'สมชาย "ต้น"'),
        ('25/03/26, 21:05 - A changed the subject from "x" to "Jobs: Mae Sot"', None),
        ("[25/03/2026, 21:05:07] \u200e+66 2 000 0000: Cooks", "+66 2 000 0000"),
    ],
)
def test_name_ends_at_its_colon(tmp_path: Path, line: str, author: str | None) -> None:
    assert [post.author for post in read(tmp_path, line)] == ([author] if author else [])


@pytest.mark.parametrize(
    ("text", "wanted", "notes"),
    [
        ("Pay 900 \u200e<This message was edited>", "Pay 900", {"edited": True}),
        ("Lohn 900 \u200e<Diese Nachricht wurde bearbeitet.>", "Lohn 900", {"edited": True}),
        ("Read <the second page>", "Read <the second page>", {}),
        ("\u200eThis message was deleted.", "This message was deleted.", {"deleted": True}),
        ("This message was deleted by mistake", "This message was deleted by mistake", {}),
        ("\u200eimage omitted", "image omitted", {"media": [{"kind": "photo"}]}),
        ("\u200e图片已忽略", "图片已忽略", {"media": [{"kind": "photo"}]}),
        ("image omitted", "image omitted", {}),
        ("Lohn 900 <Diese Nachricht wurde bearbeitet.>", "Lohn 900", {"edited": True}),
        ("مرحبا \u200f900", "مرحبا \u200f900", {}),
    ],
)
def test_what_whatsapp_says_of_a_message_is_noted(
    tmp_path: Path, text: str, wanted: str, notes: dict[str, object]
) -> None:
    (post,) = read(tmp_path, f"[25/03/2026, 21:05:07] A: {text}")
    assert post.text == wanted
    assert {name: post.extra[name] for name in ("edited", "deleted", "media") if name in post.extra} == notes


def test_same_words_in_the_same_minute_are_two_posts(tmp_path: Path) -> None:
    posts = read(tmp_path, *["25/03/26, 21:05 - A: hello"] * 2, "25/03/26, 21:06 - A: hello")
    assert len({post.native_id for post in posts}) == 3


def test_ids_are_the_same_in_a_later_export(tmp_path: Path) -> None:
    first = read(tmp_path, "25/03/26, 21:05 - A: hello")
    later = read(tmp_path, "25/03/26, 21:05 - A: hello", "26/03/26, 21:05 - A: more")
    assert first[0].native_id == later[0].native_id


@pytest.mark.parametrize("name", ["_chat.txt", "WhatsApp-chat med Sample.txt"])
def test_zip_gives_its_chat_and_the_hashes_of_its_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "25/03/26, 21:05 - A: IMG-20260325-WA0007.jpg (file attached)")
        archive.writestr("IMG-20260325-WA0007.jpg", b"picture")
    (post,) = read_export(path, BANGKOK)
    assert post.extra["media"][0]["sha256"] == hashlib.sha256(b"picture").hexdigest()


def test_zip_with_a_file_that_has_no_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), b"?")
        archive.writestr("_chat.txt", "25/03/26, 21:05 - A: Cooks wanted")
    assert [post.text for post in read_export(path, BANGKOK)] == ["Cooks wanted"]


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_chat.txt", b"25/03/26, 21:05 - A: x" + b"x" * 60_000_000)
    with pytest.raises(DataError, match="unpacks to"):
        list(read_export(path))


@pytest.mark.parametrize(
    ("content", "match"),
    [(b"", "no line begins"), (b"hello", "no line begins"), (b"PK\x03\x04", "cannot be read"), (b"\0" * 99, "no line")],
)
def test_what_is_no_chat_is_named(tmp_path: Path, content: bytes, match: str) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"chat\.txt.*{match}"):
        list(read_export(path))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_charsets_and_line_ends(tmp_path: Path, encoding: str) -> None:
    path = chat(tmp_path, "25/03/26, 21:05 - A: งาน", "B", end="\r\n", encoding=encoding)
    assert [post.text for post in read_export(path)] == ["งาน\nB"]


@given(st.text(max_size=60), st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_content_raises_anything_else(tmp_path: Path, text: str, noise: bytes) -> None:
    path = tmp_path / "chat.txt"
    for content in (noise, f"25/03/26, 21:05 - {text}\n[{text}".encode("utf-8", "replace") + noise, b"PK" + noise):
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            list(read_export(path, BANGKOK))
