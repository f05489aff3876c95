"""A broken line costs one message with its place; the rest goes on."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lurewatch.errors import DataError
from lurewatch.lines import open_input, read_posts


def _read(content: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    errors: list[str] = []
    posts = list(read_posts(io.BytesIO(content), "posts.jsonl", lambda error: errors.append(str(error))))
    return posts, errors


def test_lines_give_id_and_text_and_blank_ones_nothing() -> None:
    content = b'\xef\xbb\xbf{"id": "a", "text": "x"}\n\n  \r\n{"id": 7, "text": "", "more": [1]}'
    assert _read(content) == ([("a", "x"), ("7", "")], [])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "line 2: not JSON at column"),
        (b"\xff\xfe", "line 2: byte 0 is not UTF-8"),
        (b"[1]", "line 2: the key 'id' is missing"),
        (b'{"id": "b"}', "line 2: the key 'text' is missing"),
        (b'{"id": "b", "text": null}', "line 2: 'text' is NoneType"),
        (b'{"id": ["b"], "text": ""}', "line 2: 'id' is list"),
        (b"[" * 100_000, "line 2: the JSON is nested too deeply"),
        (b'{"id": ' + b"9" * 10_000 + b', "text": ""}', "line 2: the JSON is nested too deeply or holds too long"),
    ],
    ids=["not json", "not utf-8", "a list", "no text", "null text", "list id", "nested", "long number"],
)
def test_a_broken_line_is_named_and_passed_over(line: bytes, message: str) -> None:
    good = b'{"id": "a", "text": "x"}'
    posts, errors = _read(b"\n".join([good, line, good]))
    assert posts == [("a", "x"), ("a", "x")]
    assert len(errors) == 1
    assert errors[0].startswith(f"posts.jsonl, {message}")
    assert len(errors[0].splitlines()) == 1


def test_half_a_surrogate_pair_keeps_the_offsets() -> None:
    posts, errors = _read(b'{"id": "a", "text": "x\\ud83dy"}')
    assert (posts, errors) == ([("a", "x\ufffdy")], [])


@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    _read(content)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(DataError, match="no-such-file: cannot be read"):
        open_input("no-such-file")


def test_halves_of_surrogate_pairs_in_an_id_can_be_written_again() -> None:
    ((post_id, _text),), errors = _read(b'{"id": "\\ud800x", "text": "a"}')
    assert (post_id, errors) == ("\ufffdx", [])
