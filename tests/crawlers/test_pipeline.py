"""What pages that are kept together come to in the store, and what is said when they cannot be kept."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler
from sqlalchemy import select

from crawlers import pipeline
from crawlers.capture import EVIDENCE_FAILED
from crawlers.pipeline import PostPipeline
from crawlers.source_spider import CapturedPage
from lurewatch.errors import EvidenceError
from store.database import Store
from store.parsed_post import ParsedPost
from store.tables import Post
from tests.factories import NOW, make_capture, make_source

ADDRESS = "https://jobs.example/1"


def _pipeline(store: Store) -> PostPipeline:
    with store.transaction() as session:
        source_id = make_source(session).id
    crawler = get_crawler()
    crawler.stats = MemoryStatsCollector(crawler)
    context = SimpleNamespace(store=store, source_id=source_id)
    return PostPipeline(crawler, SimpleNamespace(context=context, source=SimpleNamespace(name="board")))  # type: ignore[arg-type]


def _page(store: Store, *posts: ParsedPost, hours: int = 0, **fields: Any) -> CapturedPage:
    with store.transaction() as session:
        capture_id = make_capture(session).id
    seen_at = NOW + timedelta(hours=hours)
    return CapturedPage(url=ADDRESS, capture_id=capture_id, seen_at=seen_at, posts=posts, **fields)


def test_a_new_post_is_not_gone_by_what_its_address_said_before(store: Store) -> None:
    post = ParsedPost(native_id="a", text="Cooks wanted", url=ADDRESS)
    _pipeline(store)._keep([_page(store, gone_status=404), _page(store, post, hours=1)])
    with store.reading() as session:
        assert session.scalars(select(Post.gone_since)).all() == [None]


def test_a_post_is_gone_when_that_is_what_its_address_said_last(store: Store) -> None:
    post = ParsedPost(native_id="a", text="Cooks wanted", url=ADDRESS)
    _pipeline(store)._keep([_page(store, post), _page(store, gone_status=404, hours=1)])
    with store.reading() as session:
        assert session.scalars(select(Post.gone_since)).all() == [NOW + timedelta(hours=1)]


def test_pages_of_very_many_posts_are_kept_one_after_the_other(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOST_POSTS", 3)
    sizes: list[int] = []

    def kept_together(_store: Store, pages: list[CapturedPage], _keep: Callable[..., Any]) -> list[str]:
        sizes.append(len(pages))
        return [str(len(page.posts)) for page in pages]

    monkeypatch.setattr(pipeline, "kept_together", kept_together)
    posts = [ParsedPost(native_id=str(number), text="x") for number in range(5)]
    pages = [_page(sqlite_store, *posts[:count]) for count in (5, 1, 2, 1, 0)]
    assert _pipeline(sqlite_store)._keep(pages) == ["5", "1", "2", "1", "0"]
    assert sizes == [1, 2, 2]


@pytest.mark.parametrize("error", [OSError("No space left."), TimeoutError("no turn"), EvidenceError("x", hint="y")])
def test_the_crawl_ends_when_posts_cannot_be_kept(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ended: list[str] = []

    def fail(*_told: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "kept_together", fail)
    monkeypatch.setattr(pipeline, "end_crawl", lambda _crawler, reason: ended.append(reason))
    page = _page(sqlite_store)
    with pytest.raises(type(error)):
        asyncio.run(_pipeline(sqlite_store).process_item(page))
    assert ended == [EVIDENCE_FAILED]
