"""Pages of social platforms and forums that nobody on this project wrote: counts and short facts, never their words."""

from datetime import UTC, datetime

import pytest

from crawlers.kinds import KINDS
from store.parsed_post import rfc3339
from tests.captures import address_of, captured, digest

FETCHED = datetime(2026, 9, 1, tzinfo=UTC)
# Kind, file, posts, how many are dated, how many have an author; of the first its author, instant and first words.
FACTS = [
    (
        "forum",
        "forum_html/custom_notebooksbilliger_forum_p3.html",
        10,
        10,
        10,
        "9147f203",
        "2016-03-10T00:00:00Z",
        "4c13b316",
    ),
    (
        "forum",
        "forum_html/forumotion_wolfsrebellen_topic.html",
        3,
        3,
        3,
        "cb207be4",
        "2013-10-26T00:00:00Z",
        "ff25ee25",
    ),
    ("forum", "forum_html/ipboard_grasscity_topic.html", 7, 7, 7, "6062568d", "2015-12-07T00:15:31Z", "af4528c9"),
    ("forum", "forum_html/phpbb3_codjumper_topic.html", 2, 2, 2, "38c39a26", "2016-01-09T00:00:00Z", "8480c30c"),
    ("forum", "forum_html/phpbb3_xentax_topic.html", 6, 6, 6, "94fa62c4", "2014-06-11T10:28:00Z", "6044b3ba"),
    ("forum", "forum_html/phpbb_zoneconcours_list.html", 25, 25, 25, "59dee74a", "2013-12-13T15:36:00Z", "904fe1a9"),
    ("forum", "forum_html/smf_pcbheaven_board.html", 20, 0, 20, "bba83c34", "", "4c8d53a4"),
    (
        "forum",
        "forum_html/vanilla_bitterkittens_discussion.html",
        31,
        31,
        31,
        "814ad056",
        "2015-05-15T07:54:10Z",
        "963e1c01",
    ),
    ("forum", "forum_html/vanilla_pdfforge_list_p6.html", 30, 0, 0, "e3b0c442", "", "8ebc7367"),
    (
        "forum",
        "forum_html/vbulletin4_terraforums_list.html",
        23,
        23,
        23,
        "64b89c97",
        "2004-09-09T03:23:00Z",
        "da83a8ca",
    ),
    (
        "forum",
        "forum_html/vbulletin4_terraforums_thread_p2.html",
        9,
        9,
        9,
        "98a2e62a",
        "2005-04-09T23:46:00Z",
        "0ab1298a",
    ),
    ("forum", "forum_html/vbulletin_aussiev8_list.html", 32, 32, 32, "abfca256", "2009-04-29T11:53:00Z", "1fe2da5b"),
    ("forum", "forum_html/vbulletin_facepunch_list.html", 83, 0, 83, "3c3d59ee", "", "8a5a0a99"),
    (
        "forum",
        "forum_html/vbulletin_mazdaworld_thread.html",
        10,
        10,
        10,
        "5c287e96",
        "2015-04-25T00:00:00Z",
        "24bb0609",
    ),
    ("forum", "forum_html/xenforo1_oneplus_thread_p1.html", 20, 20, 20, "5f602907", "2015-11-14T00:00:00Z", "56b1d556"),
    ("forum", "forum_html/xenforo1_oneplus_thread_p5.html", 20, 20, 20, "5f602907", "2015-11-15T00:00:00Z", "3849352d"),
    (
        "forum",
        "forum_html/xenforo2_katzenforum_thread.html",
        18,
        18,
        18,
        "01734959",
        "2018-09-27T12:51:09Z",
        "f381e79e",
    ),
    ("discourse", "discourse/a2web_minimal_topic.json", 3, 3, 3, "2bd806c9", "2026-05-01T10:00:00Z", "a081d076"),
    ("discourse", "discourse/latest.json", 3, 3, 3, "3499749a", "2013-02-04T20:26:25.977000Z", "c700dddb"),
    ("discourse", "discourse/posts_latest.json", 4, 4, 4, "c2713b62", "2020-01-25T02:10:07.971000Z", "c0ebe429"),
    ("discourse", "discourse/topic.json", 4, 4, 4, "28b0e10b", "2013-02-04T20:26:26.278000Z", "8c989c0b"),
    ("reddit", "reddit/askreddit_controversial.json", 25, 25, 25, "d732ed0c", "2012-01-04T21:09:33Z", "d6d63b1a"),
    ("reddit", "reddit/comments_3hahrw.json", 201, 201, 201, "65651b0c", "2015-08-17T07:44:40Z", "ce800a3d"),
    ("reddit", "reddit/morechildren.json", 7, 7, 7, "d5435961", "2015-08-17T12:55:04Z", "564e0012"),
    ("reddit", "reddit/r_all_new_before.json", 4, 4, 4, "cb8dd718", "2016-12-22T02:17:32Z", "fa52874b"),
    ("vk", "vk/wall_getById_2019_ad.json", 1, 1, 1, "ee6ab277", "2019-04-11T08:48:16Z", "30b95148"),
    ("vk", "vk/wall_get_2021.json", 1, 1, 1, "c5315db2", "2021-11-06T18:02:03Z", "c77f2306"),
    ("mastodon", "mastodon/mpy_list_timeline.json", 7, 7, 7, "8c6976e5", "2026-08-01T13:57:07.512000Z", "4c4cb437"),
    ("mastodon", "mastodon/mpy_status_card.json", 1, 1, 1, "00866fd4", "2026-08-01T13:59:50.763000Z", "781bc04e"),
    ("mastodon", "mastodon/mpy_tag_timeline.json", 1, 1, 1, "c0189e84", "2026-08-01T13:55:55.867000Z", "a29e2e83"),
    ("mastodon", "mastodon/toot_post_edited.json", 1, 1, 1, "38a81e87", "2024-04-19T22:14:48.415000Z", "2d8c7769"),
    ("mastodon", "mastodon/toot_post_emojis_attachments.json", 1, 1, 1, "4a5a0c53", "2022-12-16T08:26:31Z", "0b501222"),
]


@pytest.mark.parametrize(("kind", "name", "posts", "dated", "authors", "author", "at", "words"), FACTS)
def test_sample(kind: str, name: str, posts: int, dated: int, authors: int, author: str, at: str, words: str) -> None:
    path = captured(name)
    address = address_of(path, otherwise="https://social.example.test/t/12.json")
    found = list(KINDS[kind].parse_page(path.read_bytes(), address, fetched_at=FETCHED))
    counts = (len(found), sum(post.posted_at is not None for post in found), sum(bool(post.author) for post in found))
    assert counts == (posts, dated, authors)
    first = found[0]
    assert all(post.url for post in found)
    assert digest(first.author or "") == author
    assert (rfc3339(first.posted_at) if first.posted_at else "") == at
    assert digest(" ".join(first.full_text().split()[:5])) == words
