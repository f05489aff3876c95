"""One error page for everything that goes wrong: the status, what happened, what to do.

No traceback and nothing of a post; what was not foreseen is logged by the server.
"""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lurewatch.errors import AccessError, BusyError, DataError, LeaseError, LurewatchError, NotFoundError
from review_ui.desk import Page, desk_of

_STATUS = {AccessError: 403, BusyError: 429, DataError: 400, LeaseError: 409, NotFoundError: 404}


def status_of(error: LurewatchError) -> int:
    """The HTTP status that says the same."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)


def show_known(request: Request, error: Exception) -> Response:
    """A LurewatchError in its own words."""
    assert isinstance(error, LurewatchError)  # noqa: S101
    return _show(request, status_of(error), error.message, error.hint)


def show_http(request: Request, error: Exception) -> Response:
    """What Starlette refuses: a path that is not there, a method that is not taken, a body too large."""
    assert isinstance(error, HTTPException)  # noqa: S101
    response = _show(request, error.status_code, error.detail, "Go back and try another way.")
    response.headers.update(error.headers or {})
    return response


def show_unforeseen(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Any other exception; Starlette raises it again after this answer, and the server logs it."""
    return _show(request, 500, "Something went wrong here.", "Try again; if it stays, tell the administrator the time.")


def _show(request: Request, status: int, message: str, hint: str) -> Response:
    values = {"status": status, "title": HTTPStatus(status).phrase, "message": message, "hint": hint}
    return desk_of(request).render(request, Page("error.html", values, status))
