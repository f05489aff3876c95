import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.spiders.discourse import json_address, list_continues, missing_posts, parse_page
from store.parsed_post import ParsedPost
from tests.crawlers.loopback import Installation, Site, posts_of

HOME = "https://talk.example.test"
TOPIC = f"{HOME}/t/cooks-wanted/57.json"
WHEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def message(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": 80 + number,
        "post_number": number,
        "username": "desk",
        "name": "The Desk",
        "cooked": "<p>Write to us</p>",
        "created_at": "2026-03-01T08:00:00.000Z",
        "topic_id": 57,
        "topic_slug": "cooks-wanted",
        "post_type": 1,
    } | fields


def topic(*messages: Any, **fields: Any) -> dict[str, Any]:
    stream = {"posts": list(messages), "stream": [each.get("id") for each in messages]}
    return {"id": 57, "slug": "cooks-wanted", "title": "Cooks wanted", "post_stream": stream} | fields


def read(answer: Any, url: str = TOPIC) -> list[ParsedPost]:
    return list(parse_page(json.dumps(answer).encode(), url, fetched_at=WHEN))


def test_messages_of_a_topic() -> None:
    first, second = read(
        topic(message(), message(2, reply_to_post_number=1, version=2, updated_at="2026-03-01T09:00:00Z"))
    )
    assert first == ParsedPost(
        native_id="81",
        url=f"{HOME}/t/cooks-wanted/57/1",
        title="Cooks wanted",
        text="Write to us",
        author="desk",
        posted_at=WHEN,
        extra={"author_name": "The Desk", "position": 1},
    )
    assert (second.title, second.extra["thread"], second.extra["reply_to"]) == (
        None,
        "Cooks wanted",
        f"{HOME}/t/cooks-wanted/57/1",
    )
    assert second.extra["edited_at"] == "2026-03-01T09:00:00Z"


def test_message_without_ids_takes_them_from_the_address() -> None:
    bare = {
        "title": "Cooks wanted",
        "post_stream": {"posts": [{"post_number": 2, "username": "a", "cooked": "<p>x</p>"}]},
    }
    (post,) = read(bare, f"{HOME}/forum/t/cooks-wanted/57")
    assert (post.native_id, post.url) == ("57/2", f"{HOME}/forum/t/cooks-wanted/57/2")


def test_newest_posts_name_their_topics() -> None:
    (post,) = read({"latest_posts": [message(topic_title="Cooks wanted")]}, f"{HOME}/posts.json")
    assert (post.title, post.url) == ("Cooks wanted", f"{HOME}/t/cooks-wanted/57/1")


def test_list_of_a_person_has_the_beginnings_of_messages() -> None:
    held = message(title="Cooks wanted", slug="cooks-wanted", excerpt="Write&hellip;", post_id=81)
    action = {key: value for key, value in held.items() if key not in ("id", "cooked", "topic_slug")}
    (post,) = read({"user_actions": [action]}, f"{HOME}/user_actions.json?username=desk")
    assert (post.native_id, post.title, post.text) == ("81", "Cooks wanted", "Write…")
    assert (post.url, post.posted_at) == (f"{HOME}/t/cooks-wanted/57/1", WHEN)


def test_topics_that_stand_below_their_categories() -> None:
    stub = {"id": 57, "slug": "cooks-wanted", "title": "Cooks wanted"}
    answer = {"category_list": {"categories": [{"id": 5, "topics": [stub]}]}}
    assert [post.url for post in read(answer, f"{HOME}/categories.json")] == [f"{HOME}/t/cooks-wanted/57"]


def test_search_results_are_the_messages_that_were_found() -> None:
    found = {"id": 81, "topic_id": 57, "post_number": 3, "username": "desk", "blurb": "…write to us", "created_at": "x"}
    answer = {
        "posts": [found],
        "topics": [{"id": 57, "slug": "cooks-wanted", "title": "Cooks wanted"}],
        "grouped_search_result": {"post_ids": [81]},
    }
    (post,) = read(answer, f"{HOME}/search.json?q=cooks")
    assert (post.text, post.url, post.posted_at) == ("…write to us", f"{HOME}/t/cooks-wanted/57/3", None)
    assert post.extra["thread"] == "Cooks wanted"


@pytest.mark.parametrize(
    ("poster", "users"),
    [({"user_id": 1}, [{"id": 1, "username": "desk"}]), ({"user": {"username": "desk"}}, [])],
    ids=["by number", "by name"],
)
def test_topics_of_a_list(poster: dict[str, Any], users: list[Any]) -> None:
    stub = {
        "id": 57,
        "slug": "cooks-wanted",
        "title": "Cooks wanted",
        "created_at": "2026-03-01T08:00:00Z",
        "posters": [poster],
        "tags": ["jobs", {"id": 1, "name": "abroad"}],
        "excerpt": "Write&hellip;",
    }
    (post,) = read({"users": users, "topic_list": {"topics": [stub]}}, f"{HOME}/latest.json")
    assert post == ParsedPost(
        native_id="topic/57",
        url=f"{HOME}/t/cooks-wanted/57",
        title="Cooks wanted",
        text="Write…",
        author="desk",
        posted_at=WHEN,
        extra={"kind": "thread", "tags": ["jobs", "abroad"]},
    )


def test_notes_of_the_forum_on_itself_are_left_out() -> None:
    closed = message(2, post_type=3, cooked="", action_code="closed.enabled")
    assert [post.native_id for post in read(topic(message(), closed))] == ["81"]


def test_what_was_deleted_is_marked() -> None:
    assert read(topic(message(user_deleted=True)))[0].extra["deleted"] is True


@pytest.mark.parametrize(
    "answer", [None, [], {}, "x", {"errors": ["no"]}, {"post_stream": [], "topic_list": {"topics": [7]}}]
)
def test_answers_without_a_post(answer: Any) -> None:
    assert read(answer) == []


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (HOME, f"{HOME}/latest.json"),
        (f"{HOME}/c/jobs/5", f"{HOME}/c/jobs/5.json"),
        (f"{HOME}/t/cooks-wanted/57?u=x", f"{HOME}/t/cooks-wanted/57.json?u=x"),
        (TOPIC, TOPIC),
    ],
)
def test_address_of_a_pages_json(address: str, wanted: str) -> None:
    assert json_address(address) == wanted


def test_what_a_topics_answer_leaves_out() -> None:
    answer = topic(message())
    answer["post_stream"]["stream"] = [81, 82, "83", "x&y"]
    assert missing_posts(json.dumps(answer).encode()) == ("57", ["82", "83"])


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ({"topic_list": {"more_topics_url": "/latest?page=1"}}, f"{HOME}/latest.json?page=1"),
        ({"topic_list": {"more_topics_url": "https://else.example.test/latest?page=1"}}, None),
        ({"latest_posts": [message(9), message(8)]}, f"{HOME}/latest.json?before=88"),
        ({}, None),
    ],
)
def test_next_page_of_a_list(answer: Any, wanted: str | None) -> None:
    assert list_continues(json.dumps(answer).encode(), f"{HOME}/latest.json") == wanted


def test_list_leads_to_topics_and_topics_are_read_to_their_end(site: Site, installation: Installation) -> None:
    stub = {"id": 57, "slug": "cooks-wanted", "title": "Cooks wanted", "posters": []}
    whole = topic(message())
    whole["post_stream"]["stream"] = [81, 82]
    for path, answer in {
        "/latest.json": {"topic_list": {"topics": [stub]}},
        "/t/cooks-wanted/57.json": whole,
        "/t/57/posts.json?post_ids%5B%5D=82": {"id": 57, "post_stream": {"posts": [message(2)]}},
    }.items():
        site.add(path, json.dumps(answer), media_type="application/json")
    (result,) = installation.crawl({"kind": "discourse", "url": site.base})["results"]
    assert [post.native_id for post in posts_of(installation)] == ["topic/57", "81", "82"]
    assert result["errors"] == 0


CRAWLER_VIEW = """<h1><a href="/t/cooks-wanted/57">Cooks wanted</a></h1>
<div id="post_1" class="topic-body crawler-post"><span class="creator"><span itemprop="name">desk</span> (D)</span>
<time datetime="2026-03-01T08:00:00Z">x</time><div class="post" itemprop="text"><p>Write to us</p></div></div>
<div class="topic-body crawler-post"><span class="creator"><span itemprop="name">other</span></span>
<span itemprop="position">#2</span><div class="post"><p>Where?</p></div></div>"""


def page(markup: str) -> list[ParsedPost]:
    body = f"<!DOCTYPE html><html><body>{markup}</body></html>".encode()
    return list(parse_page(body, TOPIC.removesuffix(".json"), fetched_at=WHEN))


def test_page_is_read_by_the_data_that_it_carries() -> None:
    held = html.escape(json.dumps({"site": "{}", "topic_57": json.dumps(topic(message()))}))
    assert page(f'<div data-preloaded="{held}"></div>') == read(topic(message()))


def test_page_without_data_is_read_as_search_engines_are_shown_it() -> None:
    first, second = page(CRAWLER_VIEW)
    assert (first.native_id, first.title, first.author, first.text) == ("57/1", "Cooks wanted", "desk", "Write to us")
    assert (first.url, first.posted_at) == (f"{HOME}/t/cooks-wanted/57/1", WHEN)
    assert (second.native_id, second.author, second.extra["thread"]) == ("57/2", "other", "Cooks wanted")


def test_page_of_a_list_names_its_topics() -> None:
    (post,) = page('<table class="topic-list"><tr><td><a class="title" href="/t/cooks-wanted/57">Cooks wanted</a>')
    assert (post.native_id, post.title, post.url) == ("topic/57", "Cooks wanted", f"{HOME}/t/cooks-wanted/57")


def test_quotes_are_kept_apart() -> None:
    quote = '<aside class="quote"><div class="title">other:</div><blockquote><p>Old offer</p></blockquote></aside>'
    (post,) = read(topic(message(cooked=f"{quote}<p>Is it real?</p>")))
    assert post.text == "Is it real?"
    assert "Old offer" in post.extra["quoted"][0]["text"]
