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

RULE = "=" * 62
COLUMNS = "AuthorID,Author,Date,Content,Attachments,Reactions"


def read(tmp_path: Path, content: str, *, name: str = "jobs.txt", choices: Choices = Choices()) -> list[ParsedPost]:  # noqa: B008
    path = tmp_path / name
    path.write_text(content)
    return list(read_export(path, choices))


def text(*messages: str) -> str:
    head = f"{RULE}\nGuild: Sample Server\nChannel: Text / jobs\n{RULE}\n\n"
    return f"{head}{''.join(messages)}{RULE}\nExported {len(messages)} message(s)\n{RULE}\n"


def message(*lines: str, date: str = "3/25/2026 9:05 PM") -> str:
    return "\n".join([f"[{date}] Sample HR", *lines, "", ""]) + "\n"


def table(*rows: str) -> str:
    return "\n".join([COLUMNS, *rows])


def test_a_message_of_the_text_is_a_post(tmp_path: Path) -> None:
    parts = ["{Attachments}", "https://cdn.example.test/a/offer.png?x=1", "", "{Reactions}", "👍 (2)"]
    (post,) = read(tmp_path, text(message("Cooks wanted", "", "12 hours", "", *parts)))
    assert (post.author, post.text, post.posted_at) == ("Sample HR", "Cooks wanted\n\n12 hours", None)
    assert post.extra == {
        "posted_at_given": "3/25/2026 9:05 PM",
        "date_local": "2026-03-25T21:05:00",
        "date_order": "mdy",
        "date_order_from": "dates",
        "chat": "jobs",
        "channel": "Sample Server",
        "media": [{"kind": "photo", "name": "offer.png"}],
        "reactions": ["👍 (2)"],
    }


@pytest.mark.parametrize("date", ["25-Mar-26 09:05 PM", "25/03/2026 21:05", "25.03.2026 21:05", "2026-03-25 9:05 PM"])
def test_dates_of_many_computers(tmp_path: Path, date: str) -> None:
    (post,) = read(tmp_path, text(message("x", date=date)))
    assert post.extra["date_local"] == "2026-03-25T21:05:00"


def test_order_and_zone_are_asked_for(tmp_path: Path) -> None:
    content = text(message("x", date="3/4/2026 9:05 PM"))
    with pytest.raises(DataError, match="fit two orders"):
        read(tmp_path, content, choices=Choices(must_know=True))
    (post,) = read(tmp_path, content, choices=Choices(date_order="dmy", time_zone="Asia/Bangkok", must_know=True))
    assert post.posted_at == datetime(2026, 4, 3, 14, 5, tzinfo=UTC)


def test_dates_that_run_forward_decide_the_order(tmp_path: Path) -> None:
    posts = read(tmp_path, text(message("x", date="1/11/2026 9:05 PM"), message("y", date="2/2/2026 9:05 PM")))
    assert [post.extra["date_order"] for post in posts] == ["mdy", "mdy"]


@pytest.mark.parametrize(
    "said", ["Joined the server.", "Added Nobody to the group.", "Changed the channel name: Jobs", "Pinned a message."]
)
def test_what_discord_itself_says_is_left_out(tmp_path: Path, said: str) -> None:
    assert [post.text for post in read(tmp_path, text(message(said), message(f"Why: {said}")))] == [f"Why: {said}"]


def test_line_like_a_head_amid_a_text_belongs_to_it(tmp_path: Path) -> None:
    (post,) = read(tmp_path, text(message("Shifts:", "[9:00] kitchen", "", "[x] Channel: y")))
    assert post.text == "Shifts:\n[9:00] kitchen\n\n[x] Channel: y"


def test_a_row_of_the_table_is_a_post(tmp_path: Path) -> None:
    row = '"7","Sample HR","2026-03-25T21:05:07.4890000+07:00","Cooks ""now""\nwanted","https://cdn.example.test/a.png",""'
    (post,) = read(tmp_path, table(row), name="jobs.csv")
    assert post == ParsedPost(
        native_id=post.native_id,
        text='Cooks "now"\nwanted',
        author="Sample HR",
        posted_at=datetime(2026, 3, 25, 14, 5, 7, 489000, tzinfo=UTC),
        extra={"author_id": "7", "media": [{"kind": "photo", "name": "a.png"}]},
    )


def test_same_words_in_the_same_minute_are_two_posts(tmp_path: Path) -> None:
    posts = read(tmp_path, table(*['"7","A","25.03.2026 21:05","x","",""'] * 2), name="jobs.csv")
    assert len({post.native_id for post in posts}) == 2


@pytest.mark.parametrize("content", [f"{RULE}\nGuild: x\n{RULE}\n", "[x]\n", f"{COLUMNS}\n"])
def test_what_holds_no_message_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(DataError, match=r"jobs\.txt holds no"):
        read(tmp_path, content)


def test_table_of_others_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lacks the columns Author, Date and Content"):
        read(tmp_path, "author,text\nA,Cooks\n", name="jobs.csv")


@given(st.text(max_size=60), st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_content_raises_anything_else(tmp_path: Path, words: str, noise: bytes) -> None:
    path = tmp_path / "jobs.txt"
    for content in (text(message(words, date=f"{words} 9:05")), table(words), f"[{words}"):
        path.write_bytes(content.encode("utf-8", "replace") + noise)
        with contextlib.suppress(DataError):
            list(read_export(path, Choices(time_zone="Asia/Bangkok")))
