"""The language head: learns what scripts leave open, and needs no figures for one language."""

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.language import LanguageDetector  # noqa: E402
from classifier.training.language_fit import fit_language, language_accuracy, language_samples, split_texts  # noqa: E402

TEXTS = {
    "fr": [f"nous cherchons des serveurs pour le soir dans notre restaurant numéro {number}" for number in range(40)],
    "es": [f"necesitamos camareros para la noche en nuestro restaurante número {number}" for number in range(40)],
    "ru": [f"в наше кафе нужны официанты на вечер, адрес {number}" for number in range(40)],
    "uz": [f"бизнинг ошхонамизга кечқурун ишлаш учун киши керак {number}" for number in range(40)],
    "th": [f"ร้านเราต้องการพนักงานเสิร์ฟ {number}" for number in range(40)],
}
PAIRS = [(lang, text) for lang, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize("langs", [["fr"], ["fr", "es"], ["fr", "es", "ru", "uz", "th"]], ids="-".join)
def test_languages_of_a_script_are_told_apart(langs: list[str]) -> None:
    pairs = [pair for pair in PAIRS if pair[0] in langs]
    settings, tensors = fit_language(language_samples([], pairs, per_lang=40, seed=1), bits=12)
    detector = LanguageDetector(settings, tensors, bits=12)
    assert language_accuracy(detector, pairs, seed=2) == pytest.approx(dict.fromkeys(langs, 1.0), abs=0.1)


def test_a_script_of_one_language_needs_no_samples() -> None:
    samples = language_samples([], PAIRS, per_lang=40, seed=1)
    assert "th" not in {lang for lang, _ in samples}


def test_a_language_is_open_only_to_scripts_it_is_written_in() -> None:
    settings, _ = fit_language(language_samples([], PAIRS, per_lang=40, seed=1), bits=12)
    assert settings.by_script == {"latin": ("es", "fr"), "cyrillic": ("ru", "uz")}


def test_a_text_is_taught_or_kept_never_both() -> None:
    taught, kept = split_texts(PAIRS)
    assert not set(taught) & set(kept)
    assert len(taught) + len(kept) == len(PAIRS)
    assert kept
