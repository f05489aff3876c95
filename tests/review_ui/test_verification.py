"""The page that verifies packs: the command's findings, on record, whatever is brought; and nothing is left behind."""

import hashlib
import tempfile
from pathlib import Path

import lxml.html
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.testclient import TestClient

from evidence import contents, examination
from evidence.export import Exporter
from evidence.keys import SigningKey
from evidence.report_pdf import ReportPdf
from evidence.verify import verify_pack
from evidence.verify_standalone import CLAIMS
from review_ui import verification, visits
from store.database import Store
from store.tables import AuditEntry, Pack, Post
from tests.evidence.house import KEY, edit_json, furnish, open_house, pack_again, resealed, unpack, write_key
from tests.review_ui.hostile import PAYLOADS
from tests.review_ui.office import Office

KEPT = Path(__file__).parents[1] / "evidence" / "kept"
PACK = KEPT / "lurewatch-pack-2.zip"


@pytest.fixture
def client(office: Office) -> TestClient:
    """An auditor's browser."""
    office.employ("aud", "auditor")
    return office.client("aud")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _brought(content: bytes, name: str = "p.zip") -> dict[str, tuple[str, bytes]]:
    return {"pack": (name, content)}


def _entries(store: Store, action: str) -> list[tuple[str, dict[str, object]]]:
    with store.reading() as session:
        found = session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.seq)
        return [(entry.subject, entry.details) for entry in found]


def _claims(page: str) -> list[tuple[str, str, str]]:
    lines = lxml.html.document_fromstring(page).cssselect(".claims > li")
    return [
        (one.cssselect("strong")[0].text, one.cssselect(".state")[0].text, one.cssselect("bdi")[0].text)
        for one in lines
    ]


@pytest.mark.parametrize("name", ["lurewatch-pack-1.zip", "lurewatch-pack-2.zip"])
def test_the_page_finds_what_the_command_finds(client: TestClient, office: Office, scratch: Path, name: str) -> None:
    content = (KEPT / name).read_bytes()
    page = client.post("/verify", files=_brought(content)).text
    report = verify_pack(KEPT / name)
    assert "It holds" in page
    assert _claims(page) == [(claim.name, claim.outcome, claim.detail) for claim in report.claims]
    assert "<h2>What the pack says of itself" in page
    assert "Each capture is unchanged since this installation took it in" in page
    digest = hashlib.sha256(content).hexdigest()
    told = {"outcome": "holds", "altered": [], "signer": report.signer}
    assert _entries(office.store, "pack.verified") == [(f"pack:{digest}", told)]
    assert digest in page
    with office.store.reading() as session:
        assert session.query(Pack).count() == session.query(Post).count() == 0
    assert list(scratch.iterdir()) == []


def test_a_pack_that_was_altered_does_not_hold_and_says_where(
    client: TestClient, office: Office, tmp_path: Path
) -> None:
    files = unpack(PACK)
    files["data/analysis/0001.json"] += b" "
    altered = pack_again(files, tmp_path / "p.zip")
    page = client.post("/verify", files=_brought(altered.read_bytes())).text
    assert "It does not hold" in page
    assert "data/analysis/0001.json" in page
    assert "<h2>What the pack says of itself" not in page
    ((_, told),) = _entries(office.store, "pack.verified")
    assert told["outcome"] == "does_not_hold"
    assert "manifests" in told["altered"]  # type: ignore[operator]


@pytest.fixture
def keeper(sqlite_store: Store, tmp_path: Path) -> TestClient:
    """An investigator's browser, at the installation that has sealed the kept packs."""
    write_key(tmp_path / "keys")
    exporter = Exporter(store=sqlite_store, captures_dir=tmp_path, keys_dir=tmp_path / "keys", organisation="Unit 7")
    office = Office(sqlite_store, exporter=exporter)
    office.employ("inv", "investigator")
    return office.client("inv")


def test_packs_are_judged_by_the_keys_of_the_installation(keeper: TestClient, tmp_path: Path) -> None:
    page = keeper.post("/verify", files=_brought(PACK.read_bytes())).text
    assert ("signer", "intact") in [claim[:2] for claim in _claims(page)]
    assert "(may be unchecked)" in page
    other = pack_again(resealed(unpack(PACK), SigningKey(ec.derive_private_key(0xBAD, ec.SECP384R1()))), tmp_path / "p")
    page = keeper.post("/verify", files=_brought(other.read_bytes())).text
    assert ("signer", "altered") in [claim[:2] for claim in _claims(page)]


def test_what_a_pack_says_is_text_and_nothing_else(keeper: TestClient, tmp_path: Path) -> None:
    files = unpack(PACK)
    edit_json(files, "data/claims.json", lambda claims: claims.update(claimed=list(PAYLOADS.values())[:50]))
    hostile = pack_again(resealed(files, KEY), tmp_path / "p.zip").read_bytes()
    page = keeper.post("/verify", files=_brought(hostile, PAYLOADS["script"])).text
    document = lxml.html.document_fromstring(page)
    assert PAYLOADS["script"] in [one.text_content() for one in document.cssselect("li > bdi[lang=en]")]
    assert (
        document.cssselect("main :is(script, img, iframe, style, svg, object, form[action^=http], a[href^=http])") == []
    )


@pytest.mark.parametrize("content", [b"hello", b"age-encryption.org/v1\n-> X25519 x", b"h" * 2_000_000])
def test_what_is_no_pack_is_refused_and_on_record(
    client: TestClient, office: Office, scratch: Path, content: bytes
) -> None:
    answer = client.post("/verify", files=_brought(content))
    assert answer.status_code == 400
    assert ("is encrypted for" in answer.text) == content.startswith(b"age")
    subject = f"pack:{hashlib.sha256(content).hexdigest()}"
    assert _entries(office.store, "pack.verified") == [(subject, {"outcome": "refused"})]
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("files", [{}, _brought(b""), {"other": ("p.zip", b"x")}], ids=["none", "empty", "elsewhere"])
def test_without_a_file_nothing_is_verified(client: TestClient, files: dict[str, tuple[str, bytes]]) -> None:
    answer = client.post("/verify", files=files)
    assert (answer.status_code, "No pack was sent" in answer.text) == (400, True)


def test_a_pack_beyond_the_limit_is_not_taken(sqlite_store: Store) -> None:
    office = Office(sqlite_store, largest_pack_bytes=1_000)
    office.employ("aud", "auditor")
    client = office.client("aud")
    assert client.post("/verify", files=_brought(b"x" * 900)).status_code == 400
    assert client.post("/verify", files=_brought(b"x" * 100_000)).status_code == 413


def test_nothing_is_read_for_who_may_not_see_evidence(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.employ("adm", "administrator")
    read: list[object] = []
    monkeypatch.setattr(visits, "open_form", read.append)
    assert office.client("adm").post("/verify", files=_brought(b"x")).status_code == 403
    assert office.client().post("/verify", files=_brought(b"x")).headers["location"] == "/sign-in"
    assert read == []


def test_no_more_are_verified_at_once_than_the_machine_can_bear(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(verification.MOST_AT_ONCE):
        verification._turns.acquire()
    try:
        assert client.post("/verify", files=_brought(b"x")).status_code == 429
    finally:
        verification._turns.release(verification.MOST_AT_ONCE)
    assert _entries(office.store, "pack.verified") == []
    # A turn is given back by those that fail too.
    for _ in range(verification.MOST_AT_ONCE + 1):
        assert client.post("/verify", files=_brought(b"x")).status_code == 400


def test_a_fault_of_the_examiner_is_on_record_and_leaves_nothing(
    client: TestClient, office: Office, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(examination, "_PROGRAM", program)
    assert client.post("/verify", files=_brought(b"x" * 2_000_000)).status_code == 400
    assert [told for _, told in _entries(office.store, "pack.verified")] == [{"outcome": "refused"}]
    assert list(scratch.iterdir()) == []


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, bytes]]:
    """An original and its redacted copy, without paper."""
    monkeypatch.setattr(contents, "report_pdf", lambda _dossier: ReportPdf(b"%PDF-2.0"))
    house = open_house(tmp_path / "house", new=True)
    furnish(house)
    packs = {"original": house.export(tmp_path / "o"), "copy": house.export(tmp_path / "c", variant="redacted")}
    house.store.close()
    return {name: (f"{name}.zip", pack.path.read_bytes()) for name, pack in packs.items()}


def test_original_and_redacted_copy_are_compared(
    client: TestClient, office: Office, pair: dict[str, tuple[str, bytes]]
) -> None:
    page = client.post("/verify/match", files=pair).text
    assert "The packs match" in page
    assert client.post("/verify/match", files={"original": pair["copy"], "copy": pair["original"]}).status_code == 400
    digests = {name: hashlib.sha256(content).hexdigest() for name, (_, content) in pair.items()}
    assert _entries(office.store, "pack.matched") == [
        (f"pack:{digests['original']}", {"copy": digests["copy"], "outcome": "matches"}),
        (f"pack:{digests['copy']}", {"copy": digests["original"], "outcome": "refused"}),
    ]


def test_every_claim_is_explained() -> None:
    assert list(verification.SAYS) == list(CLAIMS)
