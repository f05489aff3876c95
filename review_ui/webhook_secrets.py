"""The secrets that sign webhooks: shown once, and kept sealed for the one address that they were made for."""

import base64
import secrets

from sqlalchemy.orm import Session

from review_ui.sealing import Seal
from store import webhooks
from store.tables import Webhook


def new_secret() -> str:
    """A fresh secret of 256 bits, as Standard Webhooks writes them."""
    return webhooks.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(seal: Seal, secret: str, url: str) -> str:
    """The secret as the store keeps it."""
    return seal.close(secret.encode(), about=_about(url)).hex()


def opened(seal: Seal, webhook: Webhook) -> str:
    """The secret in the clear; EvidenceError when it or the address was altered, or under another key."""
    return seal.open(bytes.fromhex(webhook.secret), about=_about(webhook.url)).decode()


def seal_again(seal: Seal, webhook: Webhook) -> None:
    """Seal a secret under the seal's newest key."""
    webhook.secret = sealed(seal, opened(seal, webhook), webhook.url)


def seal_clear_ones(session: Session, seal: Seal) -> None:
    """Seal what an earlier version kept in the clear."""
    for webhook in webhooks.unsealed_webhooks(session):
        webhook.secret = sealed(seal, webhook.secret, webhook.url)


def _about(url: str) -> str:
    return f"the webhook to {url}"
