"""The custody log: about this case alone, from a chain that holds."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from evidence.custody import custody_about
from lurewatch.errors import EvidenceError
from store import audit, cases
from store.absences import mark_back, mark_gone
from store.audit import entry_hash
from tests.evidence.house import NOW, Files, House, unpack


def test_entries_give_their_hash_and_are_in_order(files: Files) -> None:
    records = [json.loads(line) for line in files["data/custody.jsonl"].splitlines()]
    stated = [record.pop("hash") for record in records]
    assert [entry_hash(record) for record in records] == stated
    assert [record["seq"] for record in records] == sorted(record["seq"] for record in records)


def test_entries_about_people_and_other_things_stay_at_home(files: Files) -> None:
    subjects = {json.loads(line)["subject"].split(":")[0] for line in files["data/custody.jsonl"].splitlines()}
    assert subjects == {"case", "capture", "item"}


def test_that_a_post_was_gone_and_back_is_told_and_nothing_else_of_it(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        post = cases.case_by_number(session, "CASE-2026-0001").items[0].item.revision.post
        mark_gone(session, [post.id], capture_id=1, seen_at=NOW, reason="status 404", actor="crawler")
        mark_back(session, [post.id], capture_id=2, actor="crawler")
        words = {"reason": "They wrote to us"}
        audit.append(session, actor="x", action="erasure.asked", subject=f"post:{post.id}", details=words)
    for variant in ("original", "redacted"):
        pack = house.export(tmp_path / f"{variant}.zip", variant=variant).path
        records = [json.loads(line) for line in unpack(pack)["data/custody.jsonl"].splitlines()]
        told = [(record["action"], record["details"]) for record in records if record["subject"] == f"post:{post.id}"]
        gone = {"capture": 1, "reason": "status 404", "since": "2026-03-01T12:00:00Z"}
        assert told == [("post.gone", gone), ("post.back", {"capture": 2})]


def test_the_head_is_the_end_of_the_whole_chain(golden_house: House) -> None:
    with golden_house.store.reading() as session:
        custody = custody_about(session, ["case:1"], ())
        last = session.execute(text("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert (custody.head["seq"], custody.head["hash"]) == tuple(last)


def test_a_broken_chain_gives_no_custody_log(house: House) -> None:
    with house.store.transaction() as session:
        session.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 3"))
    with house.store.reading() as session, pytest.raises(EvidenceError, match="Audit entry 3 was altered"):
        custody_about(session, ["case:1"], ())
