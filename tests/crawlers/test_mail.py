import contextlib
import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.formats import FORMATS, files_of
from crawlers.importers.choices import Choices
from crawlers.importers.mail import read_mail
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

AT = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = b"""From: Sample HR <hr@jobs.example.test>
To: you@example.test
Subject: =?utf-8?B?VHV54buDbiDEkeG6p3UgYuG6v3A=?=
Date: Sun, 01 Mar 2026 07:00:00 +0700
Message-ID: <7@jobs.example.test>
In-Reply-To: <6@example.test>
Content-Type: text/plain; charset=utf-8

Cooks wanted

Call us
"""


def read(tmp_path: Path, content: bytes, name: str = "mail.eml") -> list[ParsedPost]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(read_mail(path))


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_head_without_an_end_is_read_up_to_a_limit(tmp_path: Path, line_end: bytes) -> None:
    head = PLAIN.partition(b"\n\n")[0] + b"\nX-Long: y" * 40_000 + b"\nContent-Language: vi\n"
    (post,) = read(tmp_path, head.replace(b"\n", line_end))
    assert (post.title, post.lang_hint) == ("Tuyển đầu bếp", None)


@pytest.mark.parametrize(
    ("stated", "at"),
    [(b"2026-03-01 07:00:00 +0700", AT), (b"2026-03-01T00:00:00Z", AT), (b"1 March 2026 07:00 ICT", AT),
     (b"tomorrow", None)],
)  # fmt: skip
def test_dates_of_programs_that_write_their_own(tmp_path: Path, stated: bytes, at: datetime | None) -> None:
    (post,) = read(tmp_path, PLAIN.replace(b"Sun, 01 Mar 2026 07:00:00 +0700", stated))
    assert post.posted_at == at


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        (b"=?utf-8?Q?Desk=2C_Sample?= <hr@jobs.example.test>", "Desk, Sample"),
        (b'"=?utf-8?Q?Desk=2C_Sample?=" <hr@jobs.example.test>', "Desk, Sample"),
        (b"hr@jobs.example.test (Sample)", "Sample"),
        (b"hr@jobs.example.test", "hr@jobs.example.test"),
        ("Bếp <hr@jobs.example.test>".encode(), "Bếp"),
    ],
)
def test_name_of_the_sender(tmp_path: Path, sender: bytes, author: str) -> None:
    (post,) = read(tmp_path, PLAIN.replace(b"Sample HR <hr@jobs.example.test>", sender))
    assert (post.author, post.extra["author_address"]) == (author, "hr@jobs.example.test")


@pytest.mark.parametrize("stated", [b"iso-8859-1", b"windows-1252", b"us-ascii"])
@pytest.mark.parametrize("kind", [b"plain", b"html"])
def test_charset_that_is_stated_wrongly(tmp_path: Path, stated: bytes, kind: bytes) -> None:
    head = PLAIN.partition(b"Content-Type")[0] + b"Content-Type: text/%s; charset=%s\n\n" % (kind, stated)
    (post,) = read(tmp_path, head + "Tuyển đầu bếp".encode())
    assert post.text == "Tuyển đầu bếp"


def test_charset_of_western_europe_stays(tmp_path: Path) -> None:
    (post,) = read(tmp_path, PLAIN.replace(b"charset=utf-8", b"charset=iso-8859-1") + "café".encode("latin-1"))
    assert post.text.endswith("café")


def test_header_in_bytes_is_in_the_charset_of_the_mail(tmp_path: Path) -> None:
    head = PLAIN.replace(b"=?utf-8?B?VHV54buDbiDEkeG6p3UgYuG6v3A=?=", "งาน".encode("cp874"))
    (post,) = read(tmp_path, head.replace(b"charset=utf-8", b"charset=windows-874"))
    assert post.title == "งาน"


def test_flowing_lines_are_joined(tmp_path: Path) -> None:
    flowed = PLAIN.replace(b"charset=utf-8", b"charset=utf-8; format=flowed").partition(b"\n\n")[0]
    (post,) = read(tmp_path, flowed + b"\n\nCooks \nwanted \nnow.\n From Hue\n\n-- \nDesk")
    assert post.text == "Cooks wanted now.\nFrom Hue\n\n-- \nDesk"


def test_mail_of_apple(tmp_path: Path) -> None:
    (post,) = read(tmp_path, b"%d    \n%s<?xml version='1.0'?><plist/>" % (len(PLAIN), PLAIN), "1.emlx")
    assert post.text == "Cooks wanted\n\nCall us"


def test_lines_that_part_a_mailbox(tmp_path: Path) -> None:
    mail = PLAIN.rstrip() + b"\n\nFrom the desk of 3\n"
    between = b"From - Sun Mar  1 00:00:00 2026\n"
    posts = read(tmp_path, between + mail + between + mail, "all.mbox")
    assert [post.text for post in posts] == ["Cooks wanted\n\nCall us\n\nFrom the desk of 3"] * 2


def test_message_is_a_post(tmp_path: Path) -> None:
    (post,) = read(tmp_path, PLAIN)
    assert post == ParsedPost(
        native_id="<7@jobs.example.test>",
        title="Tuyển đầu bếp",
        text="Cooks wanted\n\nCall us",
        author="Sample HR",
        posted_at=datetime(2026, 3, 1, tzinfo=UTC),
        extra={
            "author_address": "hr@jobs.example.test",
            "to": "you@example.test",
            "reply_to": "<6@example.test>",
        },
    )


def test_html_is_read_where_there_is_no_plain_text_and_files_are_hashed(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "hr@jobs.example.test"
    message.set_content("<p>Cooks<br>wanted</p><script>x()</script>", subtype="html")
    message.add_attachment(b"picture", maintype="image", subtype="png", filename="offer.png")
    (post,) = read(tmp_path, message.as_bytes())
    assert (post.text, post.author) == ("Cooks\nwanted", "hr@jobs.example.test")
    assert post.extra["media"] == [
        {"kind": "photo", "name": "offer.png", "sha256": hashlib.sha256(b"picture").hexdigest()}
    ]


@pytest.mark.parametrize(
    ("stated", "at", "precision"),
    [
        ("Sun, 01 Mar 2026 00:00:00 -0000", "2026-03-01T00:00", None),
        ("Sun, 01 Mar 2026 07:00:00 ICT", "2026-03-01T00:00", None),
        ("Sun, 01 Mar 2026 07:00:00 +0700 (Indochina Time)", "2026-03-01T00:00", None),
        ("Sun, 01 Mar 2026 07:00:00 BST", None, None),
        ("Sunday, March 1, 2026 7:00 AM", None, None),
        ("yesterday", None, "unknown"),
    ],
)
def test_dates(tmp_path: Path, stated: str, at: str | None, precision: str | None) -> None:
    (post,) = read(tmp_path, PLAIN.replace(b"Sun, 01 Mar 2026 07:00:00 +0700", stated.encode()))
    assert post.posted_at == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)
    assert post.extra.get("posted_at_precision") == precision


def test_zone_that_no_header_states_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(PLAIN.replace(b" +0700", b""))
    with pytest.raises(DataError, match=r"a\.eml says no time zone"):
        list(read_mail(path, Choices(must_know=True)))
    (post,) = read_mail(path, Choices(time_zone="Asia/Bangkok", must_know=True))
    assert (post.posted_at, post.extra["date_local"]) == (AT, "2026-03-01T07:00:00")


def test_mail_without_a_date_has_that_of_the_last_server(tmp_path: Path) -> None:
    received = b"Received: from a by b with SMTP id 1; Sun, 01 Mar 2026 00:00:00 +0000\n"
    (post,) = read(tmp_path, received + PLAIN.replace(b"Date:", b"X-Date:"))
    assert (post.posted_at, post.extra["posted_at_from"]) == (AT, "received")


@pytest.mark.parametrize(
    ("charset", "body"),
    [("tis-620", "รับสมัครงาน".encode("cp874")), ("windows-874", "รับสมัครงาน".encode("cp874")),
     ("", "Tuyển".encode()), ("x-unknown", "Tuyển".encode()),
     ("idna", b"Cooks")],
)  # fmt: skip
def test_charsets(tmp_path: Path, charset: str, body: bytes) -> None:
    stated = f"; charset={charset}".encode() if charset else b""
    (post,) = read(tmp_path, b"From: a@example.test\nContent-Type: text/plain" + stated + b"\n\n" + body)
    assert post.text in ("รับสมัครงาน", "Tuyển", "Cooks")


def test_mbox_parts_messages_and_undoes_its_quoting(tmp_path: Path) -> None:
    mbox = b"From hr Sun Mar  1 00:00:00 2026\n" + PLAIN + b"\n>From here on\nFrom afar\n\nFrom hr Sun\n" + PLAIN
    first, second = read(tmp_path, mbox, "x.mbox")
    assert first.text.endswith("From here on\nFrom afar")
    assert second.text.endswith("Call us")


def test_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "2.eml").write_bytes(PLAIN)
    (tmp_path / "1.EML").write_bytes(PLAIN)
    (tmp_path / "notes.txt").write_bytes(b"x")
    (tmp_path / "3.eml").symlink_to(tmp_path / "1.EML")
    assert [path.name for path in files_of(FORMATS["mail"], tmp_path)] == ["1.EML", "2.eml"]


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n", b"<html></html>"])
def test_what_is_no_mail_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"mail\.eml holds no mail"):
        read(tmp_path, content)


def test_parts_within_parts_without_end_cost_little(tmp_path: Path) -> None:
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000))
    posts = read(tmp_path, b"From: a@example.test\n" + deep + b"\nCooks")
    assert len(posts) == 1


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_no_bytes_raise_anything_else(tmp_path: Path, noise: bytes) -> None:
    for content in (noise, b"From: =?" + noise + b"\n\n" + noise, PLAIN[:-20] + noise, b"From x\n" + noise):
        with contextlib.suppress(DataError):
            read(tmp_path, content)


def test_header_in_bytes_of_utf8_is_read(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "From: Mẫu <a@example.test>\nSubject: Tuyển đầu bếp\n\nCooks".encode())
    assert (post.title, post.author) == ("Tuyển đầu bếp", "Mẫu")


def test_header_without_end_costs_little(tmp_path: Path) -> None:
    (post,) = read(tmp_path, b"From: a@example.test\nSubject: " + b"=?utf-8?q?a?= " * 300_000 + b"\n\nCooks")
    assert (post.author, post.text) == ("a@example.test", "Cooks")


@pytest.mark.parametrize(
    ("limits", "content", "match"),
    [
        ({"MOST_LINES": 50, "ENDLESS_LINES": 90}, b"From x\n" + PLAIN + b"\n" * 100, "goes on for too long"),
        ({"LARGEST_BYTES": 300}, PLAIN + b"x" * 300, "has more than 300 bytes"),
    ],
    ids=["lines without end", "too many bytes"],
)
def test_message_without_an_end_costs_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], content: bytes, match: str
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(f"crawlers.importers.mail.{name}", value)
    with pytest.raises(DataError, match=match):
        read(tmp_path, content)


@pytest.mark.parametrize("limit", ["MOST_LINES", "MOST_BOUNDARIES"])
def test_what_stands_before_a_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(f"crawlers.importers.mail.{limit}", 12)
    (post,) = read(tmp_path, PLAIN + b"\n--x\n" * 100)
    assert post.text.startswith("Cooks wanted\n\nCall us")
    assert len(post.text) < 100
