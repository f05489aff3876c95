"""Keeps the search index in step with revisions and verdicts, in the transaction that adds them.

The pipeline hands over the cleaned text when it keeps a verdict: undoing disguise is the classifier's, which the store
does not import. The trigrams themselves are the database's work (the migration that made `search_text`).
"""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from store.folding import fold, without_accents
from store.parsed_post import ParsedPost
from store.tables import Revision, SearchLabel, SearchText, Verdict

# Nobody writes longer posts; what goes on behind it is not indexed, so that one row cannot hold up the others.
INDEXED_CHARS = 100_000
UNJUDGED = -1.0


def forms_of(texts: Iterable[str | None]) -> str:
    """The readings of a post in which it is searched, each folded and on a line of its own."""
    folded = list(dict.fromkeys(fold(text[:INDEXED_CHARS]) for text in texts if text))
    return "\n".join(dict.fromkeys([*folded, *map(without_accents, folded)]))


def entry_of(revision: Revision, *, source_id: int) -> SearchText:
    """What makes a new revision findable, in the words in which it came."""
    return SearchText(
        revision=revision,
        source_id=source_id,
        seen_at=revision.seen_at,
        posted_at=revision.posted_at,
        lang="",
        risk=UNJUDGED,
        forms=forms_of(_texts(revision)),
    )


def index_verdict(session: Session, verdict: Verdict) -> None:
    """Narrow and order by the newest verdict on a revision."""
    entry = session.get_one(SearchText, verdict.revision_id)
    entry.lang, entry.risk = verdict.lang, verdict.risk
    session.execute(delete(SearchLabel).where(SearchLabel.revision_id == verdict.revision_id))
    session.add_all(SearchLabel(label=label, revision_id=verdict.revision_id) for label in set(verdict.flagged))
    session.flush()


def index_cleaned(session: Session, revision: Revision, cleaned: str) -> None:
    """Make a revision findable by its text without disguise as well."""
    session.get_one(SearchText, revision.id).forms = forms_of([*_texts(revision), cleaned])
    session.flush()


def _texts(revision: Revision) -> tuple[str | None, ...]:
    post = ParsedPost(native_id="", title=revision.title, text=revision.text)
    return post.full_text(), revision.author, revision.location, revision.salary
