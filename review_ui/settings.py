"""What the composition root hands to the review application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from evidence.export import Exporter
from review_ui.openid import OpenIdSettings
from review_ui.passwords import PasswordCost
from store.handed_in import Given
from store.practice import Sample
from store.rules import DEFAULT_RULES, QueueRules
from store.tables import User


class Concept(Protocol):
    """A concept of the lexicons: whether it speaks "for", "against" or is "context", and the sentence that says it."""

    @property
    def side(self) -> str:
        """for, against or context."""

    @property
    def says(self) -> str:
        """One English sentence without a full stop."""


class TakenIn(Protocol):
    """What came of what was handed in."""

    @property
    def handed_in_id(self) -> int:
        """The id of the row that keeps it."""

    @property
    def posts(self) -> int:
        """How many posts it held."""

    @property
    def items(self) -> Sequence[int]:
        """The queue items they have."""


class TakesIn(Protocol):
    """Seals, keeps and scores what was handed over."""

    def take_in(self, user: User, given: Given, *, now: datetime) -> TakenIn:
        """Outside of any transaction."""


class PracticePosts(Protocol):
    """Labelled posts to practise on."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages that there are."""

    def choose(self, count: int, lang: str | None) -> Sequence[Sample]:
        """Up to `count` posts, of one language where one is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """How one installation reviews.

    `concepts` maps indicator codes to what they say. `https` is whether browsers reach the application by https: the
    session cookie is then bound to the host. Packs are exported, and known for our own, where `exporter` is given; one
    that is brought to be verified has `largest_pack_bytes` at the most. Second factors and webhooks' secrets are
    sealed under `seal_key` (see `Seal`), second factors asked of everybody in `second_factor_roles`; `severe_per_day`
    is how many severe items a person is shown on one day (0: no limit).
    `rules` are those of the queue. Webhooks go to `webhook_origins` alone. `intake` takes in what was handed over and
    `practice` gives posts to learn on, where they are given. `place_countries` maps the places that posts name to
    ISO 3166 countries. `retention_days` is for how long posts that nobody needs are kept (0: for ever).
    """

    allowed_hosts: Sequence[str] = ("127.0.0.1", "localhost")
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    https: bool = False
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    exporter: Exporter | None = None
    largest_pack_bytes: int = 1_000_000_000
    seal_key: bytes | None = None
    second_factor_roles: frozenset[str] = frozenset()
    severe_per_day: int = 50
    openid: OpenIdSettings | None = None
    rules: QueueRules = DEFAULT_RULES
    webhook_origins: Sequence[str] = ()
    intake: TakesIn | None = None
    practice: PracticePosts | None = None
    place_countries: Mapping[str, str] = field(default_factory=dict)
    retention_days: int = 0
