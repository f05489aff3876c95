"""No page makes a parser raise: answers of each platform with parts replaced by anything, pages put together anew."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.kinds import KINDS
from store.parsed_post import ParsedPost
from tests.crawlers import test_classified, test_discourse, test_forum, test_job_pages, test_reddit
from tests.crawlers.test_discourse import message, topic
from tests.crawlers.test_jobapi import GREENHOUSE, HH, LEVER, SMART_RECRUITERS
from tests.crawlers.test_mastodon import status
from tests.crawlers.test_reddit import listing, thing
from tests.crawlers.test_telegram_preview import message as telegram_message
from tests.crawlers.test_telegram_preview import text as telegram_text
from tests.crawlers.test_vk import wall_post

NOTE = {"type": "Note", "id": "https://x.example.test/1", "content": "<p>Cooks</p>", "attachment": [{"name": "x"}]}
WHEN = datetime(2026, 3, 2, tzinfo=UTC)
ANSWERS: dict[str, list[Any]] = {
    "discourse": [topic(message(), message(2)), {"topic_list": {"topics": [{"id": 5, "posters": [{"user_id": 1}]}]}}],
    "jobapi": [GREENHOUSE, LEVER, HH, SMART_RECRUITERS],
    "mastodon": [
        {"orderedItems": [{"type": "Create", "object": NOTE}]},
        [status(reblog=status(8)), status(quote={"quoted_status": status()})],
    ],
    "reddit": [listing(thing("t3", "p1")), [listing(thing("t3", "p1")), listing(thing("t1", "c1"))]],
    "vk": [{"response": {"items": [wall_post(copy_history=[wall_post(3)])], "profiles": [{"id": 443}]}}],
}
PAGES = {
    "classified": test_classified.PARTS,
    "discourse": [test_discourse.CRAWLER_VIEW],
    "forum": [value for name, value in vars(test_forum).items() if name.isupper() and isinstance(value, str)],
    "jobposting": [value for name, value in vars(test_job_pages).items() if name.isupper() and isinstance(value, str)],
    "reddit": [test_reddit.OLD_PAGE.decode()],
    "telegram": [telegram_message(telegram_text("Cooks wanted"))],
}
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("\ud800"), st.just("http://["),
    st.just("9" * 5_000), st.just([]), st.just({}), st.just([[[{}]]]), st.just({"id": {"id": []}}),
)  # fmt: skip


@st.composite
def corrupted(draw: st.DrawFn, value: Any) -> Any:
    """The value with some of its parts replaced; one in eight, at any depth."""
    if draw(st.integers(0, 7)) == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        return {key: draw(corrupted(each)) for key, each in value.items()}
    return [draw(corrupted(each)) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", ANSWERS)
@settings(max_examples=40)
@given(data=st.data())
def test_answers_with_wrong_parts(kind: str, data: st.DataObject) -> None:
    answer = data.draw(st.sampled_from(ANSWERS[kind]).flatmap(corrupted))
    body = json.dumps(answer).encode("utf-8", "replace")
    list(KINDS[kind].parse_page(body, "https://x.example.test/t/a/5.json", fetched_at=WHEN))


@pytest.mark.parametrize("kind", PAGES)
@settings(max_examples=40)
@given(data=st.data())
def test_pages_put_together_from_pieces(kind: str, data: st.DataObject) -> None:
    pieces = [piece for page in PAGES[kind] for piece in re.split(r"(<[^>]*>)", page) if piece]
    chosen = data.draw(st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=5)), max_size=80))
    body = "".join(chosen).encode("utf-8", "replace")
    list(KINDS[kind].parse_page(body, "https://x.example.test/t/5", fetched_at=WHEN))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(body=st.binary(max_size=200), url=st.text(max_size=40))
def test_any_bytes_at_any_address(kind: str, body: bytes, url: str) -> None:
    list(KINDS[kind].parse_page(body, url, fetched_at=WHEN))


@pytest.mark.parametrize("kind", PAGES.keys() - {"classified"})
@pytest.mark.parametrize("left_over", ["{{x}}", "{x=1"])
def test_what_a_template_left_in_the_tags_changes_nothing(kind: str, left_over: str) -> None:
    def read(page: str) -> list[ParsedPost]:
        return list(KINDS[kind].parse_page(page.encode(), "https://x.example.test/s/t", fetched_at=WHEN))

    pages = [page for page in PAGES[kind] if page.strip().startswith("<") and read(page)]
    assert pages
    for page in pages:
        assert read(re.sub(r"<[a-z][a-z0-9]*(?=[\s>])", rf"\g<0> {left_over}", page)) == read(page)
