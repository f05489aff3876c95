import contextlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.formats import FORMATS, files_of
from crawlers.importers.choices import Choices
from crawlers.importers.html_stream import MOST_BYTES, MOST_ELEMENTS
from crawlers.importers.telegram import files_of_export, read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

NOON = "01.03.2026 12:00:00 UTC+07:00"
TEXT = '<div class="text">\nCooks wanted\n       </div>'
POLL = """<div class="media_wrap clearfix"><div class="media_poll"><div class="question bold">Go?</div>
<div class="details">Anonymous poll</div>
<div class="answer">- Yes <span class="details">2 votes</span></div></div></div>
"""
BUTTON = """<table class="bot_buttons_table"><tr><td class="bot_button_row"><div class="bot_button">
<a href="https://t.example.test/hr"><div>Apply</div></a></div></td></tr></table>
"""
REACTIONS = """<span class="reactions">
<span class="reaction"><span class="emoji">👍</span><span class="count">3</span></span>
<span class="reaction"><span class="emoji">🔥</span>
<span class="userpics"><div class="userpic"></div></span></span></span>
"""


def message(content: str = TEXT, *, number: int = 7, name: str | None = "Sample HR", date: str = NOON) -> str:
    author = f'<div class="from_name">\n{name}\n </div>' if name else ""
    joined = "" if name else " joined"
    return (
        f'<div class="message default clearfix{joined}" id="message{number}">\n'
        '<div class="pull_left userpic_wrap"><div class="userpic userpic1"><div class="initials">S</div></div></div>\n'
        f'<div class="body">\n<div class="pull_right date details" title="{date}">\n12:00\n</div>\n'
        f"{author}{content}</div></div>\n"
    )


def forwarded(*, name: str | None = "Sample Agency", content: str = TEXT) -> str:
    source = (
        f'<div class="from_name">{name}<span class="date details" title="{NOON}"> {NOON}</span></div>' if name else ""
    )
    return f'<div class="pull_left forwarded userpic_wrap"></div><div class="forwarded body">{source}{content}</div>'


def media(kind: str, title: str, status: str = "", *, href: str = "") -> str:
    tag = f'a href="{href}"' if href else "div"
    return (
        f'<div class="media_wrap clearfix"><{tag} class="media clearfix pull_left {kind}"><div class="fill"></div>'
        f'<div class="body"><div class="title bold">{title}</div><div class="status details">{status}</div></div>'
        f"</{tag.split(' ')[0]}></div>"
    )


def page(*messages: str, chat: str = "Sample Jobs") -> str:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head><body>'
        f'<div class="page_wrap"><div class="page_header"><div class="content"><div class="text bold">\n{chat} \n</div>'
        '</div></div><div class="page_body chat_page"><div class="history">'
        '<div class="message service" id="message-1"><div class="body details">\n1 March 2026\n</div></div>'
        f"{''.join(messages)}</div></div></div></body></html>"
    )


def read(tmp_path: Path, *messages: str, choices: Choices = Choices()) -> list[ParsedPost]:  # noqa: B008
    path = tmp_path / "messages.html"
    path.write_text(page(*messages))
    return list(read_export(path, choices))


def test_a_message_is_a_post(tmp_path: Path) -> None:
    assert read(tmp_path, message()) == [
        ParsedPost(
            native_id="Sample Jobs/7/2026-03-01T05:00:00Z",
            text="Cooks wanted",
            author="Sample HR",
            posted_at=datetime(2026, 3, 1, 5, tzinfo=UTC),
            extra={"chat": "Sample Jobs"},
        )
    ]


def test_joined_message_is_by_the_one_before(tmp_path: Path) -> None:
    assert [post.author for post in read(tmp_path, message(), message(name=None, number=8))] == ["Sample HR"] * 2


@pytest.mark.parametrize(
    ("date", "wanted"),
    [
        ("01.03.2026 12:00:00 UTC", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("01.03.2026 12:00:00 UTC-03:30", datetime(2026, 3, 1, 15, 30, tzinfo=UTC)),
        ("01.03.2026 12:00:00 UTC+05:45", datetime(2026, 3, 1, 6, 15, tzinfo=UTC)),
        ("99.03.2026 12:00:00 UTC", None),
        ("01.01.0001 00:00:00 UTC+07:00", None),
        ("yesterday", None),
    ],
)
def test_times_with_their_offset(tmp_path: Path, date: str, wanted: datetime | None) -> None:
    (post,) = read(tmp_path, message(date=date))
    assert (post.posted_at, "posted_at_given" in post.extra) == (wanted, wanted is None)


def test_time_without_offset_is_asked_for(tmp_path: Path) -> None:
    older = message(date="01.03.2020 12:00:00")
    (post,) = read(tmp_path, older)
    assert (post.posted_at, post.extra["date_local"]) == (None, "2020-03-01T12:00:00")
    (placed,) = read(tmp_path, older, choices=Choices(time_zone="Asia/Bangkok"))
    assert placed.posted_at == datetime(2020, 3, 1, 5, tzinfo=UTC)
    assert placed.native_id == post.native_id
    with pytest.raises(DataError, match="no time zone"):
        read(tmp_path, older, choices=Choices(must_know=True))


def test_text_keeps_its_line_breaks_and_marks_nothing_up(tmp_path: Path) -> None:
    text = (
        '<div class="text">\n<strong>Cooks &amp; maids</strong><br>  <em>900</em> USD<br><br>'
        '<span class="spoiler hidden" onclick="ShowSpoiler(this)"><span>visa free</span></span></div>'
    )
    (post,) = read(tmp_path, message(text))
    assert post.text == "Cooks & maids\n  900 USD\n\nvisa free"


def test_what_was_passed_on_keeps_both_names(tmp_path: Path) -> None:
    posts = read(tmp_path, message(forwarded()), message(forwarded(name=None), name=None), message())
    assert [(post.author, post.text, post.extra.get("forwarded_from")) for post in posts] == [
        ("Sample HR", "Cooks wanted", "Sample Agency"),
        ("Sample HR", "Cooks wanted", "Sample Agency"),
        ("Sample HR", "Cooks wanted", None),
    ]


def test_calls_and_service_messages_are_left_out(tmp_path: Path) -> None:
    call = message(media("media_call success", "Sample HR", "Outgoing (3 seconds)"), name="Nobody")
    assert [post.author for post in read(tmp_path, message(), call, message(name=None))] == ["Sample HR", "Nobody"]


@pytest.mark.parametrize(
    ("content", "noted"),
    [
        ('<div class="signature details">Ann</div>', {"signature": "Ann"}),
        ('<div class="reply_to details">In reply to <a href="#go_to_message3">this message</a></div>', {"reply_to": 3}),
        (
            '<div class="reply_to details">In reply to <a href="messages2.html#go_to_message3">it</a></div>',
            {"reply_to": 3},
        ),
        ('<div class="reply_to details">In reply to a message in another chat</div>', {}),
        (
            '<div class="media_wrap"><a class="photo_wrap clearfix pull_left" href="photos/p%201.jpg"></a></div>',
            {"media": [{"kind": "photo", "name": "p 1.jpg"}]},
        ),
        (media("media_file", "offer.pdf", "4 KB"), {"media": [{"kind": "document", "name": "offer.pdf"}]}),
        (media("media_photo", "Sticker", "👍"), {"media": [{"kind": "sticker"}]}),
        (
            media("media_contact", "Ann Sample", "+66 2 000 0000 - vCard", href="contacts/contact_1.vcf"),
            {"media": [{"kind": "contact", "description": "Ann Sample +66 2 000 0000"}]},
        ),
        (
            media("media_location", "Location", "1, 2", href="https://maps.example.test/"),
            {"media": [{"kind": "place"}]},
        ),
        (POLL, {"media": [{"kind": "poll"}], "poll": ["Go?", "Yes"]}),
        (BUTTON, {"buttons": [{"text": "Apply", "url": "https://t.example.test/hr"}]}),
        (REACTIONS, {"reactions": ["👍 3", "🔥 1"]}),
        (
            '<div class="text"><a href="https://jobs.example.test/">here</a> <a href="https://t.me/hr">@hr</a></div>',
            {"links": ["https://jobs.example.test/"]},
        ),
    ],
)
def test_what_stands_beside_a_text_is_noted(tmp_path: Path, content: str, noted: dict[str, object]) -> None:
    (post,) = read(tmp_path, message(content))
    assert post.extra == {"chat": "Sample Jobs"} | noted


@pytest.mark.parametrize(
    ("name", "author", "bot"), [("A via @jobsbot", "A", "@jobsbot"), ("A via B", "A via B", None), ("", None, None)]
)
def test_bot_through_whom_it_was_written_is_no_part_of_the_name(
    tmp_path: Path, name: str, author: str | None, bot: str | None
) -> None:
    (post,) = read(tmp_path, message(name=name or None))
    assert (post.author, post.extra.get("via_bot")) == (author, bot)


def test_message_that_breaks_off_costs_no_other(tmp_path: Path) -> None:
    broken = '<div class="message default clearfix" id="message6"><div class="body"><div class="text">half'
    assert [post.author for post in read(tmp_path, broken, message())] == ["Sample HR"]


def test_messages_of_two_chats_of_one_name_stay_apart(tmp_path: Path) -> None:
    posts = read(tmp_path, message(), message(date="02.03.2026 12:00:00 UTC+07:00"))
    assert len({post.native_id for post in posts}) == 2


def test_zip_and_folder_give_their_pages_in_order(tmp_path: Path) -> None:
    names = ["messages10.html", "messages2.html", "messages.html", "css/style.css", "files/messages.html"]
    folder = tmp_path / "ChatExport"
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True, parents=True)
            (folder / name).write_text(page(message(), chat=name))
            archive.write(folder / name, f"ChatExport/{name}")
    wanted = ["messages.html", "messages2.html", "messages10.html"]
    assert [post.extra["chat"] for post in read_export(tmp_path / "export.zip")] == wanted
    assert [path.name for path in files_of(FORMATS["telegram"], folder)] == wanted


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["result.json", "messages.html", "chats/chat_01/messages.html"], ["result.json"]),
        (["lists/chats.html", "chats/chat_01/messages.html"], ["chats/chat_01/messages.html"]),
        (["chats/chat_01/messages.html", "chats/chat_01/files/result.json"], ["chats/chat_01/messages.html"]),
        (["old/result.json", "new/messages.html"], ["new/messages.html", "old/result.json"]),
        (["messages.html.exe", "messagesx.html"], []),
    ],
)
def test_what_was_sent_in_a_chat_is_no_part_of_its_export(names: list[str], chosen: list[str]) -> None:
    assert files_of_export(names) == chosen


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("<html><body><p>Cooks wanted</p></body></html>", "no page of a Telegram export"),
        (page(message("<br>" * (MOST_ELEMENTS + 9))), "goes on for too long"),
        (page(message(f"<br>{'x' * (MOST_BYTES + 99_999)}")), "goes on for too long"),
        (page("<div>" * 3_000, message()), "messages.html, line"),
        ("<", "messages.html"),
    ],
)
def test_what_is_no_page_is_named(tmp_path: Path, content: str, match: str) -> None:
    path = tmp_path / "messages.html"
    path.write_text(content)
    with pytest.raises(DataError, match=match):
        list(read_export(path))


def test_zip_without_messages_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("css/style.css", "")
    with pytest.raises(DataError, match=r"export\.zip holds no result\.json"):
        list(read_export(tmp_path / "export.zip"))


@given(st.text(max_size=60), st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_content_raises_anything_else(tmp_path: Path, text: str, noise: bytes) -> None:
    path = tmp_path / "messages.html"
    for content in (b"<" + noise, page(message(text, name=text, date=text)).encode("utf-8", "replace") + noise):
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            list(read_export(path, Choices(time_zone="Asia/Bangkok")))
