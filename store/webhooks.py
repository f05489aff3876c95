"""Webhooks and their outbox: a message stands in the transaction of the item that it tells of, or not at all.

A message holds ids and the lane, never the text. It is tried again ever more rarely and is dead after MOST_TRIES, which
the page shows. Secrets come here sealed (`review_ui/webhook_secrets.py`) and go with their webhook.
"""

import json
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import ConfigurationError, DataError, NotFoundError
from store import audit, roles
from store.parsed_post import rfc3339
from store.tables import QueueItem, User, Webhook, WebhookMessage

ACTOR = "webhooks"
TOLD = "webhook.told"
# Of these lanes webhooks are told.
TOLD_LANES = ("urgent",)
SECRET_PREFIX = "whsec_"  # noqa: S105
LONGEST_URL = 500
LONGEST_PROBLEM = 200
# Urgent news is old after an hour, but a receiver that was down over night must not miss it.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3_600, 4 * 3_600, 12 * 3_600, 24 * 3_600))
MOST_TRIES = len(PAUSES) + 1
# A worker that dies while it sends holds a message no longer than this.
HELD = timedelta(minutes=1)
_PORTS = {"http": 80, "https": 443}


def add_webhook(
    session: Session, user: User, *, url: str, sealed_secret: str, allowed: list[str], now: datetime
) -> Webhook:
    """Tell the system at `url` of urgent items from now on."""
    roles.require(user, "webhooks")
    require_allowed(url, allowed)
    webhook = Webhook(url=url, secret=sealed_secret, added_by=user.pseudonym, created_at=now)
    session.add(webhook)
    session.flush()
    _audit(session, user, webhook, "webhook.added", {"url": url})
    return webhook


def remove_webhook(session: Session, user: User, webhook_id: int, *, now: datetime) -> None:
    """Tell it no more, and forget its secret; what still waits for it is dead."""
    roles.require(user, "webhooks")
    webhook = _active(session, webhook_id)
    webhook.removed_at, webhook.secret = now, ""
    for message in session.scalars(_messages(webhook_id).where(WebhookMessage.state == "waiting")):
        message.state, message.last_problem = "dead", "The webhook was removed."
    _audit(session, user, webhook, "webhook.removed", {})


def require_allowed(url: str, allowed: list[str]) -> None:
    """Raise DataError unless `url` goes to one of the origins of the settings, such as `https://siem.example`.

    An internal system has a private address, which the crawlers' guard refuses: so this list is all that lets one out.
    """
    origin = _origin(url)
    if origin is None or len(url) > LONGEST_URL:
        raise DataError("The address is not one of http or https.", hint="Give one such as https://siem.example/hook.")
    if origin not in {_origin(entry) for entry in allowed}:
        raise DataError(
            f"Nothing may be sent to {origin[0]}://{origin[1]}:{origin[2]}.",
            hint="The administrator of this machine lists it under webhook_origins in the settings.",
        )


def refuse_broken_origins(allowed: list[str]) -> None:
    """Raise ConfigurationError for an entry of the settings that is more or less than an origin."""
    for entry in allowed:
        if _origin(entry) is None or urlsplit(entry).path not in ("", "/"):
            raise ConfigurationError(
                f"webhook_origins holds {entry!r}, which is no origin.", hint="Write https://HOST or http://HOST:PORT."
            )


def announce(session: Session, item: QueueItem, *, at: datetime) -> None:
    """Put a message for every webhook into the outbox, if the item is of a lane that is told."""
    if item.lane not in TOLD_LANES:
        return
    body = {
        "type": f"item.{item.lane}",
        "timestamp": rfc3339(at),
        "data": {"item_id": item.id, "revision_id": item.revision_id, "lane": item.lane},
    }
    for webhook in active_webhooks(session):
        session.add(
            WebhookMessage(
                webhook_id=webhook.id,
                message_id=f"msg_{secrets.token_hex(16)}",
                body=json.dumps(body, separators=(",", ":")),
                created_at=at,
                due_at=at,
                tries=0,
                state="waiting",
                last_problem="",
            )
        )


def has_due(session: Session, *, now: datetime) -> bool:
    """Whether anything is to be sent now: asked without the write lock."""
    statement = select(WebhookMessage.id).where(WebhookMessage.state == "waiting", WebhookMessage.due_at <= now)
    return session.scalar(statement.limit(1)) is not None


def claim_due(session: Session, *, now: datetime) -> WebhookMessage | None:
    """The oldest message that is due, held for this worker alone; its webhook is loaded.

    The audit chain learns of it before it is sent, of every try.
    """
    statement = (
        select(WebhookMessage)
        .where(WebhookMessage.state == "waiting", WebhookMessage.due_at <= now)
        .order_by(WebhookMessage.due_at, WebhookMessage.id)
        .options(joinedload(WebhookMessage.webhook, innerjoin=True))
        .limit(1)
        .with_for_update(skip_locked=True, of=WebhookMessage)
    )
    message = session.scalars(statement).first()
    if message is not None:
        message.due_at = now + HELD
        message.tries += 1
        told = {"message": message.message_id, "try": message.tries}
        audit.append(session, actor=ACTOR, action=TOLD, subject=_subject(message.webhook_id), details=told)
    return message


def record_try(session: Session, message_id: int, problem: str, *, now: datetime) -> None:
    """What became of a try: no problem means it was taken; else it is due again later, or dead."""
    message = session.get_one(WebhookMessage, message_id)
    if message.state != "waiting":
        return
    message.last_problem = problem[:LONGEST_PROBLEM]
    if not problem:
        message.state = "sent"
    elif message.tries >= MOST_TRIES:
        message.state = "dead"
    else:
        message.due_at = now + PAUSES[message.tries - 1]


def send_again(session: Session, user: User, webhook_id: int, *, now: datetime) -> None:
    """Begin anew with the dead messages of a webhook."""
    roles.require(user, "webhooks")
    webhook = _active(session, webhook_id)
    for message in session.scalars(_messages(webhook_id).where(WebhookMessage.state == "dead")):
        message.state, message.tries, message.due_at = "waiting", 0, now
    _audit(session, user, webhook, "webhook.sent_again", {})


def active_webhooks(session: Session) -> list[Webhook]:
    """Those that are told, the oldest first."""
    return list(session.scalars(select(Webhook).where(Webhook.removed_at.is_(None)).order_by(Webhook.id)))


def unsealed_webhooks(session: Session) -> list[Webhook]:
    """Those whose secret an earlier version kept in the clear."""
    return list(session.scalars(select(Webhook).where(Webhook.secret.startswith(SECRET_PREFIX, autoescape=True))))


def counts(session: Session, webhook_id: int) -> dict[str, int]:
    """Messages of a webhook by state, every state named."""
    statement = (
        select(WebhookMessage.state, func.count())
        .where(WebhookMessage.webhook_id == webhook_id)
        .group_by(WebhookMessage.state)
    )
    counted: dict[str, int] = dict(session.execute(statement).all())
    return {state: counted.get(state, 0) for state in ("waiting", "sent", "dead")}


def last_problem(session: Session, webhook_id: int) -> str:
    """What went wrong with the newest message that was not taken; empty when all were."""
    statement = select(WebhookMessage.last_problem).where(
        WebhookMessage.webhook_id == webhook_id, WebhookMessage.state != "sent", WebhookMessage.last_problem != ""
    )
    return session.scalar(statement.order_by(WebhookMessage.id.desc()).limit(1)) or ""


def _active(session: Session, webhook_id: int) -> Webhook:
    webhook = session.get(Webhook, webhook_id)
    if webhook is None or webhook.removed_at is not None:
        raise NotFoundError(f"There is no webhook {webhook_id}.", hint="The list shows those that there are.")
    return webhook


def _messages(webhook_id: int) -> Select[WebhookMessage]:
    return select(WebhookMessage).where(WebhookMessage.webhook_id == webhook_id)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what cannot be read one way only."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or not url.isascii() or not url.isprintable():
        return None
    if " " in url or "\\" in url:
        return None
    return parts.scheme, host, port or _PORTS[parts.scheme]


def _audit(session: Session, user: User, webhook: Webhook, action: str, details: dict[str, str]) -> None:
    audit.append(session, actor=user.pseudonym, action=action, subject=_subject(webhook.id), details=details)


def _subject(webhook_id: int) -> str:
    return f"webhook:{webhook_id}"
