import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.loose_json import DEEPEST, LONGEST, read_loosely


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"a": "say "go, now" to us", "b": "x"}', {"a": 'say "go, now" to us', "b": "x"}),
        ('{"a": "say "yes"", "b": ["he "x" she", "y"]}', {"a": 'say "yes"', "b": ['he "x" she', "y"]}),
        ("{'a': 'it's', \"b\": 'x'}", {"a": "it's", "b": "x"}),
        ('{"a": "x",, "b": "y",}', {"a": "x", "b": "y"}),
        ('{"a": "x"\n"b": "y"}', {"a": "x", "b": "y"}),
        ('{"a":, "b": "y", "c":}', {"b": "y"}),
        ('{"a": "x"}{"b": "y"}', [{"a": "x"}, {"b": "y"}]),
        ('{"a": "x", "b": {"c": "y"', {"a": "x", "b": {"c": "y"}}),
        ('{"a": "x", "b": "cut of', {"a": "x", "b": "cut of"}),
        ('{a: 5, b: true, c: null, d: undefined}', {"a": "5", "b": True, "c": None, "d": None}),
        ('{"a": "x", // so\n "b": /* far */ "https://x.test/"}', {"a": "x", "b": "https://x.test/"}),
        (r'{"a": "\u0041\d\n\" and "so" on", "b": "c"}', {"a": 'A\\d\n" and "so" on', "b": "c"}),
    ],
    ids=["quotes in a text", "quotes at its end", "single quotes", "commas too many", "comma missing", "values missing",
         "two values", "cut object", "cut text", "bare words", "comments", "escapes"],
)  # fmt: skip
def test_breaks_are_read_over(text: str, wanted: Any) -> None:
    assert read_loosely(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "plain words", '"text"', "[" * (DEEPEST + 2) + "1", '{"a": 1}'.ljust(LONGEST + 1)]
)
def test_what_holds_nothing_or_too_much_is_none(text: str) -> None:
    assert read_loosely(text) is None


@pytest.mark.parametrize("part", ['{"a":"', '"', '" ,', "'", "{a ", "/* ", '{"a":1,', "\\", ",", "a "])
def test_time_grows_with_the_length_alone(part: str) -> None:
    began = time.process_time()
    read_loosely('{"a": "' + part * (LONGEST // len(part) - 8))
    read_loosely(part * (LONGEST // len(part)))
    assert time.process_time() - began < 10


@given(st.text(alphabet="{}[]\"',:\\/* \nau0", max_size=150))
def test_no_text_makes_reading_raise(text: str) -> None:
    read_loosely(text)
