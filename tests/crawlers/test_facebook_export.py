import contextlib
import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.importers.facebook import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

AT = datetime(2026, 3, 1, tzinfo=UTC)
UNIX = 1772323200
COOKS = {"uri": "1.jpg", "creation_timestamp": UNIX, "title": "x", "description": "Cooks"}


def meta(value: Any) -> bytes:
    """JSON as Meta writes it: every byte of UTF-8 as a letter of its own."""
    plain = json.dumps(value, ensure_ascii=False).encode().decode("latin-1")
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in plain).encode()


def read(tmp_path: Path, value: Any, name: str = "message_1.json") -> list[ParsedPost]:
    path = tmp_path / name
    path.write_bytes(meta(value))
    return list(read_export(path))


def test_messages_have_the_name_of_their_chat(tmp_path: Path) -> None:
    message = {"sender_name": "Nguyễn Văn Mẫu", "timestamp_ms": UNIX * 1000, "content": "Tuyển đầu bếp 🙂"}
    chat = {"participants": [{"name": "x"}], "messages": [message], "title": "Việc làm", "thread_path": "inbox/x_1"}
    (post,) = read(tmp_path, chat)
    assert (post.text, post.author, post.posted_at) == ("Tuyển đầu bếp 🙂", "Nguyễn Văn Mẫu", AT)
    assert post.extra == {"chat": "Việc làm", "thread": "inbox/x_1"}


@pytest.mark.parametrize(
    "value",
    [
        [{"timestamp": UNIX, "data": [{"post": "Cooks"}], "title": "A updated their status."}],
        {"group_posts_v2": [{"timestamp": UNIX, "data": [{"post": "Cooks"}], "title": "A posted in Sample Jobs."}]},
        {"comments_v2": [{"timestamp": UNIX, "data": [{"comment": {"timestamp": UNIX, "comment": "Cooks"}}]}]},
        [{"timestamp": UNIX, "label_values": [{"label": "Text", "value": "Cooks"}], "fbid": "7"}],
        {
            "comments_media_comments": [
                {"string_map_data": {"Comment": {"value": "Cooks"}, "Time": {"timestamp": UNIX}}}
            ]
        },
        [{"media": [{"uri": "media/1.jpg", "creation_timestamp": UNIX, "title": "Cooks"}]}],
        [{"media": [{"uri": "media/1.jpg"}, {"uri": "2.jpg"}], "title": "Cooks", "creation_timestamp": UNIX}],
        [{"timestamp": UNIX, "attachments": [{"data": [{"media": {"uri": "1.jpg", "description": "Cooks"}}]}]}],
        {"videos_v2": [{"uri": "1.mp4", "creation_timestamp": UNIX, "title": "", "description": "Cooks"}]},
        {"name": "x", "photos": [COOKS], "cover_photo": COOKS, "last_modified_timestamp": UNIX},
    ],
    ids=[
        "posts",
        "group posts",
        "comments",
        "labels",
        "Instagram",
        "one picture",
        "album",
        "described picture",
        "video",
        "album with a cover",
    ],
)
def test_shapes_of_entries(tmp_path: Path, value: Any) -> None:
    (post,) = read(tmp_path, value)
    assert (post.text, post.posted_at) == ("Cooks", AT)


@pytest.mark.parametrize(
    ("message", "text", "extra"),
    [
        ({"sticker": {"uri": "used/1.png"}}, "", {"media": [{"kind": "sticker", "name": "used/1.png"}]}),
        ({"share": {"link": "https://jobs.example.test/"}}, "", {"links": ["https://jobs.example.test/"]}),
        ({"share": {"link": "https://jobs.example.test/", "share_text": "Cooks"}}, "Cooks",
         {"links": ["https://jobs.example.test/"]}),
    ],
    ids=["sticker", "link", "link with words"],
)  # fmt: skip
def test_messages_without_words_of_their_own(
    tmp_path: Path, message: dict[str, Any], text: str, extra: dict[str, Any]
) -> None:
    (post,) = read(tmp_path, {"messages": [message | {"sender_name": "A", "timestamp_ms": UNIX * 1000}]})
    assert (post.text, post.author, post.extra) == (text, "A", extra)


def test_encrypted_chats_have_other_names_for_the_same(tmp_path: Path) -> None:
    message = {"senderName": "A", "text": "Cooks", "timestamp": UNIX * 1000, "media": [], "type": "text"}
    (post,) = read(tmp_path, {"participants": ["A", "B"], "threadName": "B_1", "messages": [message]})
    assert (post.text, post.author, post.posted_at, post.extra) == ("Cooks", "A", AT, {"chat": "B_1"})


@pytest.mark.parametrize("profile", [{"profile_v2": {"name": {"full_name": "สมชาย"}}}, None])
def test_own_posts_have_the_name_of_the_account(tmp_path: Path, profile: dict[str, Any] | None) -> None:
    path = tmp_path / "facebook.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("posts/your_posts_1.json", meta([{"timestamp": UNIX, "data": [{"post": "Cooks"}]}]))
        if profile:
            archive.writestr("profile_information/profile_information.json", meta(profile))
    (post,) = read_export(path)
    assert post.author == ("สมชาย" if profile else None)


def test_what_was_liked_is_no_post(tmp_path: Path) -> None:
    assert not read(
        tmp_path, [{"timestamp": UNIX, "data": [{"reaction": {"reaction": "LIKE"}}], "title": "A likes B."}]
    )


def test_links_and_media_are_noted(tmp_path: Path) -> None:
    attached = [{"data": [{"external_context": {"url": "https://jobs.example.test/"}}, {"media": {"uri": "p/1.jpg"}}]}]
    (post,) = read(tmp_path, [{"timestamp": UNIX, "attachments": attached, "data": [{"post": "Cooks"}]}])
    assert post.extra["links"] == ["https://jobs.example.test/"]
    assert post.extra["media"] == [{"kind": "photo", "name": "p/1.jpg"}]


def test_zip_gives_posts_and_messages_but_no_searches(tmp_path: Path) -> None:
    path = tmp_path / "facebook.zip"
    photo = {"uri": "messages/p.jpg"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("messages/p.jpg", b"picture")
        archive.writestr("messages/inbox/x/message_1.json", meta({"messages": [
            {"sender_name": "A", "timestamp_ms": UNIX * 1000, "photos": [photo]}]}))  # fmt: skip
        archive.writestr("search/your_search_history.json", meta([{"timestamp": UNIX, "data": [{"text": "x"}]}]))
        archive.writestr("posts/your_posts_1.json", meta([{"timestamp": UNIX, "data": [{"post": "Cooks"}]}]))
    first, second = read_export(path)
    digest = hashlib.sha256(b"picture").hexdigest()
    assert first.extra["media"] == [{"kind": "photo", "name": "messages/p.jpg", "sha256": digest}]
    assert second.text == "Cooks"


def test_broken_file_gives_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "message_1.json"
    whole = meta({"messages": [{"timestamp_ms": UNIX * 1000, "content": "a"}, {"timestamp_ms": UNIX, "content": "b"}]})
    path.write_bytes(whole[:-15])
    posts: list[ParsedPost] = []
    with pytest.raises(DataError, match="message_1"):
        posts.extend(read_export(path))
    assert [post.text for post in posts] == ["a"]


@pytest.mark.parametrize("content", [b"", b"<html>", b"5", b"PK", b"[" * 100_000])
def test_what_is_no_download_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"x\.json"):
        list(read_export(path))


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["timestamp", "data", "post", "media", "uri", "title", "label_values"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(_JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_no_json_raises_anything_else(tmp_path: Path, value: Any) -> None:
    with contextlib.suppress(DataError):
        read(tmp_path, value)
