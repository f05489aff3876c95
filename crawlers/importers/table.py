"""Any table, CSV or XLSX: which column is what is told by their names in several languages, or by a person.

The order of day and month is decided once a file from all its dates.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from crawlers.importers.archive import is_zip
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.date_order import DateOrder
from crawlers.importers.local_time import LocalClock
from crawlers.importers.numbering import Numbering
from crawlers.importers.rows import Row, csv_rows
from crawlers.importers.sheet import sheet_rows
from crawlers.importers.stated_time import order_of, place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# Names of columns, best first; compared in lower case with `_` and `-` as blanks.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "post text", "message", "content", "job description", "description", "post",
        "caption", "comment", "advert", "details", "nội dung", "mô tả", "tin nhắn", "ข้อความ", "รายละเอียด",
        "เนื้อหา", "内容", "正文", "內容", "文本", "描述", "本文", "内容文", "내용", "본문", "texte", "contenu", "texto",
        "contenido", "mensaje", "descripción", "mensagem", "descrição", "isi", "pesan", "deskripsi", "teks",
        "kandungan", "текст", "сообщение", "описание", "النص", "الرسالة", "متن", "metin", "mesaj", "açıklama",
        "विवरण", "संदेश", "বিবরণ", "বার্তা", "စာသား", "អត្ថបទ", "ຂໍ້ຄວາມ", "ujumbe",
    ),
    "title": (
        "title", "subject", "job title", "headline", "position", "tiêu đề", "chức danh", "หัวข้อ",
        "ชื่อเรื่อง", "ตำแหน่ง", "标题", "標題", "职位", "職位", "件名", "タイトル", "제목", "titre", "título", "asunto",
        "judul", "tajuk", "заголовок", "должность", "العنوان", "başlık", "शीर्षक", "শিরোনাম",
    ),
    "author": (
        "author", "author name", "user", "username", "user name", "sender", "from", "name", "posted by",
        "company", "employer", "page name", "tác giả", "người đăng", "người gửi", "ผู้เขียน", "ผู้โพสต์",
        "ผู้ส่ง", "作者", "发布者", "用户", "發布者", "投稿者", "작성자", "auteur", "autor",  # codespell:ignore autor
        "remitente", "empresa",
        "penulis", "pengirim", "автор", "отправитель", "الكاتب", "المرسل", "yazar", "लेखक", "লেখক",
    ),
    "posted_at": (
        "posted at", "date posted", "post date", "posted", "published at", "published", "created at",
        "created time", "created", "creation time", "datetime", "date time", "timestamp", "unix timestamp",
        "date", "time", "ngày đăng", "ngày", "thời gian", "วันที่โพสต์", "วันที่", "เวลา", "日期", "时间", "時間",
        "发布时间", "發布時間", "日時", "投稿日時", "日付", "날짜", "작성일",
        "date de publication", "fecha", "data", "tanggal",
        "tarikh", "дата", "التاريخ", "tarih", "दिनांक", "তারিখ",
    ),
    "url": (
        "url", "permalink", "link", "post url", "web address", "liên kết", "ลิงก์", "链接", "連結", "リンク", "링크",
        "lien", "enlace", "tautan", "pautan", "ссылка", "الرابط",
    ),
    "location": (
        "location", "place", "city", "country", "địa điểm", "nơi làm việc", "สถานที่", "地点", "地點", "勤務地",
        "지역", "lieu", "lugar", "ubicación", "local", "lokasi", "место", "город", "الموقع", "konum",
    ),
    "salary": (
        "salary", "pay", "wage", "wages", "lương", "mức lương", "เงินเดือน", "薪资", "薪水", "工资", "給与", "급여",
        "salaire", "salario", "sueldo", "salário", "gaji", "зарплата", "الراتب", "maaş",
    ),
    "native_id": (
        "native id", "id", "post id", "message id", "item id",
    ),
    "lang_hint": (
        "lang hint", "language", "lang",
    ),
}  # fmt: skip


def read_table(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """A post for every row with a text or title, in the table's order.

    DataError when no column can be taken for the text, and when dates fit two orders though `choices` wants it known.
    """
    rows = sheet_rows if is_zip(path) else csv_rows
    columns = _columns(path, rows, choices)
    order = order_of(_dates(path, rows, columns.get("posted_at")), choices, name=path.name)
    clock, numbering = LocalClock(choices, name=path.name), Numbering()
    for row in rows(path):
        found = {name: row.get(column, "").strip() for name, column in columns.items()}
        if found.get("text") or found.get("title"):
            yield numbering.apply(_post(row, found, set(columns.values()), clock, order))


def _columns(path: Path, rows: Callable[[Path], Iterator[Row]], choices: Choices) -> dict[str, str]:
    """The column of each field that the table has."""
    first = next(rows(path), None)
    if first is None:
        raise DataError(f"{path.name} holds no row below its column names.", hint="Give a table with such names.")
    present = {column.replace("_", " ").replace("-", " "): column for column in first}
    found = {name: column for name, names in _NAMES.items() if (column := _first_of(present, names))}
    for name, said in choices.columns.items():
        if said.strip().lower() not in first:
            raise DataError(
                f"{path.name} has no column {said!r}.", hint=f"Its columns are {', '.join(list(first)[:20])}."
            )
        found[name] = said.strip().lower()
    if not found.keys() & {"text", "title"}:
        raise DataError(
            f"{path.name}: none of the columns {', '.join(list(first)[:20])} is known as text.",
            hint="Say --column text=NAME.",
        )
    return found


def _first_of(present: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((present[name] for name in names if name in present), None)


def _dates(path: Path, rows: Callable[[Path], Iterator[Row]], column: str | None) -> Iterator[str]:
    return (row.get(column, "") for row in rows(path)) if column else iter(())


def _post(row: Row, found: dict[str, str], used: set[str], clock: LocalClock, order: DateOrder) -> ParsedPost:
    posted_at, notes = place_stated(found.get("posted_at", ""), clock, order)
    # Short further columns; whatever else a table holds stays in the sealed file.
    others = {name: value[:500] for name, value in row.items() if name and name not in used and value.strip()}
    return ParsedPost(
        native_id=bounded_id(found.get("native_id") or digest_id(*found.values())),
        url=absolute_url("", found.get("url")),
        title=found.get("title") or None,
        text=found.get("text", ""),
        author=found.get("author") or None,
        posted_at=posted_at,
        location=found.get("location") or None,
        salary=found.get("salary") or None,
        lang_hint=found.get("lang_hint", "")[:20] or None,
        extra=notes | ({"columns": dict(list(others.items())[:40])} if others else {}),
    )
