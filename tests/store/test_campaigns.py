"""Posts join campaigns pair by pair; two campaigns that meet become one."""

from store import campaigns
from store.database import Store
from tests.factories import NOW, make_item, make_revision


def _posts(store: Store, count: int) -> list[int]:
    with store.transaction() as session:
        return [make_item(session).revision.post_id for _ in range(count)]


def test_a_pair_makes_a_campaign_with_its_reason(store: Store) -> None:
    first, second = _posts(store, 2)
    with store.transaction() as session:
        campaign = campaigns.join_posts(session, first, second, reason="same words", at=NOW)
        assert {member.reason for member in campaign.members} == {"same words"}
        assert campaigns.campaign_of(session, first) is campaigns.campaign_of(session, second)


def test_a_third_post_joins(store: Store) -> None:
    first, second, third = _posts(store, 3)
    with store.transaction() as session:
        campaigns.join_posts(session, first, second, reason="same words", at=NOW)
        campaigns.join_posts(session, third, second, reason="same number", at=NOW)
    with store.reading() as session:
        campaign = campaigns.campaign_of(session, third)
        assert campaign is not None
        assert {member.post_id for member in campaign.members} == {first, second, third}
        assert campaigns.campaign_count(session) == 1


def test_two_campaigns_that_meet_become_the_older(store: Store) -> None:
    posts = _posts(store, 4)
    with store.transaction() as session:
        older = campaigns.join_posts(session, posts[0], posts[1], reason="same words", at=NOW).id
        campaigns.join_posts(session, posts[2], posts[3], reason="same words", at=NOW)
    with store.transaction() as session:
        assert campaigns.join_posts(session, posts[3], posts[0], reason="same number", at=NOW).id == older
    with store.reading() as session:
        campaign = campaigns.campaign_of(session, posts[2])
        assert campaign is not None
        assert len(campaign.members) == 4
        assert campaigns.campaign_count(session) == 1


def test_a_post_alone_has_none(store: Store) -> None:
    (only,) = _posts(store, 1)
    with store.reading() as session:
        assert campaigns.campaign_of(session, only) is None


def test_queued_revisions_come_with_their_identifiers(store: Store) -> None:
    _posts(store, 2)
    with store.reading() as session:
        found = campaigns.queued_revisions(session)
        assert [len(revision.identifiers) for revision in found] == [1, 1]


def test_the_newest_other_members_come_first_and_no_more_than_asked(store: Store) -> None:
    with store.transaction() as session:
        posts = [make_revision(session).post_id for _ in range(4)]
        for post in posts[1:]:
            campaigns.join_posts(session, posts[0], post, reason="text 0.9", at=NOW)
        assert [row.post_id for row in campaigns.other_members(session, posts[3], most=2)] == [posts[2], posts[1]]
        assert campaigns.size_of(session, posts[3]) == 4


def test_a_post_alone_has_no_campaign_to_count(store: Store) -> None:
    with store.transaction() as session:
        alone = make_revision(session).post_id
        assert (campaigns.size_of(session, alone), campaigns.other_members(session, alone, most=5)) == (0, [])
