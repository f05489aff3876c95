import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.importers.discord import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost


def message(number: str = "7", **fields: Any) -> dict[str, Any]:
    author = {"id": "3", "name": "sample_hr", "nickname": "Sample HR", "isBot": False}
    stated = {"id": number, "type": "Default", "timestamp": "2026-03-01T07:00:00.5+07:00", "author": author}
    return stated | {"content": "Cooks wanted", "attachments": [], "reactions": []} | fields


def read(tmp_path: Path, *messages: Any, server: str = "1") -> list[ParsedPost]:
    path = tmp_path / "channel.json"
    around = {"guild": {"id": server, "name": "Work abroad"}, "channel": {"id": "2", "name": "jobs"}}
    path.write_text(json.dumps(around | {"messages": messages}))
    return list(read_export(path))


def test_a_message_is_a_post(tmp_path: Path) -> None:
    (post,) = read(tmp_path, message())
    assert post == ParsedPost(
        native_id="2/7",
        url="https://discord.com/channels/1/2/7",
        text="Cooks wanted",
        author="Sample HR",
        posted_at=datetime(2026, 3, 1, 0, 0, 0, 500_000, UTC),
        extra={"chat": "jobs", "channel": "Work abroad", "author_id": "3", "author_username": "sample_hr"},
    )


def test_what_hangs_on_a_message_is_kept(tmp_path: Path) -> None:
    fields = {
        "type": "Reply", "reference": {"messageId": "6"}, "timestampEdited": "2026-03-01T00:01:00+00:00",
        "attachments": [{"url": "https://cdn.example.test/x", "fileName": "pay.jpg"}],
        "stickers": [{"name": "wave"}], "reactions": [{"emoji": {"name": "👍"}, "count": 5}],
    }  # fmt: skip
    (post,) = read(tmp_path, message(**fields))
    assert (post.extra["reply_to"], post.extra["edited_at"]) == ("6", "2026-03-01T00:01:00Z")
    assert post.extra["media"] == [{"kind": "photo", "name": "pay.jpg"}, {"kind": "sticker", "description": "wave"}]
    assert post.extra["reactions"] == ["👍 5"]


def test_message_that_came_twice_is_one_post(tmp_path: Path) -> None:
    assert [post.native_id for post in read(tmp_path, message("1"), message("1"), message("2"))] == ["2/1", "2/2"]


@pytest.mark.parametrize("kind", ["0", "19", "20", "Default", "Reply"])
def test_types_of_what_people_write(tmp_path: Path, kind: str) -> None:
    assert len(read(tmp_path, message(type=kind))) == 1


def test_what_a_bot_says_in_a_box_is_kept(tmp_path: Path) -> None:
    boxes = [{"fields": []}, {"title": "Cooks", "description": "900 USD", "url": None, "color": "#fff"}]
    (post,) = read(tmp_path, message(embeds=boxes))
    assert post.extra["link_preview"] == {"title": "Cooks", "description": "900 USD"}


@pytest.mark.parametrize("kind", ["Call", "ChannelNameChange", "GuildMemberJoin", "7", "18", None])
def test_what_discord_says_itself_is_left_out(tmp_path: Path, kind: str | None) -> None:
    assert [post.native_id for post in read(tmp_path, message("1", type=kind), message("2"))] == ["2/2"]


def test_direct_messages_have_an_address_of_their_own(tmp_path: Path) -> None:
    (post,) = read(tmp_path, message(), server="0")
    assert post.url == "https://discord.com/channels/@me/2/7"


@pytest.mark.parametrize("number", ["7/../../9", "javascript:alert(1)"])
def test_address_is_made_of_numbers_alone(tmp_path: Path, number: str) -> None:
    assert read(tmp_path, message(number))[0].url is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"messages": 5}', b'{"messages": [5]}'])
def test_what_is_no_export_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "channel.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"channel\.json"):
        list(read_export(path))


@given(
    st.dictionaries(
        st.sampled_from(["id", "author", "timestamp", "content", "attachments", "reactions", "reference", "stickers"]),
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.dictionaries(st.text(max_size=3), st.none())),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_fields_raise_anything_else(tmp_path: Path, fields: dict[str, Any]) -> None:
    with contextlib.suppress(DataError):
        read(tmp_path, message(**fields))
