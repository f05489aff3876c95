import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.importers.choices import Choices
from crawlers.importers.line import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

HEAD = ["[LINE] Chat history with Sample HR", "Saved on: 2026/03/27 10:00", ""]


def chat(tmp_path: Path, *lines: str, head: list[str] = HEAD, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = tmp_path / "[LINE] Sample HR.txt"
    path.write_bytes(end.join([*head, *lines]).encode(encoding))
    return path


def read(tmp_path: Path, *lines: str, choices: Choices = Choices(), head: list[str] = HEAD) -> list[ParsedPost]:  # noqa: B008
    return list(read_export(chat(tmp_path, *lines, head=head), choices))


@pytest.mark.parametrize(
    ("heading", "row", "wanted"),
    [
        ("2026/03/25(Wed)", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026/03/25 Wed", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026/03/25(水)", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026/03/25（週三）", "下午09:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("Wed, 03/25/2026", "09:05PM\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("Wed, 25/03/2026", "9:05 PM\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("Wed, 04/03/2026", "9:05\tSample HR\tCooks wanted", "2026-03-04T09:05"),
        ("พ. 25/03/2569", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026.03.25 Wednesday", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026.03.25 水曜日", "21:05 Sample HR Cooks wanted", "2026-03-25T21:05"),
        ("2026.03.25 วันพุธ", "21:05 Sample HR Cooks wanted", "2026-03-25T21:05"),
        ("Sun, 26/04/2026", "04:35PM\tSample HR\tCooks wanted", "2026-04-26T16:35"),
        ("2026/3/25周三", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("จ. 15/01/2567", "10:30 น.\tSample HR\tCooks wanted", "2024-01-15T10:30"),
        ("Rab, 25/03/2026", "21.05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("Th 4, 25/03/2026", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("mié., 25/03/2026", "9:05 p. m.\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026년 3월 25일 수요일", "오후 9:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026/03/25(Th 4)", "21:05\tSample HR\tCooks wanted", "2026-03-25T21:05"),
        ("2026/03/25(水)", "24:05\tSample HR\tCooks wanted", "2026-03-25T00:05"),
    ],
)
def test_headings_of_many_languages(tmp_path: Path, heading: str, row: str, wanted: str) -> None:
    (post,) = read(tmp_path, heading, row)
    assert (post.author, post.text, post.posted_at) == ("Sample HR", "Cooks wanted", None)
    assert post.extra["date_local"] == datetime.fromisoformat(wanted).isoformat()
    assert post.extra["chat"] == "Sample HR"


def test_instant_needs_the_zone_that_a_person_says(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "2026/03/25(Wed)", "21:05\tA\tx", choices=Choices(time_zone="Asia/Bangkok"))
    assert post.posted_at == datetime(2026, 3, 25, 14, 5, tzinfo=UTC)


def test_weekday_decides_the_order(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "Fri, 03/04/2026", "21:05\tA\tx")
    assert (post.extra["date_order"], post.extra["date_local"]) == ("dmy", "2026-04-03T21:05:00")


def test_order_that_is_left_open_is_asked_for(tmp_path: Path) -> None:
    path = chat(tmp_path, "", "03/04/2026", "21:05\tA\tx")
    with pytest.raises(DataError, match="fit two orders"):
        list(read_export(path, Choices(time_zone="unknown", must_know=True)))
    (post,) = read_export(path)
    assert (post.extra["date_order"], post.posted_at) == ("unknown", None)


def test_message_of_several_lines_stands_in_quotes(tmp_path: Path) -> None:
    posts = read(
        tmp_path,
        "2026/03/25(Wed)",
        '21:05\tA\t"Cooks wanted',
        "21:06\tis the shift",
        "",
        'call ""B"""',
        '21:07\tA\t"x"',
    )
    assert [post.text for post in posts] == ['Cooks wanted\n21:06\tis the shift\n\ncall "B"', '"x"']


def test_quote_that_nobody_closes_ends_with_the_next_message(tmp_path: Path) -> None:
    posts = read(tmp_path, "2026/03/25(Wed)", '21:05\tA\t"Cooks', "wanted", "21:06\tB\tyes")
    assert [post.text for post in posts] == ['"Cooks\nwanted', "yes"]


def test_unquoted_lines_belong_to_the_message_before(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "2026/03/25(Wed)", "21:05\tA\tCooks", "10:30 is the shift")
    assert post.text == "Cooks\n10:30 is the shift"


@pytest.mark.parametrize("row", ["21:05\tA joined the group.", "21:05\t\tA joined the group."])
def test_rows_of_line_itself_are_left_out(tmp_path: Path, row: str) -> None:
    assert [post.text for post in read(tmp_path, "2026/03/25(Wed)", row, "21:06\tA\tkept")] == ["kept"]


def test_name_with_blanks_is_found_where_no_tab_ends_it(tmp_path: Path) -> None:
    rows = ["21:05 Mr Sample Nobody Cooks wanted", "21:06 Mr Sample Nobody Call", "21:07 Mr Sample Nobody now please"]
    posts = read(tmp_path, "2026.03.25 Wednesday", *rows, head=[])
    assert {post.author for post in posts} == {"Mr Sample Nobody"}
    assert posts[0].text == "Cooks wanted"


def test_two_rows_are_enough_to_find_a_name(tmp_path: Path) -> None:
    rows = [
        "21:05 Ann Sample Cooks wanted",
        "21:06 Bob ☎ Missed call",
        "21:07 Ann Sample Call me",
        "21:08 Bob ☎ Call 0:36",
    ]
    posts = read(tmp_path, "2026.03.25 Wednesday", *rows, head=[])
    assert [post.author for post in posts] == ["Ann Sample", "Bob", "Ann Sample", "Bob"]


def test_half_of_the_day_in_unknown_words_is_not_taken_for_the_first(tmp_path: Path) -> None:
    (post,) = read(tmp_path, "2026/03/25(Wed)", "9:05 akasuba\tA\tx")
    assert (post.extra.get("date_local"), post.extra["posted_at_given"]) == (None, "2026/03/25 9:05 akasuba")


def test_halves_of_a_day_make_two_posts(tmp_path: Path) -> None:
    posts = read(tmp_path, "2026/03/25(Wed)", "9:05AM\tA\tx", "9:05PM\tA\tx")
    again = read(tmp_path, "2026/03/25(Wed)", "9:05PM\tA\tx")
    assert (len({post.native_id for post in posts}), again[0].native_id) == (2, posts[1].native_id)


def test_computers_write_no_brackets_and_no_tabs(tmp_path: Path) -> None:
    rows = [
        "23:42 Amy ยกเลิกข้อความ",
        "23:43 Amy Stickers",
        "23:44 Amy joined the group.",
        "23:45 Amy unsent a message.",
        "23:46 Amy joined us",
    ]
    posts = read(tmp_path, "2026.03.25 Wednesday", *rows, head=[])
    assert [(post.text, post.extra.get("media")) for post in posts] == [
        ("Stickers", [{"kind": "sticker"}]),
        ("joined us", None),
    ]


@pytest.mark.parametrize(
    ("first", "chat_name"),
    [
        ("[LINE] Chat history in Kitchen", "Kitchen"),
        ("[LINE] 與小明的聊天記錄", "小明"),
        ("[LINE] 友人とのトーク履歴", "友人"),
        ("[LINE] ประวัติการสนทนากับ กลุ่มงาน", "กลุ่มงาน"),
    ],
)
def test_chat_is_named(tmp_path: Path, first: str, chat_name: str) -> None:
    (post,) = read(tmp_path, "2026/03/25(Wed)", "21:05\tA\tx", head=[first, ""])
    assert post.extra["chat"] == chat_name


@pytest.mark.parametrize(
    ("text", "kind"), [("[Photo]", "photo"), ("[スタンプ]", "sticker"), ("[Voice message]", "voice"), ("[hello]", None)]
)
def test_placeholders_are_media(tmp_path: Path, text: str, kind: str | None) -> None:
    (post,) = read(tmp_path, "2026/03/25(Wed)", f"21:05\tA\t{text}")
    assert (post.text, post.extra.get("media")) == (text, [{"kind": kind}] if kind else None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp874"])
def test_charsets_and_line_ends(tmp_path: Path, encoding: str) -> None:
    words = "รับสมัครงานต่างประเทศ เงินเดือนสูง มีที่พักฟรี"
    path = chat(tmp_path, "2026/03/25(Wed)", *[f"21:05\tสมชาย\t{words}"] * 5, encoding=encoding, end="\r\n")
    assert {post.text for post in read_export(path)} == {words}


@pytest.mark.parametrize("content", [b"", b"hello\n", b"PK\x03\x04", b"2026/03/25(Wed)\n"])
def test_what_is_no_chat_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"chat\.txt holds no message"):
        list(read_export(path))


@given(st.text(max_size=80), st.binary(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_content_raises_anything_else(tmp_path: Path, text: str, noise: bytes) -> None:
    path = tmp_path / "chat.txt"
    for content in (noise, f'2026/03/25(Wed)\n21:05\tA\t"{text}\n21:06 {text}'.encode("utf-8", "replace") + noise):
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            list(read_export(path, Choices(time_zone="Asia/Bangkok")))
