"""The lexicon: concepts that a verdict may quote, and their wordings in each language.

Read from TOML (`data/lexicons/`): `concepts.toml` and one `<lang>.toml` for each language. Its digest goes into
the release, for a model is only as good as the lexicon that it was trained with.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

from classifier.pay import PayTable
from lurewatch.errors import ModelError

Side = Literal["for", "against", "context"]

CONCEPTS_FILE = "concepts.toml"
# Files of the folder that hold no phrases of a language.
_PAY_FILE = "pay.toml"
_OTHER_FILES = {CONCEPTS_FILE, _PAY_FILE, "places.toml"}


@dataclass(frozen=True, slots=True)
class Concept:
    """What a code means. `ilo` names the dimension and row of the ILO/EC indicators (2009) it touches, or is "".

    `source` says who reports it as an indicator, or as a sign of an innocent post. `demand` marks what an advert
    demands of a person (age, sex, looks): it never weighs on its own.
    """

    code: str
    side: Side
    demand: bool
    ilo: str
    source: str
    says: str


class Phrase(NamedTuple):
    """One wording of a concept, as posts in the language write it once their spelling is cleaned."""

    code: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts by code, the phrases of all languages, and what is usually paid where.

    `sha256` covers the names and bytes of all its files but the table of pay, which ages and is mended in use.
    """

    concepts: Mapping[str, Concept]
    phrases: tuple[Phrase, ...]
    sha256: str
    pay: PayTable | None = None

    @classmethod
    def load(cls, folder: Path) -> "Lexicon":
        """Read the folder; raises ModelError that names the file, the key and the remedy."""
        paths = sorted(folder.glob("*.toml"))
        if not any(path.name == CONCEPTS_FILE for path in paths):
            raise ModelError(
                f"The lexicon folder {folder.name!r} has no {CONCEPTS_FILE}.",
                hint="Point to the folder data/lexicons of the installation.",
            )
        concepts = _concepts(folder / CONCEPTS_FILE)
        spoken = [path for path in paths if path.name not in _OTHER_FILES]
        phrases = [phrase for path in spoken for phrase in _phrases(path, concepts)]
        pay = PayTable.load(folder / _PAY_FILE) if (folder / _PAY_FILE).exists() else None
        return cls(concepts, tuple(phrases), _digest([path for path in paths if path.name != _PAY_FILE]), pay)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have phrases, in alphabetical order."""
        return tuple(sorted({phrase.language for phrase in self.phrases}))

    @property
    def weighing(self) -> tuple[str, ...]:
        """The codes of the concepts that weigh: one that quotes an advert's demand of a person never does."""
        return tuple(code for code, concept in self.concepts.items() if not concept.demand)


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path.name} cannot be read: {error}.", hint="Mend or restore the file.") from error


def _wrong(path: Path, key: str, what: str, remedy: str) -> ModelError:
    return ModelError(f"{path.name}, key {key!r}: {what}.", hint=remedy)


def _concepts(path: Path) -> dict[str, Concept]:
    concepts = {code: _concept(path, code, fields) for code, fields in _read(path).items()}
    if not concepts:
        raise ModelError(f"{path.name} names no concept.", hint="Restore the file.")
    return concepts


def _concept(path: Path, code: str, fields: object) -> Concept:
    if not isinstance(fields, dict):
        raise _wrong(path, code, "is no table", f"Write [{code}] with side, ilo, source and says.")
    unknown = sorted(set(fields) - {"side", "demand", "ilo", "source", "says"})
    if unknown:
        raise _wrong(path, f"{code}.{unknown[0]}", "is unknown", "Known are side, demand, ilo, source and says.")
    if fields.get("side") not in get_args(Side):
        raise _wrong(path, f"{code}.side", f"is {fields.get('side')!r}", 'Write "for", "against" or "context".')
    demand = fields.get("demand", False)
    if not isinstance(demand, bool):
        raise _wrong(path, f"{code}.demand", f"is {demand!r}", "Write true or false.")
    for key in ("ilo", "source", "says"):
        if not isinstance(fields.get(key), str):
            raise _wrong(path, f"{code}.{key}", f"is {fields.get(key)!r}", "Write a text in quotes.")
    return Concept(code, cast("Side", fields["side"]), demand, fields["ilo"], fields["source"], fields["says"])


def _phrases(path: Path, concepts: Mapping[str, Concept]) -> Iterator[Phrase]:
    table = _read(path)
    language = table.get("language")
    if language != path.stem:
        raise _wrong(path, "language", f"is {language!r}", f'Write language = "{path.stem}", as the file is named.')
    phrases = table.get("phrases")
    if not isinstance(phrases, dict):
        raise _wrong(path, "phrases", "is missing or no table", 'Write [phrases] with lines such as warning = ["..."].')
    for code, wordings in phrases.items():
        if code not in concepts:
            raise _wrong(path, f"phrases.{code}", "is no concept", f"Use a code of {CONCEPTS_FILE}.")
        if not isinstance(wordings, list) or not all(isinstance(text, str) and text.strip() for text in wordings):
            raise _wrong(path, f"phrases.{code}", "is no list of texts", 'Write ["...", "..."] without empty ones.')
        yield from (Phrase(code, language, text) for text in wordings)
