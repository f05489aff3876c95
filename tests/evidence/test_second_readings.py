"""A pack tells of second readings and of what was special about a decision, and holds with them; not without."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from evidence.verify import verify_pack
from store import cases, queue, readings, settling
from store.queue import Skip
from store.rules import QueueRules
from store.tables import CaseItem, QueueItem, Revision, User
from tests.evidence.house import House, decide, edit_json, pack_again, resealed, unpack
from tests.factories import NOW, make_user


def _read_again(house: House) -> None:
    """Somebody else finds an item of the case benign, in a second reading; a later revision is skipped for a reason."""
    with house.store.transaction() as session:
        first, other = session.scalars(select(User).order_by(User.id)).all()
        for reader in (first, other):
            item = queue.claim_next(session, reader, now=NOW, rules=QueueRules(second_share=1))
            assert item is not None
            assert session.get_one(queue.Lease, item.id).purpose == readings.SECOND
            assert session.scalar(select(CaseItem.id).where(CaseItem.item_id == item.id)) is not None
            decide(house, session, reader, item, "benign")
        waiting = session.scalars(select(QueueItem).join(Revision).where(QueueItem.state == "open")).one()
        form = queue.DecisionForm(item_id=waiting.id, outcome="skipped", idem_key="skip", blind=True)
        queue.decide(session, first, replace(form, skip=Skip("language", None, "km")), now=NOW)


def test_a_second_reading_is_in_the_pack_and_unconfirms_nothing(house: House, tmp_path: Path) -> None:
    _read_again(house)
    pack = house.export(tmp_path / "pack.zip").path
    report = verify_pack(pack, trusted_signer=house.key.fingerprint)
    assert report.holds, [claim for claim in report.claims if claim.outcome == "altered"]
    files = unpack(pack)
    told = [
        decision
        for name in files
        if "/analysis/" in name
        for revision in json.loads(files[name])["revisions"]
        for decision in revision["item"]["decisions"]
    ]
    assert [one["outcome"] for one in told if one.get("purpose") == "second"] == ["benign"] * 2
    assert [(one["reason"], one["needs_lang"], one["blind"]) for one in told if "reason" in one] == [
        ("language", "km", True)
    ]


def test_a_second_reading_that_is_passed_off_as_a_first_one_shows(house: House, tmp_path: Path) -> None:
    _read_again(house)
    files = unpack(house.export(tmp_path / "pack.zip").path)
    name = next(name for name in files if "/analysis/" in name and b'"second"' in files[name])

    def pass_off(analysis: dict[str, Any]) -> None:
        for revision in analysis["revisions"]:
            for decision in revision["item"]["decisions"]:
                decision.pop("purpose", None)

    edit_json(files, name, pass_off)
    report = verify_pack(pack_again(resealed(files, house.key), tmp_path / "again.zip"))
    assert [claim.name for claim in report.claims if claim.outcome == "altered"] == ["decisions"]


def test_what_settled_a_disagreement_confirms(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        first, other = session.scalars(select(User).order_by(User.id)).all()
        waiting = session.scalars(select(QueueItem).join(Revision).where(QueueItem.state == "open")).one()
        decide(house, session, first, waiting, "benign")
        assert queue.claim_next(session, other, now=NOW, rules=QueueRules(second_share=1)) is waiting
        decide(house, session, other, waiting, "confirmed")
        form = queue.DecisionForm(item_id=waiting.id, outcome="confirmed", idem_key="settled")
        settling.settle(session, make_user(session, "sup", "supervisor"), form, now=NOW)
        cases.add_item(session, first, cases.case_by_number(session, "CASE-2026-0001"), waiting, now=NOW)
    report = verify_pack(house.export(tmp_path / "pack.zip").path, trusted_signer=house.key.fingerprint)
    assert report.holds, [claim for claim in report.claims if claim.outcome == "altered"]
