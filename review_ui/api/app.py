"""The API as an application of its own, mounted at /api: its calls, its one shape of errors, its OpenAPI document."""

from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from lurewatch.errors import DataError, LurewatchError
from review_ui.api import intake, reading, work
from review_ui.api.shapes import Problem
from review_ui.desk import Desk
from review_ui.error_pages import status_of

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 500)
}


def create_api(desk: Desk) -> FastAPI:
    """The API over the same store, settings and clock as the pages."""
    api = FastAPI(
        title="Lurewatch",
        version=version("lurewatch"),
        description="The review application's functions for programs. Errors are `{code, message, hint}`.",
        # Both would load their scripts from another host.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=_PROBLEMS,
        exception_handlers={
            Exception: _unforeseen,
            HTTPException: show_refused,
            LurewatchError: _known,
            RequestValidationError: _invalid,
        },
    )
    api.state.desk = desk
    for router in (work.router, reading.router, intake.router):
        api.include_router(router)
    return api


async def _known(request: Request, error: LurewatchError) -> JSONResponse:  # noqa: ARG001
    return _problem(status_of(error), error.code, error.message, error.hint)


async def show_refused(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    """What Starlette refuses: a path that is not there, a method that is not taken, a body too large."""
    assert isinstance(error, HTTPException)  # noqa: S101
    answer = _problem(error.status_code, f"HTTP{error.status_code}", str(error.detail), "See /api/openapi.json.")
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:  # noqa: ARG001
    # The value itself stays out: it may be a post.
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return _problem(422, DataError.code, f"{place}: {first['msg']}.", "See /api/openapi.json.")


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    hint = "Try again; if it stays, tell the administrator the time."
    return _problem(500, LurewatchError.code, "Something went wrong here.", hint)


def _problem(status: int, code: str, message: str, hint: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message, "hint": hint}, status)
