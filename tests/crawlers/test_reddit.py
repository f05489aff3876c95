import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.spiders.reddit import interface_address, left_out_by, parse_page
from store.parsed_post import ParsedPost
from tests.crawlers.loopback import Installation, Site, posts_of

URL = "https://oauth.reddit.com/r/jobs/new?limit=100&raw_json=1"
CREATED = 1_772_352_000
WHEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def thing(kind: str, number: str, **fields: Any) -> dict[str, Any]:
    """A post (t3) or comment (t1) as the interface serves it, as far as it is read."""
    common = {
        "id": number,
        "name": f"{kind}_{number}",
        "author": "desk",
        "created_utc": float(CREATED),
        "subreddit": "jobs",
    }
    own = (
        {
            "title": "Cooks wanted",
            "selftext": "Write to us",
            "is_self": True,
            "permalink": f"/r/jobs/comments/{number}/cooks/",
        }
        if kind == "t3"
        else {"body": "How much?", "link_id": "t3_p1", "parent_id": "t3_p1", "replies": ""}
    )
    return {"kind": kind, "data": common | own | fields}


def listing(*things: Any, after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": after, "children": list(things)}}


def read(answer: Any, url: str = URL) -> list[ParsedPost]:
    return list(parse_page(json.dumps(answer).encode(), url, fetched_at=WHEN))


def test_a_submission_is_a_post() -> None:
    (post,) = read(listing(thing("t3", "p1", num_comments=4, score=2)))
    assert post == ParsedPost(
        native_id="t3_p1",
        url="https://www.reddit.com/r/jobs/comments/p1/cooks/",
        title="Cooks wanted",
        text="Write to us",
        author="desk",
        posted_at=WHEN,
        extra={"channel": "jobs", "likes": 2, "replies": 4},
    )


def test_tree_is_read_from_the_top_down_and_every_comment_knows_its_place() -> None:
    inner = thing("t1", "c2", body="A lot", parent_id="t1_c1")
    outer = thing("t1", "c1", replies=listing(inner))
    more = {"kind": "more", "data": {"children": ["c9"], "parent_id": "t3_p1", "id": "c9", "name": "t1_c9"}}
    posts = read([listing(thing("t3", "p1")), listing(outer, thing("t1", "c3"), more)])
    assert [post.native_id for post in posts] == ["t3_p1", "t1_c1", "t1_c2", "t1_c3"]
    assert posts[2].url == "https://www.reddit.com/r/jobs/comments/p1/cooks/c2/"
    assert posts[2].extra == {"channel": "jobs", "reply_to": "t1_c1", "thread": "Cooks wanted"}


def test_more_comments_come_without_their_post() -> None:
    (post,) = read({"json": {"errors": [], "data": {"things": [thing("t1", "c4")]}}})
    assert (post.text, post.url) == ("How much?", "https://www.reddit.com/r/jobs/comments/p1/_/c4/")


def test_entities_are_undone_only_where_the_interface_was_not_asked_for_raw_text() -> None:
    answer = listing(thing("t3", "p1", selftext="5 &lt; 6 &amp;amp; more"))
    assert read(answer)[0].text == "5 &lt; 6 &amp;amp; more"
    assert read(answer, "https://oauth.reddit.com/r/jobs/new")[0].text == "5 < 6 &amp; more"


def test_link_post_keeps_text_and_link_apart() -> None:
    (post,) = read(listing(thing("t3", "p1", is_self=False, url="https://ads.example.test/1", selftext="See there")))
    assert (post.text, post.extra["link_preview"]) == ("See there", {"url": "https://ads.example.test/1"})


def test_crosspost_says_whose_it_was() -> None:
    origin = {"author": "agency", "permalink": "/r/abroad/comments/o1/go/"}
    extra = read(listing(thing("t3", "p1", crosspost_parent_list=[origin])))[0].extra
    assert (extra["forwarded_from"], extra["forwarded_from_url"]) == (
        "agency",
        "https://www.reddit.com/r/abroad/comments/o1/go/",
    )


@pytest.mark.parametrize("fields", [{"author": "[deleted]"}, {"selftext": "[removed]"}])
def test_what_was_deleted_arrives_as_deleted(fields: dict[str, str]) -> None:
    assert read(listing(thing("t3", "p1", **fields)))[0].extra["deleted"] is True


def test_edit_with_and_without_an_instant() -> None:
    assert read(listing(thing("t3", "p1", edited=CREATED)))[0].extra["edited_at"] == "2026-03-01T08:00:00Z"
    old = read(listing(thing("t3", "p1", edited=True)))[0].extra
    assert old["edited"] is True
    assert "edited_at" not in old


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        "x",
        {"kind": "Listing"},
        listing("x", None, {"kind": "t3"}, thing("t5", "s1")),
        {"message": "Forbidden"},
    ],
)
def test_answers_without_a_post(answer: Any) -> None:
    assert read(answer) == []


def test_endless_replies_are_read() -> None:
    answer: dict[str, Any] = thing("t1", "c0")
    for number in range(1, 100):
        answer = thing("t1", f"c{number}", replies=listing(answer))
    assert len(read(listing(answer))) == 100


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://www.reddit.com/r/jobs/", "https://oauth.reddit.com/r/jobs/new?limit=100&raw_json=1"),
        ("https://old.reddit.com/r/jobs/top?t=week", "https://oauth.reddit.com/r/jobs/top?limit=100&raw_json=1&t=week"),
        ("https://oauth.reddit.com/comments/p1", "https://oauth.reddit.com/comments/p1?limit=100&raw_json=1"),
    ],
)
def test_address_of_the_interface(address: str, wanted: str) -> None:
    assert interface_address(address) == wanted


def test_what_an_answer_leaves_out() -> None:
    more = {"kind": "more", "data": {"children": ["c9", "c&x"], "parent_id": "t3_p1"}}
    going_on = {"kind": "more", "data": {"children": [], "parent_id": "t1_c5", "id": "_"}}
    further = left_out_by(json.dumps([listing(thing("t3", "p1")), listing(more, going_on)]).encode())
    assert (further.link, further.children, further.continued) == ("t3_p1", ("c9",), ("c5",))
    assert left_out_by(json.dumps(listing(after="t3_z")).encode()).after == "t3_z"


def test_thread_is_read_with_the_comments_that_its_tree_leaves_out(
    site: Site, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDDIT_TOKEN", "s3cret")
    more = {"kind": "more", "data": {"children": ["c9"], "parent_id": "t3_p1"}}
    tree = [listing(thing("t3", "p1")), listing(thing("t1", "c1"), more)]
    site.add("/comments/p1?limit=100&raw_json=1", json.dumps(tree), media_type="application/json")
    rest = {"json": {"data": {"things": [thing("t1", "c9")]}}}
    path = "/api/morechildren?api_type=json&link_id=t3_p1&raw_json=1&children=c9"
    site.add(path, json.dumps(rest), media_type="application/json")
    site.add("/robots.txt", "User-agent: *\nDisallow: /\n", media_type="text/plain")
    source = {"kind": "reddit", "url": f"{site.base}/comments/p1", "token_from": "REDDIT_TOKEN"}
    (result,) = installation.crawl(source)["results"]
    assert [post.native_id for post in posts_of(installation)] == ["t3_p1", "t1_c1", "t1_c9"]
    assert (result["errors"], result["refused_robots"]) == (0, 0)
    assert "/robots.txt" not in site.paths()


def test_reddit_is_not_asked_without_a_token(site: Site, installation: Installation) -> None:
    outcome = installation.crawl({"kind": "reddit", "url": f"{site.base}/r/jobs/new"})
    assert "needs a token" in outcome["error"]["line"]
    assert site.asked == []


FEED = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><author><name>/u/desk</name></author><id>t3_p1</id>
<content type="html">&lt;div class="md"&gt;&lt;p&gt;Write to us&lt;/p&gt;&lt;/div&gt;
submitted by &lt;a&gt;/u/desk&lt;/a&gt;
&lt;span&gt;[link]&lt;/span&gt; &lt;span&gt;[comments]&lt;/span&gt;</content>
<link href="https://www.reddit.com/r/jobs/comments/p1/cooks/"/><published>2026-03-01T08:00:00+00:00</published>
<title>Cooks wanted</title></entry></feed>"""
OLD_PAGE = b"""<html><body><div class="thing link self" data-fullname="t3_p1" data-author="desk" data-subreddit="jobs"
data-timestamp="1772352000000" data-permalink="/r/jobs/comments/p1/cooks/"><div class="entry"><a class="title">Cooks
wanted</a><div class="usertext-body"><div class="md"><p>Write to us</p></div></div></div></div>
<div class="thing comment" data-fullname="t1_c1" data-author="other"><div class="entry"><p class="tagline">
<time datetime="2026-03-01T08:00:00+00:00">x</time></p>
<div class="usertext-body"><div class="md">How much?</div></div>
<a class="bylink" href="https://old.reddit.com/r/jobs/comments/p1/cooks/c1/">x</a></div><div class="child">
<div class="thing comment" data-fullname="t1_c2"><div class="entry">
<div class="usertext-body"><div class="md">A lot</div></div></div></div>
<div class="thing morechildren" data-fullname="t1_c3"></div></div></div></body></html>"""


def test_feed_is_read_without_its_frame() -> None:
    (post,) = parse_page(FEED, "https://www.reddit.com/r/jobs/.rss", fetched_at=WHEN)
    assert (post.native_id, post.author, post.title) == ("t3_p1", "desk", "Cooks wanted")
    assert (post.text, post.posted_at) == ("Write to us", WHEN)


def test_saved_page_of_the_old_site_is_read() -> None:
    post, comment, answer = parse_page(OLD_PAGE, "https://old.reddit.com/r/jobs/comments/p1/", fetched_at=WHEN)
    assert (post.native_id, post.author, post.title, post.text) == ("t3_p1", "desk", "Cooks wanted", "Write to us")
    assert (post.posted_at, comment.posted_at) == (WHEN, WHEN)
    assert (comment.text, comment.url) == ("How much?", "https://www.reddit.com/r/jobs/comments/p1/cooks/c1/")
    assert (answer.native_id, answer.text, answer.extra["reply_to"]) == ("t1_c2", "A lot", "t1_c1")


NEW_PAGE = """<shreddit-post id="t3_p1" permalink="/r/jobs/comments/p1/cooks/" post-title="Cooks wanted" author="desk"
 post-type="text" subreddit-name="jobs" created-timestamp="2026-03-01T08:00:00.000000+0000">
<h1 slot="title">Cooks wanted</h1><div slot="text-body"><div class="md"><p>Write to us</p></div></div></shreddit-post>
<shreddit-comment thingid="t1_c1" postid="t3_p1" author="other" permalink="/r/jobs/comments/p1/cooks/c1/">
<div slot="commentMeta"><time datetime="2026-03-01T09:00:00Z">x</time></div><div slot="comment"><p>How much?</p></div>
<shreddit-comment thingid="t1_c2" postid="t3_p1" parentid="t1_c1" author="desk"
 permalink="/r/jobs/comments/p1/cooks/c2/">
<time datetime="2026-03-01T10:00:00Z">x</time><div slot="comment"><p>A lot</p></div></shreddit-comment>
</shreddit-comment>"""


def test_saved_page_of_the_new_site_is_read() -> None:
    body = f"<!DOCTYPE html><html><body>{NEW_PAGE}</body></html>".encode()
    first, second, third = parse_page(body, URL, fetched_at=WHEN)
    assert (first.native_id, first.title, first.text, first.author) == ("t3_p1", "Cooks wanted", "Write to us", "desk")
    assert (first.posted_at, first.url) == (WHEN, "https://www.reddit.com/r/jobs/comments/p1/cooks/")
    assert (second.text, second.author, second.extra["reply_to"]) == ("How much?", "other", "t3_p1")
    assert (third.text, third.posted_at) == ("A lot", WHEN.replace(hour=10))
    assert (third.url, third.extra["reply_to"]) == ("https://www.reddit.com/r/jobs/comments/p1/cooks/c2/", "t1_c1")


def test_archives_keep_things_without_their_kind() -> None:
    post, comment = thing("t3", "p1")["data"], thing("t1", "c1")["data"]
    wanted = [("t3_p1", "Write to us"), ("t1_c1", "How much?")]
    for answer in ({"data": [post, comment]}, [post, comment]):
        assert [(each.native_id, each.text) for each in read(answer)] == wanted
    lines = "\n".join(map(json.dumps, (post, comment, "no thing"))).encode()
    assert [(each.native_id, each.text) for each in parse_page(lines, URL, fetched_at=WHEN)] == wanted
