"""`python -m benchmarks.step`: what one decision costs by its parts: SQL statements and milliseconds of this processor.

The parts are called as the application calls them, one after the other in one transaction, without HTTP. The options
are those of `benchmarks.filling`: --posts, --store, --folder.
"""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request

from benchmarks.deciding import RULES
from benchmarks.filling import filled_url, open_store, parser
from review_ui import items
from review_ui.app import create_app
from review_ui.desk import Desk
from review_ui.manner import manner_of
from review_ui.queue import decision_form
from review_ui.settings import ReviewSettings
from review_ui.visits import Visit
from store import queue, sessions, users
from store.database import Store

WARM_UP, STEPS = 20, 200


class Meter:
    """Statements and thread time by part."""

    def __init__(self, store: Store) -> None:
        self.statements: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self._part = ""
        event.listen(store.engine, "before_cursor_execute", self._count)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A block whose cost is `name`'s."""
        self._part, began = name, time.thread_time()
        yield
        self.seconds[name] += time.thread_time() - began

    def clear(self) -> None:
        self.statements.clear()
        self.seconds.clear()

    def _count(self, *_about: Any) -> None:
        self.statements[self._part] += 1


def main() -> None:
    """Print the mean of each part."""
    with (
        filled_url(parser(__doc__).parse_args()) as url,
        TemporaryDirectory() as folder,
        open_store(url, Path(folder) / "witness") as store,
    ):
        app = create_app(store, settings=ReviewSettings(rules=RULES))
        meter, token = Meter(store), _sign_in(store)
        item_id = _first(store, token)
        for number in range(WARM_UP + STEPS):
            if number == WARM_UP:
                meter.clear()
            item_id = _step(app, meter, token, item_id)
        _show(meter)


def _sign_in(store: Store) -> str:
    now = datetime.now(UTC)
    with store.transaction() as session:
        name = f"reader-{users.user_count(session)}"
        user = users.add_user(session, username=name, role="analyst", password_hash="none", now=now)  # noqa: S106
        return sessions.start_session(session, user, now=now)


def _first(store: Store, token: str) -> int:
    now = datetime.now(UTC)
    with store.transaction() as session:
        row = sessions.live_session(session, token, now=now)
        item = queue.claim_next(session, row.user, now=now, rules=RULES) if row else None
        return item.id if item else 0


def _step(app: Starlette, meter: Meter, token: str, item_id: int) -> int:
    desk, now = app.state.desk, datetime.now(UTC)
    with meter.part("begin and commit"), desk.store.transaction() as session:
        with meter.part("who it is"):
            visit = _visit(desk, session, token, now)
        with meter.part("the decision"):
            queue.decide(session, visit.user, decision_form(visit, item_id), now=now)
        with meter.part("the next claim"):
            item = queue.claim_next(session, visit.user, now=now, rules=RULES)
            assert item is not None  # noqa: S101
        with meter.part("what its page shows"):
            page = items.claimed_page(visit, item)
            manner = manner_of(session, visit.user_session, now=now)
        meter._part = "begin and commit"
    with meter.part("rendering"):
        desk.render(_request(app), page, visit.user, manner)
    return item.id


def _visit(desk: Desk, session: Session, token: str, now: datetime) -> Visit:
    row = sessions.live_session(session, token, now=now)
    assert row is not None  # noqa: S101
    sessions.touch_session(row, now=now)
    fields = {"outcome": "benign", "idem_key": secrets.token_urlsafe(24), "labels_asked": "1"}
    return Visit(desk, session, row.user, now, {}, fields, row, is_swap=True)


def _request(app: Starlette) -> Request:
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [], "app": app})


def _show(meter: Meter) -> None:
    # The transaction's block holds the others.
    inner = sum(meter.seconds[name] for name in meter.seconds if name not in ("begin and commit", "rendering"))
    meter.seconds["begin and commit"] -= inner
    for name in ("who it is", "the decision", "the next claim", "what its page shows", "begin and commit", "rendering"):
        _print(name, meter.statements[name], meter.seconds[name])
    _print("together", sum(meter.statements.values()), sum(meter.seconds.values()))


def _print(name: str, statements: int, seconds: float) -> None:
    print(f"{name:22} {statements / STEPS:5.1f} statements {1000 * seconds / STEPS:6.2f} ms")


if __name__ == "__main__":
    main()
