import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from crawlers.reading.jsonld import MOST_READ_LOOSELY, blocks_of_page, nodes_of_type, read_block

GOOD = '{"@type": "JobPosting", "url": "https://example.org/a//b"}'
VALUE = json.loads(GOOD)
SCRIPT = '<script type="application/ld+json">'


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(GOOD, id="clean"),
        pytest.param(GOOD + ";", id="trailing semicolon"),
        pytest.param(f"<![CDATA[{GOOD}]]>", id="CDATA"),
        pytest.param(f"//<![CDATA[\n{GOOD}\n//]]>", id="CDATA in line comments"),
        pytest.param(f"/*<![CDATA[*/{GOOD}/*]]>*/", id="CDATA in block comments"),
        pytest.param(f"<!-- {GOOD} -->", id="HTML comment"),
        pytest.param(f"// the job\n{GOOD} /* end */", id="comments"),
        pytest.param(f"\n\t {GOOD}\n", id="white space"),
        pytest.param(f"\ufeff{GOOD}", id="byte order mark"),
        pytest.param(GOOD.replace('"', "&quot;"), id="quotes as entities"),
    ],
)
def test_wrapped_blocks_are_read(block: str) -> None:
    assert read_block(block) == VALUE


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ('{"d": "one\ntwo\tthree"}', "one\ntwo\tthree"),
        (r'{"d": "C:\Jobs \d and \\d and \" and \u0041"}', 'C:\\Jobs \\d and \\d and " and A'),
        (r'{"d": "bad \u12 escape"}', r"bad \u12 escape"),
        (r'{"d": "it\'s"}', "it's"),
    ],
    ids=["raw line breaks", "lone backslashes", "broken unicode escape", "escaped apostrophe"],
)
def test_broken_strings_are_repaired(block: str, text: str) -> None:
    assert read_block(block) == {"d": text}


@pytest.mark.parametrize("block", ["", "{", "not json", '{"a": }', "[" * 100_000, '"' + "\\" * 99_999])
def test_what_cannot_be_read_is_none(block: str) -> None:
    assert read_block(block) is None


def test_a_broken_block_costs_no_other() -> None:
    page = Selector(
        f'<script type="application/ld+json">{{broken</script>'
        f'<script type="APPLICATION/LD+JSON; charset=utf-8">{GOOD}</script><script>{GOOD}</script>'
    )
    assert list(blocks_of_page(page)) == [VALUE]


def test_blocks_that_no_repair_helps_are_read_loosely_some_times() -> None:
    broken = SCRIPT + '{"@type": "JobPosting", "title": "The "Inn""}</script>'
    found = list(blocks_of_page(Selector(broken * (MOST_READ_LOOSELY + 2) + f"{SCRIPT}{GOOD}</script>")))
    assert found == [{"@type": "JobPosting", "title": 'The "Inn"'}] * MOST_READ_LOOSELY + [VALUE]


@pytest.mark.parametrize(
    "value",
    [
        VALUE,
        [VALUE],
        {"@graph": [{"@type": "WebPage"}, VALUE]},
        {"@type": ["JobPosting", "Thing"]},
        {"@type": "https://schema.org/JobPosting"},
        {"@type": "ItemList", "itemListElement": [{"item": VALUE}]},
    ],
    ids=["object", "list", "graph", "type list", "full type", "inside another"],
)
def test_postings_are_found_in_every_shape(value: object) -> None:
    assert len(list(nodes_of_type(value, "JobPosting"))) == 1


def test_other_types_are_left_alone() -> None:
    assert list(nodes_of_type({"@type": "JobPostingList", "x": "JobPosting"}, "JobPosting")) == []


@pytest.mark.parametrize(
    "hostile", ["/*" * 300_000, '"\\"' * 200_000 + '"', "<!--" * 200_000, '{"a":"' + "//" * 300_000]
)
def test_hostile_blocks_are_read_in_time(hostile: str) -> None:
    started = time.monotonic()
    read_block(hostile)
    assert time.monotonic() - started < 3


@given(st.text(alphabet='{}[]",:\\/*<!-> CDATA\n;u0', max_size=150))
def test_no_block_makes_reading_raise(block: str) -> None:
    read_block(block)
