"""How far people agree: with each other in second readings, and with the release where they saw its score or did not.

Only decisions on the item itself count, golden ones not. A figure stands on at least FEWEST posts or is not given.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from store.readings import SECOND
from store.standing import CLOSING_OUTCOMES, stands
from store.statistics import FEWEST
from store.tables import Decision, QueueItem, Verdict
from store.verdicts import newest_on_item

EVERY_LANGUAGE = ""


@dataclass(frozen=True, slots=True)
class LanguageAgreement:
    """First and second readings in a language, EVERY_LANGUAGE for all; the figures are None below FEWEST posts."""

    lang: str
    posts: int
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class ScoreAgreement:
    """How many decisions were as the release had it; `share` is None below FEWEST."""

    saw_score: bool
    decisions: int
    share: float | None


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the first reader of an item said, and what the second."""

    item_id: int
    lang: str
    first: str
    second: str


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Agreement of two readers beyond chance (Cohen 1960); None where they never differ because all is one answer."""
    total = len(pairs)
    observed = sum(first == second for first, second in pairs) / total
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(firsts[answer] * seconds[answer] for answer in firsts) / total**2
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def krippendorffs_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Agreement of any number of readers on nominal answers (Krippendorff 2011); each unit is one post's answers.

    Units with a single answer say nothing. None where all is one answer.
    """
    pairable = [Counter(unit) for unit in units if len(unit) > 1]
    totals = sum(pairable, Counter[Hashable]())
    count = totals.total()
    observed = sum(_unlike(unit) / (unit.total() - 1) for unit in pairable)
    expected = _unlike(totals) / (count - 1) if count > 1 else 0
    return 1 - observed / expected if expected else None


def by_language(session: Session) -> list[LanguageAgreement]:
    """All languages together, then each with a second reading, those with most first."""
    pairs = _pairs(session)
    by_lang: dict[str, list[SecondReading]] = defaultdict(list)
    for pair in pairs:
        by_lang[pair.lang].append(pair)
    rows = sorted(by_lang.items(), key=lambda row: (-len(row[1]), row[0]))
    return [_agreement(lang, found) for lang, found in [(EVERY_LANGUAGE, pairs), *rows]]


def by_score(session: Session) -> list[ScoreAgreement]:
    """Decisions made without the score, and those made with it: how often each were as the release had it."""
    statement = (
        select(Decision.saw_score, Decision.outcome, Verdict.flagged)
        .join(QueueItem, QueueItem.id == Decision.item_id)
        .join(Verdict, (Verdict.revision_id == QueueItem.revision_id) & (Verdict.release == Decision.release))
        .where(
            stands(),
            Decision.purpose.is_(None) | (Decision.purpose == SECOND),
            Decision.source_decision_id.is_(None),
            Decision.outcome.in_(CLOSING_OUTCOMES),
        )
    )
    total: Counter[bool] = Counter()
    alike: Counter[bool] = Counter()
    for saw_score, outcome, flagged in session.execute(statement):
        total[saw_score] += 1
        alike[saw_score] += (outcome == "confirmed") == bool(flagged)
    return [_score_agreement(saw, total[saw], alike[saw]) for saw in (False, True)]


def _pairs(session: Session) -> list[SecondReading]:
    """What the first reader and the second said of each item."""
    second = aliased(Decision)
    statement = (
        select(second.item_id, func.coalesce(Verdict.lang, "und"), Decision.outcome, second.outcome)
        .join(Decision, Decision.item_id == second.item_id)
        .join(QueueItem, QueueItem.id == second.item_id)
        .outerjoin(Verdict, Verdict.id == newest_on_item())
        .where(
            second.purpose == SECOND,
            stands(second),
            second.outcome.in_(CLOSING_OUTCOMES),
            Decision.purpose.is_(None),
            Decision.source_decision_id.is_(None),
            stands(),
            Decision.outcome.in_(CLOSING_OUTCOMES),
        )
    )
    return [SecondReading(*row) for row in session.execute(statement)]


def _agreement(lang: str, pairs: Sequence[SecondReading]) -> LanguageAgreement:
    if len(pairs) < FEWEST:
        return LanguageAgreement(lang, len(pairs), None, None)
    answers = [(pair.first, pair.second) for pair in pairs]
    return LanguageAgreement(lang, len(pairs), cohens_kappa(answers), krippendorffs_alpha(answers))


def _score_agreement(saw_score: bool, total: int, alike: int) -> ScoreAgreement:
    return ScoreAgreement(saw_score, total, alike / total if total >= FEWEST else None)


def _unlike(counts: Counter[Hashable]) -> int:
    """In how many ways two different answers can be drawn, one after the other."""
    total = counts.total()
    return sum(count * (total - count) for count in counts.values())
