"""The frame around every call of the API: whose token it is, whether it may, and one transaction for it all.

A call is counted in a transaction of its own, so that refused ones count too. What a writing call answers is kept in
the transaction of the work: the same call sent again changes nothing and gets the same answer.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from lurewatch.errors import NotFoundError
from review_ui.desk import Desk, desk_of
from store import audit, tokens
from store.tables import ApiToken, User

_BEARER = HTTPBearer(auto_error=False, description="A token from the page Tokens.")

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=64,
        pattern=r"^[!-~]+$",
        description="Chosen by the caller, fresh for each new call: sending a call twice does it once.",
    ),
]


@dataclass(frozen=True, slots=True)
class Call:
    """One call inside its transaction."""

    desk: Desk
    session: Session
    token: ApiToken
    now: datetime
    name: str

    @property
    def user(self) -> User:
        """The account that the token acts as."""
        return self.token.holder

    def note(self, action: str, subject: str, **details: Any) -> None:
        """Enter in the audit chain what this call was shown or did."""
        details["token"] = self.token.id
        audit.append(self.session, actor=self.user.pseudonym, action=action, subject=subject, details=details)

    def once(self, key: str, wanted: BaseModel | None, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `work` answers, or what it answered when this token sent the same call with the same key before."""
        known = self.answered(key, wanted)
        return self.keep(key, wanted, work()) if known is None else known

    def answered(self, key: str, wanted: BaseModel | None) -> dict[str, Any] | None:
        """What this token's call with that key answered before."""
        # Two calls of one token at once must not both find nothing.
        self.session.refresh(self.token, ["last_used_at"], with_for_update=True)
        return tokens.earlier_answer(self.session, self.token, key, self._digest(wanted))

    def keep(self, key: str, wanted: BaseModel | None, answer: dict[str, Any]) -> dict[str, Any]:
        """Remember the answer of a writing call, and enter the call in the audit chain."""
        tokens.keep_answer(self.session, self.token, key, self._digest(wanted), answer, now=self.now)
        self.note("api.called", f"token:{self.token.id}", call=self.name)
        return answer

    def _digest(self, wanted: BaseModel | None) -> str:
        return hashlib.sha256(f"{self.name}\n{wanted.model_dump_json() if wanted else ''}".encode()).hexdigest()

    def own_key(self, key: str) -> str:
        """The caller's key as one that no form and no other token can have."""
        return f"api-{self.token.id}-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


class Caller:
    """Whoever calls: `at_work` begins the transaction, or refuses."""

    def __init__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
    ) -> None:
        self.desk = desk_of(request)
        self._token = credentials.credentials if credentials else ""
        self._name = f"{request.method} {request.url.path}"

    @contextmanager
    def at_work(self, right: str) -> Iterator[Call]:
        """One call of a token that carries `right`, committed at the end of the block."""
        now = self.desk.clock()
        self._admit(now)
        with self.desk.store.transaction() as session:
            yield Call(self.desk, session, tokens.bearer(session, self._token, right, now=now), now, self._name)

    def once_outside(
        self, right: str, key: str, wanted: BaseModel, work: Callable[[Call], dict[str, Any]]
    ) -> dict[str, Any]:
        """`Call.once` for work that takes long and has transactions of its own.

        Two equal calls at the same moment may both do it: such work must bear that.
        """
        with self.at_work(right) as call:
            known = call.answered(key, wanted)
        if known is not None:
            return known
        answer = work(call)
        with self.desk.store.transaction() as session:
            again = Call(
                self.desk, session, tokens.bearer(session, self._token, right, now=call.now), call.now, call.name
            )
            return again.answered(key, wanted) or again.keep(key, wanted, answer)

    def _admit(self, now: datetime) -> None:
        try:
            with self.desk.store.transaction() as session:
                wait_s = tokens.call_admitted(session, self._token, now=now)
        except NotFoundError as unknown:
            raise HTTPException(401, unknown.message, {"WWW-Authenticate": "Bearer"}) from unknown
        if wait_s:
            raise HTTPException(
                429, f"This token may call {tokens.CALLS_ALLOWED} times a minute.", {"Retry-After": str(wait_s)}
            )


CallerOf = Annotated[Caller, Depends(Caller)]
