"""The claims of a pack: what is said, and what is expressly not."""

import json
from pathlib import Path

import pytest

from evidence.claims import CLAIMED, NOT_CLAIMED
from tests.evidence.house import Files, House, unpack


@pytest.fixture
def claims(files: Files) -> dict[str, object]:
    return json.loads(files["data/claims.json"])  # type: ignore[no-any-return]


def test_every_capture_tells_provenance_robots_and_fidelity(claims: dict[str, list[dict[str, object]]]) -> None:
    page, export = claims["captures"][0], claims["captures"][3]
    assert page["robots"] == "the site's robots.txt allowed the fetch"
    assert page["header_fidelity"] == "headers-normalised"
    assert page["records"] == ["response", "request", "conversion", "resource"]
    assert export["provenance"] == "from an export that a platform's own function made"
    assert export["header_fidelity"] == "no HTTP exchange"


def test_a_missing_time_stamp_is_stated(claims: dict[str, object]) -> None:
    assert claims["timestamp"].startswith("in seal/stamps, if")


@pytest.mark.parametrize("word", ["authentic as served", "author", "clock", "unlawful", "whole audit chain"])
def test_the_limits_are_named(word: str) -> None:
    assert any(word in sentence for sentence in NOT_CLAIMED)


def test_what_is_claimed_is_bound_to_this_installation() -> None:
    assert "unchanged since this installation took it in" in CLAIMED[0]


def test_hash_and_thresholds_of_the_releases_that_estimated_are_told(golden_house: House, tmp_path: Path) -> None:
    facts = {"test-1": {"sha256": "ab" * 32, "thresholds": {"risk": 0.8787, "fake_job": 0.5}}, "other": {}}
    files = unpack(golden_house.export(tmp_path / "p.zip", release_facts=facts.get).path)
    assert json.loads(files["data/claims.json"])["releases"] == {"test-1": facts["test-1"]}
    report = files["data/report.html"].decode()
    assert "estimated risk 97% (from 87.9%)" in report
    assert "<td>no (from 50.0%)</td>" in report
    assert "ab" * 32 in files["data/exchange/case.jsonld"].decode()


def test_of_a_release_that_is_gone_nothing_is_told(claims: dict[str, object]) -> None:
    assert claims["releases"] == {}
