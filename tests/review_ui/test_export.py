"""A pack over the web: whole, on record, and nothing of it left behind on the server."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from evidence.verify import verify_pack
from store import audit, cases, recipients
from tests.evidence.house import LATER, House, approve, furnish, open_house
from tests.review_ui.office import Office

CASE = "/cases/CASE-2026-0001"
FORM = {"recipient": "District court", "purpose": "Trial"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation with an approved case of four posts."""
    house = open_house(tmp_path / "house", new=True)
    furnish(house)
    approve(house)
    yield house
    house.store.close()


@pytest.fixture
def exporting(house: House) -> Office:
    """An office that has the captures of `house`, with an investigator."""
    office = Office(house.store, exporter=house.exporter)
    office.employ("inv", "investigator")
    return office


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_pack_verifies_and_is_on_record(exporting: Office, scratch: Path, tmp_path: Path) -> None:
    client = exporting.client("inv")
    assert "Export redacted copy" in client.get(CASE).text
    answer = client.post(f"{CASE}/export", data=FORM)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="CASE-2026-0001.redacted.zip"'
    pack = tmp_path / "pack.zip"
    pack.write_bytes(answer.content)
    assert verify_pack(pack).holds
    with exporting.store.reading() as session:
        (kept,) = cases.case_by_number(session, "CASE-2026-0001").packs
        assert (kept.size_bytes, kept.exported_by[:9]) == (len(answer.content), "reviewer-")
        entry = audit.entries_about(session, ["case:1"])[-1]
        assert (entry.action, entry.details["recipient"], entry.details["purpose"]) == (
            "pack.exported",
            "District court",
            "Trial",
        )
    assert kept.sha256 in client.get(CASE).text
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("left_out", FORM)
def test_nobody_gets_a_pack_without_saying_for_whom_and_what(exporting: Office, left_out: str) -> None:
    form = {name: value for name, value in FORM.items() if name != left_out}
    assert exporting.client("inv").post(f"{CASE}/export", data=form).status_code == 400
    with exporting.store.reading() as session:
        assert cases.case_by_number(session, "CASE-2026-0001").packs == []


def test_a_pack_that_cannot_be_made_leaves_nothing(exporting: Office, house: House, scratch: Path) -> None:
    next(house.captures_dir.iterdir()).unlink()
    answer = exporting.client("inv").post(f"{CASE}/export", data=FORM)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    with exporting.store.reading() as session:
        assert cases.case_by_number(session, "CASE-2026-0001").packs == []
    assert list(scratch.iterdir()) == []


def test_a_case_that_is_not_there_is_not_exported(exporting: Office) -> None:
    assert exporting.client("inv").post("/cases/CASE-1999-0001/export", data=FORM).status_code == 404


def test_without_the_captures_no_button_is_shown(staffed: Office) -> None:
    address = staffed.client("inv").post("/cases", data={"title": "Flights"}).headers["location"]
    assert "Export redacted copy" not in staffed.client("inv").get(address).text


def test_the_original_leaves_encrypted_for_who_was_ticked(exporting: Office) -> None:
    identity = pyrage.x25519.Identity.generate()
    with exporting.store.transaction() as session:
        recipients.add(session, name="District court", key=str(identity.to_public()), actor="command line", now=LATER)
    client = exporting.client("inv")
    assert "District court" in client.get(CASE).text
    assert client.post(f"{CASE}/export", data=FORM | {"variant": "original"}).status_code == 400
    answer = client.post(f"{CASE}/export", data=FORM | {"variant": "original", "recipient.1": "1"})
    assert answer.headers["content-disposition"] == 'attachment; filename="CASE-2026-0001.original.zip.age"'
    assert pyrage.decrypt(answer.content, [identity]).startswith(b"PK")


def test_a_recipient_is_named_and_taken_away_on_the_page_and_on_record(exporting: Office) -> None:
    client, key = exporting.client("inv"), str(pyrage.x25519.Identity.generate().to_public())
    assert client.post(f"{CASE}/recipients", data={"name": "Court", "key": f" {key} "}).headers["location"] == CASE
    page = client.get(CASE).text
    assert key in page
    assert 'name="recipient.1"' in page
    assert client.post(f"{CASE}/recipients", data={"name": "Court", "key": key}).status_code == 400
    assert client.post(f"{CASE}/recipients/1/removal").headers["location"] == CASE
    assert key not in client.get(CASE).text
    assert client.post(f"{CASE}/recipients/1/removal").status_code == 404
    with exporting.store.reading() as session:
        entries = audit.entries_about(session, ["recipient:1"])
        told = [(entry.action, entry.actor[:9], entry.details) for entry in entries]
    about = {"name": "Court", "key": key}
    assert told == [("recipient.added", "reviewer-", about), ("recipient.removed", "reviewer-", about)]


@pytest.mark.parametrize("key", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQQQ", "<script>alert(1)</script>"])
def test_what_is_no_key_names_nobody(exporting: Office, key: str) -> None:
    assert exporting.client("inv").post(f"{CASE}/recipients", data={"name": "Court", "key": key}).status_code == 400
    with exporting.store.reading() as session:
        assert recipients.listed(session) == []


def test_whoever_may_not_export_names_nobody(exporting: Office) -> None:
    exporting.employ("ana")
    form = {"name": "Court", "key": str(pyrage.x25519.Identity.generate().to_public())}
    assert exporting.client("ana").post(f"{CASE}/recipients", data=form).status_code == 403
    assert "Who can open encrypted originals" not in exporting.client("ana").get(CASE).text


def test_the_page_says_whether_a_pack_is_stamped(exporting: Office) -> None:
    client = exporting.client("inv")
    assert "packs go out not yet stamped" in client.get(CASE).text
    client.post(f"{CASE}/export", data=FORM)
    assert "Not yet stamped" in client.get(CASE).text
    with exporting.store.transaction() as session:
        (pack,) = cases.case_by_number(session, "CASE-2026-0001").packs
        for sha256 in ("a" * 64, "b" * 64):
            about = {"sha256": sha256, "size_bytes": 1, "actor": "command line", "stamps": 1}
            pack = cases.record_stamped_pack(session, pack, **about)  # type: ignore[arg-type]
    page = client.get(CASE).text
    assert [page.count(text) for text in ("authorities: 2", "authorities: 1", "Not yet stamped")] == [1, 1, 1]
    assert "Time stamps added to pack 1." in page


def test_of_a_pack_from_before_nobody_pretends_to_know(exporting: Office) -> None:
    with exporting.store.transaction() as session:
        about = {"file_name": "1.zip", "sha256": "a" * 64, "size_bytes": 1, "signer": "1", "exported_by": "reviewer-1"}
        cases.record_pack(session, cases.case_by_number(session, "CASE-2026-0001"), now=LATER, **about)  # type: ignore[arg-type]
    assert "Whether it was stamped is not on record" in exporting.client("inv").get(CASE).text


def test_the_preview_shows_what_the_copy_tells_and_is_on_record(exporting: Office) -> None:
    client = exporting.client("inv")
    assert "house_hr_blue" in client.get(f"{CASE}/redacted").text
    marked = client.post(f"{CASE}/marks", data={"words": "house_hr_blue", "kind": "other"})
    assert marked.headers["location"] == CASE
    page = client.get(f"{CASE}/redacted").text
    assert "house_hr_blue" not in page
    assert "[other 1]" in page
    assert client.post(f"{CASE}/marks/1/removal").headers["location"] == CASE
    assert "house_hr_blue" in client.get(f"{CASE}/redacted").text
    with exporting.store.reading() as session:
        actions = [entry.action for entry in audit.entries_about(session, ["case:1"])]
    assert actions.count("case.preview_viewed") == 3
