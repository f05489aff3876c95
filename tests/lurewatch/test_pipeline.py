"""Kept posts are scored once a release, put into the right lane, and linked to those like them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from classifier.labels import HEADS
from classifier.verdict import Classifier, Verdict
from lurewatch.installation import Installation
from lurewatch.pipeline import Linker, lane_of, priority_of, score_pending
from store import campaigns, queue_list, search
from store.database import Store
from store.search_conditions import Search
from store.tables import QueueItem
from store.tables import Verdict as VerdictRow
from tests.factories import judged_as, make_revision, make_user

THRESHOLDS = dict.fromkeys(HEADS, 0.8)
LURE = (
    "Tuyển gấp nhân viên chat chăm sóc khách ở Campuchia, không cần kinh nghiệm, lương 1000-1500$, "
    "bao vé máy bay và hộ chiếu, bao ăn ở, gửi ảnh hộ chiếu trước, liên hệ Telegram @vi_du_hr_{}"
)
PLAIN = "Bán xe đạp cũ còn tốt, giá 900 nghìn, xem xe tại quận 3 sau 18 giờ."


def verdict_of(**labels: float) -> Verdict:
    return judged_as(labels, flagged=[label for label, value in labels.items() if value >= THRESHOLDS[label]])


@pytest.mark.parametrize(
    ("labels", "lane"),
    [
        ({"scam_centre": 0.9}, "likely"),
        ({"scam_centre": 0.9, "victim_distress": 0.85}, "urgent"),
        ({"victim_distress": 0.85}, "urgent"),
        ({"scam_centre": 0.4}, "uncertain"),
        ({"scam_centre": 0.39}, None),
        ({"victim_distress": 0.4}, "uncertain"),
        ({}, None),
    ],
    ids=["flagged", "flagged and distress", "distress", "near", "just too far", "near a call for help", "nothing"],
)
def test_lanes(labels: dict[str, float], lane: str | None) -> None:
    assert lane_of(verdict_of(**labels), THRESHOLDS, sample_key="k", audit_sample=0.0) == lane


def test_the_audit_sample_is_a_steady_share() -> None:
    lanes = [lane_of(verdict_of(), THRESHOLDS, sample_key=str(number), audit_sample=0.1) for number in range(2000)]
    assert 150 <= lanes.count("audit") <= 250
    assert lanes[:50] == [
        lane_of(verdict_of(), THRESHOLDS, sample_key=str(number), audit_sample=0.1) for number in range(50)
    ]


def test_uncertain_posts_stand_by_their_margin() -> None:
    thresholds = THRESHOLDS | {"victim_distress": 0.2}
    priorities = [
        priority_of(verdict_of(**labels), "uncertain", thresholds, sample_key="k")
        for labels in ({"victim_distress": 0.15}, {"scam_centre": 0.5}, {"scam_centre": 0.41})
    ]
    assert priorities == sorted(priorities, reverse=True)


def test_the_audit_lane_has_no_order_but_the_lot() -> None:
    """Whoever reads half of it has read a random half, whatever the risk."""
    verdicts = [verdict_of(scam_centre=number / 1000) for number in range(300)]
    order = [
        priority_of(verdict, "audit", THRESHOLDS, sample_key=f"{number}") for number, verdict in enumerate(verdicts)
    ]
    first_half = sorted(range(300), key=lambda number: -order[number])[:150]
    assert 55 <= sum(number >= 150 for number in first_half) <= 95


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Installation.at(tmp_path_factory.mktemp("installation"), {}).load_classifier()


@pytest.mark.model
def test_posts_are_scored_once_and_lures_are_queued(store: Store, classifier: Classifier) -> None:
    with store.transaction() as session:
        for text in (LURE.format(1), PLAIN):
            make_revision(session, text)
    first = score_pending(store, classifier, audit_sample=0.0)
    assert (first.revisions, first.flagged, first.queued) == (2, 1, 1)
    assert score_pending(store, classifier, audit_sample=0.0).revisions == 0
    with store.reading() as session:
        (item,) = queue_list.items(session, queue_list.ListFilter(), now=datetime.now(UTC), limit=10)
        assert item.lane == "likely"
        assert session.scalar(select(func.count(VerdictRow.id))) == 2


@pytest.mark.model
def test_a_disguised_post_is_found_by_its_words_once_it_is_scored(store: Store, classifier: Classifier) -> None:
    with store.transaction() as session:
        revision = make_revision(session, "fr\u0435e fl\u0456ght and a visa")
        user = make_user(session)
    score_pending(store, classifier, audit_sample=0.0)
    with store.reading() as session:
        found = search.find(session, user, Search(text="free flight")).hits
        assert [hit.revision.id for hit in found] == [revision.id]


@pytest.mark.model
def test_variants_become_one_campaign_and_again_on_the_next_round(store: Store, classifier: Classifier) -> None:
    with store.transaction() as session:
        for number in (1, 1):
            make_revision(session, LURE.format(number) + " " * number)
    score_pending(store, classifier, audit_sample=0.0)
    linker = Linker(store)
    assert linker.link_pending() == 2
    with store.transaction() as session:
        third = make_revision(session, LURE.format(1) + " gấp gấp").post_id
    score_pending(store, classifier, audit_sample=0.0)
    assert linker.link_pending() == 1
    with store.reading() as session:
        campaign = campaigns.campaign_of(session, third)
        assert campaign is not None
        assert len(campaign.members) == 3
        assert session.scalar(select(func.count(QueueItem.id))) == 3
