"""All that a pack tells of a case, fetched together: row by row, a large case would cost thousands of statements.

Posts come in the order in which they were put into the case, captures the oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from store.tables import Capture, Case, CaseItem, Decision, Post, QueueItem, Revision, Verdict


@dataclass(frozen=True, slots=True)
class CaseContents:
    """Posts with all their revisions, and the captures that hold any of these, each once.

    `entries` are what is in the case, by the ids of their queue items; `items` all queue items, by those of their
    revisions.
    """

    posts: Sequence[Post]
    captures: Sequence[Capture]
    entries: dict[int, CaseItem]
    items: dict[int, QueueItem]

    @property
    def subjects(self) -> list[str]:
        """How the audit chain names the captures and the queue items."""
        captures = (f"capture:{capture.id}" for capture in self.captures)
        return [*captures, *(f"item:{item.id}" for item in self.items.values())]


def contents_of(session: Session, case: Case) -> CaseContents:
    """What is in a case now."""
    entries = list(session.scalars(_ENTRIES.where(CaseItem.case_id == case.id)))
    posts = list({entry.item.revision.post.id: entry.item.revision.post for entry in entries}.values())
    captures = {revision.capture_id: revision.capture for post in posts for revision in post.revisions}
    items = session.scalars(_ITEMS.where(Revision.post_id.in_(_posts_in(case))))
    return CaseContents(
        posts=posts,
        captures=[captures[number] for number in sorted(captures)],
        entries={entry.item_id: entry for entry in entries},
        items={item.revision_id: item for item in items},
    )


def _posts_in(case: Case) -> Select[int]:
    in_case = select(Revision.post_id).join(QueueItem).join(CaseItem)
    return in_case.where(CaseItem.case_id == case.id, CaseItem.removed_at.is_(None))


_REVISIONS = selectinload(Post.revisions).options(
    selectinload(Revision.capture),
    selectinload(Revision.identifiers),
    selectinload(Revision.verdicts).selectinload(Verdict.indicators),
)
_ENTRIES = (
    select(CaseItem)
    .where(CaseItem.removed_at.is_(None))
    .order_by(CaseItem.id)
    .options(
        joinedload(CaseItem.added_by),
        joinedload(CaseItem.item)
        .joinedload(QueueItem.revision)
        .joinedload(Revision.post)
        .options(joinedload(Post.source), _REVISIONS),
    )
)
_ITEMS = select(QueueItem).join(Revision).options(selectinload(QueueItem.decisions).joinedload(Decision.user))
