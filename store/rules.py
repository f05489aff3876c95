"""The numbers that the queue is run by, and the draws that they need.

A draw is keyed with the installation's secret: the same question gets the same answer, and nobody can foresee it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRules:
    """How one installation mixes its queue.

    `lane_weights` says how often each lane below urgent comes up beside the others. The shares are of items decided
    blind, and of claims that are a second or a golden reading; nought of each unless the installation says otherwise.
    """

    lane_weights: Mapping[str, int] = field(default_factory=lambda: {"likely": 6, "uncertain": 3, "audit": 1})
    blind_share: float = 0
    second_share: float = 0
    golden_share: float = 0


DEFAULT_RULES = QueueRules()


def draw(session: Session, what: str) -> float:
    """A number in [0, 1) that stands for `what`."""
    digest = hmac.digest(session.info["audit_key"], f"queue: {what}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:7]) / 2**56
