"""The page of API tokens: people make and end their own, administrators those of systems. Each is shown once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from lurewatch.errors import DataError
from review_ui.desk import Page
from review_ui.fields import line, row_id, ticked
from review_ui.visits import Visit, see_other
from store import roles, tokens
from store.roles import MEANS, RIGHTS
from store.tables import ApiToken

_LONGEST_NAME = 60
_SCOPE = "scope."
DAYS = (1, 7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in the list; `state` is valid, expired or revoked."""

    token_id: int
    name: str
    holder: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


def show_tokens(visit: Visit) -> Page:
    """GET /tokens: one's own, or all of them for whoever gives tokens to systems."""
    return _page(visit, fresh="")


def make_token(visit: Visit) -> Page:
    """POST /tokens: no redirect, because the answer is the only place where the token is ever shown."""
    given = {
        "name": line(visit.fields, "name", longest=_LONGEST_NAME, required=True),
        "scopes": ticked(visit.fields, _SCOPE),
        "expires_at": visit.now + timedelta(days=_days(visit)),
        "now": visit.now,
    }
    if roles.has_right(visit.user, "system_tokens"):
        role = line(visit.fields, "role", longest=20, required=True)
        fresh = tokens.issue_for_system(visit.session, visit.user, role=role, **given)  # type: ignore[arg-type]
    else:
        fresh = tokens.issue_own(visit.session, visit.user, **given)  # type: ignore[arg-type]
    return _page(visit, fresh=fresh)


def revoke_token(visit: Visit) -> Response:
    """POST /tokens/{token_id}/revoke."""
    tokens.revoke(visit.session, visit.user, row_id(visit.path["token_id"]), now=visit.now)
    return see_other("/tokens")


def _page(visit: Visit, *, fresh: str) -> Page:
    for_systems = roles.has_right(visit.user, "system_tokens")
    own = RIGHTS[visit.user.role]
    values = {
        "fresh": fresh,
        "lines": [_line(row, visit.now) for row in tokens.tokens_of(visit.session, visit.user)],
        "for_systems": for_systems,
        "roles": [role for role, rights in RIGHTS.items() if "view" in rights],
        "scopes": {scope: MEANS[scope] for scope in tokens.SCOPES if for_systems or scope in own},
        "days": DAYS,
    }
    return Page("tokens.html", values)


def _days(visit: Visit) -> int:
    days = line(visit.fields, "days", longest=3, required=True)
    if not days.isdecimal() or int(days) not in DAYS:
        raise DataError(f"{days!r} is not a life of tokens.", hint=f"Choose one of {', '.join(map(str, DAYS))} days.")
    return int(days)


def _line(row: ApiToken, now: datetime) -> TokenLine:
    return TokenLine(
        token_id=row.id,
        name=row.name,
        holder=row.holder.username,
        scopes=tuple(MEANS[scope] for scope in row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        state=tokens.state_of(row, now=now),
    )
