"""The outbox: written with the item or not at all, tried ever more rarely, and dead in the end."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from lurewatch.errors import AccessError, ConfigurationError, DataError, NotFoundError
from store import audit, queue, webhooks
from store.database import Store
from store.tables import Webhook, WebhookMessage
from tests.factories import NOW, make_item, make_user

ALLOWED = ["https://siem.example", "http://10.0.0.5:8080"]
HOOK = "https://siem.example/hook"


def _messages(store: Store) -> list[WebhookMessage]:
    with store.reading() as session:
        return list(session.scalars(select(WebhookMessage).order_by(WebhookMessage.id)))


def _add(store: Store, url: str = HOOK) -> None:
    with store.transaction() as session:
        user = make_user(session, "adm", "administrator")
        webhooks.add_webhook(session, user, url=url, sealed_secret="sealed", allowed=ALLOWED, now=NOW)


def test_an_urgent_item_is_told_by_numbers_and_lane_alone(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        item = make_item(session, "urgent", text="Cứu tôi với, tôi ở Campuchia")
    (message,) = _messages(store)
    assert json.loads(message.body) == {
        "type": "item.urgent",
        "timestamp": "2026-03-01T12:00:00Z",
        "data": {"item_id": item.id, "revision_id": item.revision_id, "lane": "urgent"},
    }


def test_other_lanes_are_not_told(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        for lane in ("likely", "uncertain", "audit"):
            make_item(session, lane)
    assert _messages(store) == []


def test_an_item_that_is_not_kept_is_not_told(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        make_item(session, "urgent")
        session.rollback()
    assert _messages(store) == []


def test_an_item_that_is_queued_already_is_told_once(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        item = make_item(session, "urgent")
        queue.enqueue(session, revision_id=item.revision_id, lane="urgent", priority=1.0, at=NOW)
    assert len(_messages(store)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/hook",
        "http://siem.example/hook",
        "https://siem.example:8443/hook",
        "https://siem.example@evil.example/",
        "https://siem.example.evil.example/",
        "https://evil.example/https://siem.example",
        "https://user@siem.example/",
        "http://10.0.0.5/hook",
        "ftp://siem.example/",
        "file:///etc/passwd",
        "https:///hook",
        "https://[::1",
        "https://siem.example:99999/",
        "https://siem.example/a b",
        "https://siem.example\\@evil.example/",
        "https://siem.example/\r\nHost: evil",
        "https://ѕiem.example/hook",
        "https://siem.example/" + "x" * 500,
    ],
)
def test_no_other_origin_is_taken(sqlite_store: Store, url: str) -> None:
    with pytest.raises(DataError):
        _add(sqlite_store, url)


@pytest.mark.parametrize(
    "url", [HOOK, "https://SIEM.example/", "https://siem.example:443/x?y=1", "http://10.0.0.5:8080"]
)
def test_the_origins_of_the_settings_are_taken_even_private_ones(sqlite_store: Store, url: str) -> None:
    _add(sqlite_store, url)


@pytest.mark.parametrize("entry", ["siem.example", "https://siem.example/hook", "https://", "*", "ftp://siem.example"])
def test_a_setting_that_is_no_origin_is_named(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="is no origin"):
        webhooks.refuse_broken_origins([*ALLOWED, entry])


def test_a_supervisor_adds_none(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session, role="supervisor")
        with pytest.raises(AccessError, match="webhooks"):
            webhooks.add_webhook(session, user, url=HOOK, sealed_secret="sealed", allowed=ALLOWED, now=NOW)


def test_a_message_is_tried_ever_more_rarely_and_dead_at_the_end(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        make_item(session, "urgent")
    now, waits = NOW, []
    for _ in range(webhooks.MOST_TRIES):
        with store.transaction() as session:
            message = webhooks.claim_due(session, now=now)
            assert message is not None
            webhooks.record_try(session, message.id, "It answered 500.", now=now)
            waits.append(message.due_at - now)
        now = message.due_at
    (message,) = _messages(store)
    with store.reading() as session:
        told = [
            entry.details for entry in audit.entries_about(session, ["webhook:1"]) if entry.action == "webhook.told"
        ]
    assert told == [{"message": message.message_id, "try": 1 + number} for number in range(webhooks.MOST_TRIES)]
    assert tuple(waits[:-1]) == webhooks.PAUSES
    assert (message.state, message.last_problem) == ("dead", "It answered 500.")
    with store.transaction() as session:
        assert webhooks.claim_due(session, now=now + timedelta(days=365)) is None


def test_two_workers_never_hold_the_same_message(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        make_item(session, "urgent")
    with store.transaction() as session:
        assert webhooks.claim_due(session, now=NOW) is not None
    with store.transaction() as session:
        assert webhooks.claim_due(session, now=NOW) is None
        # The first one died: its hold runs out.
        assert webhooks.claim_due(session, now=NOW + webhooks.HELD) is not None


def test_what_is_dead_may_be_begun_anew(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        make_item(session, "urgent")
        session.scalars(select(WebhookMessage)).one().state = "dead"
        user = make_user(session, "adm2", "administrator")
        webhooks.send_again(session, user, 1, now=NOW)
        assert webhooks.has_due(session, now=NOW)


def test_a_removed_webhook_gets_nothing_more(store: Store) -> None:
    _add(store)
    with store.transaction() as session:
        make_item(session, "urgent")
        user = make_user(session, "adm2", "administrator")
        webhooks.remove_webhook(session, user, 1, now=NOW)
        make_item(session, "urgent")
        with pytest.raises(NotFoundError):
            webhooks.remove_webhook(session, user, 1, now=NOW)
        assert session.get_one(Webhook, 1).secret == ""
    assert [message.state for message in _messages(store)] == ["dead"]
