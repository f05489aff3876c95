"""Sends the outbox of webhooks, beside `serve` and `watch`: signed, to allowed origins only, no redirect followed.

The format is that of Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp` and `webhook-signature`, an
HMAC-SHA-256 over id, time and body. Nothing is sent inside a transaction. What goes wrong is kept with the message.
"""

import base64
import hmac
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException

from evidence.posting import post
from lurewatch.beside import beside
from lurewatch.errors import LurewatchError
from review_ui import webhook_secrets
from review_ui.sealing import Seal
from store import webhooks
from store.database import Store
from store.tables import WebhookMessage

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
TIMEOUT_S = 10.0


@contextmanager
def delivering(store: Store, seal: Seal, allowed: list[str]) -> Iterator[None]:
    """Send what is due, from a thread of its own, until the block ends; `seal` opens the secrets that sign it."""
    webhooks.refuse_broken_origins(allowed)
    with store.transaction() as session:
        webhook_secrets.seal_clear_ones(session, seal)
    with beside(partial(_work, store, seal, allowed), name="webhooks", patience_s=TIMEOUT_S + LOOK_EVERY_S):
        yield


def deliver_due(
    store: Store, seal: Seal, allowed: list[str], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> int:
    """Send every message that is due now, each once; returns how many were tried."""
    tried = 0
    while (message := _claim(store, clock())) is not None:
        problem = _try(message, seal, allowed, clock())
        with store.transaction() as session:
            webhooks.record_try(session, message.id, problem, now=clock())
        tried += 1
    return tried


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The value of `webhook-signature`: v1, a comma, and the HMAC in base64."""
    key = base64.b64decode(secret.removeprefix(webhooks.SECRET_PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.{body}".encode(), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def _work(store: Store, seal: Seal, allowed: list[str], stop: threading.Event) -> None:
    while not stop.wait(LOOK_EVERY_S):
        try:
            deliver_due(store, seal, allowed)
        except Exception:  # the boundary of the thread: the next look may go well
            logger.exception("The outbox of webhooks could not be read.")


def _claim(store: Store, now: datetime) -> WebhookMessage | None:
    with store.reading() as session:
        if not webhooks.has_due(session, now=now):
            return None
    with store.transaction() as session:
        return webhooks.claim_due(session, now=now)


def _try(message: WebhookMessage, seal: Seal, allowed: list[str], now: datetime) -> str:
    """Send it once; what went wrong, or nothing."""
    try:
        webhooks.require_allowed(message.webhook.url, allowed)
        status = _post(message, webhook_secrets.opened(seal, message.webhook), int(now.timestamp()))
    except LurewatchError as refused:
        return refused.message
    # A host name that cannot be one is a UnicodeError.
    except (OSError, HTTPException, UnicodeError) as error:
        return f"{type(error).__name__}: no answer."
    return "" if 200 <= status < 300 else f"It answered {status}."


def _post(message: WebhookMessage, secret: str, timestamp: int) -> int:
    """The status of the answer; its body is not read."""
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message.message_id, timestamp, message.body),
    }
    return post(message.webhook.url, message.body.encode(), headers, limit_s=TIMEOUT_S, most_bytes=0)[0]
