import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.spiders.mastodon import older_page, parse_page, timeline_address
from store.parsed_post import ParsedPost
from tests.crawlers.loopback import Installation, Site, captures_of, posts_of, read_record

URL = "https://social.example.test/api/v1/timelines/tag/jobs?limit=40"


def status(number: int = 7, **fields: Any) -> dict[str, Any]:
    """A status as Mastodon 4 serves it, as far as it is read."""
    account = {
        "id": "5",
        "acct": "desk@far.example.test",
        "display_name": "Desk",
        "url": "https://far.example.test/@desk",
    }
    return {
        "id": str(number),
        "created_at": "2026-03-01T08:00:00.250Z",
        "url": f"https://far.example.test/@desk/{number}",
        "uri": f"https://far.example.test/users/desk/statuses/{number}",
        "content": "<p>Cooks wanted</p>",
        "account": account,
        "spoiler_text": "",
        "language": "en",
        "visibility": "public",
        "reblog": None,
    } | fields


def read(answer: Any) -> list[ParsedPost]:
    return list(parse_page(json.dumps(answer).encode(), URL, fetched_at=datetime(2026, 3, 2, tzinfo=UTC)))


def test_a_status_is_a_post() -> None:
    (post,) = read([status()])
    assert post == ParsedPost(
        native_id="7",
        url="https://far.example.test/@desk/7",
        text="Cooks wanted",
        author="desk@far.example.test",
        posted_at=datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC),
        lang_hint="en",
        extra={
            "author_id": "5",
            "author_name": "Desk",
            "author_url": "https://far.example.test/@desk",
            "visibility": "public",
        },
    )


def test_hidden_halves_of_links_and_hashtags_stay_whole() -> None:
    link = '<a href="x"><span class="invisible">https://</span><span class="ellipsis">t.example.test/jo</span>'
    content = (
        f'<p>One<br>two {link}<span class="invisible">bs</span></a> <a href="y">#<span>cooks</span></a></p><p>End</p>'
    )
    assert read([status(content=content)])[0].text == "One\ntwo https://t.example.test/jobs #cooks\n\nEnd"


def test_content_warning_is_the_title() -> None:
    assert read([status(spoiler_text="Work &amp; travel")])[0].title == "Work & travel"


@pytest.mark.parametrize(
    "answer",
    [
        status(),
        [status()],
        {"accounts": [{"id": "1"}], "statuses": [status()], "hashtags": []},
        {"ancestors": [], "descendants": [status()]},
        [{"id": "3", "type": "mention", "account": {}, "status": status()}],
        [{"id": "4", "unread": False, "accounts": [], "last_status": status()}],
    ],
    ids=["single", "timeline", "search", "conversation", "notification", "message"],
)
def test_every_answer_that_holds_a_status(answer: Any) -> None:
    assert [post.native_id for post in read(answer)] == ["7"]


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, "x", 7, {"error": "This method requires an authenticated user"}, [{"id": "1"}], [[status()]]],
)
def test_answers_without_a_status(answer: Any) -> None:
    assert read(answer) == []


def test_boost_has_the_text_of_the_other_and_says_whose_it_is() -> None:
    other = status(5, account={"acct": "agency"}, content="<p>Go abroad</p>", spoiler_text="Job")
    (post,) = read([status(url=None, content="", reblog=other)])
    assert (post.native_id, post.title, post.text) == ("7", "Job", "Go abroad")
    assert post.url == "https://far.example.test/@desk/5"
    assert (post.extra["forwarded_from"], post.extra["forwarded_from_url"]) == ("agency", post.url)


@pytest.mark.parametrize("wrap", [lambda quoted: {"state": "accepted", "quoted_status": quoted}, lambda quoted: quoted])
def test_quote_is_kept_apart(wrap: Any) -> None:
    (post,) = read([status(quote=wrap(status(3, content="<p>Old</p>", url="https://a.example.test/3")))])
    quoted = {"author": "desk@far.example.test", "text": "Old", "url": "https://a.example.test/3"}
    assert post.extra["quoted"] == [quoted]


def test_ids_of_other_servers_need_not_be_numbers() -> None:
    assert read([status(id="AQetOIEp6Z2GZ4UiI4")])[0].native_id == "AQetOIEp6Z2GZ4UiI4"


def test_what_stands_around_the_text() -> None:
    (post,) = read(
        [
            status(
                edited_at="2026-03-01T09:00:00Z",
                in_reply_to_id="6",
                favourites_count=2,
                media_attachments=[{"type": "image", "description": "A flyer"}, {"type": "video"}],
                poll={"options": [{"title": "Yes"}, {"title": "No"}]},
                card={"url": "https://x.example.test/", "title": "Offer", "description": ""},
                tags=[{"name": "jobs"}],
            )
        ]
    )
    assert post.extra == read([status()])[0].extra | {
        "edited": True,
        "edited_at": "2026-03-01T09:00:00Z",
        "reply_to": "6",
        "likes": 2,
        "media": [{"kind": "photo", "description": "A flyer"}, {"kind": "video"}],
        "poll": ["Yes", "No"],
        "link_preview": {"url": "https://x.example.test/", "title": "Offer"},
        "tags": ["jobs"],
    }


@pytest.mark.parametrize(
    ("account", "marked"),
    [
        ({"noindex": True}, True),
        ({"discoverable": False}, True),
        ({"discoverable": None}, False),
        ({"note": "<p>hi <a>#<span>nobot</span></a></p>"}, True),
        ({"note": "#nobothers"}, False),
    ],
)
def test_wish_not_to_be_indexed(account: dict[str, Any], marked: bool) -> None:
    assert read([status(account={"acct": "a"} | account)])[0].extra.get("no_index", False) is marked


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://m.example.test/tags/jobs", "https://m.example.test/api/v1/timelines/tag/jobs?limit=40"),
        ("https://m.example.test/public/local", "https://m.example.test/api/v1/timelines/public?local=true&limit=40"),
        ("https://m.example.test/", "https://m.example.test/api/v1/timelines/public?local=true&limit=40"),
        (URL, URL),
    ],
)
def test_address_of_a_timeline(address: str, wanted: str) -> None:
    assert timeline_address(address) == wanted


def test_older_page_is_before_the_last_status() -> None:
    body = json.dumps([status(9), status(8)]).encode()
    assert older_page(body, f"{URL}&max_id=10") == f"{URL}&max_id=8"
    assert older_page(b"[]", URL) is None


def test_timeline_is_read_back_by_its_links_and_then_up_to_what_is_known(
    site: Site, installation: Installation
) -> None:
    start, older = "/api/v1/timelines/tag/jobs?limit=40", "/api/v1/timelines/tag/jobs?limit=40&max_id=8"
    closed = status(6, account={"acct": "shy", "noindex": True})
    link = f'<{site.base}{older}>; rel="next", <{site.base}{start}&min_id=9>; rel="prev"'
    site.add(start, json.dumps([status(9), status(8)]), media_type="application/json", Link=link)
    site.add(older, json.dumps([status(7), closed]), media_type="application/json")
    site.add(f"{older[:-1]}6", "[]", media_type="application/json")
    source = {"kind": "mastodon", "url": f"{site.base}/tags/jobs"}
    (result,) = installation.crawl(source)["results"]
    assert [post.native_id for post in posts_of(installation)] == ["9", "8", "7"]
    assert (result["pages"], result["errors"]) == (3, 0)
    site.asked.clear()
    installation.crawl(source)
    assert site.paths() == ["/robots.txt", start]


def test_closed_timeline_is_an_error_that_is_told(site: Site, installation: Installation) -> None:
    site.add("/api/v1/timelines/tag/jobs?limit=40", '{"error": "no"}', status=422, media_type="application/json")
    outcome = installation.crawl({"kind": "mastodon", "url": f"{site.base}/tags/jobs"})
    assert (outcome["results"][0]["pages"], outcome["results"][0]["errors"]) == (0, 1)
    assert "422" in outcome["log"]


def test_token_is_sent_and_stands_on_no_record(
    site: Site, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCIAL_TOKEN", "s3cret-token")
    path = "/api/v1/timelines/tag/jobs?limit=40"
    site.add(path, "[]", media_type="application/json")
    outcome = installation.crawl({"kind": "mastodon", "url": f"{site.base}/tags/jobs", "token_from": "SOCIAL_TOKEN"})
    assert dict(site.asked)[path]["Authorization"] == "Bearer s3cret-token"
    assert "Authorization" not in dict(site.asked)["/robots.txt"]
    assert "s3cret" not in outcome["log"]
    kept = b"".join(path.read_bytes() for path in installation.captures_dir.rglob("*.warc.gz"))
    assert kept
    for capture in captures_of(installation):
        assert "s3cret" not in str(read_record(installation.captures_dir, capture))


def test_token_that_is_named_and_not_set_is_told_before_anything_is_asked(
    site: Site, installation: Installation
) -> None:
    outcome = installation.crawl({"kind": "mastodon", "url": f"{site.base}/tags/jobs", "token_from": "UNSET_TOKEN"})
    assert "UNSET_TOKEN" in outcome["error"]["line"]
    assert site.asked == []


RSS = b"""<rss version="2.0"><channel><title>#jobs</title><item><guid>https://far.example.test/@desk/7</guid>
<pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate><description>&lt;p&gt;Cooks wanted&lt;/p&gt;</description></item>
</channel></rss>"""


def test_feed_of_a_tag_is_read() -> None:
    (post,) = parse_page(RSS, "https://social.example.test/tags/jobs.rss", fetched_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert (post.url, post.text) == ("https://far.example.test/@desk/7", "Cooks wanted")
    assert post.posted_at == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_notes_of_an_outbox_are_posts() -> None:
    note = {
        "type": "Note",
        "id": "https://far.example.test/users/desk/statuses/7",
        "url": "https://far.example.test/@desk/7",
        "attributedTo": "https://far.example.test/users/desk",
        "published": "2026-03-01T08:00:00Z",
        "content": "<p>Cooks wanted</p>",
        "contentMap": {"en": "<p>Cooks wanted</p>"},
        "attachment": [{"mediaType": "image/png", "name": "Kitchen"}],
    }
    follow = {"type": "Follow", "object": "https://far.example.test/users/other"}
    (post,) = read({"type": "OrderedCollectionPage", "orderedItems": [{"type": "Create", "object": note}, follow]})
    assert (post.native_id, post.url, post.author) == (note["id"], note["url"], "desk")
    assert (post.text, post.lang_hint) == ("Cooks wanted", "en")
    assert post.extra["media"] == [{"kind": "photo", "description": "Kitchen"}]


def note(**fields: Any) -> dict[str, Any]:
    """A note as Misskey serves it, as far as it is read."""
    user = {"id": "u1", "username": "desk", "name": "The desk", "host": None}
    return {
        "id": "9abc",
        "createdAt": "2026-03-01T08:00:00.000Z",
        "user": user,
        "text": "Cooks wanted\nfor <abroad>",
        "cw": None,
    } | fields


def test_note_of_misskey_is_a_post() -> None:
    (post,) = read([note(files=[{"type": "image/png", "comment": "a ship"}], tags=["jobs"])])
    assert (post.native_id, post.url) == ("9abc", "https://social.example.test/notes/9abc")
    assert (post.text, post.author) == ("Cooks wanted\nfor <abroad>", "desk")
    assert post.posted_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (post.extra["media"], post.extra["tags"]) == ([{"kind": "photo", "description": "a ship"}], ["jobs"])


def test_note_of_misskey_that_hands_on_another() -> None:
    far = note(id="7", uri="https://far.example.test/notes/7", user={"username": "hr", "host": "far.example.test"})
    (boost,) = read([note(text=None, renote=far)])
    assert (boost.text, boost.extra["forwarded_from"]) == ("Cooks wanted\nfor <abroad>", "hr@far.example.test")
    (quote,) = read([note(text="See", renote=far)])
    assert (quote.text, quote.extra["quoted"][0]["url"]) == ("See", "https://far.example.test/notes/7")


def test_wish_not_to_be_indexed_on_misskey() -> None:
    assert read([note(user={"username": "desk", "noCrawle": True})])[0].extra["no_index"] is True
