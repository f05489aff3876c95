"""The languages a person reads: asked for, and used to hand an item on to somebody who can read it."""

from starlette.responses import Response

from classifier.language import LANGUAGES
from review_ui.desk import Page
from review_ui.fields import ticked
from review_ui.visits import Visit, see_other
from store import readers

_LANGUAGE = "lang."


def show_languages(visit: Visit) -> Page:
    """GET /languages."""
    return Page("languages.html", {"langs": LANGUAGES, "read": readers.languages_of(visit.session, visit.user)})


def set_languages(visit: Visit) -> Response:
    """POST /languages: what is ticked replaces what was."""
    chosen = set(ticked(visit.fields, _LANGUAGE))
    readers.set_languages(visit.session, visit.user, [lang for lang in LANGUAGES if lang in chosen])
    return see_other("/languages")
