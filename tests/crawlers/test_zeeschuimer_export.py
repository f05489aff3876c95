import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.importers.platform_items import _MAPPINGS, read_item
from crawlers.importers.zeeschuimer import read_export
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

AT = datetime(2026, 3, 1, tzinfo=UTC)
UNIX = 1772323200
USER = {"username": "sample_hr", "full_name": "Sample HR"}
X_USER = {"user_results": {"result": {"legacy": {"screen_name": "sample_hr", "name": "Sample HR"}}}}
X_DATE = "Sun Mar 01 00:00:00 +0000 2026"
SNOWFLAKE = str((UNIX * 1000) << 22)


def line(platform: str, data: Any, **fields: Any) -> dict[str, Any]:
    return {"item_id": "7", "source_platform": platform, "timestamp_collected": UNIX * 1000, "user_agent": "x",
            "nav_index": "1:1", "data": data} | fields  # fmt: skip


def read(tmp_path: Path, *lines: Any) -> list[ParsedPost]:
    path = tmp_path / "export.ndjson"
    path.write_text("\n".join(json.dumps(each) for each in lines) + "\n")
    return list(read_export(path))


@pytest.mark.parametrize(
    ("platform", "data", "url"),
    [
        ("tiktok.com", {"id": "7", "desc": "Cooks", "author": {"uniqueId": "sample_hr"}, "createTime": UNIX},
         "https://www.tiktok.com/@sample_hr/video/7"),
        ("tiktok.com", {"id": "7", "desc": "Cooks", "author": "sample_hr", "createTime": str(UNIX)},
         "https://www.tiktok.com/@sample_hr/video/7"),
        ("tiktok-comments",
         {"cid": "7", "text": "Cooks", "user": {"unique_id": "sample_hr"}, "create_time": UNIX}, None),
        ("instagram.com", {"id": "7", "code": "Ab", "caption": {"text": "Cooks"}, "user": USER, "taken_at": UNIX},
         "https://www.instagram.com/p/Ab/"),
        ("instagram.com", {"id": "7", "shortcode": "Ab", "owner": USER, "taken_at_timestamp": UNIX,
                           "edge_media_to_caption": {"edges": [{"node": {"text": "Cooks"}}]}},
         "https://www.instagram.com/p/Ab/"),
        ("threads.net", {"code": "Ab", "caption": {"text": "Cooks"}, "user": USER, "taken_at": UNIX},
         "https://www.threads.com/@sample_hr/post/Ab"),
        ("x.com", {"rest_id": "7", "core": X_USER, "legacy": {"full_text": "Cooks", "created_at": X_DATE}},
         "https://x.com/sample_hr/status/7"),
        ("twitter.com", {"rest_id": "7", "core": X_USER, "legacy": {"full_text": "Co…", "created_at": X_DATE},
                         "note_tweet": {"note_tweet_results": {"result": {"text": "Cooks"}}}},
         "https://x.com/sample_hr/status/7"),
        ("9gag.com", {"id": "7", "description": "Cooks", "url": "https://9gag.com/gag/7", "creationTs": UNIX,
                      "creator": {"username": "sample_hr"}}, "https://9gag.com/gag/7"),
        ("imgur.com", {"id": "7", "title": "Cooks", "account_id": "sample_hr", "created_at": "2026-03-01T00:00:00Z"},
         "https://imgur.com/gallery/7"),
        ("douyin.com", {"aweme_id": "7", "desc": "Cooks", "author": {"nickname": "sample_hr"}, "create_time": UNIX},
         "https://www.douyin.com/video/7"),
        ("truthsocial.com", {"id": "7", "content": "<p>Cooks</p>", "url": "https://social.example.test/7",
                             "account": {"acct": "sample_hr"}, "created_at": "2026-03-01T00:00:00.000Z"},
         "https://social.example.test/7"),
        ("pinterest.com", {"id": "7", "description": "Cooks", "pinner": {"username": "sample_hr"},
                           "created_at": "Sun, 01 Mar 2026 00:00:00 +0000"}, "https://www.pinterest.com/pin/7"),
        ("xiaohongshu.com", {"id": "7", "note_card": {"desc": "Cooks", "user": {"nickname": "sample_hr"},
                             "time": UNIX * 1000}}, "https://www.xiaohongshu.com/explore/7"),
        ("linkedin.com", {"updateMetadata": {"urn": f"urn:li:activity:{SNOWFLAKE}"},
                          "actor": {"name": {"text": "sample_hr"}},
                          "commentary": {"text": {"text": "Cooks"}}},
         f"https://www.linkedin.com/feed/update/urn:li:activity:{SNOWFLAKE}"),
        ("facebook.com", {"comet_sections": {"content": {"story": {"post_id": "7", "message": {"text": "Cooks"},
                          "wwwURL": "https://www.facebook.com/groups/1/posts/7/", "actors": [{"name": "sample_hr"}]}},
                          "context_layout": {"story": {"comet_sections": {"metadata": [{"story": {"id": 1}},
                          {"story": {"creation_time": UNIX}}]}}}}}, "https://www.facebook.com/groups/1/posts/7/"),
        ("instagram-comments", {"comment_id": "7", "text": "Cooks", "user": {"unique_id": "sample_hr"},
                                "created_at": UNIX}, None),
        ("twitter-comments", {"id": "7", "core": X_USER,
                              "legacy": {"id_str": "7", "full_text": "Cooks", "created_at": X_DATE}},
         "https://x.com/sample_hr/status/7"),
        ("xiaohongshu-comments", {"id": "7", "content": "Cooks", "user_info": {"nickname": "sample_hr"},
                                  "create_time": UNIX * 1000}, None),
        ("threads.com", {"code": "7", "caption": None, "user": USER, "taken_at": UNIX, "text_post_app_info":
                         {"text_fragments": {"fragments": [{"plaintext": "Co"}, {"plaintext": "oks"}, None]}}},
         "https://www.threads.com/@sample_hr/post/7"),
        ("tiktok.com", {"id": "7", "desc": "", "contents": [{"desc": "Cooks"}], "author": {"uniqueId": "sample_hr"},
                        "createTime": UNIX}, "https://www.tiktok.com/@sample_hr/video/7"),
        ("bilibili.com", {"id": 113, "bvid": "7", "title": "Job", "desc": "Cooks", "owner": {"name": "sample_hr"},
                          "pubdate": UNIX}, "https://www.bilibili.com/video/7"),
        ("rednote.com", {"noteId": "7", "desc": "Cooks", "user": {"nickname": "sample_hr"}, "time": UNIX * 1000},
         "https://www.xiaohongshu.com/explore/7"),
        ("linkedin.com", {"metadata": {"backendUrn": f"urn:li:ugcPost:{SNOWFLAKE}"}, "actor": {"name": "sample_hr"},
                          "commentary": {"text": "Cooks"}},
         f"https://www.linkedin.com/feed/update/urn:li:ugcPost:{SNOWFLAKE}"),
        ("facebook.com", {"comet_sections": {"content": {"story": {"post_id": "7", "message": None,
                          "comet_sections": {"message": {"story": {"message": {"text": "Cooks"}}}},
                          "wwwURL": "https://www.facebook.com/1/posts/7", "actors": [{"name": "sample_hr"}]}},
                          "timestamp": {"story": {"creation_time": UNIX}}}}, "https://www.facebook.com/1/posts/7"),
        ("new.example.test", {"id": 7, "text": "Cooks", "author": "sample_hr", "timestamp": UNIX,
                              "url": "https://new.example.test/7"}, "https://new.example.test/7"),
    ],
)  # fmt: skip
def test_items_of_each_platform(tmp_path: Path, platform: str, data: dict[str, Any], url: str | None) -> None:
    (post,) = read(tmp_path, line(platform, data))
    assert (post.native_id, post.url, post.text, post.author, post.posted_at) == ("7", url, "Cooks", "sample_hr", AT)
    assert post.extra["platform"] == platform
    assert not {"user_agent", "nav_index"} & post.extra.keys()


def test_comments_of_a_thread_are_posts_of_their_own(tmp_path: Path) -> None:
    nodes = [
        {"legacy_fbid": str(number), "body": {"text": "Cooks"}, "author": {"name": "sample_hr"}, "created_time": UNIX,
         "feedback": {"url": f"https://www.facebook.com/1?comment_id={number}"}}
        for number in (7, 8)
    ]  # fmt: skip
    thread = {
        "comment_rendering_instance_for_feed_location": {"comments": {"edges": [{"node": each} for each in nodes]}}
    }
    posts = read(tmp_path, line("facebook-comments", thread))
    assert [(post.native_id, post.text, post.author, post.posted_at) for post in posts] == [
        ("7", "Cooks", "sample_hr", AT),
        ("8", "Cooks", "sample_hr", AT),
    ]


def test_quoted_post_and_what_x_escapes(tmp_path: Path) -> None:
    quoted = {"rest_id": "6", "core": X_USER, "legacy": {"full_text": "Cooks &amp; cleaners"}}
    legacy = {"full_text": "R&amp;D", "extended_entities": {"media": [{"type": "animated_gif"}, {"type": "photo"}]}}
    item = {"rest_id": "7", "core": X_USER, "legacy": legacy, "quoted_status_result": {"result": {"tweet": quoted}}}
    (post,) = read(tmp_path, line("x.com", item))
    assert (post.text, post.extra["media"]) == ("R&D", [{"kind": "video"}, {"kind": "photo"}])
    assert post.extra["quoted"] == [
        {"text": "Cooks & cleaners", "author": "sample_hr", "url": "https://x.com/sample_hr/status/6"}
    ]


def test_post_of_several_on_linkedin_is_the_first(tmp_path: Path) -> None:
    urn = f"urn:li:aggregate:(urn:li:activity:{SNOWFLAKE},urn:li:activity:3965915018238312449)"
    shared = {"commentary": {"text": {"text": "Cooks"}}, "actor": {"name": {"text": "Other"}}}
    (post,) = read(
        tmp_path, line("linkedin.com", {"preDashEntityUrn": urn, "commentary": None, "resharedUpdate": shared})
    )
    assert (post.posted_at, post.text, post.extra["forwarded_from"]) == (AT, "Cooks", "Other")


def test_repost_has_the_text_in_full(tmp_path: Path) -> None:
    inner = {"core": X_USER, "legacy": {"full_text": "Cooks wanted, in full"}}
    legacy = {"full_text": "RT @sample_hr: Cooks…", "created_at": X_DATE, "retweeted_status_result": {"result": inner}}
    (post,) = read(tmp_path, line("x.com", {"rest_id": "7", "core": X_USER, "legacy": legacy}))
    assert (post.text, post.extra["forwarded_from"]) == ("RT @sample_hr: Cooks wanted, in full", "@sample_hr")


def test_what_is_passed_on_has_its_words(tmp_path: Path) -> None:
    story = {"post_id": "7", "message": None, "actors": [{"name": "Sample HR"}],
             "attached_story": {"message": {"text": "Cooks"}, "actors": [{"name": "Other"}]}}  # fmt: skip
    toot = {"id": "7", "content": "", "account": {"acct": "sample_hr"},
            "reblog": {"content": "<p>Cooks</p>", "account": {"acct": "Other"}}}  # fmt: skip
    for platform, item in (("facebook.com", {"comet_sections": {"content": {"story": story}}}), ("gab.com", toot)):
        (post,) = read(tmp_path, line(platform, item))
        assert (post.text, post.extra["forwarded_from"]) == ("Cooks", "Other")


def test_table_that_was_saved_instead(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("collected_from_url,id,thread_id,timestamp,unix_timestamp,link,body,author\n"
                    f"https://x.com/,7,7,2026-03-01 00:00:00,{UNIX},https://x.com/a/status/7,Cooks,a\n")  # fmt: skip
    (post,) = read_export(path)
    assert (post.text, post.author, post.posted_at, post.url) == ("Cooks", "a", AT, "https://x.com/a/status/7")


def test_post_without_a_caption_has_no_text(tmp_path: Path) -> None:
    (post,) = read(tmp_path, line("instagram.com", {"id": "7", "code": "Ab", "caption": None, "user": USER}))
    assert (post.text, post.posted_at) == ("", None)


def test_broken_line_ends_the_reading_after_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "export.ndjson"
    path.write_text(json.dumps(line("tiktok.com", {"desc": "a"})) + '\n{"item_id": ')
    posts: list[ParsedPost] = []
    with pytest.raises(DataError, match=r"export\.ndjson, line 2"):
        posts.extend(read_export(path))
    assert len(posts) == 1


@pytest.mark.parametrize("content", ["", "hello", "[1]", '{"a": 1}', '{"data": 5, "source_platform": "x.com"}'])
def test_what_is_no_export_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "export.ndjson"
    path.write_text(content)
    with pytest.raises(DataError, match=r"export\.ndjson"):
        list(read_export(path))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = (
    "id rest_id legacy core user author caption text desc createTime taken_at note_card note actor commentary tweet "
    "updateMetadata urn user_results result retweeted_status_result edge_media_to_caption comet_sections content url"
)


@given(st.sampled_from([*_MAPPINGS, "other"]), st.dictionaries(st.sampled_from(_KEYS.split()), _JSON, max_size=6))
@settings(max_examples=200)
def test_no_item_raises(platform: str, item: dict[str, Any]) -> None:
    read_item(platform, item)


@given(st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_bytes_raise_anything_else(tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "export.ndjson"
    path.write_bytes(noise)
    with contextlib.suppress(DataError):
        list(read_export(path))
