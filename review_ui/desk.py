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
    """A template and what it shows; `status` is the answer's."""

    template: str
    values: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """One application's parts; `clock` gives aware UTC instants."""

    store: Store
    settings: ReviewSettings
    passwords: Passwords
    templates: Jinja2Templates
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
        """The page as HTML; `user` is named in its head, `rights` decide what it offers and `manner` how it looks."""
        rights = RIGHTS[user.role] if user else frozenset[str]()
        values = {"person": user, "rights": rights, "manner": manner, **page.values}
        return self.templates.TemplateResponse(request, page.template, values, status_code=page.status)


def desk_of(request: Request) -> Desk:
    """The parts of the application that got the request."""
    return cast("Desk", request.app.state.desk)


@cache
def open_templates() -> Jinja2Templates:
    """The templates: every value is escaped, and a name that is not given is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters["instant"] = instant
    environment.filters["words"] = words
    return Jinja2Templates(env=environment)


def instant(at: datetime) -> str:
    """A UTC instant to the minute, as people read it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def words(code: str) -> str:
    """A label, lane or indicator code as words."""
    return code.replace("_", " ")
