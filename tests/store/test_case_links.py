"""What a case's campaigns offer to it, and the contacts that its posts share."""

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import NotFoundError
from store import campaigns, case_links, cases, queue
from store.database import Store
from store.tables import QueueItem, User
from tests.factories import NOW, make_case, make_confirmed, make_item, make_user


def _campaign(session: Session, items: list[QueueItem]) -> int:
    posts = [item.revision.post_id for item in items]
    for post in posts[1:]:
        joined = campaigns.join_posts(session, posts[0], post, reason="same words", at=NOW)
    return joined.id


def _three(session: Session, user: User) -> list[QueueItem]:
    return [make_confirmed(session, user) for _ in range(3)]


def test_a_campaign_goes_in_with_all_its_confirmed_members(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        items, unsure = _three(session, user), make_item(session)
        campaign_id = _campaign(session, [*items, unsure])
        case = make_case(session, user, posts=0)
        cases.add_item(session, user, case, items[0], now=NOW)
        added = case_links.add_campaign(session, user, case, campaign_id, now=NOW)
        assert [entry.item_id for entry in added] == [item.id for item in items[1:]]
        assert case_links.offered_members(session, case) == {}


def test_new_members_are_offered_once_confirmed(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        items = _three(session, user)
        campaign_id = _campaign(session, items[:2])
        case = make_case(session, user, posts=0)
        cases.add_item(session, user, case, items[0], now=NOW)
        assert [item.id for item in case_links.offered_members(session, case)[campaign_id]] == [items[1].id]
        _campaign(session, [items[0], items[2]])
        assert [item.id for item in case_links.offered_members(session, case)[campaign_id]] == [
            item.id for item in items[1:]
        ]


def test_what_was_taken_back_or_found_benign_is_not_offered(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        items = _three(session, user)
        case = make_case(session, user, posts=0)
        cases.add_item(session, user, case, items[0], now=NOW)
        _campaign(session, items)
        queue.undo(session, user, idem_key="undo", now=NOW)
        offered = case_links.offered_members(session, case)
        assert [item.id for found in offered.values() for item in found] == [items[1].id]


def test_what_was_taken_out_is_not_offered_again(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        items = _three(session, user)
        campaign_id = _campaign(session, items)
        case = make_case(session, user, posts=0)
        for item in items:
            cases.add_item(session, user, case, item, now=NOW)
        cases.remove_item(session, user, case, items[1].id, reason="another matter", now=NOW)
        assert case_links.offered_members(session, case) == {}
        with pytest.raises(NotFoundError, match="no confirmed post to add"):
            case_links.add_campaign(session, user, case, campaign_id, now=NOW)


def test_a_campaign_that_has_nothing_in_the_case_is_not_added(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        campaign_id = _campaign(session, _three(session, user))
        with pytest.raises(NotFoundError, match=f"Campaign {campaign_id}"):
            case_links.add_campaign(session, user, make_case(session, user), campaign_id, now=NOW)


def test_offers_outlive_a_merge_of_campaigns(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        older, newer = _three(session, user), _three(session, user)
        older_id = _campaign(session, older)
        _campaign(session, newer)
        case = make_case(session, user, posts=0)
        cases.add_item(session, user, case, newer[0], now=NOW)
        _campaign(session, [older[0], newer[0]])
        assert len(case_links.offered_members(session, case)[older_id]) == 5


def test_shared_contacts_name_their_posts_and_those_elsewhere(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user, posts=2)
        make_item(session)
        (line,) = case_links.shared_identifiers(session, case)
        assert (line.type, line.value, line.elsewhere) == ("telegram", "@Example_HR", 1)
        assert line.item_ids == tuple(entry.item_id for entry in case.items)


def test_a_contact_of_one_post_is_not_shared(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user, posts=2)
        cases.remove_item(session, user, case, case.items[0].item_id, reason="x", now=NOW)
        assert case_links.shared_identifiers(session, case) == []
