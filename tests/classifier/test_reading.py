"""Parts and windows: everything of an ordinary post, a spread of a huge one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.reading import CAP_CHARS, read_parts, windows


def test_an_ordinary_post_is_one_part() -> None:
    (part,) = read_parts("viec nhe")
    assert (part.start, part.text) == (0, "viec nhe")


@given(st.integers(min_value=CAP_CHARS + 1, max_value=300_000))
def test_a_huge_post_is_read_from_begin_to_end_within_the_cap(length: int) -> None:
    text = "x" * length
    parts = read_parts(text)
    assert sum(len(part.text) for part in parts) <= CAP_CHARS
    assert parts[0].start == 0
    assert parts[-1].start + len(parts[-1].text) == length


def test_parts_are_the_text_at_their_place() -> None:
    text = "".join(chr(0x4E00 + number % 5000) for number in range(100_000))
    assert all(text[part.start : part.start + len(part.text)] == part.text for part in read_parts(text))


@given(st.integers(min_value=0, max_value=5_000))
def test_windows_cover_every_character(length: int) -> None:
    covered = set()
    for start, end in windows(length, whole=900, size=450, stride=150):
        assert 0 <= start <= end <= length
        assert end - start <= 900
        covered |= set(range(start, end))
    assert len(covered) == length


@pytest.mark.parametrize(("length", "count"), [(0, 1), (900, 1), (901, 5), (1050, 5), (1051, 6)])
def test_a_text_has_no_more_windows_than_it_needs(length: int, count: int) -> None:
    assert len(list(windows(length, whole=900, size=450, stride=150))) == count


@given(st.integers(min_value=901, max_value=3_000), st.integers(min_value=0, max_value=2_700))
def test_a_short_stretch_of_a_long_text_lies_whole_in_a_window(length: int, start: int) -> None:
    end = min(start + 300, length)
    spans = list(windows(length, whole=900, size=450, stride=150))
    assert start >= length or any(first <= start and end <= last for first, last in spans)
