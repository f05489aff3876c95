"""Asks the database's own index for the revisions that hold a folded text, whatever its script and length.

SQLite: FTS5 trigrams; one or two characters are the beginnings of some trigrams. PostgreSQL: pg_trgm, and characters
and pairs of Han, kana and Hangul. Both may name a revision too many: `holds` is the last word.
"""

import regex
from sqlalchemy import ColumnElement, Integer, Select, Text, cast, column, false, func, literal_column, select, table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from store.tables import SearchText

Ids = Select[int]

_GRAM = table("search_gram", column("rowid", Integer))
_TERM = table("search_gram_term", column("term", Text))
# A long text is sought by so many of its trigrams; hardly a post holds all of them and not the text.
_TRIGRAMS_ASKED = 24
# What begins more trigrams than this is in so many posts that looking through the newest is quicker.
_MOST_TERMS = 300
# pg_trgm sees letters and digits alone.
_SEEN_BY_PG_TRGM = regex.compile(r"[\p{Alphabetic}\p{Decimal_Number}]{3}")
_WORD_SIGN = regex.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LIKE_SIGN = regex.compile(r"[\\%_]")


def holds(session: Session, wanted: str) -> ColumnElement[bool]:
    """Whether a row of SearchText holds the folded text."""
    position = func.instr if _is_sqlite(session) else func.strpos
    return position(SearchText.forms, wanted) > 0


def ids_with(session: Session, wanted: str) -> Ids | None:
    """The revisions that may hold the folded text; None where the index cannot say, or nearly all would be named."""
    return _sqlite_ids(session, wanted) if _is_sqlite(session) else _postgresql_ids(wanted)


def walk(session: Session, wanted: str) -> Ids | None:
    """The same, beside their rows of SearchText, from the newest on; None where only all of them can be had at once."""
    if len(wanted) < 3 or not _is_sqlite(session):
        return None
    return _matching(_trigrams_of(wanted)).join(SearchText, SearchText.revision_id == _GRAM.c.rowid)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _sqlite_ids(session: Session, wanted: str) -> Ids | None:
    if len(wanted) >= 3:
        return _matching(_trigrams_of(wanted))
    beginning = _TERM.c.term >= wanted, _TERM.c.term < wanted + chr(0x10FFFF)
    terms = session.scalars(select(_TERM.c.term).where(*beginning).limit(_MOST_TERMS + 1)).all()
    if len(terms) > _MOST_TERMS:
        return None
    return _matching(" OR ".join(map(_quoted, terms))) if terms else select(_GRAM.c.rowid).where(false())


def _matching(expression: str) -> Ids:
    matches = literal_column("search_gram", Text).op("MATCH", is_comparison=True)(expression)
    return select(_GRAM.c.rowid).where(matches)


def _trigrams_of(wanted: str) -> str:
    """Asks for up to _TRIGRAMS_ASKED of the text's trigrams, spread evenly over it."""
    last = len(wanted) - 3
    count = min(last + 1, _TRIGRAMS_ASKED)
    places = [round(step * last / max(count - 1, 1)) for step in range(count)]
    return " AND ".join(dict.fromkeys(_quoted(wanted[place : place + 3]) for place in places))


def _quoted(term: str) -> str:
    # In quotes nothing is an operator of FTS5.
    return '"' + term.replace('"', '""') + '"'


def _postgresql_ids(wanted: str) -> Ids | None:
    if len(wanted) < 3 and _WORD_SIGN.match(wanted):
        pairs = func.search_gram_pairs_of(SearchText.forms, type_=ARRAY(Text))
        return select(SearchText.revision_id).where(pairs.contains(cast([wanted], ARRAY(Text))))
    if not _SEEN_BY_PG_TRGM.search(wanted):
        return None
    pattern = _LIKE_SIGN.sub(r"\\\g<0>", wanted)
    return select(SearchText.revision_id).where(SearchText.forms.like(f"%{pattern}%"))
