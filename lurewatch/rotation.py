"""Changes the key that second factors and webhooks' secrets are sealed under.

The new key stands before the old in the key's file until everything is sealed under it: a kill at any point leaves
secrets that open, and the next call brings it to an end. No other process may work with the installation meanwhile.
"""

import secrets

from sqlalchemy.orm import Session

from lurewatch.installation import KEY_BYTES, Installation
from review_ui import webhook_secrets
from review_ui.codes import seal_again
from review_ui.sealing import Seal
from store import audit, second_factors, webhooks
from store.database import Store

ACTOR = "keys"


def rotate_seal_key(installation: Installation, store: Store) -> int:
    """Seal everything under a fresh key and forget the others; returns how many secrets that were."""
    keys = secrets.token_bytes(KEY_BYTES) + installation.seal_key()
    installation.replace_seal_key(keys)
    with store.transaction() as session:
        count = _seal_again(session, Seal(keys))
    installation.replace_seal_key(keys[:KEY_BYTES])
    return count


def _seal_again(session: Session, seal: Seal) -> int:
    webhook_secrets.seal_clear_ones(session, seal)
    factors, active = second_factors.all_of_them(session), webhooks.active_webhooks(session)
    for factor in factors:
        seal_again(seal, factor)
    for webhook in active:
        webhook_secrets.seal_again(seal, webhook)
    details = {"second_factors": len(factors), "webhooks": len(active)}
    audit.append(session, actor=ACTOR, action="seal_key.rotated", subject="seal_key", details=details)
    return len(factors) + len(active)
