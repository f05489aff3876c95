"""The page of webhooks: the secret is shown once, only allowed addresses are taken, dead messages are seen."""

import re

import pytest
from sqlalchemy import select

from review_ui.sealing import Seal
from review_ui.webhook_secrets import opened
from store.database import Store
from store.tables import Webhook, WebhookMessage
from tests.review_ui.office import SEAL_KEY, Office

HOOK = {"url": "https://siem.example/hook"}


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    """An office whose settings allow one address."""
    office = Office(sqlite_store, webhook_origins=("https://siem.example",))
    office.employ("adm", "administrator")
    return office


def test_the_secret_is_shown_once(office: Office) -> None:
    client = office.client("adm")
    page = client.post("/webhooks", data=HOOK)
    found = re.search(r'id="fresh-secret">(whsec_[^<]{44})<', page.text)
    assert found is not None
    assert found[1] not in client.get("/webhooks").text


def test_the_secret_is_not_in_the_store(office: Office) -> None:
    page = office.client("adm").post("/webhooks", data=HOOK).text
    with office.store.reading() as session:
        webhook = session.scalars(select(Webhook)).one()
    assert "whsec" not in webhook.secret
    assert opened(Seal(SEAL_KEY), webhook) in page


def test_another_address_is_refused(office: Office) -> None:
    answer = office.client("adm").post("/webhooks", data={"url": "https://evil.example/hook"})
    assert answer.status_code == 400
    assert "webhook_origins" in answer.text


def test_what_is_dead_is_shown_and_may_be_begun_anew(office: Office) -> None:
    client = office.client("adm")
    client.post("/webhooks", data=HOOK)
    office.post(lane="urgent")
    with office.store.transaction() as session:
        message = session.scalars(select(WebhookMessage)).one()
        message.state, message.last_problem = "dead", "It answered 500."
    page = client.get("/webhooks").text
    assert "1 dead" in page
    assert "It answered 500." in page
    assert client.post("/webhooks/1/again").status_code == 303
    assert "0 dead" in client.get("/webhooks").text


def test_a_removed_one_is_gone(office: Office) -> None:
    client = office.client("adm")
    client.post("/webhooks", data=HOOK)
    assert client.post("/webhooks/1/remove").status_code == 303
    assert "Who is told" not in client.get("/webhooks").text


def test_an_office_without_origins_says_why(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.employ("adm", "administrator")
    assert "The settings allow no address" in office.client("adm").get("/webhooks").text
