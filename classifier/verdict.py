"""A post's verdict: text in; language, probabilities, indicators and identifiers out.

Every figure is a probability that a post recruits as its label says, never a statement about a person. Posts are
read in windows and the worst window counts. One at a time or in batches, the figures are the same.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import DECIMALS, joint_scores
from classifier.cleaning import clean
from classifier.encoder import Encoder
from classifier.features import FeatureRows, Heads, Window, feature_rows, window_features
from classifier.flags import flags
from classifier.identifiers import REGION_OF_LANGUAGE, Identifier, PlaceFinder, find_identifiers
from classifier.indicators import Indicator, IndicatorFinder
from classifier.labels import HEADS, LABELS, RISK
from classifier.language import UNDETERMINED, LanguageDetector
from classifier.lexicon import Lexicon
from classifier.reading import Part, read_parts
from classifier.release import Release
from lurewatch.errors import ModelError

Found = TypeVar("Found", Indicator, Identifier)

_LOG = logging.getLogger(__name__)
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the release says of one post; `flagged` as `classifier.flags` has it, the likeliest label first."""

    id: str
    lang: str
    risk: float
    labels: dict[str, float]
    flagged: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    identifiers: tuple[Identifier, ...]
    release: str

    def as_line(self) -> dict[str, Any]:
        """The verdict line of `lurewatch score`."""
        return {
            "id": self.id,
            "lang": self.lang,
            "risk": self.risk,
            "labels": self.labels,
            "flagged": list(self.flagged),
            "indicators": [asdict(indicator) for indicator in self.indicators],
            "identifiers": [asdict(identifier) for identifier in self.identifiers],
            "release": self.release,
        }


@dataclass(frozen=True, slots=True)
class _Read:
    """A post after reading: what was found in it, and its windows (none where it holds no letter)."""

    id: str
    lang: str
    indicators: tuple[Indicator, ...]
    identifiers: tuple[Identifier, ...]
    windows: list[Window]


class Classifier:
    """A loaded release with its lexicon. Not safe for use from several threads at once."""

    def __init__(self, release: Release, lexicon: Lexicon, places: PlaceFinder | None = None) -> None:
        manifest = release.manifest
        unknown = sorted(set(manifest.features.concepts) - lexicon.concepts.keys())
        if unknown:
            raise ModelError(
                f"Release {manifest.name} weighs the concept {unknown[0]!r}, which the lexicon lacks.",
                hint="Restore the lexicon, or train a release with this one.",
            )
        if manifest.lexicon_sha256 != lexicon.sha256:
            _LOG.warning("Release %s was trained with another lexicon than the one in use.", manifest.name)
        self.manifest = manifest
        self.finder = IndicatorFinder(lexicon)
        self.heads = Heads(release.weights)
        self._places = places
        self._encoder = Encoder(release.encoder, release.tokenizer, max_pieces=manifest.features.max_pieces)
        self._languages = LanguageDetector.of(release)

    @classmethod
    def load(cls, release_dir: Path, lexicon_dir: Path) -> "Classifier":
        """Load both folders. Raises ModelError that names the file and the remedy."""
        gazetteer = lexicon_dir / "places.toml"
        places = PlaceFinder.load(gazetteer) if gazetteer.exists() else None
        return cls(Release.load(release_dir), Lexicon.load(lexicon_dir), places)

    @property
    def name(self) -> str:
        """The release's name."""
        return self.manifest.name

    def score(self, id: str, text: str) -> Verdict:  # noqa: A002 - the field's name in the contract
        """The verdict on one post; any text has one."""
        return self._verdicts([self._read(id, text)])[0]

    def score_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Verdict]:
        """Verdicts on (id, text), in order, a batch at a time."""
        items = iter(items)
        while batch := list(islice(items, _BATCH)):
            yield from self._verdicts([self._read(id_, text) for id_, text in batch])

    def rows(self, found: list[Window]) -> FeatureRows:
        """The feature rows of windows."""
        return feature_rows(found, self._encoder, self.manifest.features)

    def windows(self, text: str) -> list[Window]:
        """The windows of a text, as they are weighed; none where it holds no letter."""
        return self._read("", text).windows

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities of scores (posts, heads)."""
        calibration = self.manifest.calibration
        scores = joint_scores(scores, calibration, labels_share=self.manifest.labels_share_of_risk)
        return np.stack([calibration[head].probabilities(scores[:, at]) for at, head in enumerate(HEADS)], axis=1)

    def _read(self, id_: str, text: str) -> _Read:
        parts = [(part, clean(part.text)) for part in read_parts(text)]
        lang = self._languages.detect(max((cleaned.text for _, cleaned in parts), key=_letters))
        indicators: list[Indicator] = []
        identifiers: list[Identifier] = []
        found: list[Window] = []
        for part, cleaned in parts:
            inside = self.finder.find(cleaned, lang)
            indicators += [_shifted(indicator, part) for indicator in inside]
            identifiers += [_shifted(identifier, part) for identifier in self._identifiers(part.text, lang)]
            if lang != UNDETERMINED:
                found += window_features(cleaned, inside, self.manifest.features)
        return _Read(id_, lang, tuple(indicators), tuple(identifiers), found)

    def _identifiers(self, text: str, lang: str) -> list[Identifier]:
        return find_identifiers(text, region_hint=REGION_OF_LANGUAGE.get(lang), places=self._places)

    def _verdicts(self, posts: list[_Read]) -> list[Verdict]:
        scores = self.heads.scores(self.rows([window for post in posts for window in post.windows]))
        verdicts, start = [], 0
        for post in posts:
            end = start + len(post.windows)
            verdicts.append(self._verdict(post, scores[start:end]))
            start = end
        return verdicts

    def _verdict(self, post: _Read, scores: NDArray[np.float64]) -> Verdict:
        """The worst window counts; a post without a letter has nothing to judge and gets zeros."""
        figures = np.zeros(len(HEADS))
        if len(scores):
            figures = np.round(self.probabilities(scores.max(axis=0, keepdims=True))[0], DECIMALS)
        by_head = dict(zip(HEADS, figures.tolist(), strict=True))
        labels = {label: by_head[label] for label in LABELS}
        reached = flags(figures[np.newaxis], self.manifest.thresholds)[0] & (len(scores) > 0)
        flagged = sorted(np.array(LABELS)[reached].tolist(), key=lambda label: -labels[label])
        return Verdict(
            post.id, post.lang, by_head[RISK], labels, tuple(flagged), post.indicators, post.identifiers, self.name
        )


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _shifted(found: Found, part: Part) -> Found:
    """The same find with offsets of the whole text."""
    return replace(found, start=found.start + part.start, end=found.end + part.start)
