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
    recorded = {number: _digests_of(session, number) for number in {one.capture_id for one in revisions}}
    return [revision.id for revision in revisions if not _is_recorded(revision, recorded[revision.capture_id])]


def _digests_of(session: Session, capture_id: int) -> dict[str, str] | None:
    """The digests of what was read from a capture, by the numbers of the revisions; None where none were entered."""
    entries = audit.entries_about(session, [f"capture:{capture_id}"])
    told = [entry.details["revisions"] for entry in entries if _has_digests(entry)]
    return {number: digest for digests in told for number, digest in digests.items()} if told else None


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
