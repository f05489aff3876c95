"""A lexicon with gaps, contradictions or wordings that fire on everything is named."""

from classifier.checks.finding import Finding
from classifier.checks.lexicon import benign_shares, check_lexicon
from classifier.indicators import Wording
from classifier.language import LANGUAGES
from classifier.lexicon import Concept, Lexicon, Phrase
from classifier.training.benign import BenignPost

CODES = [f"concept_{number}" for number in range(45)]
SIDES = {CODES[1]: "against"}


def lexicon(*more: Phrase, source: str = "ILO") -> Lexicon:
    concepts = {code: Concept(code, SIDES.get(code, "for"), False, "", source, code) for code in CODES}  # type: ignore[arg-type]
    phrases = [Phrase(code, lang, f"{word}{code}") for lang in LANGUAGES for code in CODES for word in ("one ", "two ")]
    return Lexicon(concepts, (*phrases, *more), "")


def failed(tried: Lexicon) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_lexicon(tried) if not finding.passed}


def test_a_whole_lexicon_passes() -> None:
    assert failed(lexicon()) == {}


def test_a_missing_wording_names_language_and_concept() -> None:
    whole = lexicon()
    gap = Lexicon(whole.concepts, whole.phrases[1:], "")

    assert failed(gap)["wordings of each concept"].where == (f"{LANGUAGES[0]}, concept_0: 1",)


def test_wordings_that_differ_by_case_alone_are_in_conflict() -> None:
    tried = lexicon(Phrase("concept_0", "en", "Free Ticket"), Phrase("concept_1", "en", "free ticket"))

    assert failed(tried)["conflicts"].where == ("en, concept_0: 'Free Ticket'; en, concept_1: 'free ticket'",)


def test_the_same_words_in_two_languages_are_no_conflict() -> None:
    assert "conflicts" not in failed(lexicon(Phrase("concept_0", "id", "visa"), Phrase("concept_1", "ms", "visa")))


def test_a_wording_without_letters_can_match_nothing() -> None:
    assert failed(lexicon(Phrase("concept_0", "en", "!?")))["wordings too short"].where == ("en, concept_0: '!?'",)


def test_initials_fire_everywhere_and_are_named() -> None:
    tried = failed(lexicon(Phrase("concept_0", "ko", "(주)"), Phrase("concept_0", "zh", "月薪")))

    assert tried["wordings too short"].where == ("ko, concept_0: '(주)'",)


def test_a_wording_that_cleaning_would_change_can_never_be_met() -> None:
    tried = failed(lexicon(Phrase("concept_0", "vi", "gửi cccd"), Phrase("concept_0", "lo", "ໜັງສືຜ່ານແດນ")))

    assert tried["wordings as cleaning leaves them"].where == ("vi, concept_0: 'gửi cccd'",)


def test_a_concept_without_source_is_named() -> None:
    assert len(failed(lexicon(source=""))["sources"].where) == 45


def test_shares_of_benign_posts_count_a_post_once_and_only_languages_with_posts_enough() -> None:
    posts = [
        BenignPost("en", f"Free ticket, free ticket, day {number}", "job_ad", str(number)) for number in range(300)
    ]
    few = [BenignPost("id", "free ticket", "job_ad", str(number)) for number in range(20)]

    shares = benign_shares(lexicon(Phrase("concept_0", "en", "free ticket")), [*posts, *few])

    assert shares == {"en": {Wording("concept_0", "free ticket"): 1.0}}
