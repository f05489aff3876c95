"""The report of `lurewatch evaluate` as Markdown, for readers; the JSON holds the same figures and every item."""

from collections.abc import Mapping
from typing import Any

from classifier.training.tables import (
    base_rate_table,
    calibration_table,
    figures_table,
    flag_sentence,
    label_table,
    ranking_table,
    risk_table,
    split_sections,
    told,
    word_tables,
)

_SEEN = {True: "the release was taught on them: believe none of this", False: "the release never saw them"}


def evaluation_text(found: Mapping[str, Any]) -> str:
    """The whole report."""
    sections = (_released, _languages, _disguises, _attacks, _fairness, _splits, _labelled, _fake_jobs)
    return "\n".join(text.strip() + "\n" for section in sections if (text := section(found)))


def _released(found: Mapping[str, Any]) -> str:
    corpus, figures = found["corpus"], found["as_released"]
    hands = ", ".join(corpus["frozen_hands"]) or "all"
    seen = _SEEN.get(corpus["seen_in_training"], "whether the release saw them cannot be told")
    rows = {"as released": figures["risk"]}
    return f"""# Release {found["release"]} measured

## As released

{corpus["posts"]} posts and disguised versions (hands: {hands}); {seen}. Brackets hold 95 % intervals.

{risk_table("posts", rows)}

Precision where one post in a hundred is a lure:

{base_rate_table("posts", rows)}

{flag_sentence(figures["flagged"])}
Macro-F1 {figures["macro_f1"]:.3f}. Languages identified: {figures["language_accuracy"]:.3f}.
Expected calibration error: {told(figures["expected_calibration_error"])}.

{calibration_table(figures["calibration_by_language_group"])}"""


def _languages(found: Mapping[str, Any]) -> str:
    figures = found["as_released"]
    tables = [ranking_table(name, figures[f"by_{name}"]) for name in ("language", "hand")]
    return "\n\n".join([*tables, label_table(figures["by_label"])])


def _disguises(found: Mapping[str, Any]) -> str:
    columns = {"lures": "lures", "recall": "flagged", "recall_as_written": "flagged without the disguise"}
    rows = found["as_released"]["by_disguise"]
    return "## Disguises\n\n" + figures_table("disguise", rows, columns) if rows else ""


def _attacks(found: Mapping[str, Any]) -> str:
    if not found["attacks"]:
        return ""
    rows = {name: {"cost": cost} for name, cost in sorted(found["attacks"].items(), key=lambda item: -item[1])}
    return f"""## Attacks on a whole text

Every lure and every benign post attacked; recall lost while no more benign posts reach the threshold than before.

{figures_table("attack", rows, {"cost": "recall lost"})}"""


def _fairness(found: Mapping[str, Any]) -> str:
    return "## Words for people\n\n" + word_tables(found["fairness"]) if found["fairness"] else ""


def _splits(found: Mapping[str, Any]) -> str:
    return "## Refitted\n\n" + split_sections(found["splits"]) if found["splits"] else ""


def _labelled(found: Mapping[str, Any]) -> str:
    if "labelled" not in found:
        return ""
    figures = found["labelled"]
    suspect = {"posts": "posts", "flagged": "flagged", "recall_at_1pct_of_benign": "at 1 % of real benign posts"}
    benign = {"posts": "posts", "false_flags_per_1000": "flagged of 1,000"}
    return f"""## Real posts

Rows of real posts that the release was taught on: {figures["rows_seen_in_training"]}.
One in a hundred of the others reaches a risk of {figures["risk_that_1pct_of_benign_reach"]:.4f}.
`money_mule` and `scam_other` are no labels of a release: they are its neighbours.

{figures_table("label", figures["suspects_by_label"], suspect)}

{figures_table("source and label", figures["suspects_by_source"], suspect)}

{figures_table("harmless, by source", figures["benign_by_source"], benign)}

{figures_table("harmless, by language", figures["benign_by_language"], benign)}"""


def _fake_jobs(found: Mapping[str, Any]) -> str:
    figures = found.get("fake_jobs")
    if not figures:
        return ""
    columns = {
        "average_precision": "AP",
        "best_f1": "best F1",
        "recall_at_1pct": "recall, 1 % flagged",
        "gain": "AP above bag-of-words",
    }
    return f"""## Fake job adverts

{figures["posts"]} adverts, {figures["positives"]} of them fraudulent, in {figures["groups"]} groups.
Grouped folds, natural base rate.

{figures_table("model", figures["models"], columns)}"""
