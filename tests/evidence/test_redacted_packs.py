"""The verifier on redacted copies, by somebody with a key: masks and list must fit, nothing else passes for a copy."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.matching import match_packs
from evidence.verify import verify_pack
from tests.evidence.family import NUMBER
from tests.evidence.house import (
    KEY,
    PICTURE,
    Files,
    House,
    edit_json,
    members_of,
    pack_again,
    put_records,
    records_of,
    resealed,
    unpack,
)

ANALYSIS, REDACTIONS = "data/analysis/0001.json", "data/redactions.json"
CAPTURE = "data/captures/0001.wacz"


def unlist(files: Files) -> None:
    edit_json(files, REDACTIONS, lambda document: document["redactions"].pop(3))


def list_twice(files: Files) -> None:
    edit_json(files, REDACTIONS, lambda document: document["redactions"].append(document["redactions"][0]))


def list_elsewhere(files: Files) -> None:
    def change(document: dict[str, list[dict[str, str]]]) -> None:
        document["redactions"].append({**document["redactions"][0], "field": "/case/number"})

    edit_json(files, REDACTIONS, change)


def list_as_another_kind(files: Files) -> None:
    edit_json(files, REDACTIONS, lambda document: document["redactions"][0].update(kind="mail"))


def list_without_commitment(files: Files) -> None:
    edit_json(files, REDACTIONS, lambda document: document["redactions"][0].update(commitment=""))


def lose_the_list(files: Files) -> None:
    del files[REDACTIONS]


def add_a_mask(files: Files) -> None:
    edit_json(files, ANALYSIS, lambda document: document["post"].update(native_id="[name 9]"))


def carry_the_key(files: Files) -> None:
    files["data/redaction-salts.json"] = b"{}"


def call_it_an_original(files: Files) -> None:
    edit_json(files, "data/claims.json", lambda claims: claims.update(variant="original"))


def call_it_something_else(files: Files) -> None:
    edit_json(files, "data/claims.json", lambda claims: claims.update(variant="abridged"))


TAMPERS: dict[str, tuple[Callable[[Files], None], str, str]] = {
    "a mask that is not listed": (unlist, "redactions", "is not listed in"),
    "a mask that is listed twice": (list_twice, "redactions", "is listed twice"),
    "a mask listed where none is": (list_elsewhere, "redactions", "is listed but not there"),
    "a mask listed as another kind": (list_as_another_kind, "redactions", "or of another kind"),
    "no commitment": (list_without_commitment, "redactions", "has no commitment"),
    "no list": (lose_the_list, "redactions", "is missing"),
    "a mask that was added": (add_a_mask, "redactions", "is not listed in"),
    "the key to the masks": (carry_the_key, "redactions", "must not carry"),
    "a copy called original": (call_it_an_original, "redactions", "does not call itself a redacted copy"),
    "a variant that is none": (call_it_something_else, "redactions", "is unknown"),
}


@pytest.mark.parametrize("name", TAMPERS)
def test_a_copy_that_does_not_fit_its_list_does_not_hold(
    name: str, copy: Files, family_house: House, tmp_path: Path
) -> None:
    change, claim, complaint = TAMPERS[name]
    change(copy)
    tampered = pack_again(resealed(copy, family_house.key, NUMBER), tmp_path / "p.zip", NUMBER)
    report = verify_pack(tampered, trusted_signer=family_house.key.fingerprint)
    faults = {one.name: one.detail for one in report.claims if one.outcome == "altered"}
    assert not report.holds
    assert complaint in faults[claim]


def test_captures_of_an_original_do_not_pass_in_a_copy(
    copy: Files, whole_files: Files, family_house: House, tmp_path: Path
) -> None:
    copy[CAPTURE] = whole_files[CAPTURE]
    report = verify_pack(pack_again(resealed(copy, family_house.key, NUMBER), tmp_path / "p.zip", NUMBER))
    faults = {one.name: one.detail for one in report.claims if one.outcome == "altered"}
    assert "one resource, whose X-Redacted-Copy-Of names the original" in faults["captures"]


def test_of_a_page_that_a_browser_made_a_copy_holds_the_masked_texts_alone(
    golden_pack: Path, golden_copy: Path
) -> None:
    assert verify_pack(golden_pack).holds
    assert verify_pack(golden_copy).holds
    original, copy = unpack(golden_pack), unpack(golden_copy)
    assert gzip.decompress(records_of(original, CAPTURE)).count(PICTURE) == 1
    assert kinds_told(original) == ["response", "request", "conversion", "resource"]
    assert kinds_told(copy) == ["resource", "request"]
    assert PICTURE not in gzip.decompress(records_of(copy, CAPTURE))
    assert b"capture.rendered" in copy["data/custody.jsonl"]
    assert match_packs(golden_pack, golden_copy).faults == ()


def kinds_told(files: Files) -> list[str]:
    return list(json.loads(files["data/claims.json"])["captures"][0]["records"])


@pytest.mark.parametrize(
    ("kind", "complaint"), [("resource", "holds one resource, whose"), ("conversion", "a record besides the masked")]
)
def test_what_a_browser_made_does_not_pass_in_a_copy(
    kind: str, complaint: str, golden_pack: Path, golden_copy: Path, tmp_path: Path
) -> None:
    original, copy = unpack(golden_pack), unpack(golden_copy)
    made = members_of(original, CAPTURE)[kinds_told(original).index(kind)]
    put_records(copy, CAPTURE, records_of(copy, CAPTURE) + made)
    edit_json(copy, "data/claims.json", lambda claims: claims["captures"][0]["records"].append(kind))
    report = verify_pack(pack_again(resealed(copy, KEY), tmp_path / "p.zip"))
    faults = {one.name: one.detail for one in report.claims if one.outcome == "altered"}
    assert list(faults) == ["captures"]
    assert complaint in faults["captures"]


def test_a_copys_capture_does_not_pass_in_an_original(
    copy: Files, whole_files: Files, family_house: House, tmp_path: Path
) -> None:
    whole_files[CAPTURE] = copy[CAPTURE]
    report = verify_pack(pack_again(resealed(whole_files, family_house.key, NUMBER), tmp_path / "p.zip", NUMBER))
    assert not report.holds


def test_a_masked_digest_does_not_excuse_an_original(whole_files: Files, family_house: House, tmp_path: Path) -> None:
    edit_json(whole_files, ANALYSIS, lambda document: document["revisions"][0].update(sha256="[digest 1]"))
    report = verify_pack(pack_again(resealed(whole_files, family_house.key, NUMBER), tmp_path / "p.zip", NUMBER))
    faults = {one.name: one.detail for one in report.claims if one.outcome == "altered"}
    assert "a digest is masked in a pack that does not call itself a redacted copy" in faults["redactions"]


def test_every_entry_says_who_and_why(copy: Files) -> None:
    for entry in json.loads(copy[REDACTIONS])["redactions"]:
        assert entry["reason"]
        assert entry["actor"].startswith("rule:")
