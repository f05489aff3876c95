"""CASE/UCO: the ontology's own validator finds nothing to say, and every action tells who or what performed it."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from evidence.dossier import Dossier
from evidence.exchange.case_uco import case_uco
from tests.evidence.exchange.dossiers import HOSTILE, made_hostile, with_masked_digest


def nodes(dossier: Dossier) -> list[dict[str, Any]]:
    graph: list[dict[str, Any]] = json.loads(case_uco(dossier))["@graph"]
    return graph


def of_type(dossier: Dossier, type_: str) -> list[dict[str, Any]]:
    return [node for node in nodes(dossier) if node["@type"] == type_]


def named(dossier: Dossier, name: str) -> list[dict[str, Any]]:
    return [node for node in nodes(dossier) if node.get("uco-core:name") == name]


def validated(path: Path) -> subprocess.CompletedProcess[str]:
    if find_spec("case_utils") is None:
        pytest.skip("NO CASE-UTILS HERE: install the extra `dev` to run this test")
    command = [sys.executable, "-c", "from case_utils.case_validate import main; main()"]
    return subprocess.run(
        [*command, "--built-version", "case-1.5.0", str(path)], capture_output=True, text=True, timeout=300
    )


@pytest.mark.slow
def test_the_validator_of_the_ontology_accepts_it(dossier: Dossier, tmp_path: Path) -> None:
    """With every type of contact, and values that are not as they should be."""
    dossier.claims["releases"] = {"test-1": {"sha256": "ab" * 32, "thresholds": {"risk": 0.88}}}
    dossier.captures[-1]["sha256"] = "[digest 1]"
    document = case_uco(made_hostile(dossier, HOSTILE[4]))
    (tmp_path / "case.jsonld").write_bytes(document)
    report = validated(tmp_path / "case.jsonld")
    assert report.returncode == 0, report.stdout + report.stderr
    assert "Conforms: True" in report.stdout


@pytest.mark.slow
def test_the_validator_can_refuse(dossier: Dossier, tmp_path: Path) -> None:
    document = case_uco(dossier).replace(b"uco-observable:sizeInBytes", b"uco-observable:sizeInByte")
    (tmp_path / "case.jsonld").write_bytes(document)
    assert validated(tmp_path / "case.jsonld").returncode != 0


def test_each_capture_is_a_provenance_record_with_its_hash(dossier: Dossier) -> None:
    records = of_type(dossier, "case-investigation:ProvenanceRecord")
    assert [record["case-investigation:exhibitNumber"] for record in records] == [
        f"CASE-2026-0001/{number:04d}" for number in range(1, len(dossier.captures) + 1)
    ]
    payloads = of_type(dossier, "uco-observable:ContentData")
    hashes = [node["uco-core:hasFacet"][0]["uco-observable:hash"]["uco-types:hashValue"]["@value"] for node in payloads]
    assert hashes == [capture["sha256"] for capture in dossier.captures]


def test_of_a_redacted_copy_no_masked_hash_is_told_and_no_payload_said_to_be_in_it(dossier: Dossier) -> None:
    made = with_masked_digest(dossier)
    facet = of_type(made, "uco-observable:ContentData")[0]["uco-core:hasFacet"][0]
    assert "uco-observable:hash" not in facet
    assert b"[digest 1]" not in case_uco(made)
    assert not of_type(made, "uco-observable:ObservableRelationship")
    assert "withheld" in of_type(made, "uco-observable:File")[0]["uco-core:description"]


def test_an_estimate_is_made_by_a_release_and_performed_by_nobody(dossier: Dossier) -> None:
    dossier.claims["releases"] = {"test-1": {"sha256": "ab" * 32, "thresholds": {"risk": 0.88}}}
    estimate = named(dossier, "Estimate by a model")[0]
    assert "uco-action:performer" not in estimate
    release = next(node for node in nodes(dossier) if node["@id"] == estimate["uco-action:instrument"]["@id"])
    assert (release["@type"], release["uco-tool:version"]) == ("uco-tool:AnalyticTool", "test-1")
    assert release["lw:threshold"] == ["risk: 0.88"]
    assert release["uco-core:hasFacet"][0]["uco-observable:hash"]["uco-types:hashValue"]["@value"] == "ab" * 32


def test_a_decision_names_a_pseudonym_and_the_estimate_that_was_shown(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["item"]["decisions"][0]["saw_score"] = False
    blind, _, shown = named(dossier, "Decision by a reviewer")[:3]
    assert "case-investigation:wasInformedBy" not in blind
    estimate = named(dossier, "Estimate by a model")[0]
    assert shown["case-investigation:wasInformedBy"] == {"@id": estimate["@id"]}
    performer = next(node for node in nodes(dossier) if node["@id"] == shown["uco-action:performer"]["@id"])
    assert performer["uco-core:name"].startswith("reviewer-")


def test_reviewers_who_differ_are_told_unless_one_took_the_word_back(dossier: Dossier) -> None:
    taken_back, undo, confirmed = dossier.posts[0]["revisions"][0]["item"]["decisions"]
    assert "lw:differsFromReviewer" not in named(dossier, "Decision by a reviewer")[0]
    undo["undoes"] = None
    first, _, last = named(dossier, "Decision by a reviewer")[:3]
    assert first["lw:differsFromReviewer"] == [confirmed["reviewer"]]
    assert last["lw:differsFromReviewer"] == [taken_back["reviewer"]]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_add_no_node_and_change_no_id(dossier: Dossier, text: str) -> None:
    calm = nodes(made_hostile(dossier, "calm"))
    wild = nodes(made_hostile(dossier, text))
    assert [node["@type"] for node in wild].count("case-investigation:InvestigativeAction") == [
        node["@type"] for node in calm
    ].count("case-investigation:InvestigativeAction")
    assert all(node["@id"].startswith("kb:") and len(node["@id"]) == 39 for node in wild)
    assert {key for node in wild for key in node} == {key for node in calm for key in node}
