"""A review application on a real store, with one person of each role, a clock that tests turn, and their browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.testclient import TestClient

from review_ui.app import create_app
from review_ui.passwords import PasswordCost, Passwords
from review_ui.settings import ReviewSettings
from store import queue, users
from store.database import Store
from store.tables import Decision, QueueItem, User
from tests.factories import NOW, make_item

PASSWORD = "correct horse battery staple"
CHEAP = PasswordCost(memory_kib=8, time_cost=1, parallelism=1)
BASE_URL = "http://127.0.0.1"
SEAL_KEY = b"s" * 32


@dataclass(frozen=True, slots=True)
class Said:
    """A concept as the lexicons would give it."""

    side: str
    says: str


CONCEPTS = {
    "travel_paid": Said("for", "Travel is paid by the recruiter"),
    "hotline": Said("against", "Names an official hotline"),
}


class Office:
    """`now` is the application's clock; `client` gives browsers, signed in as `username` or not at all."""

    def __init__(self, store: Store, **settings: object) -> None:
        self.store = store
        self.now: datetime = NOW
        self.settings = ReviewSettings(
            **{"password_cost": CHEAP, "concepts": CONCEPTS, "seal_key": SEAL_KEY, **settings}
        )  # type: ignore[arg-type]
        self.app: Starlette = create_app(store, settings=self.settings, clock=lambda: self.now)
        self._hash = Passwords(CHEAP).hash(PASSWORD)

    def wait(self, **span: float) -> None:
        """Turn the clock on."""
        self.now += timedelta(**span)

    def employ(self, username: str, role: str = "analyst", *, disabled: bool = False) -> User:
        """An account whose password is PASSWORD."""
        with self.store.transaction() as session:
            user = users.add_user(session, username=username, role=role, password_hash=self._hash, now=self.now)
            user.disabled = disabled
        return user

    def dismiss(self, username: str) -> None:
        """Disable an account."""
        with self.store.transaction() as session:
            user = users.user_by_name(session, username)
            assert user is not None
            user.disabled = True

    def client(self, username: str | None = None) -> TestClient:
        """A browser that follows no redirects; signed in when a name is given."""
        client = TestClient(self.app, base_url=BASE_URL, follow_redirects=False)
        if username is not None:
            answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    def post(self, text: str | None = None, lane: str = "likely", priority: float = 0.9) -> int:
        """A scored post in the queue; returns its item's id."""
        with self.store.transaction() as session:
            given = {} if text is None else {"text": text}
            return make_item(session, lane, priority, **given).id

    def state(self, item_id: int) -> str:
        """The item's state in the store."""
        with self.store.reading() as session:
            return session.get_one(QueueItem, item_id).state

    def decisions(self, item_id: int) -> list[Decision]:
        """Every decision on an item, oldest first."""
        with self.store.reading() as session:
            return list(session.get_one(QueueItem, item_id).decisions)

    def confirm(self, username: str, item_id: int) -> None:
        """Confirm an item as that person, beside the application."""
        with self.store.transaction() as session:
            user = users.user_by_name(session, username)
            assert user is not None
            form = queue.DecisionForm(item_id=item_id, outcome="confirmed", idem_key=f"beside-{item_id}")
            queue.decide(session, user, form, now=self.now)
