"""The custody log: about this case alone, from a chain that holds."""

import json

import pytest
from sqlalchemy import text

from evidence.custody import custody_about
from lurewatch.errors import EvidenceError
from store.audit import entry_hash
from tests.evidence.house import Files, House


def test_entries_give_their_hash_and_are_in_order(files: Files) -> None:
    records = [json.loads(line) for line in files["data/custody.jsonl"].splitlines()]
    stated = [record.pop("hash") for record in records]
    assert [entry_hash(record) for record in records] == stated
    assert [record["seq"] for record in records] == sorted(record["seq"] for record in records)


def test_entries_about_people_and_other_things_stay_at_home(files: Files) -> None:
    subjects = {json.loads(line)["subject"].split(":")[0] for line in files["data/custody.jsonl"].splitlines()}
    assert subjects == {"case", "capture", "item"}


def test_the_head_is_the_end_of_the_whole_chain(golden_house: House) -> None:
    with golden_house.store.reading() as session:
        custody = custody_about(session, ["case:1"])
        last = session.execute(text("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert (custody.head["seq"], custody.head["hash"]) == tuple(last)


def test_a_broken_chain_gives_no_custody_log(house: House) -> None:
    with house.store.transaction() as session:
        session.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 3"))
    with house.store.reading() as session, pytest.raises(EvidenceError, match="Audit entry 3 was altered"):
        custody_about(session, ["case:1"])
