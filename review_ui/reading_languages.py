"""The languages a person reads: asked for, named, and used to hand an item on to somebody who can read it."""

from starlette.responses import Response

from review_ui.desk import Page
from review_ui.fields import ticked
from review_ui.visits import Visit, see_other
from store import readers

_LANGUAGE = "lang."
NAMES = {
    "am": "Amharic",
    "ar": "Arabic",
    "bn": "Bengali",
    "my": "Burmese",
    "zh": "Chinese",
    "en": "English",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "lo": "Lao",
    "ms": "Malay",
    "ne": "Nepali",
    "pt": "Portuguese",
    "ru": "Russian",
    "si": "Sinhala",
    "es": "Spanish",
    "sw": "Swahili",
    "tl": "Tagalog",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
}


def show_languages(visit: Visit) -> Page:
    """GET /languages."""
    return Page("languages.html", {"names": NAMES, "read": readers.languages_of(visit.session, visit.user)})


def set_languages(visit: Visit) -> Response:
    """POST /languages: what is ticked replaces what was."""
    chosen = set(ticked(visit.fields, _LANGUAGE))
    readers.set_languages(visit.session, visit.user, [lang for lang in NAMES if lang in chosen])
    return see_other("/languages")
