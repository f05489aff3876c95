"""The gate before a promotion: the candidate against the release in force, on posts that releases are not taught on.

Frozen are the posts of the bundled corpus's frozen hands, and those that an installation keeps in `DIR/frozen/`. What
was compared is kept in `DIR/comparisons/`. Nothing here promotes.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifier.release import Manifest, read_manifest
from classifier.training import compare
from classifier.training.compare import Change, Judged, with_disguises
from classifier.training.corpus import LabelledPost, folder_sha256, frozen_hands, load_corpus, load_frozen
from classifier.verdict import Classifier
from lurewatch import resources
from lurewatch.errors import ModelError

COMPARISONS = "comparisons"
FROZEN = "frozen"
BUNDLED, OWN = "bundled", "own"
Progress = Callable[[str], None]
_PARTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases on each set of frozen posts; `reasons` say what speaks against a promotion, `notes` what to know."""

    before: str
    after: str
    posts: dict[str, int]
    figures: dict[str, list[Change]]
    reasons: list[str]
    notes: list[str]

    def as_record(self) -> dict[str, Any]:
        """As JSON values, for `DIR/comparisons/`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Side:
    """A release to compare, and the sets of frozen posts whose answers it may know, going by release.json."""

    folder: Path
    manifest: Manifest
    taught: frozenset[str]

    @classmethod
    def of(cls, folder: Path, hands: frozenset[str], own: frozenset[str]) -> "_Side":
        """`hands` are the frozen ones, `own` the digests of what the installation froze."""
        manifest = read_manifest(folder)
        left_out = manifest.training.get("frozen_hands", ())
        read = manifest.training.get("data_sha256", {}).values()
        knows = {BUNDLED: not hands <= set(left_out), OWN: not own.isdisjoint(read)}
        return cls(folder, manifest, frozenset(name for name, does in knows.items() if does))


def compare_releases(
    directory: Path,
    before: Path,
    after: Path,
    *,
    corpus: Path | None = None,
    on_progress: Progress = lambda _message: None,
) -> Comparison:
    """The release in folder `after` against the one in `before`. Raises DataError and ModelError.

    A candidate that was taught on the frozen posts has no figures worth the name, which is a reason. An earlier release
    that was is compared by what its training measured, each hand left out; with one that cannot be read there is no
    comparison, which is a reason too.
    """
    corpus = corpus or resources.corpus()
    hands, own = frozen_hands(corpus), _own_digests(directory)
    sets = {BUNDLED: load_frozen(corpus), OWN: installation_frozen(directory)}
    shown = {name: with_disguises(posts) for name, posts in sets.items() if posts}
    later = _Side.of(after, hands, own)
    candidate = _judged(later, shown, on_progress)
    figures: dict[str, list[Change]] = {}
    try:
        earlier = _Side.of(before, hands, own)
        figures, notes = _figures(earlier, candidate, shown, on_progress), _notes(earlier)
    except ModelError as error:
        notes = [f"{before.name} cannot be read: {error.message}"]
    return Comparison(
        before=before.name,
        after=after.name,
        posts={name: len(posts) for name, posts in sets.items()},
        figures=figures,
        reasons=_reasons(later, figures),
        notes=notes,
    )


def installation_frozen(directory: Path) -> list[LabelledPost]:
    """What the installation itself has frozen; nothing where it has not."""
    folder = directory / FROZEN
    return load_corpus(folder) if any(map(holds_rows, folder.glob("*.jsonl"))) else []


def is_frozen(path: Path, directory: Path) -> bool:
    """Whether a file stands in the installation's folder of frozen posts, by whatever way it is named."""
    return path.resolve().is_relative_to((directory / FROZEN).resolve())


def holds_rows(path: Path) -> bool:
    """Whether a file is there and anything in it: an export of nothing is an empty file."""
    return path.is_file() and bool(path.read_bytes().strip())


def keep(directory: Path, comparison: Comparison, *, now: datetime | None = None) -> Path:
    """Write the comparison where it can be found again; returns its file."""
    at = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
    path = directory / COMPARISONS / f"{at}-{comparison.before}-{comparison.after}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(comparison.as_record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def table(comparison: Comparison) -> list[str]:
    """The figures of all posts, one a line, and of labels and languages those that changed most."""
    lines = []
    for name, figures in comparison.figures.items():
        lines.append(f"{comparison.before} -> {comparison.after} on {comparison.posts[name]} frozen posts ({name})")
        whole = [figure for figure in figures if figure.part in compare.WHOLE]
        lines += [_line(figure) for figure in whole]
        parts = sorted((figure for figure in figures if figure.part not in compare.WHOLE), key=_gain)
        lines += [_line(figure) for figure in parts[:_PARTS_SHOWN]]
        if len(parts) > _PARTS_SHOWN:
            least = _gain(parts[_PARTS_SHOWN])
            lines.append(f"  {len(parts) - _PARTS_SHOWN} more labels and languages: {least:+.3f} or better")
    return lines


def _own_digests(directory: Path) -> frozenset[str]:
    """The digests under which release.json lists each file that the installation froze, or all of them as a corpus."""
    folder = directory / FROZEN
    files = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jsonl") if holds_rows(path)}
    return frozenset(files | {folder_sha256(folder, "*.jsonl")} if files else ())


def _figures(
    earlier: _Side, candidate: dict[str, Judged], shown: dict[str, list[LabelledPost]], on_progress: Progress
) -> dict[str, list[Change]]:
    fair = {name: posts for name, posts in shown.items() if name not in earlier.taught}
    incumbent = _judged(earlier, fair, on_progress)
    record = compare.record_of(earlier.manifest.metrics)
    return {
        name: compare.compare(incumbent[name], candidate[name], posts)
        if name in fair
        else compare.compare_with_record(record, candidate[name], posts)
        for name, posts in shown.items()
    }


def _judged(side: _Side, shown: dict[str, list[LabelledPost]], on_progress: Progress) -> dict[str, Judged]:
    if not shown:
        return {}
    on_progress(f"Judging frozen posts with {side.folder.name} ...")
    classifier = Classifier.load(side.folder, resources.lexicons())
    return {name: compare.judged(classifier, posts) for name, posts in shown.items()}


def _reasons(later: _Side, figures: dict[str, list[Change]]) -> list[str]:
    reasons = [f"{name} posts: {_fall(one)}" for name, own in figures.items() for one in own if one.has_fallen]
    name = later.folder.name
    if BUNDLED in later.taught:
        reasons.append(f"{name} does not say that it left the frozen hands out: its figures on them prove nothing")
    if OWN in later.taught:
        reasons.append(f"{name} was trained on a file of {FROZEN}/: its figures on those posts prove nothing")
    if not any(figures.values()):
        reasons.append(f"there is nothing to compare {name} on")
    return reasons


def _notes(earlier: _Side) -> list[str]:
    if not earlier.taught:
        return []
    known = " and ".join(sorted(earlier.taught))
    return [
        f"{earlier.folder.name} was taught on the {known} frozen posts: what it says of them proves nothing.",
        "In its place stand the figures of its own training, each hand left out; what that lacks is not judged.",
    ]


def _fall(figure: Change) -> str:
    return (
        f"{figure.name}, {figure.part}: {figure.before:.3f} -> {figure.after:.3f}, though it may lose "
        f"{figure.tolerance:.2f} (the change lies within {figure.low:+.3f} and {figure.high:+.3f})"
    )


def _line(figure: Change) -> str:
    name = f"{figure.name}, {figure.part}"
    verdict = "  FELL" if figure.has_fallen else ""
    return f"  {name:42} {figure.before:.3f} -> {figure.after:.3f}  {_gain(figure):+.3f}{verdict}"


def _gain(figure: Change) -> float:
    return figure.after - figure.before
