"""4CAT, CrowdTangle and Meta Content Library: tables that researchers' tools make."""

import contextlib
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from crawlers.formats import FORMATS
from crawlers.importers.choices import Choices
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

AT = datetime(2026, 3, 1, tzinfo=UTC)


def read(
    tmp_path: Path, form: str, *rows: dict[str, Any], choices: Choices | None = None, head: str = ""
) -> list[ParsedPost]:
    path = tmp_path / "export.csv"
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(head + text.getvalue(), encoding="utf-8")
    return list(FORMATS[form].read(path, choices or Choices()))


FOURCAT = {"id": "7", "thread_id": "sample_jobs", "timestamp": "2026-03-01 01:00:00", "unix_timestamp": "1772323200",
           "body": "Cooks\nwanted", "author": "sample_hr", "author_fullname": "Sample HR", "subject": "",
           "url": "https://social.example.test/7", "views": "12"}  # fmt: skip


def test_4cat_table(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "4cat", FOURCAT)
    assert post == ParsedPost(
        native_id="sample_jobs/7",
        url="https://social.example.test/7",
        text="Cooks\nwanted",
        author="sample_hr",
        posted_at=AT,
        extra={"thread": "sample_jobs", "author_name": "Sample HR", "views": "12"},
    )


def test_4cat_time_of_the_server_is_no_instant(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "4cat", FOURCAT | {"unix_timestamp": ""})
    assert (post.posted_at, post.extra["date_local"]) == (None, "2026-03-01T01:00:00")
    with pytest.raises(DataError, match="no time zone"):
        read(tmp_path, "4cat", FOURCAT | {"unix_timestamp": ""}, choices=Choices(must_know=True))


def test_4cat_raw_items(tmp_path: Path) -> None:
    path = tmp_path / "export.ndjson"
    item = {"id": "7", "desc": "Cooks", "author": {"uniqueId": "sample_hr"}, "createTime": 1772323200}
    path.write_text(json.dumps(item | {"__import_meta": {"source_platform": "tiktok.com"}}))
    (post,) = FORMATS["4cat"].read(path)
    assert (post.native_id, post.author, post.posted_at) == ("7", "sample_hr", AT)


def test_4cat_raw_items_that_it_collected_itself(tmp_path: Path) -> None:
    message = {"id": 7, "message": "Cooks", "date": 1772323200, "_chat": {"id": 5, "username": "sample_jobs"},
               "_sender": {"id": 9, "username": "sample_hr", "first_name": "Sample"}}  # fmt: skip
    tweet = {"id": "7", "text": "R&amp;D", "created_at": "2026-03-01T00:00:00.000Z", "author_id": "9",
             "author_user": {"username": "sample_hr", "name": "Sample"}}  # fmt: skip
    path = tmp_path / "export.ndjson"
    path.write_text(f"{json.dumps(message)}\n{json.dumps(tweet)}\n")
    first, second = FORMATS["4cat"].read(path)
    assert (first.native_id, first.url) == ("sample_jobs/7", "https://t.me/sample_jobs/7")
    assert (second.native_id, second.url, second.text) == ("7", "https://x.com/sample_hr/status/7", "R&D")
    assert {(post.author, post.posted_at) for post in (first, second)} == {("sample_hr", AT)}


@pytest.mark.parametrize(
    ("chat", "url"), [("sample_jobs", "https://t.me/sample_jobs/7"), ("1234567", None), ("a/../b", None)]
)
def test_4cat_message_of_telegram_has_name_and_address(tmp_path: Path, chat: str, url: str | None) -> None:
    row = FOURCAT | {"url": "", "chat": chat, "author": "900", "author_username": "sample_hr"}
    (post,) = read(tmp_path, "4cat", row)
    assert (post.author, post.url) == ("sample_hr", url)


def saved_as_workbook(tmp_path: Path, row: dict[str, Any]) -> Path:
    book = Workbook()
    book.worksheets[0].append(["Made by", "Desk 3"])
    book.create_sheet("Posts").append(list(row))
    book.worksheets[1].append(list(row.values()))
    book.save(tmp_path / "export.xlsx")
    return tmp_path / "export.xlsx"


def test_tables_that_were_saved_as_workbooks(tmp_path: Path) -> None:
    row = {"id": "7", "creation_time": "2026-03-01T00:00:00+0000", "text": "Cooks", "post_owner.name": "A"}
    for form, made in (("4cat", FOURCAT), ("crowdtangle", CROWDTANGLE), ("mcl", row)):
        (post,) = FORMATS[form].read(saved_as_workbook(tmp_path, made))
        assert (post.text[:5], post.posted_at) == ("Cooks", AT)


CROWDTANGLE = {"Page Name": "Sample HR", "User Name": "samplehr", "Facebook Id": "100", "Likes at Posting": "5",
               "Post Created": "2026-02-28 19:00:00 EST", "Type": "Status", "Total Interactions": "1,234",
               "URL": "https://www.facebook.com/100/posts/7", "Message": "Cooks wanted",
               "Link": "https://jobs.example.test/",
               "Final Link": "", "Image Text": "WhatsApp us", "Link Text": "Jobs",
               "Description": "All jobs"}  # fmt: skip


def test_crowdtangle_page(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "crowdtangle", CROWDTANGLE, head="\ufeff")
    assert (post.native_id, post.url, post.text) == ("7", "https://www.facebook.com/100/posts/7", "Cooks wanted")
    assert (post.author, post.posted_at) == ("Sample HR", AT)
    assert post.extra["interactions"] == "1,234"
    assert post.extra["link_preview"] == {
        "url": "https://jobs.example.test/",
        "title": "Jobs",
        "description": "All jobs",
    }


def test_crowdtangle_group(tmp_path: Path) -> None:
    row = {"Group Name" if name == "Page Name" else name: value for name, value in CROWDTANGLE.items()}
    (post,) = read(tmp_path, "crowdtangle", row)
    assert post.author == "Sample HR"


def test_crowdtangle_instagram_has_its_caption_in_description(tmp_path: Path) -> None:
    row = {"Account": "Sample HR", "User Name": "samplehr", "Post Created": "2026-03-01 00:00:00 UTC", "Title": "",
           "URL": "https://www.instagram.com/p/Ab/", "Description": "Cooks wanted"}  # fmt: skip
    (post,) = read(tmp_path, "crowdtangle", row)
    assert (post.native_id, post.text, post.posted_at) == ("Ab", "Cooks wanted", AT)


def test_crowdtangle_before_2020(tmp_path: Path) -> None:
    row = {"Created" if name == "Post Created" else name: value for name, value in CROWDTANGLE.items()}
    assert read(tmp_path, "crowdtangle", row)[0].posted_at == AT


def test_crowdtangle_that_went_through_a_spreadsheet(tmp_path: Path) -> None:
    rows = [CROWDTANGLE | {"Post Created": f"2/{day}/2026 19:00"} for day in (5, 28)]
    assert read(tmp_path, "crowdtangle", *rows)[0].extra["date_local"] == "2026-02-05T19:00:00"
    with pytest.raises(DataError, match="fit two orders"):
        read(tmp_path, "crowdtangle", rows[0], choices=Choices(must_know=True, time_zone="unknown"))


def test_zone_that_means_several_is_no_instant(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "crowdtangle", CROWDTANGLE | {"Post Created": "2026-03-01 00:00:00 BST"})
    assert (post.posted_at, post.extra["date_local"]) == (None, "2026-03-01T00:00:00")
    assert post.extra["posted_at_given"] == "2026-03-01 00:00:00 BST"


def test_meta_content_library(tmp_path: Path) -> None:
    row = {"id": "7", "text": "Cooks wanted", "creation_time": "2026-03-01T00:00:00+0000", "lang": "en",
           "post_owner.name": "Sample HR", "post_owner.id": "100", "surface.name": "Sample Jobs",
           "statistics.views": "12", "mcl_url": "https://www.facebook.com/mcl/7"}  # fmt: skip
    (post,) = read(tmp_path, "mcl", row)
    assert (post.native_id, post.text, post.author, post.posted_at) == ("7", "Cooks wanted", "Sample HR", AT)
    assert post.extra == {"author_id": "100", "surface": "Sample Jobs", "views": "12",
                          "library_url": "https://www.facebook.com/mcl/7"}  # fmt: skip


def test_meta_content_library_as_json(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    item = {"id": "7", "text": "Cooks", "creation_time": "2026-03-01T00:00:00+0000", "post_owner": {"name": "A"}}
    path.write_text(json.dumps({"data": [item], "paging": {}}))
    (post,) = FORMATS["mcl"].read(path)
    assert (post.text, post.author, post.posted_at) == ("Cooks", "A", AT)


def test_short_row_has_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,body,timestamp,author\n7,Cooks\n")
    (post,) = FORMATS["4cat"].read(path)
    assert (post.text, post.author, post.posted_at) == ("Cooks", None, None)


@pytest.mark.parametrize("form", ["4cat", "crowdtangle", "mcl"])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b'id,"' + b"x" * 2_000_000])
def test_other_tables_are_named(tmp_path: Path, form: str, content: bytes) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"export\.csv"):
        list(FORMATS[form].read(path))


@given(st.sampled_from([CROWDTANGLE, {"id": "1", "body": "x", "timestamp": "1"}, {"id": "1", "creation_time": "1"}]),
       st.lists(st.text(max_size=12), max_size=4), st.binary(max_size=30))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_content_raises_anything_else(tmp_path: Path, row: dict[str, str], values: list[str], noise: bytes) -> None:
    path = tmp_path / "export.csv"
    lines = [",".join(row), ",".join(f'"{value}"' for value in values), ",".join([*values, *row.values()])]
    path.write_bytes("\n".join(lines).encode("utf-8", "replace") + noise)
    for form in ("4cat", "crowdtangle", "mcl"):
        with contextlib.suppress(DataError):
            list(FORMATS[form].read(path))
