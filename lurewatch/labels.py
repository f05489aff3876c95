"""From decisions to training rows: what reviewers confirmed or found benign, de-identified, one row a different text.

Reads the store and links what is not linked yet, so that posts of one campaign stay together. A row names no source,
address, author or account: ids are keyed hashes, reviewers stand under their pseudonyms.
"""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from classifier.deidentify import deidentified
from classifier.labels import DISTRESS, LABELS
from classifier.language import UNDETERMINED
from classifier.masking import reading_form
from classifier.training.corpus import LabelledPost
from store.decisions import DecidedPost, decided_posts, shown_verdict
from store.parsed_post import rfc3339
from store.posts import full_text
from store.standing import SETTLING
from store.tables import Decision

NO_LABEL = "confirmed without a label"
NO_LANGUAGE = "language unknown or not scored"
DISAGREEMENT = "reviewers disagree on the text"
FROZEN = "frozen to compare releases on"


@dataclass(frozen=True, slots=True)
class LabelExport:
    """The rows, as `classifier.training.corpus.load_rows` reads them, and how many decisions are in none, by reason."""

    rows: list[dict[str, Any]]
    left_out: Counter[str]


@dataclass(frozen=True, slots=True)
class _Word:
    """A reviewer's word on a post."""

    post: DecidedPost
    decision: Decision
    lang: str
    text: str
    labels: tuple[str, ...]
    labels_from: str


def export_labels(session: Session, frozen: Iterable[LabelledPost] = ()) -> LabelExport:
    """One row for each text that was decided on, what is `frozen`, or of a post or campaign with it, left out."""
    left_out: Counter[str] = Counter()
    by_text: dict[str, list[_Word]] = defaultdict(list)
    for post in decided_posts(session):
        for decision in post.decisions:
            word = _word(post, decision)
            if isinstance(word, str):
                left_out[word] += 1
            else:
                by_text[reading_form(word.text)].append(word)
    rows = []
    groups = _frozen_groups(session, by_text, list(frozen))
    for words in by_text.values():
        agreed = _agreed(words)
        if not agreed:
            left_out[DISAGREEMENT] += len(words)
        elif groups.isdisjoint(_groups(session, words)):
            rows.append(_row(session, agreed))
        else:
            left_out[FROZEN] += len(agreed)
    return LabelExport(rows, +left_out)


def _word(post: DecidedPost, decision: Decision) -> _Word | str:
    """What a decision says of the text, or why it says nothing to learn from."""
    verdict = shown_verdict(decision)
    if verdict is None or verdict.lang == UNDETERMINED:
        return NO_LANGUAGE
    labels, labels_from = decision.labels, "reviewer"
    if decision.outcome == "benign":
        labels = []
    elif labels is None:
        labels, labels_from = verdict.flagged, "verdict"
    if decision.outcome == "confirmed" and not labels:
        return NO_LABEL
    text = deidentified(full_text(post.item.revision), verdict.lang)
    known = tuple(label for label in LABELS if label in labels)
    return _Word(post, decision, verdict.lang, text, known, labels_from)


def _agreed(words: Sequence[_Word]) -> list[_Word]:
    """The words on one text if they agree, else none.

    A word that settled a disagreement counts before all others, decisions on the text itself before those that came of
    a campaign's, and labels that a reviewer ticked before a verdict's.
    """
    words = [word for word in words if word.decision.purpose == SETTLING] or words
    words = [word for word in words if _is_direct(word)] or words
    if len({word.decision.outcome for word in words}) > 1:
        return []
    own = [word for word in words if word.labels_from == "reviewer"] or list(words)
    return own if len({word.labels for word in own}) == 1 else []


def _row(session: Session, words: Sequence[_Word]) -> dict[str, Any]:
    first, last = words[0], max(words, key=lambda word: word.decision.decided_at)
    revision = first.post.item.revision
    return {
        "id": f"{_post_group(session, first.post)}-{revision.number}",
        "lang": first.lang,
        "text": first.text,
        "labels": list(first.labels),
        "kind": _kind(first),
        "platform": revision.post.source.kind,
        # One hand an installation: training leaves out a whole desk at a time, its habits and its campaigns with it.
        "hand": f"desk-{_opaque(session, 'installation')[:8]}",
        "group": _campaign_group(session, first.post) or _post_group(session, first.post),
        "provenance": {
            "how": "direct" if any(_is_direct(word) for word in words) else "propagated",
            "reviewers": sorted({word.decision.user.pseudonym for word in words}),
            "decisions": len(words),
            "blind": not any(word.decision.saw_score for word in words),
            "decided_at": rfc3339(last.decision.decided_at),
            "release": last.decision.release,
            "lane": last.post.item.lane,
            "labels_from": last.labels_from,
        },
    }


def _is_direct(word: _Word) -> bool:
    return word.decision.source_decision_id is None


def _kind(word: _Word) -> str:
    """The corpus's word; a benign post is a hard one unless it came by the sample of what nothing was seen in."""
    if word.labels:
        return "distress" if set(word.labels) == {DISTRESS} else "lure"
    return "benign" if word.post.item.lane == "audit" else "hard_benign"


def _frozen_groups(
    session: Session, by_text: Mapping[str, Sequence[_Word]], frozen: Sequence[LabelledPost]
) -> set[str]:
    """The groups that frozen posts had and have: of their posts, which their ids begin with, and of their copies."""
    groups = {group for post in frozen for group in (post.group, post.id.rpartition("-")[0])}
    texts = {reading_form(post.text) for post in frozen}
    of_words = [(text, _groups(session, words)) for text, words in by_text.items()]
    return groups.union(*(own for text, own in of_words if text in texts or own & groups))


def _groups(session: Session, words: Iterable[_Word]) -> set[str]:
    """Every group that posts with one text belong to: each a post's own, and its campaign's."""
    found = {find(session, word.post) for word in words for find in (_post_group, _campaign_group)}
    return found - {""}


def _post_group(session: Session, decided: DecidedPost) -> str:
    """The same for every revision of a post."""
    post = decided.item.revision.post
    return f"desk-{_opaque(session, f'post {post.source_id} {post.native_id}')}"


def _campaign_group(session: Session, decided: DecidedPost) -> str:
    """Empty for a post that stands alone."""
    return "" if decided.campaign_id is None else f"desk-{_opaque(session, f'campaign {decided.campaign_id}')}"


def _opaque(session: Session, what: str) -> str:
    """A keyed hash: the same at every export of this installation, and nothing to anybody without its key."""
    return hmac.new(session.info["audit_key"], f"labels: {what}".encode(), hashlib.sha256).hexdigest()[:16]
