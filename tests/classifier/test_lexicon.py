"""The lexicon loads as written, and a broken file is named with its key and the remedy."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from classifier.lexicon import Concept, Lexicon, Phrase
from lurewatch.errors import ModelError

LEXICONS = Path(__file__).parents[2] / "data" / "lexicons"
CONCEPTS = '[travel_paid]\nside = "for"\nilo = "D1.07"\nsource = "IOM"\nsays = "Travel paid"\n'
VIETNAMESE = 'language = "vi"\n[phrases]\ntravel_paid = ["bao vé máy bay"]\n'
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_folder(concepts: str | None = CONCEPTS, **languages: str) -> Path:
        if concepts is not None:
            (tmp_path / "concepts.toml").write_text(concepts, "utf-8")
        for language, text in languages.items():
            (tmp_path / f"{language}.toml").write_text(text, "utf-8")
        return tmp_path

    return write_folder


def test_concepts_and_phrases_are_read(write: Write) -> None:
    lexicon = Lexicon.load(write(vi=VIETNAMESE))

    assert lexicon.concepts == {"travel_paid": Concept("travel_paid", "for", False, "D1.07", "IOM", "Travel paid")}
    assert lexicon.phrases == (Phrase("travel_paid", "vi", "bao vé máy bay"),)
    assert lexicon.languages == ("vi",)


def test_gazetteer_is_no_language(write: Write) -> None:
    assert Lexicon.load(write(vi=VIETNAMESE, places="[[place]]\n")).languages == ("vi",)


def test_digest_follows_every_file(write: Write) -> None:
    first = Lexicon.load(write(vi=VIETNAMESE)).sha256

    assert Lexicon.load(write(vi=VIETNAMESE)).sha256 == first
    assert Lexicon.load(write(vi=VIETNAMESE + "# note\n")).sha256 != first


BROKEN = {
    "not TOML": ({"vi": "language = vi"}, r"vi\.toml cannot be read.*Mend"),
    "wrong language": (
        {"vi": 'language = "th"\n[phrases]\n'},
        r"vi\.toml, key 'language': is 'th'.*Write language = \"vi\"",
    ),
    "no phrases": ({"vi": 'language = "vi"\n'}, r"vi\.toml, key 'phrases'"),
    "unknown concept": (
        {"vi": 'language = "vi"\n[phrases]\nfree_lunch = ["x"]\n'},
        r"key 'phrases\.free_lunch': is no concept",
    ),
    "no list": ({"vi": 'language = "vi"\n[phrases]\ntravel_paid = "x"\n'}, r"key 'phrases\.travel_paid': is no list"),
    "empty phrase": ({"vi": 'language = "vi"\n[phrases]\ntravel_paid = [" "]\n'}, r"key 'phrases\.travel_paid'"),
    "unknown side": ({"concepts": CONCEPTS.replace("for", "maybe")}, r"key 'travel_paid\.side': is 'maybe'"),
    "unknown field": ({"concepts": CONCEPTS + "weight = 3\n"}, r"key 'travel_paid\.weight': is unknown"),
    "missing text": ({"concepts": '[a]\nside = "for"\nilo = ""\nsource = ""\n'}, r"key 'a\.says'"),
    "no table": ({"concepts": "a = 1\n"}, r"key 'a': is no table"),
    "demand is no truth": ({"concepts": CONCEPTS + 'demand = "yes"\n'}, r"key 'travel_paid\.demand'"),
    "no concept at all": ({"concepts": ""}, r"concepts\.toml names no concept"),
    "no concepts file": ({"concepts": None}, r"has no concepts\.toml.*data/lexicons"),
}


@pytest.mark.parametrize(("files", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_file_is_named(write: Write, files: dict[str, str | None], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Lexicon.load(write(**files))


def test_bytes_that_are_no_utf8_are_named(write: Write) -> None:
    folder = write(vi=VIETNAMESE)
    (folder / "vi.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ModelError, match=r"vi\.toml cannot be read"):
        Lexicon.load(folder)


def test_shipped_lexicon_loads() -> None:
    lexicon = Lexicon.load(LEXICONS)

    assert len(lexicon.languages) >= 27
    assert {concept.side for concept in lexicon.concepts.values()} == {"for", "against", "context"}


@pytest.mark.parametrize("path", sorted(LEXICONS.glob("??.toml")), ids=lambda path: path.stem)
def test_shipped_language_words_every_concept_once(path: Path) -> None:
    phrases = tomllib.loads(path.read_text("utf-8"))["phrases"]
    all_ = [text.casefold() for wordings in phrases.values() for text in wordings]

    assert set(phrases) == set(Lexicon.load(LEXICONS).concepts)
    assert len(all_) == len(set(all_))
