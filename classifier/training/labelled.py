"""Real posts that others labelled (job scams, other fraud, harmless posts): to be taught on, and to be measured on.

Read from a folder of `*.jsonl.gz` files, one object a line: {"id", "text", "lang", "kind", "label", "source", "group",
"synthetic", "label_quality"}. Machine-made rows and rows that nobody was sure of stay out. No figure or item repeats a
text.
"""

import gzip
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.labels import LABELS
from classifier.training.benign import NON_COMMERCIAL, balanced_posts, load_benign, ordinary_posts
from classifier.training.corpus import folder_sha256
from classifier.training.parallel import load_parallel
from lurewatch.errors import DataError

BENIGN_LABEL = "benign"
# Those that are no label of ours are neighbours that a verdict has no word for.
SUSPECT_LABELS = ("scam_centre", "fake_job", "labour_exploitation", "money_mule", "scam_other")
_KEPT_EVERY = 4
_ADVERT = "job_ad"


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A real post, what its source's readers called it, and the file that it stands in.

    `is_weak`: a rule gave the label, no reader.
    """

    id: str
    lang: str
    text: str
    label: str
    source: str
    group: str
    kind: str = ""
    is_weak: bool = False


def load_labelled(folder: Path) -> list[LabelledRow]:
    """Every row with a known label that a person wrote. Raises DataError."""
    rows = [row for path in sorted(folder.glob("*.jsonl.gz")) for row in _read(path)]
    if not rows:
        raise DataError(f"{folder} holds no labelled row.", hint="Give a folder of labelled *.jsonl.gz files.")
    return rows


def suspect_rows(rows: Iterable[LabelledRow]) -> list[LabelledRow]:
    """The rows that somebody called fraud or exploitation."""
    return [row for row in rows if row.label in SUSPECT_LABELS]


def taught_suspects(rows: Iterable[LabelledRow]) -> list[LabelledRow]:
    """Messages under a label of ours that training takes: three groups in four; the others are measured on.

    No adverts of job boards: there a false one reads like a true one, and the heads would come to doubt every long one.
    """
    return [
        row
        for row in rows
        if row.label in LABELS
        and row.kind != _ADVERT
        and row.source not in NON_COMMERCIAL
        and zlib.crc32(row.group.encode()) % _KEPT_EVERY
    ]


def benign_sample(
    rows: Iterable[LabelledRow], seen: frozenset[str], *, per_source: int, seed: int = 0
) -> list[LabelledRow]:
    """At most so many harmless rows a source, one of each group, none of a group that is in `seen`."""
    sources: dict[str, dict[str, LabelledRow]] = defaultdict(dict)
    for row in rows:
        if row.label == BENIGN_LABEL and row.group not in seen:
            sources[row.source].setdefault(row.group, row)
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    return [
        row
        for source in sorted(sources)
        for row in chance.sample(list(sources[source].values()), min(per_source, len(sources[source])))
    ]


def groups_taught(training: Mapping[str, Any], labelled: Path, parallel: Path | None) -> frozenset[str] | None:
    """The groups of real posts that a release was taught on; None where that cannot be told.

    `training` is that of its release.json. The draw is repeated, which takes the very folders of that run.
    """
    digests, plan = training.get("data_sha256", {}), training.get("plan", {})
    if "benign" not in digests:
        return frozenset()
    if digests["benign"] != folder_sha256(labelled, "*.jsonl.gz") or "benign_per_cell" not in plan:
        return None
    if "parallel" in digests and (parallel is None or digests["parallel"] != folder_sha256(parallel, "*.jsonl.gz")):
        return None
    sentences = load_parallel(parallel) if parallel and "parallel" in digests else []
    drawn = balanced_posts(
        ordinary_posts(load_benign(labelled), sentences), per_cell=plan["benign_per_cell"], seed=training["seed"]
    )
    suspects = taught_suspects(load_labelled(labelled)) if "suspect_weight" in plan else []
    return frozenset(post.group for post in drawn) | {row.group for row in suspects}


def _read(path: Path) -> Iterator[LabelledRow]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                if not row.get("synthetic") and row["label"] in (BENIGN_LABEL, *SUSPECT_LABELS):
                    group = f"{path.name}:{row['group']}"
                    yield LabelledRow(
                        row["id"], row["lang"], row["text"], row["label"], row["source"], group,
                        kind=row.get("kind", ""), is_weak=row.get("label_quality") == "weak",
                    )  # fmt: skip
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(
                    f"{path}:{number} is no labelled row ({error!r}).",
                    hint="Each line holds id, text, lang, label, source and group.",
                ) from error
