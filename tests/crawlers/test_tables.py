import contextlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from crawlers.formats import FORMATS
from crawlers.importers import sheet
from crawlers.importers.choices import Choices
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

AT = datetime(2026, 3, 1, tzinfo=UTC)


def read(tmp_path: Path, text: str, choices: Choices | None = None, encoding: str = "utf-8") -> list[ParsedPost]:
    path = tmp_path / "posts.csv"
    path.write_bytes(text.encode(encoding))
    return list(FORMATS["table"].read(path, choices or Choices()))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_known_by_their_names(tmp_path: Path, separator: str) -> None:
    head = separator.join(
        ["ID", "Job_Title", "Job Description", "Company", "Date posted", "URL", "Salary", "City", "Ref"]
    )
    row = separator.join(["7", "Cook", '"Cooks\nwanted"', "Sample HR", "2026-03-01T07:00:00+07:00",
                          "https://jobs.example.test/7", "900 USD", "Hue", "x9"])  # fmt: skip
    (post,) = read(tmp_path, f"{head}\n{row}\n")
    assert post == ParsedPost(
        native_id="7",
        url="https://jobs.example.test/7",
        title="Cook",
        text="Cooks\nwanted",
        author="Sample HR",
        posted_at=datetime(2026, 3, 1, tzinfo=UTC),
        location="Hue",
        salary="900 USD",
        extra={"columns": {"ref": "x9"}},
    )


@pytest.mark.parametrize("head", ["Nội dung", "ข้อความ", "正文", "本文", "내용", "Mensaje", "Текст", "النص", "संदेश"])
def test_columns_have_names_in_many_languages(tmp_path: Path, head: str) -> None:
    (post,) = read(tmp_path, f"\ufeff{head},x\r\nCooks,1\r\n")
    assert post.text == "Cooks"


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nText;Author\nCooks;A\n",
        "Report of desk 3,,\n,,\nText,Author\nCooks,A\n",
        "Text,Author,Text\nCooks,A,x\n",
    ],
    ids=["Excel's line", "title above", "one name twice"],
)
def test_row_of_the_names_is_found(tmp_path: Path, text: str) -> None:
    (post,) = read(tmp_path, text)
    assert (post.text, post.author) == ("Cooks", "A")


@pytest.mark.parametrize("text", ["text\nCooks, cleaners\n", "text,\nCooks,\ncleaners,\n"])
def test_table_of_one_column_has_no_title(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text)[0].text == "Cooks"


@pytest.mark.parametrize(
    ("date", "at", "local"),
    [
        ("March 1, 2026", AT, None), ("1 Mar 2026 07:00", None, "2026-03-01T07:00:00"),
        ("Sunday, 1 March 2026 at 7:00 PM", None, "2026-03-01T19:00:00"), ("1 de marzo de 2026", AT, None),
        ("1 tháng 3 2026", AT, None), ("1 มีนาคม 2569", AT, None), ("1 марта 2026", AT, None),
        ("2026年3月1日 07:00", None, "2026-03-01T07:00:00"), ("1 listopad 2026", None, None),
        ("2026-03-01 07:00:00 WIB", AT, None), ("2026-03-01 07:00:00 BST", None, "2026-03-01T07:00:00"),
        ("1 Mar 2026 27:00", None, None), ("1 Mar", None, None), ("31 February 2026", None, None),
    ],
)  # fmt: skip
def test_dates_that_leave_nothing_open(tmp_path: Path, date: str, at: datetime | None, local: str | None) -> None:
    (post,) = read(tmp_path, f'text,date\nCooks,"{date}"\n')
    assert (post.posted_at, post.extra.get("date_local")) == (at, local)


def test_short_year_that_may_stand_in_front_is_asked_for(tmp_path: Path) -> None:
    text = "text,date\na,26-03-05\nb,26-03-06\nc,26-04-07\n"
    with pytest.raises(DataError, match="fit two orders"):
        read(tmp_path, text, Choices(must_know=True))
    posts = read(tmp_path, text, Choices(date_order="ymd"))
    assert posts[2].posted_at == datetime(2026, 4, 7, tzinfo=UTC)


def test_person_names_the_columns(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "a,b\nx,Cooks\n", Choices(columns={"text": "B", "author": "a"}))
    assert (post.text, post.author) == ("Cooks", "x")


@pytest.mark.parametrize(
    ("text", "columns", "match"),
    [
        ("a,b\n1,2\n", {}, "none of the columns a, b is known as text.*--column text=NAME"),
        ("a,b\n1,2\n", {"text": "c"}, "no column 'c'.*Its columns are a, b"),
        ("text\n", {}, "holds no row"),
        ("", {}, "is empty"),
    ],
)
def test_what_cannot_be_mapped_is_named(tmp_path: Path, text: str, columns: dict[str, str], match: str) -> None:
    with pytest.raises(DataError, match=match):
        read(tmp_path, text, Choices(columns=columns))


@pytest.mark.parametrize(
    ("dates", "at", "noted"),
    [
        (["1/2/2026 10:00", "13/2/2026 10:00"], "2026-02-01T03:00", {"date_order": "dmy", "time_zone": "Asia/Bangkok"}),
        (["1/2/2026 10:00 PM", "1/13/2026 10:00 AM"], "2026-01-02T15:00", {"date_order": "mdy"}),
        (["13.2.2026"], "2026-02-13T00:00", {"posted_at_precision": "day", "date_order": "dmy"}),
        (["2026-02-13"], "2026-02-13T00:00", {"posted_at_precision": "day"}),
        (["2026-02-13 10:00:00"], "2026-02-13T03:00", {"date_local": "2026-02-13T10:00:00"}),
        (["2026-02-13 10:00:00 UTC"], "2026-02-13T10:00", {}),
        (["1772323200"], "2026-03-01T00:00", {}),
        (["1/2/2026"], None, {"date_order": "unknown", "posted_at_given": "1/2/2026"}),
        (["yesterday"], None, {"posted_at_precision": "unknown"}),
    ],
)
def test_dates(tmp_path: Path, dates: list[str], at: str | None, noted: dict[str, str]) -> None:
    rows = "".join(f"x{number},{value}\n" for number, value in enumerate(dates))
    post = read(tmp_path, f"text,date\n{rows}", Choices(time_zone="Asia/Bangkok"))[0]
    assert post.posted_at == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)
    assert noted.items() <= post.extra.items()


def test_order_that_is_left_open_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="fit two orders"):
        read(tmp_path, "text,date\nx,1/2/2026\n", Choices(must_know=True))


def workbook(tmp_path: Path, *rows: list[Any]) -> Path:
    path = tmp_path / "posts.xlsx"
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)
    return path


def test_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path, [None], ["ID", "Text", "Date"], [7, "Cooks", datetime(2026, 3, 1, 7)], [8, None, None])  # noqa: DTZ001
    (post,) = FORMATS["table"].read(path, Choices(time_zone="Asia/Bangkok"))
    assert (post.native_id, post.text, post.posted_at) == ("7", "Cooks", datetime(2026, 3, 1, tzinfo=UTC))


def test_title_above_a_sheet_is_no_row_of_names(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Report of desk 3"], ["Text", "Author"], ["Cooks", "A"])
    (post,) = FORMATS["table"].read(path)
    assert (post.text, post.author) == ("Cooks", "A")


def test_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "LARGEST_BYTES", 1_000)
    with pytest.raises(DataError, match=r"posts\.xlsx unpacks to .* bytes"):
        list(FORMATS["table"].read(workbook(tmp_path, ["text"], ["Cooks"])))


def test_rows_far_away_from_the_table_are_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "posts.xlsx"
    book = Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "text", "Cooks", 1  # type: ignore[index]
    book.save(path)
    posts: list[ParsedPost] = []
    with pytest.raises(DataError, match="empty rows"):
        posts.extend(FORMATS["table"].read(path))
    assert [post.text for post in posts] == ["Cooks"]


@pytest.mark.parametrize(
    ("limit", "text", "match"),
    [
        ("MOST_EMPTY_ROWS", "text,x\nCooks,1\n" + "\n" * 50, "more than 20 empty rows"),
        ("LONGEST_FIELD", f"text,x\nCooks,1\n{'x' * 50},1\n", "field limit"),
    ],
)
def test_table_without_an_end_costs_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, text: str, match: str
) -> None:
    monkeypatch.setattr(f"crawlers.importers.rows.{limit}", 20)
    with pytest.raises(DataError, match=match):
        read(tmp_path, text)


@pytest.mark.parametrize("entity", ["&b;", "&outside;"])
def test_entities_of_a_workbook_are_not_resolved(tmp_path: Path, entity: str) -> None:
    path, kept = workbook(tmp_path, ["text"], ["Cooks"]), tmp_path / "kept.txt"
    kept.write_text("kept apart")
    made = f'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY outside SYSTEM "{kept.as_uri()}">]>'.encode()
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    words = parts["xl/worksheets/sheet1.xml"]
    assert b">Cooks<" in words
    parts["xl/worksheets/sheet1.xml"] = made + words.replace(b"Cooks", entity.encode())
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    texts: list[str] = []
    with contextlib.suppress(DataError):
        texts.extend(post.text for post in FORMATS["table"].read(path))
    assert not {"haha", "kept apart"} & set(texts)


def test_broken_workbook_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["text"], ["Cooks"])
    whole = path.read_bytes()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "x")
    for content in (whole[:-30], whole[:200], other.getvalue(), b"PK"):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"posts\.xlsx"):
            list(FORMATS["table"].read(path))


def jsonl(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in lines))
    return path


def test_lines_that_were_printed_are_read_back(tmp_path: Path) -> None:
    post = ParsedPost(native_id="7", url="https://jobs.example.test/7", title="Cook", text="Cooks\nwanted", author="A",
                      posted_at=datetime(2026, 3, 1, tzinfo=UTC), location="Hue", salary="1", lang_hint="en",
                      extra={"views": 3})  # fmt: skip
    assert list(FORMATS["jsonl"].read(jsonl(tmp_path, post.as_line()))) == [post]


def test_lines_of_other_programs(tmp_path: Path) -> None:
    (post,) = FORMATS["jsonl"].read(
        jsonl(tmp_path, {"body": "Cooks", "user": {"name": "A"}, "created_at": "2026-03-01 07:00"})
    )
    assert (post.text, post.author, post.posted_at) == ("Cooks", "A", None)
    assert post.extra["date_local"] == "2026-03-01T07:00:00"


def test_post_without_words_is_read_back(tmp_path: Path) -> None:
    post = ParsedPost(native_id="7", extra={"media": [{"kind": "photo"}]})
    assert list(FORMATS["jsonl"].read(jsonl(tmp_path, post.as_line()))) == [post]


def test_order_of_dates_is_decided_for_lines_too(tmp_path: Path) -> None:
    lines = [{"text": "a", "date": "1/4/2026"}, {"text": "b", "date": "25/3/2026"}]
    posts = list(FORMATS["jsonl"].read(jsonl(tmp_path, *lines)))
    assert posts[0].posted_at == datetime(2026, 4, 1, tzinfo=UTC)
    with pytest.raises(DataError, match="fit two orders"):
        list(FORMATS["jsonl"].read(jsonl(tmp_path, lines[0]), Choices(must_know=True)))


def test_line_without_text_is_named(tmp_path: Path) -> None:
    posts: list[ParsedPost] = []
    with pytest.raises(DataError, match=r"posts\.jsonl: post 2 has no text"):
        posts.extend(FORMATS["jsonl"].read(jsonl(tmp_path, {"text": "Cooks"}, {"id": 5})))
    assert len(posts) == 1


@given(st.binary(max_size=80), st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@pytest.mark.parametrize("form", ["table", "jsonl"])
def test_no_content_raises_anything_else(tmp_path: Path, form: str, noise: bytes, text: str) -> None:
    path = tmp_path / "posts"
    for content in (noise, b"PK" + noise, f"text,date\nx,{text}\n{text}".encode("utf-8", "replace") + noise):
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            list(FORMATS[form].read(path, Choices(time_zone="Asia/Bangkok")))
