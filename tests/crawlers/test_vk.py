import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.spiders.vk import error_of, method_address, older_page, parse_page
from store.parsed_post import ParsedPost
from tests.crawlers.loopback import Installation, Site, captures_of, posts_of

URL = "https://api.vk.com/method/wall.get?owner_id=-51&count=100&v=5.199&extended=1"
CREATED = 1_772_352_000
WHEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def wall_post(number: int = 7, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "owner_id": -51,
        "from_id": 443,
        "date": CREATED,
        "text": "Нужны повара",
        "post_type": "post",
    } | fields


def read(response: Any) -> list[ParsedPost]:
    return list(parse_page(json.dumps({"response": response}).encode(), URL, fetched_at=WHEN))


def test_a_wall_post() -> None:
    profiles = [{"id": 443, "first_name": "Ivan", "last_name": "Sample"}]
    (post,) = read({"count": 1, "items": [wall_post()], "profiles": profiles, "groups": [{"id": 51, "name": "Work"}]})
    assert post == ParsedPost(
        native_id="-51_7",
        url="https://vk.com/wall-51_7",
        text="Нужны повара",
        author="Ivan Sample",
        posted_at=WHEN,
        extra={"author_id": 443, "channel": "Work"},
    )


def test_author_without_a_name_is_a_number() -> None:
    assert read({"items": [wall_post()]})[0].author == "443"


@pytest.mark.parametrize("response", [[wall_post()], {"items": [wall_post()]}, [1, wall_post()]])
def test_every_shape_of_an_answer(response: Any) -> None:
    assert [post.native_id for post in read(response)] == ["-51_7"]


def test_text_of_a_repost_is_read_and_its_origin_is_named() -> None:
    origin = wall_post(3, owner_id=-9, from_id=-9, text="Работа за границей")
    (post,) = read({"items": [wall_post(text="", copy_history=[origin])], "groups": [{"id": 9, "name": "Agency"}]})
    assert post.text == "Работа за границей"
    assert (post.extra["forwarded_from"], post.extra["forwarded_from_url"]) == ("Agency", "https://vk.com/wall-9_3")
    assert read({"items": [wall_post(copy_history=[origin])]})[0].text == "Нужны повара\n\nРабота за границей"


def test_what_stands_around_the_text() -> None:
    attachments = [
        {"type": "photo", "photo": {"sizes": [], "text": "flyer"}},
        {"type": "photo", "photo": {"photo_604": "https://x.example.test/1.jpg"}},
        {"type": "link", "link": {"url": "https://ad.example.test/", "title": "Ad"}},
    ]
    extra = read({"items": [wall_post(attachments=attachments, marked_as_ads=1, edited=CREATED, views={"count": 5})]})[
        0
    ].extra
    assert extra == {
        "ad": True,
        "author_id": 443,
        "edited": True,
        "edited_at": "2026-03-01T08:00:00Z",
        "link_preview": {"url": "https://ad.example.test/", "title": "Ad"},
        "media": [{"kind": "photo", "description": "flyer"}, {"kind": "photo"}],
        "views": "5",
    }


@pytest.mark.parametrize("response", [None, {}, [], 7, "x", {"items": [{"text": "x"}, 3, None]}])
def test_answers_without_a_post(response: Any) -> None:
    assert read(response) == []


def test_error_of_the_interface() -> None:
    assert error_of(b'{"error": {"error_code": 5, "error_msg": "no"}}') == 5
    assert error_of(b'{"response": []}') is None


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://vk.com/club51", "wall.get?owner_id=-51&count=100&v=5.199&extended=1"),
        ("https://vk.com/wall-51", "wall.get?owner_id=-51&count=100&v=5.199&extended=1"),
        ("https://vk.com/id443", "wall.get?owner_id=443&count=100&v=5.199&extended=1"),
        ("https://vk.com/wall-51_7", "wall.getById?posts=-51_7&v=5.199&extended=1"),
        ("https://m.vk.com/some_work", "wall.get?domain=some_work&count=100&v=5.199&extended=1"),
        ("https://api.vk.com/method/newsfeed.search?q=work", "newsfeed.search?q=work&v=5.199&extended=1"),
    ],
)
def test_address_of_a_method(address: str, wanted: str) -> None:
    assert method_address(address) == f"https://api.vk.com/method/{wanted}"


def test_older_posts_of_a_wall_by_offset_and_of_a_search_by_cursor() -> None:
    body = json.dumps({"response": {"count": 3, "items": [wall_post(9), wall_post(8)], "next_from": "30/1"}}).encode()
    assert older_page(body, URL) == f"{URL}&offset=2"
    assert older_page(body, f"{URL}&offset=1") is None
    search = "https://api.vk.com/method/newsfeed.search?q=work"
    assert older_page(body, search) == f"{search}&start_from=30%2F1"


def test_wall_is_read_back_and_the_token_stands_in_no_address(
    site: Site, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VK_TOKEN", "s3cret")
    first = "/method/wall.get?owner_id=-51&count=100&v=5.199&extended=1"
    for path, number in ((first, 8), (f"{first}&offset=1", 7)):
        answer = {"response": {"count": 2, "items": [wall_post(number)]}}
        site.add(path, json.dumps(answer), media_type="application/json")
    source = {"kind": "vk", "url": f"{site.base}/wall-51", "token_from": "VK_TOKEN"}
    (result,) = installation.crawl(source)["results"]
    assert [post.native_id for post in posts_of(installation)] == ["-51_8", "-51_7"]
    assert result["errors"] == 0
    assert all("s3cret" not in capture.url for capture in captures_of(installation))
    assert site.forms == [{"access_token": ["s3cret"]}] * 2


def test_error_with_status_200_is_told(site: Site, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VK_TOKEN", "s3cret")
    site.add("/method/wall.get?owner_id=-51&count=100&v=5.199&extended=1", '{"error": {"error_code": 15}}')
    outcome = installation.crawl({"kind": "vk", "url": f"{site.base}/wall-51", "token_from": "VK_TOKEN"})
    assert outcome["results"][0]["errors"] == 1
    assert "error 15" in outcome["log"]


def test_comment_stands_at_its_post_and_so_do_its_answers() -> None:
    answer = {"id": 78, "from_id": 4, "post_id": 7, "owner_id": -51, "reply_to_comment": 77, "text": "Да"}
    comment = {"id": 77, "from_id": 3, "post_id": 7, "owner_id": -51, "text": "Правда?", "thread": {"items": [answer]}}
    first, second = read({"items": [comment]})
    assert (first.url, first.extra["reply_to"]) == ("https://vk.com/wall-51_7?reply=77", "-51_7")
    assert (second.url, second.extra["reply_to"]) == ("https://vk.com/wall-51_7?reply=78", "-51_77")


def test_old_versions_wrote_markup() -> None:
    old = {"wall": [1, wall_post(from_id=443)], "profiles": [{"uid": 443, "first_name": "Ivan", "last_name": "Sample"}]}
    assert read(old)[0].author == "Ivan Sample"
    assert read([1, wall_post(text="Нужны<br>повара &amp; другие")])[0].text == "Нужны\nповара & другие"
    assert read({"items": [wall_post(text="a &amp; b")]})[0].text == "a &amp; b"


def test_comment_of_an_old_version_stands_where_it_was_asked_for() -> None:
    answer = {"response": {"items": [{"id": 9, "from_id": 443, "date": CREATED, "text": "Сколько?"}]}}
    url = "https://api.vk.com/method/wall.getComments?owner_id=-51&post_id=7&v=5.50"
    (post,) = parse_page(json.dumps(answer).encode(), url, fetched_at=WHEN)
    assert (post.url, post.extra["reply_to"]) == ("https://vk.com/wall-51_7?reply=9", "-51_7")
