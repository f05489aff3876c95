"""The figures of the data-protection report: what left is counted, whoever took it."""

from datetime import timedelta

from store import audit, webhooks
from store.database import Store
from store.holdings import holdings
from tests.factories import NOW, make_item, make_user

URL = "https://siem.example/hook"


def test_what_programs_were_shown_and_webhooks_told_is_counted_and_what_people_saw_is_not(store: Store) -> None:
    with store.transaction() as session:
        admin = make_user(session, "adm", "administrator")
        webhooks.add_webhook(session, admin, url=URL, sealed_secret="sealed", allowed=["https://siem.example"], now=NOW)
        make_item(session, "urgent")
        assert webhooks.claim_due(session, now=NOW) is not None
        for action, details in (
            ("posts.listed", {"token": 1, "posts": [1]}),
            ("queue.listed", {"token": 1, "items": [1]}),
            ("queue.listed", {"lane": "likely"}),
            ("api.called", {"token": 1}),
        ):
            audit.append(session, actor="x", action=action, subject="posts", details=details)
    with store.reading() as session:
        found = holdings(session, since=NOW)
        assert (found.shown, found.told) == (2, 1)
        later = holdings(session, since=NOW + timedelta(days=36_500))
        assert (later.shown, later.told) == (0, 0)


def test_every_export_is_told_with_its_recipient(store: Store) -> None:
    with store.transaction() as session:
        details = {"recipient": "National database", "purpose": "Counts"}
        audit.append(session, actor="x", action="statistics.exported", subject="statistics", details=details)
    with store.reading() as session:
        (line,) = holdings(session, since=NOW).exports
        assert (line.what, line.by, line.recipient) == ("statistics exported", "x", "National database")
