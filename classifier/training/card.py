"""CARD.md of a release: what it does, what it does not, on what it was trained and how it measured. Figures come from
the training run, never from a pen.
"""

from collections.abc import Mapping
from typing import Any

from classifier.flags import LEAST_RISK
from classifier.training.fit import MOST_FOLDS
from classifier.training.tables import (
    base_rate_table,
    calibration_table,
    flag_sentence,
    label_table,
    ranking_table,
    risk_table,
    told,
    word_tables,
)


def card_text(description: Mapping[str, Any]) -> str:
    """The card of a release as Markdown, from what release.json says of it."""
    sections = (_purpose, _limits, _data, _ablations, _languages, _labels, _calibration, _fairness, _how)
    return "\n".join(text.strip() + "\n" for section in sections if (text := section(description)))


def _purpose(about: Mapping[str, Any]) -> str:
    return f"""# Release {about["name"]}

Gives a public post, in any of {len(about["languages"])} languages, the probability that one of nine labels holds
({", ".join(about["labels"])}),
and `risk`, the probability that any label but `victim_distress` holds. It ranks posts for analysts to read.
Trained {about["created"]}, seed {about["training"]["seed"]}.

Two judges are heard. One linear model a label weighs the lexicons' concepts, found as worded in any of the languages,
and hashed character n-grams with contacts and figures masked. {_encoder(about)}
Their log-odds are averaged, the encoder's with a share of {about["encoder_share"]:g}. `risk` is judged by itself in the
same way and then averaged with what the labels say. Every figure is calibrated by group of languages."""


def _encoder(about: Mapping[str, Any]) -> str:
    plan, base = about["training"]["plan"], about["training"].get("base")
    if base:
        return f"The other is the encoder {base}, tuned on the labelled posts, with int8 weights."
    layers = plan["context"]
    return (
        f"The other is a small transformer of this project's own ({layers['layers']} layers, {layers['width']} wide, "
        f"{plan['pieces']} pieces, int8), taught to find translations and to guess hidden words, then tuned on the "
        "labelled posts and disguised copies of them."
    )


def _limits(about: Mapping[str, Any]) -> str:
    without = (
        ""
        if about["training"]["counts"]["parallel_groups"]
        else ("\n- Its encoder was taught on the corpus's own text and the lexicon alone: no parallel text was given.")
    )
    return f"""## What it does not do

- It says nothing about a person. A post with a high figure is to be read, not acted upon.
- It was taught on a small corpus of individually written posts, not on confirmed cases; whoever recruits in other
  words passes.
- Adverts of a line or two say little, and it learnt mostly from longer posts: of real messages that somebody called a
  lure it was taught {about["training"]["counts"].get("real_suspect_posts", 0)}.
- A figure is calibrated for a mix of posts like the training mix. In a stream where one post in a hundred recruits,
  the share of true hits among flagged posts is far lower: see the false alarms below.
- Text alone: no pictures, voices, networks or history.
- What is typed in Latin letters in place of a script of its own (Burmese, Khmer, Thai, Lao, Hindi ...) is read worse
  than in that script.{without}"""


def _data(about: Mapping[str, Any]) -> str:
    counts = about["training"]["counts"]
    rows = "\n".join(f"| {name.replace('_', ' ')} | {count} |" for name, count in counts.items())
    digests = "\n".join(f"| {name} | `{digest[:16]}` |" for name, digest in about["training"]["data_sha256"].items())
    return f"""## Data

| what | how many |
|---|---|
{rows}

Sources under non-commercial terms were left out. Nothing of the parallel or ordinary text is in the release but
learnt figures and word pieces of at most 12 letters.

| data | SHA-256, first 16 |
|---|---|
{digests}"""


def _ablations(about: Mapping[str, Any]) -> str:
    return f"""## What each part brings

`risk` on hands (writers) whose labels neither judge ever saw, left out in at most {MOST_FOLDS} parts. (The encoder's
first lessons, which know no labels, read all posts but the frozen hands'.) The benign posts of the corpus are mostly
hard (warnings, news, licensed jobs abroad); "ordinary" are real job adverts and social posts, each scored by judges
that never saw its group. Strengths of the parts were chosen on these figures too, and the lexicons were written with
the posts of some hands in sight (`data/lexicons/README.md` names them): fresh posts will do worse than these averages,
more like the hands that are not named there.

Brackets hold 95 % intervals, from a bootstrap over groups of posts.

{risk_table("parts", _parts(about["metrics"]))}

Precision where one post in a hundred is a lure:

{base_rate_table("parts", _parts(about["metrics"]))}"""


def _parts(metrics: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {**metrics["ablations"], "all, listening to the labels (ships)": metrics["risk"]}


def _languages(about: Mapping[str, Any]) -> str:
    metrics = about["metrics"]
    identified = metrics["language_accuracy"]
    table = {lang: {**row, "identified": identified.get(lang)} for lang, row in metrics["by_language"].items()}
    return f"""## By language and by hand

`risk`, hands left out as above. `identified`: share of short held-out texts of the language recognised as such.
Benign posts are the corpus's, mostly hard.

{ranking_table("language", table)}

{ranking_table("hand left out", metrics["by_hand"])}"""


def _labels(about: Mapping[str, Any]) -> str:
    metrics = about["metrics"]
    return f"""## By label

Hands left out as above; precision and recall at the threshold that ships. Macro-F1 {metrics["macro_f1"]:.3f}.
{flag_sentence(metrics["flagged"])}

{label_table(metrics["by_label"])}"""


def _calibration(about: Mapping[str, Any]) -> str:
    chosen, metrics = about["training"]["alarm_budget_per_1000"], about["metrics"]
    return f"""## Calibration and thresholds

Platt's sigmoid on the held-out scores, by group of languages; the calibration error is measured on the same scores, so
it is a floor.
Expected calibration error of `risk` over the corpus, 10 equally filled bins:
{told(metrics["expected_calibration_error"])}. A label's threshold is
the stricter of {chosen["ordinary"]:g} in 1,000 ordinary and {chosen["hard"]:g} in 1,000 hard benign posts. A label
other than `victim_distress` is flagged only where `risk` is at least {LEAST_RISK:g} too.

{calibration_table(metrics["calibration_by_language_group"])}"""


def _fairness(about: Mapping[str, Any]) -> str:
    return f"""## Nationality and gender words

A word was put in front of benign posts of the corpus, and the change of `risk` measured. No such word is a feature of
its own, but n-grams see letters: a mean shift well apart from that of the neutral word is a defect to report.
`newly flagged` is the share of posts that pass one half because of the word.

{word_tables(about["metrics"]["fairness"])}"""


def _how(about: Mapping[str, Any]) -> str:
    took = ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in about["training"]["durations_s"].items())
    return f"""## How it was made

`lurewatch train`; {took}. Every setting is in release.json under `training`."""
