"""Skipping for a reason, until a day, or to a reader of a language: who is offered the item then, and undo."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from store import audit, queue, queue_list, readers, search_index
from store.database import Store
from store.queue import Skip
from store.queue_list import ListFilter
from store.tables import QueueItem, User
from tests.factories import NOW, make_form, make_item, make_user

TOMORROW = NOW + timedelta(days=1)


def _skip(session: Session, user: User, item: QueueItem, outcome: str = "skipped", **skip: Any) -> None:
    form = make_form(item, outcome, f"{user.id}-{item.id}-{outcome}")
    queue.decide(session, user, replace(form, skip=Skip(**skip)), now=NOW)


def _people(session: Session, *names: str) -> list[User]:
    return [make_user(session, name) for name in names]


def _listed(session: Session, shown: str, **wanted: str) -> list[int]:
    return [item.id for item in queue_list.items(session, ListFilter(shown=shown, **wanted), now=NOW, limit=10)]


def test_a_reason_is_kept_and_the_item_goes_to_others(store: Store) -> None:
    with store.transaction() as session:
        (first, second), item = _people(session, "an", "binh"), make_item(session)
        _skip(session, first, item, reason="heavy")
        assert item.decisions[0].reason == "heavy"
        assert queue.claim_next(session, first, now=NOW) is None
        assert queue.claim_next(session, second, now=NOW) is item


def test_a_reason_is_kept_with_a_skip_alone(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        (user,), item = _people(session, "an"), make_item(session)
        _skip(session, user, item, "unsure", reason="heavy", until=TOMORROW, lang="km")
        assert (item.snoozed_until, item.needs_lang, item.decisions[0].reason) == (None, None, None)


def test_a_snoozed_item_sleeps_for_everybody_until_its_day(store: Store) -> None:
    with store.transaction() as session:
        people, item = _people(session, "an", "binh"), make_item(session)
        _skip(session, people[0], item, until=TOMORROW)
        assert [queue.claim_next(session, person, now=NOW) for person in people] == [None, None]
        assert (_listed(session, "open"), _listed(session, "snoozed")) == ([], [item.id])
        assert queue_list.awake_counts(session, now=NOW)["likely"] == 0
        assert queue.claim_next(session, people[0], now=TOMORROW) is item


def test_undo_wakes_it(store: Store) -> None:
    with store.transaction() as session:
        (user,), item = _people(session, "an"), make_item(session)
        _skip(session, user, item, until=TOMORROW)
        queue.undo(session, user, idem_key="u", now=NOW)
        assert item.snoozed_until is None
        assert queue.claim_next(session, user, now=NOW) is item


def test_undo_brings_an_earlier_snooze_back(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        (first, second), item = _people(session, "an", "binh"), make_item(session)
        _skip(session, first, item, until=TOMORROW)
        _skip(session, second, item, "unsure")
        assert item.snoozed_until is None
        queue.undo(session, second, idem_key="u", now=NOW)
        assert item.snoozed_until == TOMORROW


def test_only_readers_of_the_language_are_offered_it(store: Store) -> None:
    with store.transaction() as session:
        (first, second, reader), item = _people(session, "an", "binh", "sok"), make_item(session)
        readers.set_languages(session, second, ["th"])
        readers.set_languages(session, reader, ["km", "th"])
        _skip(session, first, item, reason="language", lang="km")
        assert queue.claim_next(session, second, now=NOW) is None
        assert queue.claim_next(session, reader, now=NOW) is item


def test_it_stays_with_readers_after_one_was_unsure_until_the_asking_is_undone(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        (first, second, reader), item = _people(session, "an", "binh", "sok"), make_item(session)
        readers.set_languages(session, reader, ["km"])
        _skip(session, first, item, lang="km")
        _skip(session, reader, item, "unsure")
        assert queue.claim_next(session, second, now=NOW) is None
        queue.undo(session, reader, idem_key="u1", now=NOW)
        queue.undo(session, first, idem_key="u2", now=NOW)
        assert item.needs_lang is None


@pytest.mark.parametrize(
    ("reads", "disabled", "role", "unread"),
    [
        (["km"], False, "analyst", 0),
        (["th"], False, "analyst", 1),
        (["km"], True, "analyst", 1),
        (["km"], False, "viewer", 1),
    ],
    ids=["somebody reads it", "another language", "a disabled account", "somebody who may not decide"],
)
def test_what_nobody_reads_is_on_a_list_of_its_own(
    sqlite_store: Store, reads: list[str], disabled: bool, role: str, unread: int
) -> None:
    with sqlite_store.transaction() as session:
        (user,), item = _people(session, "an"), make_item(session)
        other = make_user(session, "other", role)
        readers.set_languages(session, other, reads)
        other.disabled = disabled
        _skip(session, user, item, lang="km")
        assert len(_listed(session, "unread")) == unread
        assert queue_list.count(session, ListFilter(shown="unread"), now=NOW) == unread
        assert _listed(session, "handed_on") == [item.id]


def test_the_list_is_filtered_by_lane_and_language(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        likely, audited = make_item(session, "likely"), make_item(session, "audit")
        verdict = audited.revision.verdicts[-1]
        verdict.lang = "km"
        search_index.index_verdict(session, verdict)
        assert _listed(session, "open", lane="likely") == [likely.id]
        assert _listed(session, "open", lang="km") == [audited.id]
        assert _listed(session, "open", lang="km", lane="likely") == []
        assert queue_list.languages(session) == ["km", "vi"]


def test_a_list_is_counted_no_further_than_asked(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        for _ in range(3):
            make_item(session)
        counts = [queue_list.count(session, ListFilter(), now=NOW, most=most) for most in (2, 3, 4, None)]
        assert counts == [2, 3, 3, 3]


def test_what_is_decided_is_on_no_list(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        (user,), item = _people(session, "an"), make_item(session)
        queue.decide(session, user, make_form(item), now=NOW)
        assert [_listed(session, shown) for shown in queue_list.SHOWN] == [[]] * len(queue_list.SHOWN)


def test_the_chain_knows_why_and_how_it_was_skipped(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        (user,), item = _people(session, "an"), make_item(session)
        _skip(session, user, item, reason="language", lang="km", until=TOMORROW)
        details = audit.entries_about(session, [f"item:{item.id}"])[-1].details
    assert (details["reason"], details["needs_lang"]) == ("language", "km")
    assert details["snoozed_until"] == "2026-03-02T12:00:00Z"
