"""The page of webhooks: administrators say which systems are told of urgent items, and see what did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from review_ui import webhook_secrets
from review_ui.codes import require_seal
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.visits import Visit, see_other
from store import webhooks
from store.tables import Webhook


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook in the list, with the messages that wait, were taken and are dead."""

    webhook_id: int
    url: str
    created_at: datetime
    waiting: int
    sent: int
    dead: int
    last_problem: str


def show_webhooks(visit: Visit) -> Page:
    """GET /webhooks."""
    return _page(visit, secret="")


def add_webhook(visit: Visit) -> Page:
    """POST /webhooks: no redirect, because the answer is the only place where the secret is ever shown."""
    url = line(visit.fields, "url", longest=webhooks.LONGEST_URL, required=True)
    allowed = list(visit.desk.settings.webhook_origins)
    secret = webhook_secrets.new_secret()
    sealed = webhook_secrets.sealed(require_seal(visit.desk.seal), secret, url)
    webhooks.add_webhook(visit.session, visit.user, url=url, sealed_secret=sealed, allowed=allowed, now=visit.now)
    return _page(visit, secret=secret)


def remove_webhook(visit: Visit) -> Response:
    """POST /webhooks/{webhook_id}/remove."""
    webhooks.remove_webhook(visit.session, visit.user, row_id(visit.path["webhook_id"]), now=visit.now)
    return see_other("/webhooks")


def send_again(visit: Visit) -> Response:
    """POST /webhooks/{webhook_id}/again."""
    webhooks.send_again(visit.session, visit.user, row_id(visit.path["webhook_id"]), now=visit.now)
    return see_other("/webhooks")


def _page(visit: Visit, *, secret: str) -> Page:
    values = {
        "secret": secret,
        "origins": list(visit.desk.settings.webhook_origins),
        "lines": [_line(visit, webhook) for webhook in webhooks.active_webhooks(visit.session)],
    }
    return Page("webhooks.html", values)


def _line(visit: Visit, webhook: Webhook) -> WebhookLine:
    counts = webhooks.counts(visit.session, webhook.id)
    return WebhookLine(
        webhook_id=webhook.id,
        url=webhook.url,
        created_at=webhook.created_at,
        **counts,
        last_problem=webhooks.last_problem(visit.session, webhook.id),
    )
