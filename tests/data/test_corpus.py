"""The corpus is what its datasheet says: whole, in enough languages, labelled from the list, with invented contacts."""

import json
import re
from collections import Counter
from typing import Any

import phonenumbers
import pytest

from classifier.labels import LABELS
from classifier.language import LANGUAGES
from lurewatch import resources

POSTS: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted(resources.corpus().glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
RESERVED = re.compile(r"(^|\.)(example(\.(com|org|net))?|test|invalid)$")
MESSENGERS = {"t.me", "wa.me", "line.me", "zalo.me"}


def test_ids_are_unique_and_name_their_hand_and_language() -> None:
    assert max(Counter(post["id"] for post in POSTS).values()) == 1
    for post in POSTS:
        assert post["id"].startswith(f"{post['hand']}-{post['lang']}-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_at_least_25_posts_and_benign_ones_are_no_minority(language: str) -> None:
    posts = [post for post in POSTS if post["lang"] == language]
    benign = sum(not post["labels"] for post in posts)
    assert len(posts) >= 25
    assert benign >= 0.45 * len(posts)


def test_every_label_is_there_and_no_other() -> None:
    counted = Counter(label for post in POSTS for label in post["labels"])
    assert set(counted) == set(LABELS)
    assert min(counted.values()) >= 25


def test_kind_agrees_with_the_labels() -> None:
    for post in POSTS:
        assert (post["kind"] in {"lure", "distress"}) == bool(post["labels"]), post["id"]


def test_texts_are_of_a_posts_length_and_never_repeat() -> None:
    assert all(20 <= len(post["text"]) <= 900 for post in POSTS)
    assert max(Counter(post["text"] for post in POSTS).values()) == 1


def test_web_and_mail_addresses_are_on_reserved_domains() -> None:
    for post in POSTS:
        for host in re.findall(r"(?:https?://|[\w.+-]@)([a-z0-9.-]+\.[a-z]{2,})", post["text"].lower()):
            assert RESERVED.search(host) or host in MESSENGERS, (post["id"], host)


def test_no_international_number_could_be_somebodys() -> None:
    for post in POSTS:
        for match in phonenumbers.PhoneNumberMatcher(post["text"], None, phonenumbers.Leniency.VALID):
            national = str(match.number.national_number)
            is_fiction = match.number.country_code == 1 and national[3:8] == "55501"
            assert is_fiction or "000" in national, (post["id"], match.raw_string)
