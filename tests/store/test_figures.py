"""The dashboards' figures: what is inside the period counts, once, and what was taken back does not."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from store import figures, queue
from store.database import Store
from store.figures import Period, RiskCount
from store.lanes import LANES
from store.standing import standing_decision
from store.tables import Post, QueueItem, Verdict
from tests.factories import NOW, make_capture, make_form, make_item, make_revision, make_user, make_verdict

DAY = timedelta(days=1)
MARCH = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def _decide(session: Session, item: QueueItem, outcome: str, *, after: timedelta = DAY, who: str = "an") -> None:
    from store.users import user_by_name

    user = user_by_name(session, who) or make_user(session, who)
    queue.decide(session, user, make_form(item, outcome), now=NOW + after)


def test_posts_are_counted_by_day_and_source(store: Store) -> None:
    with store.transaction() as session:
        for at in (NOW, NOW, NOW + DAY, MARCH.since, MARCH.until, MARCH.since - timedelta(seconds=1)):
            make_revision(session)
            post = session.get_one(Post, make_revision(session).post_id)
            post.first_seen_at = at
    with store.reading() as session:
        by_day, by_source = figures.arrivals(session, MARCH)
        assert by_day == Counter({NOW.date(): 9, (NOW + DAY).date(): 1})
        assert by_source == Counter({"board": 10})


def test_an_edited_post_came_in_once(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        make_revision(session, native_id="p")
        make_revision(session, "Another text altogether", native_id="p")
        assert figures.arrivals(session, MARCH)[0].total() == 1


@pytest.mark.parametrize(("risk", "place"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.55, 5), (0.9, 9), (1.0, 9)])
def test_risks_fall_into_tenths(store: Store, risk: float, place: int) -> None:
    with store.transaction() as session:
        make_verdict(session, make_revision(session), "r", risk)
    with store.reading() as session:
        assert figures.risk_counts(session, "r", MARCH) == [RiskCount(NOW.date(), "vi", place, 1)]
        assert figures.risk_counts(session, "another", MARCH) == []


def test_the_release_is_the_last_before_the_periods_end(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        assert figures.release_of(session, MARCH) is None
        revision = make_revision(session)
        make_verdict(session, revision, "first")
        make_verdict(session, revision, "second")
        session.query(Verdict).filter_by(release="second").update({"scored_at": MARCH.until})
        assert figures.release_of(session, MARCH) == "first"
        assert figures.baseline_of(session, "first") == Period(NOW, NOW + figures.BASELINE)
        assert figures.baseline_of(session, "third") is None


def test_flags_are_counted_by_the_newest_verdicts_language(store: Store) -> None:
    with store.transaction() as session:
        again = make_item(session, "likely")
        make_verdict(session, again.revision, "r2")
        session.query(Verdict).filter_by(release="r2").update({"lang": "km"})
        for lane in LANES:
            make_item(session, lane)
    with store.reading() as session:
        assert figures.flagged_by_language(session, MARCH) == Counter({"vi": 2, "km": 1})


def test_closing_decisions_that_stand_are_counted_once(store: Store) -> None:
    with store.transaction() as session:
        confirmed, benign, unsure, undone, again = (make_item(session, "audit") for _ in range(5))
        _decide(session, undone, "confirmed")
        queue.undo(session, standing_decision(session, undone.id).user, idem_key="u", now=NOW + DAY)  # type: ignore[union-attr]
        _decide(session, again, "benign")
        queue.undo(session, standing_decision(session, again.id).user, idem_key="v", now=NOW + DAY)  # type: ignore[union-attr]
        for item, outcome in [(again, "confirmed"), (confirmed, "confirmed"), (benign, "benign"), (unsure, "unsure")]:
            _decide(session, item, outcome, after=2 * DAY)
    with store.reading() as session:
        found = figures.decided(session, MARCH)
        assert Counter(one.outcome for one in found) == Counter({"confirmed": 2, "benign": 1})
        assert {(one.lane, one.lang, one.waited) for one in found} == {("audit", "vi", 2 * DAY)}


def test_decisions_outside_of_the_period_do_not_count(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        _decide(session, make_item(session), "benign", after=timedelta(days=31))
        assert figures.decided(session, MARCH) == []
        assert figures.decisions_by_person(session, MARCH) == {}


def test_people_stand_under_their_pseudonyms(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "secret.name")
        for outcome in ("benign", "benign", "skipped"):
            queue.decide(session, user, make_form(make_item(session), outcome), now=NOW)
    with store.reading() as session:
        people = figures.decisions_by_person(session, MARCH)
        assert people == {user.pseudonym: Counter({"benign": 2, "skipped": 1})}


def test_every_lane_has_its_open_items_and_the_oldest(store: Store) -> None:
    with store.transaction() as session:
        make_item(session, "likely").created_at = NOW - DAY
        make_item(session, "likely")
        _decide(session, make_item(session, "urgent"), "benign")
    with store.reading() as session:
        waiting = {line.lane: (line.items, line.oldest_at) for line in figures.open_by_lane(session)}
        assert waiting == {"urgent": (0, None), "likely": (2, NOW - DAY), "uncertain": (0, None), "audit": (0, None)}


def test_sources_tell_captures_failures_and_the_last_success(store: Store) -> None:
    with store.transaction() as session:
        for status, after in [(200, 0), (304, 1), (404, 2), (500, 3), (None, -40)]:
            make_capture(session, status=status, fetched_at=NOW + after * DAY)
    with store.reading() as session:
        (health,) = figures.source_health(session, MARCH)
        assert (health.name, health.captures, health.failed, health.last_success_at) == ("board", 4, 2, NOW + DAY)


def test_a_source_that_was_never_read_well_says_so(store: Store) -> None:
    with store.transaction() as session:
        make_capture(session, status=500, fetched_at=NOW - 90 * DAY)
    with store.reading() as session:
        (health,) = figures.source_health(session, MARCH)
        assert (health.captures, health.failed, health.last_success_at) == (0, 0, None)
