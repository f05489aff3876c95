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
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from crawlers.formats import FORMATS
from crawlers.importers import open_sheet, sheet
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
        "Post,,Source,\nText,Date,Author,URL\nCooks,,A,\n",
    ],
    ids=["Excel's line", "title above", "one name twice", "names in two rows"],
)
def test_row_of_the_names_is_found(tmp_path: Path, text: str) -> None:
    (post,) = read(tmp_path, text)
    assert (post.text, post.author) == ("Cooks", "A")


@pytest.mark.parametrize(
    "names",
    [
        ("tweet", "author", "timestamp", "url"), ("Full_Text", "user.screen_name", "created_at", "tweet_url"),
        ("Post text", "Posted by", "Posted on", "Post URL"), ("message", "from.name", "created_time", "permalink_url"),
        ("text", "authorMeta.name", "createTimeISO", "webVideoUrl"), ("Isi", "Nama", "Tanggal", "Tautan"),
        ("Bài viết", "Người đăng", "Ngày đăng", "Đường dẫn"), ("เนื้อหา", "ชื่อผู้ใช้", "วันเวลา", "ลิงก์"),
        ("စာသား", "ရေးသူ", "ရက်စွဲ", "လင့်"), ("អត្ថបទ", "ឈ្មោះ", "កាលបរិច្ឆេទ", "តំណ"),
        ("ຂໍ້ຄວາມ", "ຊື່", "ວັນທີ", "ລິ້ງ"), ("पाठ", "लेखक", "तारीख", "लिंक"), ("Mensahe", "May-akda", "Petsa", "Link"),
    ],
    ids=lambda names: names[0],
)  # fmt: skip
def test_programs_and_languages_name_columns_alike(tmp_path: Path, names: tuple[str, ...]) -> None:
    row = ("Cooks", "A", "2026-03-01T00:00:00Z", "https://jobs.example.test/7")
    (post,) = read(tmp_path, f"{','.join(names)}\n{','.join(row)}\n")
    assert (post.text, post.author, post.posted_at, post.url) == ("Cooks", "A", AT, row[3])


@pytest.mark.parametrize(
    ("day", "time"), [("13/2/2026", "7:00 PM"), ("2026-02-13", "19:00:00"), ("13 Feb 2026", "19:00")]
)
def test_time_of_day_in_a_column_of_its_own(tmp_path: Path, day: str, time: str) -> None:
    (post,) = read(tmp_path, f"Date,Time,Text\n{day},{time},Cooks\n")
    assert post.extra["date_local"] == "2026-02-13T19:00:00"


def test_what_stands_above_the_names_is_no_row(tmp_path: Path) -> None:
    (post,) = read(
        tmp_path, "Report:,Desk 3\nFrom:,2026-03-01\n\nDate,Title,Full Text,Author\n2026-03-01,Job,Cooks,A\n"
    )
    assert (post.title, post.text, post.author) == ("Job", "Cooks", "A")


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


def test_workbook_under_another_name(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Text"], ["Cooks"]).rename(tmp_path / "download")
    assert [post.text for post in FORMATS["table"].read(path)] == ["Cooks"]


def test_title_above_a_sheet_is_no_row_of_names(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Report of desk 3"], ["Text", "Author"], ["Cooks", "A"])
    (post,) = FORMATS["table"].read(path)
    assert (post.text, post.author) == ("Cooks", "A")


def workbook_of(tmp_path: Path, sheets: dict[str, list[list[Any]]], name: str = "posts.xlsx") -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet_of_book = book.create_sheet(title)
        sheet_of_book.sheet_state = "hidden" if title == "hidden" else "visible"
        for row in rows:
            sheet_of_book.append(row)
    book.save(tmp_path / "posts.xlsx")
    return (tmp_path / "posts.xlsx").rename(tmp_path / name)


def test_all_sheets_with_posts_are_read(tmp_path: Path) -> None:
    sheets = {
        "about": [["Made by", "Desk 3"], ["On", "2026-03-01"]],
        "March": [["Text", "Author"], ["Cooks", "A"]],
        "April": [["Author", "Message"], ["B", "Cleaners"]],
        "hidden": [["Text", "Author"], ["Drivers", "C"]],
    }
    posts = list(FORMATS["table"].read(workbook_of(tmp_path, sheets)))
    assert [(post.text, post.author) for post in posts] == [("Cooks", "A"), ("Cleaners", "B")]


def test_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, {"x": [["Text"], ["Cooks"]]}, name="posts.xls")
    assert next(FORMATS["table"].read(path)).text == "Cooks"


@pytest.mark.parametrize(("mac", "days"), [(False, 46082.5), (True, 44620.5)])
def test_date_that_was_not_formatted_counts_from_the_epoch_of_the_workbook(
    tmp_path: Path, mac: bool, days: float
) -> None:
    book = Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(["Text", "Date", "Pay"])
    book.worksheets[0].append(["Cooks", days, days])
    book.save(tmp_path / "posts.xlsx")
    (post,) = FORMATS["table"].read(tmp_path / "posts.xlsx")
    assert (post.extra["date_local"], post.salary) == ("2026-03-01T12:00:00", str(days))


def cell(value: str = "", *, date: str = "", times: int = 1) -> str:
    stated = f' office:value-type="date" office:date-value="{date}"' if date else ""
    lines = "".join(f"<text:p>{line}</text:p>" for line in value.split("|")) if value else ""
    return f'<table:table-cell{stated} table:number-columns-repeated="{times}">{lines}</table:table-cell>'


def repeated(times: int, cells: str) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def open_document(tmp_path: Path, *sheets: list[tuple[int, str]], declared: str = "") -> Path:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    tables = "".join(
        f"<table:table>{''.join(repeated(times, cells) for times, cells in rows)}</table:table>" for rows in sheets
    )
    content = f"{declared}<office:document-content{names}><office:body>{tables}</office:body></office:document-content>"
    with zipfile.ZipFile(tmp_path / "posts.ods", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("content.xml", content)
    return tmp_path / "posts.ods"


def test_open_document(tmp_path: Path) -> None:
    path = open_document(
        tmp_path,
        [(1, cell("Made by") + cell("Desk 3")), (1, cell("On") + cell(date="2026-03-01"))],
        [(1, cell("Text") + cell("Author") + cell("Date") + cell(times=1021)),
         (1, cell("Cooks|wanted") + cell("A") + cell("1 March", date="2026-03-01T07:00:00") + cell(times=1021)),
         (2, cell("Cleaners") + cell(times=1023)), (1_048_000, cell(times=1024))],
    )  # fmt: skip
    posts = list(FORMATS["table"].read(path, Choices(time_zone="Asia/Bangkok")))
    assert [post.text for post in posts] == ["Cooks\nwanted", "Cleaners", "Cleaners"]
    assert (posts[0].author, posts[0].posted_at) == ("A", AT)


@pytest.mark.parametrize(
    ("rows", "declared"),
    [
        ([(1, cell("Text", times=2)), (9_999_999, cell("x", times=500))], ""),
        ([(1, cell("Text")), *[(1, cell(times=9_999) + cell("x"))] * 5_000], ""),
        ([(1, cell("Text")), (1, cell("&a;"))], '<!DOCTYPE x [<!ENTITY a "ha">]>'),
        ([(1, cell("Text")), (1, "<broken>")], ""),
    ],
    ids=["rows", "columns", "entities", "broken"],
)  # fmt: skip
def test_open_document_that_is_hostile_costs_one_line(
    tmp_path: Path, rows: list[tuple[int, str]], declared: str
) -> None:
    with pytest.raises(DataError, match=r"posts\.ods cannot be read"):
        for _post in FORMATS["table"].read(open_document(tmp_path, rows, declared=declared)):
            pass


def test_open_document_of_very_many_elements_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_sheet, "MOST_ELEMENTS", 20)
    path = open_document(tmp_path, [(1, cell("Text")), (1, cell("Cooks") + "<a/>" * 20)])
    with pytest.raises(DataError, match="more than 20 elements"):
        list(FORMATS["table"].read(path))


@pytest.mark.parametrize(("magic", "is_read"), [(b"\x89PNG\r\n\x1a\n", True), (b"<sst>", False)])
def test_only_pictures_of_a_workbook_may_be_large(tmp_path: Path, magic: bytes, is_read: bool) -> None:
    path = workbook(tmp_path, ["text"], ["Cooks"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/image1.png", magic + bytes(8 * 1024 * 1024))
    with contextlib.nullcontext() if is_read else pytest.raises(DataError, match="unpacks to"):
        assert [post.text for post in FORMATS["table"].read(path)] == ["Cooks"]


def test_column_called_pk_makes_no_archive(tmp_path: Path) -> None:
    assert [post.text for post in read(tmp_path, "PK,text\n7,Cooks\n")] == ["Cooks"]


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


@pytest.mark.parametrize(
    "made",
    [
        {"data": [{"message": "Cooks", "created_time": "2026-03-01T00:00:00+0000", "from": {"name": "A", "id": "1"},
                   "permalink_url": "https://jobs.example.test/7"}], "paging": {"next": "x"}},
        {"status": 200, "result": {"posts": [{"text": "Cooks", "timestamp": 1772323200, "ownerUsername": "A",
                                              "url": "https://jobs.example.test/7"}]}},
        [{"tweet": "Cooks", "created_at": "Sun Mar 01 00:00:00 +0000 2026", "username": "A",
          "link": "https://jobs.example.test/7"}],
        {"content": "Cooks", "date": "2026-03-01T00:00:00+00:00", "user": {"username": "A", "id": 5},
         "url": "https://jobs.example.test/7"},
    ],
    ids=["Graph", "within a result", "list", "nested author"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_json_of_other_programs(tmp_path: Path, made: Any, encoding: str) -> None:
    path = tmp_path / "posts.json"
    path.write_text(json.dumps(made, indent=1), encoding=encoding)
    (post,) = FORMATS["jsonl"].read(path)
    assert (post.text, post.author, post.posted_at) == ("Cooks", "A", AT)
    assert post.url == "https://jobs.example.test/7"


def test_dump_of_reddit(tmp_path: Path) -> None:
    submission = {"id": "x7", "title": "Job", "selftext": "Cooks", "author": "A", "created_utc": 1772323200.0,
                  "permalink": "/r/jobs/comments/x7/job/", "url": "https://jobs.example.test/7"}  # fmt: skip
    (post,) = FORMATS["jsonl"].read(jsonl(tmp_path, submission))
    assert (post.title, post.text, post.posted_at) == ("Job", "Cooks", AT)
    assert post.url == "https://www.reddit.com/r/jobs/comments/x7/job/"


def test_post_with_a_list_is_a_post_all_the_same(tmp_path: Path) -> None:
    lines = [{"text": "Cooks", "author": "A", "items": [{"text": "a"}, "b"]}, {"text": "Cleaners"}]
    posts = list(FORMATS["jsonl"].read(jsonl(tmp_path, *lines)))
    assert [post.text for post in posts] == ["a", "Cooks", "Cleaners"]


def test_object_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.importers.json_objects.LARGEST_VALUE", 1_000)
    with pytest.raises(DataError, match="more than 1000 characters beside its lists"):
        list(FORMATS["jsonl"].read(jsonl(tmp_path, {f"x{number}": "y" * 100 for number in range(20)})))


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
