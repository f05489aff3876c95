"""What every view works with: the store, the settings, the clock and the templates of one application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import jinja2
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from review_ui.languages import LANGUAGES, chosen, speech_of
from review_ui.manner import Manner
from review_ui.openid import Provider
from review_ui.passwords import Passwords
from review_ui.sealing import Seal
from review_ui.settings import ReviewSettings
from store.database import Store
from store.roles import RIGHTS
from store.tables import User

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it shows; `status` is the answer's.

    `address` is the page's own, where a script got it as the answer to something else.
    """

    template: str
    values: Mapping[str, Any]
    status: int = 200
    address: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """One application's parts; `clock` gives aware UTC instants."""

    store: Store
    settings: ReviewSettings
    passwords: Passwords
    clock: Callable[[], datetime]
    seal: Seal | None = None
    provider: Provider | None = None

    def render(
        self,
        request: Request,
        page: Page,
        user: User | None = None,
        manner: Manner = Manner(),  # noqa: B008
    ) -> Response:
        """The page as HTML in the person's language, else the request's.

        `user` is named in its head, `rights` decide what it offers and `manner` how it looks.
        """
        rights = RIGHTS[user.role] if user else frozenset[str]()
        language = LANGUAGES.get(manner.language) or chosen(request)
        frame = {"person": user, "rights": rights, "manner": manner, "here": page.address or _address(request)}
        values = {**frame, "language": language, "interface_languages": LANGUAGES.values(), **page.values}
        headers = {"HX-Push-Url": page.address} if page.address else None
        templates = open_templates(language.tag)
        return templates.TemplateResponse(request, page.template, values, status_code=page.status, headers=headers)


def desk_of(request: Request) -> Desk:
    """The parts of the application that got the request."""
    return cast("Desk", request.app.state.desk)


@cache
def open_templates(tag: str) -> Jinja2Templates:
    """The templates in one language: every value is escaped, and a name that is not given is an error."""
    speech = speech_of(tag)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(speech.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "instant": speech.instant,
        "language_name": speech.language_name,
        "by_language_name": speech.by_language_name,
        "number": speech.number,
        "said": speech.said,
        "words": speech.words,
    }
    return Jinja2Templates(env=environment)


def _address(request: Request) -> str:
    """Where a form that changes nothing leads back to."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
