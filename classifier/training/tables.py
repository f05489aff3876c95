"""Figures as Markdown tables: for a release's card and for the report of an evaluation."""

from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

_RANKING = {
    "posts": "posts",
    "positives": "positives",
    "average_precision": "AP",
    "auc": "AUC",
    "identified": "identified",
    "recall": "recall, any flag",
    "false_flags_per_1000": "flagged of 1,000 benign",
}
_LABEL = {
    "positives": "positives",
    "average_precision": "AP",
    "threshold": "threshold",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}
_RARE = {
    f"recall_at_{share}pct_of_{kind}": f"recall, {share} % of {kind.replace('_', ' ')} flagged"
    for kind in ("hard_benign", "ordinary")
    for share in ("1", "0.1")
}
_RISK = {
    "average_precision": "AP",
    "auc": "AUC",
    **_RARE,
    "average_precision_disguised": "AP, disguised",
}
_BASE_RATE = {
    f"precision_at_{recall}pct_recall_of_{kind}": f"of {kind.replace('_', ' ')}, where {recall} % are found"
    for recall in ("50", "80")
    for kind in ("hard_benign", "ordinary")
}
_WORD = {
    "posts": "posts",
    "mean_shift": "mean shift of risk",
    "worst_shift": "largest shift",
    "newly_flagged": "newly flagged",
}
_WORST_WORD = {
    "posts": "posts",
    "neutral_shift": "mean shift, neutral word",
    "word": "word that moves most",
    "shift_beyond_neutral": "beyond the neutral word",
}


def risk_table(first: str, rows: Mapping[str, Row]) -> str:
    """How `risk` ranks, a row a variant."""
    return figures_table(first, rows, _RISK)


def base_rate_table(first: str, rows: Mapping[str, Row]) -> str:
    """Precision where one post in a hundred is a lure, a row a variant."""
    return figures_table(first, rows, _BASE_RATE)


def ranking_table(first: str, rows: Mapping[str, Row]) -> str:
    """How `risk` ranks and flags the posts of a language, a hand, a source."""
    return figures_table(first, rows, _RANKING)


def label_table(rows: Mapping[str, Row]) -> str:
    """How each label ranks and is flagged."""
    return figures_table("label", rows, _LABEL)


def calibration_table(rows: Mapping[str, Row]) -> str:
    """The calibration error of each group of languages."""
    columns = {"posts": "posts", "expected_calibration_error": "expected calibration error"}
    return figures_table("languages", rows, columns)


def word_tables(fairness: Mapping[str, Mapping[str, Row]]) -> str:
    """What words for nationality and gender do, by word and by language."""
    by_word = figures_table("word", fairness.get("by_word", {}), _WORD)
    return by_word + "\n\n" + figures_table("language", fairness.get("by_language", {}), _WORST_WORD)


def flag_sentence(flagged: Row) -> str:
    """How often anything is flagged at all, and what that means where one post in a hundred is a lure."""
    parts = [
        f"{told(flagged[f'per_1000_{kind}'])} of 1,000 {name} benign posts "
        f"(precision at one lure in a hundred: {told(flagged[f'precision_at_1pct_of_{kind}'])})"
        for kind, name in (("ordinary", "ordinary"), ("hard_benign", "hard"))
        if f"per_1000_{kind}" in flagged
    ]
    return f"Any flag at all: {told(flagged['recall'])} of the lures, " + ", ".join(parts) + "."


def split_sections(splits: Mapping[str, Row]) -> str:
    """What the risk head makes of posts whose hand, language, source... it never saw."""
    sections = [_split(name, figures) for name, figures in splits.items()]
    return "\n\n".join(sections)


def _split(name: str, figures: Row) -> str:
    if "left_out" in figures:
        return f"**By {name}**: not measured, {figures['left_out']}."
    rows = {"all": figures["risk"]}
    parts = [f"**By {name}**, {figures['folds']} left out in turn.", risk_table("posts", rows)]
    parts.append(base_rate_table("precision at one lure in a hundred", rows))
    if f"by_{name}" in figures:
        parts.append(ranking_table(f"{name} left out", figures[f"by_{name}"]))
    return "\n\n".join(parts)


def figures_table(first: str, rows: Mapping[str, Row], columns: Mapping[str, str]) -> str:
    """A table of the columns that any row has; a figure with its interval is told with it."""
    present = {key: title for key, title in columns.items() if any(row.get(key) is not None for row in rows.values())}
    lines = [_line([first, *present.values()]), _line(["---"] * (len(present) + 1))]
    lines += [_line([name, *(told(row.get(key)) for key in present)]) for name, row in rows.items()]
    return "\n".join(lines)


def told(value: Any) -> str:
    """A figure as a reader sees it: nothing where there is none, its 95 % interval in brackets where there is one."""
    if isinstance(value, Mapping):
        return f"{_number(value['value'])} ({_number(value['low'])} to {_number(value['high'])})"
    return "" if value is None else _number(value)


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if abs(value) >= 2 else f"{value:.3f}"
    return str(value)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
