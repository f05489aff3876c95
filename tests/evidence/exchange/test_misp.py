"""MISP: PyMISP reads the event back whole; it stays where it arrives, and nothing in it is for detection."""

import json
from typing import Any

import pytest
from pymisp import MISPEvent, MISPObject

from evidence.dossier import Dossier
from evidence.exchange.misp import CATEGORIES, misp, templates
from tests.evidence.exchange.dossiers import CONTACTS, HOSTILE, contact, made_hostile, with_masked_digest


def event_of(dossier: Dossier) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(misp(dossier))["Event"]
    return event


def objects(dossier: Dossier, name: str) -> list[dict[str, str]]:
    """The fields of every object of that name."""
    found = (one for one in event_of(dossier)["Object"] if one["name"] == name)
    return [{field["object_relation"]: field["value"] for field in one["Attribute"]} for one in found]


@pytest.mark.parametrize("kind", ["jobposting", "telegram"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_pymisp_reads_it_back_whole(dossier: Dossier, text: str, kind: str) -> None:
    document = misp(made_hostile(dossier, text, kind=kind))
    event = MISPEvent(strict_validation=True)
    event.from_json(document.decode())
    assert [one.uuid for one in event.objects] == [one["uuid"] for one in json.loads(document)["Event"]["Object"]]


@pytest.mark.parametrize("name", templates())
def test_a_template_is_as_pymisp_ships_it(name: str) -> None:
    known, made = templates()[name], MISPObject(name, strict=True)
    assert (known["uuid"], known["version"], known["meta"]) == (
        made.template_uuid,
        made.template_version,
        getattr(made, "meta-category"),
    )
    for field, type_ in known["fields"].items():
        value = "2026-03-01T12:00:00Z" if type_ == "datetime" else "0" * 64
        attribute = made.add_attribute(field, value=value)
        assert attribute is not None
        assert (attribute.type, attribute.category) == (type_, CATEGORIES.get(type_, "Other"))


def test_it_stays_with_whoever_takes_it_in(dossier: Dossier) -> None:
    event = event_of(dossier)
    levels = {event["distribution"], *(one["distribution"] for one in event["Object"])}
    levels |= {field["distribution"] for one in event["Object"] for field in one["Attribute"]}
    assert levels == {"0"}
    assert event["published"] is False


def test_nothing_is_for_detection(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["identifiers"] = [contact(type_, f"{type_}-value") for type_ in CONTACTS]
    assert {field["to_ids"] for one in event_of(dossier)["Object"] for field in one["Attribute"]} == {False}


def test_every_contact_is_told_in_the_object_for_it(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["identifiers"] = [contact(type_, f"{type_}-value") for type_ in CONTACTS]
    assert {"username": "telegram-value"} in objects(dossier, "telegram-account")
    assert {"msisdn": "phone-value"} in objects(dossier, "phone")
    assert {"address-crypto": "wallet-value"} in objects(dossier, "coin-address")
    assert {"account": "bank_account-value"} in objects(dossier, "bank-account")
    assert {"url": "url-value"} in objects(dossier, "url")
    accounts = [one["username"] for one in objects(dossier, "user-account")]
    assert accounts == [f"{type_}-value" for type_ in ("whatsapp", "line", "wechat", "zalo", "email")]


def test_captures_are_evidence_of_the_case_with_their_hashes(dossier: Dossier) -> None:
    assert {one["case-number"] for one in objects(dossier, "forensic-evidence")} == {"CASE-2026-0001"}
    assert [one["sha256"] for one in objects(dossier, "file")] == [capture["sha256"] for capture in dossier.captures]


def test_a_masked_hash_is_not_told(dossier: Dossier) -> None:
    document = misp(with_masked_digest(dossier)).decode()
    assert "[digest 1]" not in document
    MISPEvent(strict_validation=True).from_json(document)


def test_a_post_without_words_is_told_too(dossier: Dossier) -> None:
    document = dossier.posts[0]
    document["post"]["url"] = document["revisions"][0]["author"] = None
    document["revisions"][0]["scored_text"] = " "
    assert objects(dossier, "microblog")[0]["post"] == "(no text)"


def test_two_posts_with_the_same_words_are_two(dossier: Dossier) -> None:
    for document in dossier.posts[:2]:
        document["post"]["url"] = None
        document["revisions"][0] |= {"scored_text": "the same", "author": None}
    assert [one["post"] for one in objects(dossier, "microblog")].count("the same") == 2


def test_estimates_and_decisions_are_annotations_of_their_post(dossier: Dossier) -> None:
    texts = [one["text"] for one in objects(dossier, "annotation")]
    assert "which is no finding" in texts[0]
    assert "recruitment indicators: high_pay" in texts[0]
    assert texts[3].endswith("confirmed; labels: scam_centre, fake_job")
    revisions = [revision for document in dossier.posts for revision in document["revisions"]]
    assert len([text for text in texts if "which is no finding" in text]) == len(revisions)
