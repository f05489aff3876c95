"""STIX: a strict parser takes it; contacts are observables, estimates notes, decisions opinions."""

import json
from typing import Any

import pytest
import stix2

from evidence.dossier import Dossier
from evidence.exchange.stix import stix
from tests.evidence.exchange.dossiers import CONTACTS, HOSTILE, contact, made_hostile, with_masked_digest


def objects(dossier: Dossier, type_: str) -> list[dict[str, Any]]:
    return [one for one in json.loads(stix(dossier))["objects"] if one["type"] == type_]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_strict_parser_takes_it_and_keeps_it(dossier: Dossier, text: str) -> None:
    document = stix(made_hostile(dossier, text)).decode()
    parsed = stix2.parse(document, allow_custom=False).serialize()
    # The parser writes milliseconds.
    assert json.loads(document.replace(".000Z", "Z")) == json.loads(parsed.replace(".000Z", "Z"))


def test_observables_have_the_ids_that_the_standard_gives_them(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["identifiers"] = [contact(type_, f"ตัว {type_}") for type_ in CONTACTS]
    for type_ in ("url", "email-addr", "user-account", "file"):
        for made in objects(dossier, type_):
            named = stix2.parse({name: value for name, value in made.items() if name != "id"})
            assert made["id"] == named.id


def test_a_masked_hash_is_not_told(dossier: Dossier) -> None:
    document = stix(with_masked_digest(dossier)).decode()
    assert "[digest 1]" not in document
    stix2.parse(document, allow_custom=False)


def test_every_reference_is_in_the_bundle(dossier: Dossier) -> None:
    made = json.loads(stix(dossier))["objects"]
    ids = {one["id"] for one in made}
    assert len(ids) == len(made)
    assert not [one for one in made if {*one.get("object_refs", []), *one.get("object_marking_refs", [])} - ids]


def test_the_report_holds_all_of_the_case(dossier: Dossier) -> None:
    (report,) = objects(dossier, "report")
    others = {one["id"] for one in json.loads(stix(dossier))["objects"] if one["type"] != "marking-definition"}
    assert set(report["object_refs"]) == others - {report["id"]}


def test_nothing_blocks_and_nobody_is_a_threat(dossier: Dossier) -> None:
    types = {one["type"] for one in json.loads(stix(dossier))["objects"]}
    assert types <= {
        "marking-definition", "identity", "file", "url", "user-account", "observed-data", "note", "opinion", "report",
    }  # fmt: skip


def test_every_contact_is_an_observable_of_its_type(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["identifiers"] = [contact(type_, f"{type_}-value") for type_ in CONTACTS]
    accounts = {(one["account_type"], one["user_id"]) for one in objects(dossier, "user-account")}
    assert {(type_, f"{type_}-value") for type_ in set(CONTACTS) - {"url", "email", "place"}} <= accounts
    assert [one["value"] for one in objects(dossier, "email-addr")] == ["email-value"]
    assert "url-value" in [one["value"] for one in objects(dossier, "url")]
    assert ["place: place-value"] in [note.get("labels") for note in objects(dossier, "note")]


def test_an_estimate_says_that_it_is_none_of_a_persons_findings(dossier: Dossier) -> None:
    note = next(one for one in objects(dossier, "note") if one["abstract"].startswith("Estimate"))
    assert note["abstract"] == "Estimate by release test-1, which is no finding"
    assert note["confidence"] == 97
    assert "reason high_pay: +1.2500 (for)" in note["content"]


def test_decisions_are_opinions_of_pseudonyms(dossier: Dossier) -> None:
    said = [(one["opinion"], one["explanation"].split(", ", 1)[1]) for one in objects(dossier, "opinion")][:3]
    assert said == [("disagree", "benign"), ("neutral", "undone, takes back decision 1"), ("agree", "confirmed")]
    assert all(one["authors"][0].startswith("reviewer-") for one in objects(dossier, "opinion"))
