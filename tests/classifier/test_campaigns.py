"""Variants of an advert are linked in every script; adverts that only look alike are not."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.campaigns import CampaignIndex, CampaignPost, Edge, edges, link_posts
from classifier.identifiers import Identifier, find_identifiers
from classifier.sketches import letters_of, sketch_text
from tests.classifier.adverts import ADVERTS, reordered, variant

LANGUAGES = list(ADVERTS)
THEN = datetime(2025, 1, 1, tzinfo=UTC)
# Bodies of ordinary adverts of one agency, each followed by the agency's footer.
BODIES = (
    "Warehouse packer for the evening shift at our branch near the harbour, lifting up to ten kilos, shoes provided.",
    "Kindergarten assistant with a pedagogic certificate, part time, small groups, music and outdoor play every day.",
    "Night receptionist for a family hotel, spoken Thai and English, calm manner, two weekends free in each month.",
    "Bicycle mechanic who can true wheels and bleed brakes, tools are here, customers are patient and so are we.",
)
FOOTER = (
    " We are an equal opportunity agency with licence and office hours from nine to five. Candidates pay no fee at any"
    " time. Please bring your papers and two references to the interview, and ask for the written contract beforehand."
)


def make_post(post_id: str, text: str) -> CampaignPost:
    return CampaignPost(post_id, text, tuple(find_identifiers(text)))


def make_contact_post(post_id: str, kind: str, normalized: str) -> CampaignPost:
    """A post with a text like no other that names one contact."""
    text = f"{post_id * 3} " * 2
    return CampaignPost(post_id, text, (Identifier(kind, "", normalized, len(text), len(text)),))


def are_linked(*texts: str) -> bool:
    linked = link_posts(make_post(str(number), text) for number, text in enumerate(texts))
    return set(linked.values()) == {"0"}


@pytest.mark.parametrize("edits", [0, 1, 3, 5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_edited_advert_is_found_again(language: str, edits: int) -> None:
    assert all(are_linked(ADVERTS[language], variant(language, edits, seed)) for seed in range(5))


@pytest.mark.parametrize("language", LANGUAGES)
def test_reordered_advert_is_found_again(language: str) -> None:
    assert are_linked(ADVERTS[language], reordered(ADVERTS[language]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_advert_with_other_contacts_is_found_again(language: str) -> None:
    advert = ADVERTS[language]

    assert are_linked(
        f"{advert} Telegram: @example_a1 +855 00 000 412", f"{advert} Telegram: @other_b2 +95 9 000 000 31"
    )


def test_disguised_advert_is_found_again() -> None:
    advert = ADVERTS["en"]

    assert are_linked(advert, advert.replace("a", "а").replace("e", "е").upper())


def test_vietnamese_advert_without_accents_is_found_again() -> None:
    assert are_linked(ADVERTS["vi"], letters_of(ADVERTS["vi"]))


def test_groups_of_variants_are_told_apart() -> None:
    """Precision and recall over 12 languages, 6 variants each with 3 to 5 edits: all pairs right (2026-11)."""
    posts = [
        make_post(f"{language}-{seed}", variant(language, 3 + seed % 3, seed))
        for language in LANGUAGES
        for seed in range(6)
    ]

    linked = link_posts(posts)

    same = {(a, b) for a, b in itertools.combinations(linked, 2) if a[:2] == b[:2]}
    together = {(a, b) for a, b in itertools.combinations(linked, 2) if linked[a] == linked[b] is not None}
    assert len(together & same) / len(same) >= 0.98
    assert together <= same


def test_adverts_that_share_a_footer_are_not_linked() -> None:
    assert set(link_posts(make_post(str(n), body + FOOTER) for n, body in enumerate(BODIES)).values()) == {None}


def test_short_commonplaces_are_not_linked() -> None:
    assert not are_linked("Inbox me for details!", "Inbox me for details!")


def test_rare_contact_links_different_texts() -> None:
    found = edges(
        [make_contact_post("one", "telegram", "example_hr"), make_contact_post("two", "telegram", "example_hr")]
    )

    assert found == [Edge("one", "two", "telegram example_hr", ("telegram", "example_hr"))]


def test_text_edge_says_how_similar() -> None:
    (edge,) = edges([make_post("a", ADVERTS["en"]), make_post("b", ADVERTS["en"])])

    assert edge == Edge("a", "b", "text 1.00")


def test_place_never_links() -> None:
    assert edges([make_contact_post("one", "place", "Poipet"), make_contact_post("two", "place", "Poipet")]) == []


def test_crowds_contact_does_not_link() -> None:
    posts = [make_contact_post(f"post{number}", "phone", "+84900000031") for number in range(20)]

    assert set(link_posts(posts).values()) == {None}


def test_contact_on_many_copies_of_one_text_is_no_crowds() -> None:
    copies = [make_post(f"copy{n}", f"{variant('vi', 2, n)} @example_hr") for n in range(20)]

    linked = link_posts([*copies, make_post("other", f"{ADVERTS['th']} @example_hr")])

    assert linked["other"] == "copy0"


def test_post_alone_has_no_campaign() -> None:
    assert link_posts([make_post("a", ADVERTS["en"]), make_post("b", ADVERTS["ru"])]) == {"a": None, "b": None}


def test_campaign_is_named_after_its_first_post() -> None:
    posts = [make_post("z", ADVERTS["en"]), make_post("m", ADVERTS["ru"]), make_post("a", variant("en", 2, 1))]

    assert link_posts(posts) == {"z": "z", "m": None, "a": "z"}


def test_chain_of_edges_is_one_campaign() -> None:
    handle, phone = " @example_hr", " +855 00 000 412"
    texts = [ADVERTS["en"] + handle, ADVERTS["ru"] + handle + phone, ADVERTS["th"] + phone]

    assert are_linked(*texts)


def test_index_links_with_earlier_posts_alone() -> None:
    index = CampaignIndex()

    assert index.add(make_post("a", ADVERTS["hi"])) == []
    assert [edge.a for edge in index.add(make_post("b", variant("hi", 3, 1)))] == ["a"]


def test_post_added_twice_has_no_edge_with_itself() -> None:
    index = CampaignIndex()
    index.add(make_post("a", ADVERTS["en"]))

    assert index.add(make_post("a", ADVERTS["en"])) == []


def test_flood_of_copies_gives_few_edges_each() -> None:
    index = CampaignIndex()

    counts = [len(index.add(make_post(str(number), ADVERTS["en"]))) for number in range(60)]

    assert max(counts) <= 24
    assert min(counts[1:]) >= 1


def test_similarity_is_symmetric() -> None:
    a, b = sketch_text(ADVERTS["zh"]), sketch_text(variant("zh", 3, 1))

    assert a.similarity(b) == b.similarity(a)
    assert a.recurs_throughout(b) == b.recurs_throughout(a)


@given(st.lists(st.text(max_size=60), max_size=6))
@settings(max_examples=40)
def test_any_texts_can_be_linked(texts: list[str]) -> None:
    linked = link_posts(make_post(str(number), text) for number, text in enumerate(texts))

    assert set(linked) == {str(number) for number in range(len(texts))}


@pytest.mark.parametrize(("days", "is_linked"), [(364, True), (366, False)])
def test_a_contact_that_nobody_named_for_a_year_links_no_more(days: int, is_linked: bool) -> None:
    first, later = (make_contact_post(post_id, "telegram", "example_hr") for post_id in ("old ", "new "))
    found = edges([replace(first, at=THEN), replace(later, at=THEN + timedelta(days=days))])
    assert bool(found) == is_linked


def test_a_contact_in_use_all_the_time_goes_on_linking() -> None:
    posts = [
        replace(make_contact_post(f"{name} ", "telegram", "example_hr"), at=THEN + timedelta(days=200 * number))
        for number, name in enumerate(("first", "second", "third", "fourth"))
    ]
    assert len(edges(posts)) == 3


def test_a_post_without_a_time_ages_no_contact() -> None:
    posts = [make_contact_post(f"{name} ", "telegram", "example_hr") for name in ("first", "second")]
    assert edges([replace(posts[0], at=THEN), posts[1]])
