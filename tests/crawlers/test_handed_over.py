"""What is handed over: one text, JSON lines, or an image told by its bytes; anything else names its line."""

import pytest

from crawlers.importers.handed_over import LINES, MOST_POSTS, TEXT, image_type, read
from lurewatch.errors import DataError


def test_a_text_is_one_post() -> None:
    (post,) = read("\ufeff Cứu tôi\nvới ".encode(), TEXT)
    assert post.text == "Cứu tôi\nvới"
    assert read("Cứu tôi\nvới".encode(), TEXT)[0].native_id == post.native_id


def test_each_line_is_a_post() -> None:
    content = b'{"text": "one", "author": "a", "posted_at": "2026-01-31T08:00:00Z"}\n\n{"text": "two\\u2028x"}\n'
    one, two = read(content, LINES)
    assert (one.text, one.author, one.posted_at.isoformat()) == ("one", "a", "2026-01-31T08:00:00+00:00")  # type: ignore[union-attr]
    assert two.text == "two\u2028x"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'{"text": "one"}\n{"text": 2}', "line 2"),
        (b'{"text": "  "}', "line 1"),
        (b"[1]", "line 1"),
        (b"not json", "line 1"),
        (b'{"text": "x", "author": 7}', "author"),
        (b'{"text": "x", "posted_at": "yesterday"}', "posted_at"),
        (b'{"text": "x", "posted_at": "0001-01-01T00:00:00+14:00"}', "posted_at"),
        (b'{"text": "x", "posted_at": "9999-12-31T23:00:00-14:00"}', "posted_at"),
        (b"[" * 100_000, "line 1"),
        (b'{"text": "x"}\n' * (MOST_POSTS + 1), "501 posts"),
    ],
    ids=["number", "blank", "list", "no json", "author", "time", "before time", "after time", "deep", "many"],
)
def test_what_is_broken_is_named(content: bytes, place: str) -> None:
    with pytest.raises(DataError, match=place):
        read(content, LINES)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(DataError, match="Byte 2 is not UTF-8"):
        read(b"ok\xff\xfe", TEXT)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"a photo.png", None),
        (b"", None),
    ],
)
def test_an_image_is_told_by_its_bytes(content: bytes, expected: str | None) -> None:
    assert image_type(content) == expected
