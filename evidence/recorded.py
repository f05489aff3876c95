"""Whether posts and sources are what the audit chain says they were when they were kept; altered ones never go out."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from lurewatch.errors import EvidenceError
from store import audit
from store.recording import CAPTURE_READ, revision_digest
from store.tables import AuditEntry, Post, Revision, Source

_TOLD_OF_SOURCES = ("kind", "url", "purpose", "legal_basis", "owner")


def unrecorded_revisions(session: Session, posts: Iterable[Post]) -> list[int]:
    """The revisions of which the chain says nothing, for they are older than its digests: a gap to be stated.

    Raises EvidenceError for a revision, a post's address or a source that is not what the chain says.
    """
    posts = list(posts)
    for source in {post.source_id: post.source for post in posts}.values():
        _refuse_altered_source(session, source)
    revisions = [revision for post in posts for revision in post.revisions]
    recorded = _digests(session, {revision.capture_id for revision in revisions})
    return [revision.id for revision in revisions if not _is_recorded(revision, recorded.get(revision.capture_id))]


def _digests(session: Session, capture_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """The digests of what was read from each capture, by the numbers of the revisions; only where any were entered."""
    subjects = {f"capture:{number}": number for number in capture_ids}
    found: dict[int, dict[str, str]] = {}
    for entry in filter(_has_digests, audit.entries_about(session, list(subjects))):
        found.setdefault(subjects[entry.subject], {}).update(entry.details["revisions"])
    return found


def _is_recorded(revision: Revision, recorded: Mapping[str, str] | None) -> bool:
    if recorded is None:
        return False
    if recorded.get(str(revision.id)) != revision_digest(revision):
        raise _altered(f"Revision {revision.id} of post {revision.post_id}, or the post's address,")
    return True


def _has_digests(entry: AuditEntry) -> bool:
    return entry.action == CAPTURE_READ and "revisions" in entry.details


def _refuse_altered_source(session: Session, source: Source) -> None:
    entries = audit.entries_about(session, [f"source:{source.id}"])
    told = {name: value for entry in entries for name, value in entry.details.items() if name in _TOLD_OF_SOURCES}
    altered = [name for name, value in told.items() if getattr(source, name) != value]
    if altered or not told:
        raise _altered(f"Source {source.name!r} ({', '.join(altered) or 'all of it'})")


def _altered(what: str) -> EvidenceError:
    return EvidenceError(
        f"{what} is not what the audit chain says.",
        hint="No pack was made. Restore the store from a backup, and find out who changed it.",
    )
