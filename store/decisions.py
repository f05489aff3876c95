"""What reviewers decided, for whoever learns from it: each person's last standing word on each post. Only reads."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from store.readings import SECOND
from store.standing import CLOSING_OUTCOMES, is_followed, stands
from store.tables import CampaignMember, Decision, Post, QueueItem, Revision, Verdict


@dataclass(frozen=True, slots=True)
class DecidedPost:
    """A queue item that reviewers confirmed or found benign; `decisions` holds one of each person, oldest first.

    `campaign_id` is None for a post that stands alone.
    """

    item: QueueItem
    decisions: tuple[Decision, ...]
    campaign_id: int | None


def decided_posts(session: Session) -> Iterator[DecidedPost]:
    """Every post with a closing decision that stands, oldest item first; revision, source and verdicts are loaded."""
    members = select(CampaignMember.post_id, CampaignMember.campaign_id)
    campaign_of: dict[int, int] = dict(session.execute(members).all())
    for item, standing in _last_words(session).items():
        closing = tuple(decision for decision in standing if decision.outcome in CLOSING_OUTCOMES)
        if closing:
            yield DecidedPost(item, closing, campaign_of.get(item.revision.post_id))


def shown_verdict(decision: Decision) -> Verdict | None:
    """The verdict that a decision was made on."""
    judged = decision.item.revision.verdicts
    return next((verdict for verdict in judged if verdict.release == decision.release), None)


def _readings() -> Select[Decision]:
    """Standing decisions, the newest first, second readings too. On golden items reviewers are tested, not asked."""
    is_asked = is_followed() | (Decision.purpose == SECOND)
    return select(Decision).where(stands(), is_asked).order_by(Decision.id.desc())


def _last_words(session: Session) -> dict[QueueItem, list[Decision]]:
    """By item, the newest standing decision of each person on it, oldest first."""
    to_revision = joinedload(Decision.item).joinedload(QueueItem.revision)
    statement = _readings().options(
        joinedload(Decision.user),
        to_revision.joinedload(Revision.post).joinedload(Post.source),
        to_revision.selectinload(Revision.verdicts),
    )
    newest: dict[tuple[int, int], Decision] = {}
    for decision in session.scalars(statement):
        newest.setdefault((decision.item_id, decision.user_id), decision)
    by_item: dict[QueueItem, list[Decision]] = defaultdict(list)
    for decision in sorted(newest.values(), key=lambda one: (one.item_id, one.id)):
        by_item[decision.item].append(decision)
    return by_item
