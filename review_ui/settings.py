"""What the composition root hands to the review application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from review_ui.openid import OpenIdSettings
from review_ui.passwords import PasswordCost
from store.rules import DEFAULT_RULES, QueueRules


class Concept(Protocol):
    """A concept of the lexicons: whether it speaks "for", "against" or is "context", and the sentence that says it."""

    @property
    def side(self) -> str:
        """for, against or context."""

    @property
    def says(self) -> str:
        """One English sentence without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """How one installation reviews.

    `concepts` maps indicator codes to what they say. `https` is whether browsers reach the application by https: the
    session cookie is then bound to the host. Packs are exported where `captures_dir` and `keys_dir` are given, in the
    name of `organisation`. Second factors are kept under `seal_key` (32 bytes) and asked of everybody in
    `second_factor_roles`; `severe_per_day` is how many severe items a person is shown on one day (0: no limit).
    `rules` are those of the queue.
    """

    allowed_hosts: Sequence[str] = ("127.0.0.1", "localhost")
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    https: bool = False
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    captures_dir: Path | None = None
    keys_dir: Path | None = None
    organisation: str = ""
    seal_key: bytes | None = None
    second_factor_roles: frozenset[str] = frozenset()
    severe_per_day: int = 50
    openid: OpenIdSettings | None = None
    rules: QueueRules = DEFAULT_RULES
