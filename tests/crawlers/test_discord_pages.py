import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.importers.choices import Choices
from crawlers.importers.discord import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# Discord's first second of March 2026, and one minute later.
NUMBER, LATER = "1477455328051200000", "1477455579709440000"
TEXT = (
    '<div class="chatlog__content chatlog__markdown"><span class="chatlog__markdown-preserve">Cooks wanted</span></div>'
)


def message(content: str = TEXT, *, number: str = NUMBER, has_head: bool = True) -> str:
    head = (
        '<div class="chatlog__header"><span class="chatlog__author" title="sample_hr#1234" data-user-id="7">Sample HR'
        '</span> <span class="chatlog__timestamp"><a href="#x">3/1/2026 7:00 AM</a></span></div>'
    )
    aside = '<div class="chatlog__message-aside"><div class="chatlog__short-timestamp" title="x">7:01 AM</div></div>'
    shown = f'<div class="chatlog__message-primary">{head if has_head else ""}{content}</div>'
    return (
        f'<div class="chatlog__message-container" data-message-id="{number}"><div class="chatlog__message">'
        f"{'' if has_head else aside}{shown}</div></div>"
    )


def page(*messages: str) -> str:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><svg><path d="M0"/></svg><div class="preamble">'
        '<div class="preamble__entry">Sample Server</div><div class="preamble__entry">Text / jobs</div></div>'
        f'<div class="chatlog"><div class="chatlog__message-group">{"".join(messages)}</div></div></body></html>'
    )


def read(tmp_path: Path, content: str, choices: Choices = Choices()) -> list[ParsedPost]:  # noqa: B008
    path = tmp_path / "jobs.html"
    path.write_text(content)
    return list(read_export(path, choices))


def test_a_message_is_a_post_at_the_instant_of_its_number(tmp_path: Path) -> None:
    assert read(tmp_path, page(message())) == [
        ParsedPost(
            native_id=NUMBER,
            text="Cooks wanted",
            author="Sample HR",
            posted_at=datetime(2026, 3, 1, tzinfo=UTC),
            extra={
                "posted_at_from": "id",
                "posted_at_given": "3/1/2026 7:00 AM",
                "chat": "jobs",
                "channel": "Sample Server",
                "author_id": "7",
                "author_username": "sample_hr#1234",
            },
        )
    ]


def test_messages_of_a_group_are_by_one_author(tmp_path: Path) -> None:
    posts = read(tmp_path, page(message(), message(number=LATER, has_head=False)))
    assert [(post.author, post.posted_at) for post in posts] == [
        ("Sample HR", datetime(2026, 3, 1, tzinfo=UTC)),
        ("Sample HR", datetime(2026, 3, 1, 0, 1, tzinfo=UTC)),
    ]


def test_message_within_a_message_is_part_of_it(tmp_path: Path) -> None:
    assert len(read(tmp_path, page(message(message(number=LATER))))) == 1


def test_older_pages_name_the_author_before_all_messages(tmp_path: Path) -> None:
    content = f"""<div class="chatlog__message-group"><div class="chatlog__messages">
    <span class="chatlog__author-name">Sample HR</span><span class="chatlog__bot-tag">BOT</span>
    <span class="chatlog__timestamp">01-Mar-26 07:00 AM</span>
    <div class="chatlog__message" data-message-id="{NUMBER}"><div class="chatlog__content"><div class="markdown">
    <span class="preserve-whitespace">Cooks\nwanted</span></div></div></div></div></div>"""
    (post,) = read(tmp_path, content)
    assert (post.author, post.text, post.extra["bot"]) == ("Sample HR", "Cooks\nwanted", True)


def test_what_discord_itself_says_is_left_out(tmp_path: Path) -> None:
    joined = '<span class="chatlog__system-notification-content"><span>joined the server.</span></span>'
    assert read(tmp_path, page(message(joined))) == []


@pytest.mark.parametrize("number", ["100", "x", "99999999999999999999999"])
def test_number_that_is_none_of_discord_holds_no_instant(tmp_path: Path, number: str) -> None:
    (post,) = read(tmp_path, page(message(number=number)))
    assert (post.posted_at, "posted_at_from" in post.extra) == (None, False)


@pytest.mark.parametrize(
    ("content", "noted"),
    [
        (
            '<span class="chatlog__reply-link" onclick="scrollToMessage(event, \'1477457453875200001\')">x</span>',
            {"reply_to": "1477457453875200001"},
        ),
        (
            '<div class="chatlog__attachment"><a href="https://cdn.example.test/a/b.pdf?x=1"></a></div>',
            {"media": [{"kind": "document", "name": "b.pdf"}]},
        ),
        (
            '<div class="chatlog__attachment"><img src="y" title="Image: the offer.png (12.3 KB)"></div>',
            {"media": [{"kind": "photo", "name": "the offer.png"}]},
        ),
        ('<div class="chatlog__sticker" title="Wave"></div>', {"media": [{"kind": "sticker", "description": "Wave"}]}),
        (
            '<div class="chatlog__reaction"><img alt="👍"> <span class="chatlog__reaction-count">2</span></div>',
            {"reactions": ["👍 2"]},
        ),
        (
            '<div class="chatlog__content">x <span class="chatlog__edited-timestamp">(edited)</span></div>',
            {"edited": True},
        ),
    ],
)
def test_what_stands_beside_a_text_is_noted(tmp_path: Path, content: str, noted: dict[str, object]) -> None:
    (plain,) = read(tmp_path, page(message("")))
    (post,) = read(tmp_path, page(message(content)))
    assert {name: value for name, value in post.extra.items() if name not in plain.extra} == noted
    assert post.text in ("", "x")


def test_emoji_are_words(tmp_path: Path) -> None:
    (post,) = read(
        tmp_path, page(message('<div class="chatlog__content">Pay <img class="chatlog__emoji" alt="💰">!</div>'))
    )
    assert post.text == "Pay 💰!"


def test_what_is_no_page_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"jobs\.html holds no messages"):
        read(tmp_path, "<html><body>x</body></html>")


@given(st.text(max_size=60), st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_content_raises_anything_else(tmp_path: Path, text: str, noise: bytes) -> None:
    path = tmp_path / "jobs.html"
    for content in (b"<" + noise, page(message(text, number=text)).encode("utf-8", "replace") + noise):
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            list(read_export(path, Choices(time_zone="Asia/Bangkok")))
