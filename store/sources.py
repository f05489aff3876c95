"""Sources: what is read, why, on which legal basis and on whose responsibility."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import SourceError
from store import audit
from store.tables import Source


def ensure_source(
    session: Session, *, name: str, kind: str, url: str | None, purpose: str, legal_basis: str, owner: str
) -> Source:
    """The source of that name, made if it is new; a changed reason, owner or address is kept and audited."""
    source = _named(session, name)
    if source is None:
        audit.hold(session)  # Of two that make it at once, the second must see the first.
        source = _named(session, name)
    wanted = {"url": url, "purpose": purpose, "legal_basis": legal_basis, "owner": owner}
    if source is None:
        source = Source(name=name, kind=kind, created_at=datetime.now(UTC), **wanted)
        session.add(source)
        session.flush()
        _audit_source(session, source, "source.added", {"kind": kind, **wanted})
        return source
    if source.kind != kind:
        raise SourceError(
            f"Source {name!r} is of kind {source.kind}, not {kind}.", hint="Give the new source another name."
        )
    changed = {key: value for key, value in wanted.items() if getattr(source, key) != value}
    if changed:
        for key, value in changed.items():
            setattr(source, key, value)
        _audit_source(session, source, "source.changed", changed)
    return source


def all_sources(session: Session) -> list[Source]:
    """Every source ever read, by name."""
    return list(session.scalars(select(Source).order_by(Source.name)))


def _named(session: Session, name: str) -> Source | None:
    return session.scalar(select(Source).where(Source.name == name))


def _audit_source(session: Session, source: Source, action: str, details: dict[str, str | None]) -> None:
    audit.append(session, actor="register", action=action, subject=f"source:{source.id}", details=details)
