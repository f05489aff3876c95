import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.formats import FORMATS
from crawlers.importers.choices import Choices
from crawlers.importers.json_stream import CHUNK_BYTES
from crawlers.importers.telegram import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost


def message(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date_unixtime": "1772323200",
        "from": "Sample HR",
        "text": "Cooks wanted",
    } | fields


def chat(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "Sample Jobs", "type": "public_channel", "id": 42, "messages": list(messages)} | fields


def export(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "result.json"
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False, indent=1).encode()
    path.write_bytes(raw)
    return path


def read_until_broken(path: Path) -> tuple[list[ParsedPost], DataError]:
    posts: list[ParsedPost] = []
    with pytest.raises(DataError) as caught:
        posts.extend(read_export(path))
    return posts, caught.value


def test_a_message_is_a_post(tmp_path: Path) -> None:
    (post,) = read_export(export(tmp_path, chat(message(number=7, from_id="channel42", reply_to_message_id=3))))
    assert post == ParsedPost(
        native_id="42/7",
        text="Cooks wanted",
        author="Sample HR",
        posted_at=datetime(2026, 3, 1, tzinfo=UTC),
        extra={
            "chat": "Sample Jobs",
            "chat_type": "public_channel",
            "author_id": "channel42",
            "reply_to": 3,
        },
    )


def test_formatted_text_is_joined(tmp_path: Path) -> None:
    text = ["Write to ", {"type": "mention", "text": "@sample_hr"}, {"type": "bold", "text": "!\n"}, "Now", 5, None]
    (post,) = read_export(export(tmp_path, chat(message(text=text))))
    assert post.text == "Write to @sample_hr!\nNow"


@pytest.mark.parametrize(
    ("edited", "is_edited"),
    [("2019-03-01T09:00:00", True), ("1970-01-01T07:00:00", None), ("1969-12-31T19:00:00", None)],
)
def test_first_day_of_unix_is_no_edit(tmp_path: Path, edited: str, is_edited: bool | None) -> None:
    (post,) = read_export(export(tmp_path, chat(message(edited=edited))))
    assert post.extra.get("edited") == is_edited


def test_addresses_behind_words_are_kept(tmp_path: Path) -> None:
    text = ["Write ", {"type": "text_link", "text": "here", "href": "https://jobs.example.test/"}, {"type": "link"}]
    (post,) = read_export(export(tmp_path, chat(message(text=text))))
    assert (post.text, post.extra["links"]) == ("Write here", ["https://jobs.example.test/"])


def test_whole_account_gives_all_chats(tmp_path: Path) -> None:
    account = {
        "about": "x", "contacts": {"list": [{"user_id": 1, "messages": "none"}]},
        "chats": {"about": "y", "list": [chat(message()), chat(message(), id=43)]},
        "left_chats": {"list": [chat(message(), id=44)]},
    }  # fmt: skip
    assert [post.native_id for post in read_export(export(tmp_path, account))] == ["42/1", "43/1", "44/1"]


@pytest.mark.parametrize(
    ("fields", "wanted", "noted"),
    [
        ({"date": "2026-03-01T09:00:00"}, datetime(2026, 3, 1, tzinfo=UTC), None),
        ({"date_unixtime": None, "date": "2026-03-01T09:00:00"}, None, "2026-03-01T09:00:00"),
        (
            {"date_unixtime": None, "date": "2026-03-01T09:00:00.500Z"},
            datetime(2026, 3, 1, 9, 0, 0, 500_000, UTC),
            None,
        ),
        ({"date_unixtime": None}, None, None),
        ({"date_unixtime": "soon", "date": "later"}, None, None),
        ({"date_unixtime": "9" * 30}, None, None),
    ],
    ids=["unix time first", "local time is noted", "with a zone", "none", "no sense", "out of range"],
)
def test_local_time_is_never_taken_for_an_instant(
    tmp_path: Path, fields: dict[str, Any], wanted: datetime | None, noted: str | None
) -> None:
    (post,) = read_export(export(tmp_path, chat(message(**fields))))
    assert (post.posted_at, post.extra.get("date_local")) == (wanted, noted)


def test_place_of_the_computer_is_asked_for_where_no_instant_stands(tmp_path: Path) -> None:
    path = export(tmp_path, chat(message(date_unixtime=None, date="2026-03-01T09:00:00")))
    with pytest.raises(DataError, match=r"result\.json says no time zone"):
        list(read_export(path, Choices(must_know=True)))
    (post,) = read_export(path, Choices(time_zone="Asia/Bangkok", must_know=True))
    assert (post.posted_at, post.extra["time_zone"]) == (datetime(2026, 3, 1, 2, tzinfo=UTC), "Asia/Bangkok")


def test_entities_stand_in_for_a_text_that_is_missing(tmp_path: Path) -> None:
    (post,) = read_export(
        export(tmp_path, chat(message(text=None, text_entities=[{"type": "plain", "text": "Cooks"}])))
    )
    assert post.text == "Cooks"


def test_what_hangs_on_a_message_is_kept(tmp_path: Path) -> None:
    fields = {
        "edited": "2026-03-01T09:00:00", "edited_unixtime": "1772323260",
        "contact_information": {"first_name": "Sample", "last_name": "HR", "phone_number": "+66 2 000 0000"},
        "poll": {"question": "Ready to travel?", "answers": [{"text": "Yes", "voters": 3}, {"text": "No"}]},
        "inline_bot_buttons": [[{"type": "url", "text": "Apply", "data": "https://a.example.test/"}], [{"text": "x"}]],
        "reactions": [{"type": "emoji", "count": 5, "emoji": "👍"}, {"type": "paid", "count": 2}],
    }  # fmt: skip
    (post,) = read_export(export(tmp_path, chat(message(**fields))))
    assert {name: post.extra[name] for name in ("edited", "edited_at", "poll", "buttons", "reactions", "media")} == {
        "edited": True,
        "edited_at": "2026-03-01T00:01:00Z",
        "poll": ["Ready to travel?", "Yes", "No"],
        "buttons": [{"text": "Apply", "url": "https://a.example.test/"}, {"text": "x"}],
        "reactions": ["👍 5", "paid 2"],
        "media": [{"kind": "contact", "description": "Sample HR +66 2 000 0000"}, {"kind": "poll"}],
    }


def test_topic_of_a_group_is_the_thread_of_its_messages(tmp_path: Path) -> None:
    topic = {"id": 5, "type": "service", "action": "topic_created", "title": "Jobs abroad"}
    first, second = read_export(export(tmp_path, chat(topic, message(6, reply_to_message_id=5), message(7))))
    assert (first.extra["thread"], "thread" in second.extra) == ("Jobs abroad", False)


def test_deleted_account_has_no_name(tmp_path: Path) -> None:
    (post,) = read_export(export(tmp_path, chat(message(**{"from": None, "from_id": "user9"}))))
    assert (post.author, post.extra["author_id"]) == (None, "user9")


def test_service_messages_are_left_out(tmp_path: Path) -> None:
    assert [post.native_id for post in read_export(export(tmp_path, chat(message(1, type="service"), message(2))))] == [
        "42/2"
    ]


def test_file_that_was_not_exported_is_noted(tmp_path: Path) -> None:
    photo = "(File not included. Change data exporting settings to download.)"
    (post,) = read_export(export(tmp_path, chat(message(text="", photo=photo))))
    assert (post.text, post.extra["media"]) == ("", [{"kind": "photo"}])


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"file": "x"}, "document"),
        ({"file": "x", "media_type": "voice_message"}, "voice"),
        ({"file": "x", "media_type": "animation"}, "video"),
        ({"file": "x", "media_type": "new_type"}, "document"),
        ({"poll": {"question": "x"}}, "poll"),
    ],
)
def test_media_have_the_kinds_of_other_formats(tmp_path: Path, fields: dict[str, Any], kind: str) -> None:
    (post,) = read_export(export(tmp_path, chat(message(**fields))))
    assert post.extra["media"] == [{"kind": kind}]


def test_message_without_an_id_keeps_its_digest(tmp_path: Path) -> None:
    plain = message()
    del plain["id"]
    first, second = read_export(export(tmp_path, chat(plain, plain | {"text": "other"})))
    assert first.native_id != second.native_id
    assert first.native_id == next(read_export(export(tmp_path, chat(plain)))).native_id


def test_values_across_chunks_stay_whole(tmp_path: Path) -> None:
    long = "ก" * (3 * CHUNK_BYTES)
    posts = list(read_export(export(tmp_path, chat(message(1, text=long), message(123456789, text="x"), id=10**30))))
    assert [len(post.text) for post in posts] == [len(long), 1]
    assert posts[1].native_id == f"{10**30}/123456789"


@pytest.mark.parametrize("size", [CHUNK_BYTES - 8, CHUNK_BYTES - 3, CHUNK_BYTES - 1, CHUNK_BYTES])
def test_number_at_the_edge_of_a_chunk_is_read_whole(tmp_path: Path, size: int) -> None:
    head = '{"id": 42, "messages": [{"type": "message", "text": "'
    body = head + "x" * (size - len(head) - len('", "id": 12')) + '", "id": 123456}]}'
    (post,) = read_export(export(tmp_path, body.encode()))
    assert post.native_id == "42/123456"


def test_broken_file_names_the_place_after_giving_what_stands_before(tmp_path: Path) -> None:
    whole = json.dumps(chat(message(1), message(2), message(3)), indent=1)
    path = export(tmp_path, whole[: whole.index('"id": 3') + 3].encode())
    posts, error = read_until_broken(path)
    assert [post.native_id for post in posts] == ["42/1", "42/2"]
    assert "result.json, line 21, column" in error.message
    assert "too early" in error.message or "Unterminated" in error.message
    assert "export the chat again" in error.hint


def test_bytes_that_are_not_utf8_end_the_reading(tmp_path: Path) -> None:
    whole = json.dumps(chat(message(1), message(2, text="MARK"))).encode().replace(b"MARK", b"a\xff\xfe")
    posts, error = read_until_broken(export(tmp_path, whole))
    assert [post.native_id for post in posts] == ["42/1"]
    assert "line 1, column" in error.message


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "begins with"),
        (b"[]", "begins with"),
        (b"<html></html>", "no page of a Telegram export"),
        ({"name": "x"}, "holds no chat"),
        (chat(message(1), 5), "message 2 is no object"),
        (b'{"id": 1, messages: []}', "line 1, column 11"),
        (b'{"messages": [' + b"[" * 100_000, "nested too deeply"),
        (b'{"chats":' * 5_000, "chats are nested too deeply"),
        (b'{"a": 1%s}' % (b', "b": 2' * 10_000), "more than 10000 members"),
        (b'{"messages": [{"type": "message"} {"type": "message"}]}', "',' expected, '{' found"),
    ],
    ids=[
        "empty",
        "a list",
        "a page",
        "no chat",
        "a number for a message",
        "no quotes",
        "deep",
        "deep chats",
        "members",
        "no comma",
    ],
)
def test_what_is_no_export_is_named(tmp_path: Path, content: Any, match: str) -> None:
    _posts, error = read_until_broken(export(tmp_path, content))
    assert match in error.message
    assert error.message.startswith("result.json")


@pytest.mark.parametrize(
    "odd",
    [
        b'{"id": %s, "type": "message", "text": "odd"}' % (b"9" * 100_000),
        b'{"id": 2, "type": "message", "text": %s"odd"%s}' % (b"[" * 900, b"]" * 900),
        b'{"id": 2, "type": "message", "from_id": %s%s, "text": "odd"}' % (b"[" * 900, b"]" * 900),
    ],
    ids=["absurd number", "text nested deeply", "field nested deeply"],
)
def test_an_odd_message_costs_no_other(tmp_path: Path, odd: bytes) -> None:
    whole = b'{"id": 42, "messages": [%s, {"id": 3, "type": "message", "text": "after"}]}' % odd
    posts = list(read_export(export(tmp_path, whole)))
    assert [post.text for post in posts][1:] == ["after"]


def test_numbers_that_json_does_not_know_are_left_out(tmp_path: Path) -> None:
    whole = b'{"id": 42, "messages": [{"id": 1, "type": "message", "text": "a", "via_bot": [NaN, 1e999]}]}'
    (post,) = read_export(export(tmp_path, whole))
    assert "via_bot" not in post.extra


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.json cannot be read"):
        list(FORMATS["telegram"].read(tmp_path / "gone.json"))


@given(st.integers(min_value=0, max_value=10_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_cut_anywhere_gives_a_beginning(tmp_path: Path, cut: int) -> None:
    whole = json.dumps(chat(*(message(number, text="ไทย") for number in range(1, 6))), ensure_ascii=False).encode()
    cut %= len(whole)
    posts, _error = read_until_broken(export(tmp_path, whole[:cut]))
    assert [post.native_id for post in posts] == [f"42/{number}" for number in range(1, len(posts) + 1)]


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_raise_anything_else(tmp_path: Path, noise: bytes) -> None:
    whole = json.dumps(chat(message())).encode()
    for content in (noise, whole[:40] + noise + whole[40:]):
        with contextlib.suppress(DataError):
            list(read_export(export(tmp_path, content)))
