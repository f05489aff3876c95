"""Each promise of the corpus is checked: a corpus that keeps it passes, one that breaks it is named."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from classifier.checks.corpus import Bounds, check_corpus
from classifier.checks.finding import Finding
from classifier.training.corpus import LabelledPost
from tests.classifier.checks.posts import make_post

BOUNDS = Bounds(
    posts=4, posts_a_language=0, posts_a_main_language=0, posts_a_label=0, hands=1, smaller_class=0.0, groups_carried=1,
    languages_carried=2, campaigns=1, campaign_languages=1, translated_share=0.0, disguises=1,
)  # fmt: skip
CAMPAIGN = [
    make_post(f"{opening} for a ride over the river, {number} seats", "smuggling", campaign="c1", group="c1")
    for number, opening in enumerate(("Write", "Tonight", "Ask me", "Boat ready"), 2)
]
LURE = make_post("Typists for an office far away, ticket paid", "scam_centre", id="lure", group="g1")
GOOD = [
    *CAMPAIGN,
    make_post("The ferry over the river leaves at nine, tickets at the pier", group="c1"),
    LURE,
    make_post("On cherche des dactylos pour un bureau au loin", "scam_centre", lang="fr", group="g1"),
    make_post("The union explains what a contract must say", group="g2"),
    make_post("Le syndicat explique ce que dit un contrat", lang="fr", group="g2"),
    replace(LURE, id="lure~1", text="T y p i s t s for an office far away", disguise_of="lure", disguise="spaced_out"),
    *[
        make_post(text)
        for text in ("A cow was lost near the mill", "Choir at six in the hall", "Rooms for three students")
    ],
]


def found(posts: Sequence[LabelledPost], bounds: Bounds = BOUNDS) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_corpus(posts, bounds=bounds)}


def failed(posts: Sequence[LabelledPost]) -> set[str]:
    """The checks that fail, without those that so few posts cannot pass."""
    beyond_reach = {"surface of a language", "posts read by a second hand"}
    return {name for name, finding in found(posts).items() if not finding.passed} - beyond_reach


def changed(post_id: str, **fields: object) -> list[LabelledPost]:
    return [replace(post, **fields) if post.id == post_id else post for post in GOOD]  # type: ignore[arg-type]


def test_a_corpus_that_keeps_its_promises_passes() -> None:
    assert failed(GOOD) == set()


BROKEN = {
    "unknown language": (changed("lure", lang="xx"), "languages known"),
    "kind at odds": (changed("lure", kind="benign"), "kinds"),
    "distress with a lure's label": (
        [*GOOD, make_post("They hold us here", "victim_distress", "smuggling", kind="distress")],
        "kinds",
    ),
    "lure of distress alone": (changed("lure", labels=frozenset({"victim_distress"})), "kinds"),
    "mixed group": (changed("lure", kind="distress", labels=frozenset({"victim_distress"})), "groups in 2 languages"),
    "too short": (changed("lure", text="Typists wanted"), "lengths"),
    "same text": ([*GOOD, make_post(LURE.text)], "same text"),
    "contact": (changed("lure", text="Typists wanted, write to hr@firma.co today"), "contacts"),
    "disguise of nothing": ([post for post in GOOD if post.id != "lure"], "disguises tied"),
    "disguise that hides nothing": (changed("lure~1", text=LURE.text), "disguises tied"),
    "disguise of another class": (changed("lure~1", labels=frozenset()), "disguises tied"),
    "small campaign": ([post for post in GOOD if post is not CAMPAIGN[0]], "campaign sizes"),
    "no look-alike": ([post for post in GOOD if post.group != "c1" or post.campaign], "confusable posts"),
    "not carried": ([post for post in GOOD if post.lang != "fr"], "groups in 2 languages"),
    "repeat": ([*GOOD, make_post(LURE.text + "!")], "near-repeats outside groups"),
}


@pytest.mark.parametrize(("posts", "name"), BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_is_named(posts: list[LabelledPost], name: str) -> None:
    assert name in failed(posts)


COUNTS = {
    "posts": Bounds(posts=14),
    "posts a language": Bounds(posts_a_language=1),
    "posts a main language": Bounds(posts_a_main_language=1),
    "posts a label": Bounds(posts_a_label=1),
    "hands": Bounds(hands=2),
    "benign share": Bounds(benign_share=0.6),
    "hard share of the benign": Bounds(hard_share=1.1),
    "share of the smaller class in a language": Bounds(smaller_class=0.6),
    "campaigns": Bounds(campaigns=2),
    "campaign languages": Bounds(campaign_languages=2),
    "translated campaigns": Bounds(translated_share=0.1),
    "disguised lures": Bounds(disguises=2),
}


@pytest.mark.parametrize(("name", "bounds"), COUNTS.items(), ids=COUNTS)
def test_too_few_is_named(name: str, bounds: Bounds) -> None:
    assert not found(GOOD, bounds)[name].passed


def test_the_detector_is_asked_for_each_language() -> None:
    [right] = [
        one for one in check_corpus(GOOD, {}, lambda texts: ["en"] * len(texts), BOUNDS) if "detector" in one.name
    ]

    assert not right.passed
    assert right.where == ("fr: 0",)


@pytest.mark.parametrize("posts", [[], [make_post("abcd")]], ids=["none", "tiny"])
def test_an_odd_corpus_is_found_wanting_and_not_an_error(posts: list[LabelledPost]) -> None:
    assert not found(posts)["posts"].passed


def test_a_leak_fails_once_there_are_posts_enough() -> None:
    shouting = [make_post(f"A way over the river, seat {number} !!", "smuggling") for number in range(40)]
    calm = [make_post(f"The choir meets again in room {number}") for number in range(40)]

    findings = found([*shouting, *calm])

    assert "en, exclamation marks: 1 AUC" in findings["surface of a language"].where
    assert not findings["function characters"].passed


def test_a_leak_that_cannot_be_measured_is_no_pass() -> None:
    assert not found(GOOD)["surface of a language"].passed
