"""The form in every page's foot that changes the language, signed in or not; a cookie remembers it."""

from starlette.requests import Request
from starlette.responses import Response

from lurewatch.errors import DataError
from review_ui.desk import desk_of
from review_ui.fields import line, read_fields
from review_ui.languages import COOKIE, LANGUAGES
from review_ui.sign_in import safe_next
from review_ui.visits import see_other

_MAX_TAG = 20
_MAX_PATH = 2_000
_YEAR_S = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    """POST /language: back to the page it was chosen on, in that language."""
    fields = await read_fields(request)
    tag = line(fields, "language", longest=_MAX_TAG, required=True)
    if tag not in LANGUAGES:
        raise DataError(f"{tag!r} is not a language of this application.", hint="Choose one from the list.")
    response = see_other(safe_next(line(fields, "back", longest=_MAX_PATH)))
    https = desk_of(request).settings.https
    response.set_cookie(COOKIE, tag, max_age=_YEAR_S, path="/", secure=https, httponly=True, samesite="strict")
    return response
