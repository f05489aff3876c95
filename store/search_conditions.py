"""What a search asks for; each condition is in SQL twice: of one revision, and as the ids of all that meet it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from store import blind, search_grams
from store.rules import QueueRules
from store.search_index import UNJUDGED
from store.standing import is_decided_as, stands
from store.tables import (
    CampaignMember,
    Decision,
    Identifier,
    Indicator,
    QueueItem,
    Revision,
    SearchLabel,
    SearchText,
    User,
    Verdict,
)

Ids = Select[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; None and "" mean that it does not matter. Instants are aware UTC, ends not included.

    `risk_from` and `risk_below` look at the risk as it is shown: that of a flagged post is `flagged_risk` at the
    least. `after` is where the page before ended (`Results.next`).
    """

    text: str = ""
    lang: str = ""
    source_id: int | None = None
    lane: str = ""
    state: str = ""
    label: str = ""
    risk_from: float | None = None
    risk_below: float | None = None
    flagged_risk: float = 0.0
    indicator: str = ""
    identifier_type: str = ""
    identifiers: tuple[str, ...] = ()
    posted_from: datetime | None = None
    posted_before: datetime | None = None
    seen_from: datetime | None = None
    seen_before: datetime | None = None
    campaign_id: int | None = None
    decided_by_me: bool = False
    has_later: bool | None = None
    order: str = "newest"
    after: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`check` is asked of a row of SearchText and tempts the database to no index; `ids` gives all that may meet it.

    Those that `ids` names meet it for certain where it `is_exact`. A condition that `is_text` is looked at last; `walk`
    gives what may meet it one by one, in any order that is asked for, where the database can.
    """

    check: ColumnElement[bool]
    ids: Ids | None = None
    is_exact: bool = True
    is_text: bool = False
    walk: Ids | None = None


def conditions_of(session: Session, user: User, search: Search, wanted: str) -> list[Condition]:
    """All that a revision must meet; `wanted` is the folded text."""
    found = [_text(session, wanted)] if wanted else []
    found += _columns(search)
    found += _risks(search)
    found += _queue(search)
    found += _links(search)
    if search.decided_by_me:
        found.append(_among(QueueItem.revision_id, _decided_by(user)))
    if search.has_later is not None:
        later = has_later(SearchText.revision_id)
        found.append(Condition(later if search.has_later else not_(later)))
    return found


def untold(session: Session, user: User, search: Search, rules: QueueRules) -> list[Condition]:
    """Keeps searches by verdict from what is hidden from their asker, and searches by state from their readings."""
    by_risk = search.risk_from is not None or search.risk_below is not None or search.order == "risk"
    found = []
    if (by_risk or search.lane or search.label or search.indicator) and blind.applies(user, rules):
        found.append(Condition(not_(blind.hides(session, user, rules, SearchText.revision_id))))
    if search.state and blind.is_reading_any(session, user):
        item = aliased(QueueItem)
        read = select(1).select_from(item).where(blind.is_being_read(user, item))
        found.append(Condition(~exists(read.where(item.revision_id == SearchText.revision_id).correlate_except(item))))
    return found


def has_later(revision_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether a revision's post has a later one."""
    own, later = aliased(Revision), aliased(Revision)
    return exists(
        select(1)
        .select_from(own)
        .join(later, and_(later.post_id == own.post_id, later.number > own.number))
        .where(own.id == revision_id)
        .correlate_except(own, later)
    )


def _text(session: Session, wanted: str) -> Condition:
    ids = search_grams.ids_with(session, wanted)
    walk = search_grams.walk(session, wanted)
    return Condition(search_grams.holds(session, wanted), ids, is_exact=False, is_text=True, walk=walk)


def _columns(search: Search) -> list[Condition]:
    wanted: list[tuple[InstrumentedAttribute[Any], str, Any]] = [
        (SearchText.lang, "eq", search.lang or None),
        (SearchText.source_id, "eq", search.source_id),
        (SearchText.posted_at, "ge", search.posted_from),
        (SearchText.posted_at, "lt", search.posted_before),
        (SearchText.seen_at, "ge", search.seen_from),
        (SearchText.seen_at, "lt", search.seen_before),
    ]
    return [_column(column, how, value) for column, how, value in wanted if value is not None]


def _column(column: InstrumentedAttribute[Any], how: str, value: object) -> Condition:
    def compared(left: Any) -> ColumnElement[bool]:
        comparisons: dict[str, ColumnElement[bool]] = {"eq": left == value, "ge": left >= value, "lt": left < value}
        return comparisons[how]

    return Condition(compared(_unindexed(column)), select(SearchText.revision_id).where(compared(column)))


def _risks(search: Search) -> list[Condition]:
    flagged = exists(select(1).where(SearchLabel.revision_id == SearchText.revision_id))
    risk, found = _unindexed(SearchText.risk), []
    if search.risk_from is not None:
        enough = risk >= search.risk_from
        if search.flagged_risk >= search.risk_from:
            found.append(Condition(or_(enough, flagged)))
        else:
            found.append(Condition(enough, select(SearchText.revision_id).where(SearchText.risk >= search.risk_from)))
    if search.risk_below is not None:
        less = and_(risk < search.risk_below, risk != UNJUDGED)
        found.append(Condition(and_(less, not_(flagged)) if search.flagged_risk >= search.risk_below else less))
    return found


def _queue(search: Search) -> list[Condition]:
    found = []
    if search.lane:
        found.append(_among(QueueItem.revision_id, select(QueueItem.revision_id).where(QueueItem.lane == search.lane)))
    if search.state == "unjudged":
        found.append(_column(SearchText.risk, "eq", UNJUDGED))
    elif search.state in ("open", "decided"):
        ids = select(QueueItem.revision_id).where(QueueItem.state == search.state)
        found.append(_among(QueueItem.revision_id, ids))
    elif search.state:
        found.append(_decided_as(search.state))
    return found


def _decided_as(outcome: str) -> Condition:
    decided = select(QueueItem.revision_id).where(is_decided_as(outcome))
    # To look for the decision that stands takes long: of these only a few are asked.
    ever = select(QueueItem.revision_id).join(Decision, Decision.item_id == QueueItem.id)
    check = _among(QueueItem.revision_id, decided).check
    return Condition(check, ever.where(Decision.outcome == outcome), is_exact=False)


def _links(search: Search) -> list[Condition]:
    found = []
    if search.label:
        ids = select(SearchLabel.revision_id).where(SearchLabel.label == search.label)
        found.append(_among(SearchLabel.revision_id, ids))
    if search.indicator:
        found.append(_among(Verdict.revision_id, _with_indicator(search.indicator)))
    if search.identifiers:
        ids = select(Identifier.revision_id).where(Identifier.normalized.in_(search.identifiers))
        kind = Identifier.type == search.identifier_type
        found.append(_among(Identifier.revision_id, ids.where(kind) if search.identifier_type else ids))
    if search.campaign_id is not None:
        members = select(Revision.id).join(CampaignMember, CampaignMember.post_id == Revision.post_id)
        found.append(_among(Revision.id, members.where(CampaignMember.campaign_id == search.campaign_id)))
    return found


def _among(column: InstrumentedAttribute[int], ids: Ids) -> Condition:
    return Condition(exists(ids.where(column == SearchText.revision_id).correlate(SearchText)), ids)


def _decided_by(user: User) -> Ids:
    """Revisions with a decision of this person's, a further reading's among them, that was not taken back."""
    decided = select(QueueItem.revision_id).join(Decision, Decision.item_id == QueueItem.id)
    return decided.where(Decision.user_id == user.id, stands())


def _with_indicator(code: str) -> Ids:
    """Revisions whose newest verdict names the indicator."""
    newer = aliased(Verdict)
    is_newest = ~exists(select(1).where(newer.revision_id == Verdict.revision_id, newer.id > Verdict.id))
    return (
        select(Verdict.revision_id)
        .join(Indicator, Indicator.verdict_id == Verdict.id)
        .where(Indicator.code == code, is_newest)
    )


def _unindexed(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return func.coalesce(column, column)
