"""A small installation with a case in four languages, and the tools to tamper with its pack; every text is invented."""

import base64
import contextlib
import gzip
import hashlib
import io
import itertools
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from evidence.bag import sealed_bag
from evidence.custody import Custody
from evidence.dossier import Dossier
from evidence.export import Exporter
from evidence.keys import KEY_FILE, SigningKey, signing_key
from evidence.pack import ExportedPack, export_pack
from evidence.pack_file import PackFile
from evidence.verify_standalone import (
    DIGEST_NAME,
    INDEX_NAME,
    PACKAGE_NAME,
    WACZ_RESOURCES,
    WARC_NAME,
    AlteredError,
    Budget,
    Origin,
    digest_text,
    index_text,
    package_text,
    parse_public_key,
    parse_signature,
    placed_records,
    signature_p1363,
    signed_text,
    warcinfo_member,
)
from evidence.zipping import write_zip, zip_parts
from store import approvals, captures, cases, posts, queue, sources, users, verdicts
from store.database import Store
from store.parsed_post import ParsedPost
from store.tables import Capture, Case, QueueItem, Revision, User
from tests.factories import save_post

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
VERSION = b"WARC/1.1\r\n"
AUDIT_KEY = b"k" * 32
# The key of every house, so that a test can seal anew what it has changed.
KEY = SigningKey(ec.derive_private_key(0x60FD, ec.SECP384R1()))
TEXTS = {
    "vi": "Tuyển người gõ phím ở Campuchia, bao vé máy bay, lương cao. Telegram @house_hr_blue",
    "km": "ត្រូវការបុគ្គលិក ប្រាក់ខែខ្ពស់ មិនត្រូវការបទពិសោធន៍ ទាក់ទង @house_hr_green",
    "ar": "مطلوب موظفون للعمل في الخارج، تذكرة السفر علينا، راتب مرتفع. اتصل https://jobs.example.test/x",
    "en": "Typing jobs abroad, flight paid, no experience needed, high pay. Mail hr@house.example.org",
}

# One white pixel.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
)


class Sha256Writer(WARCWriter):
    """warcio hard-codes SHA-1."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


@dataclass
class House:
    """A store, its captures and its key, all in one folder."""

    folder: Path
    store: Store
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def captures_dir(self) -> Path:
        return self.folder / "captures"

    @property
    def key(self) -> SigningKey:
        return signing_key(self.folder / "keys")

    @property
    def exporter(self) -> Exporter:
        return Exporter(
            store=self.store, captures_dir=self.captures_dir, keys_dir=self.folder / "keys", organisation="Unit 7"
        )

    def export(
        self, out: Path, *, number: str = "CASE-2026-0001", now: datetime = LATER, **changes: Any
    ) -> ExportedPack:
        """A pack: an original unless `changes` names another variant."""
        with self.store.reading() as session:
            case = cases.case_by_number(session, number)
            return export_pack(
                session,
                case,
                captures_dir=self.captures_dir,
                key=self.key,
                out=out,
                exported_by="reviewer-0000aaaa",
                now=now,
                organisation="Unit 7",
                **changes,
            )


def open_house(folder: Path, *, new: bool = False) -> House:
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{folder / 'lurewatch.db'}", audit_key=AUDIT_KEY)
    if new:
        store.upgrade()
        write_key(folder / "keys")
    return House(folder, store)


def write_key(keys_dir: Path) -> None:
    keys_dir.mkdir(mode=0o700)
    path = keys_dir / KEY_FILE
    path.touch(0o600)
    path.write_bytes(
        KEY.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def furnish(house: House) -> None:
    """Four posts: a page each for vi, ar and en (en edited once), an export file for km; one decision taken back.

    The page for vi was made in a browser.
    """
    with house.store.transaction() as session:
        analyst = users.add_user(session, username="secret.username.an", role="analyst", password_hash="x", now=NOW)
        second = users.add_user(session, username="secret.username.binh", role="supervisor", password_hash="x", now=NOW)
        case = cases.open_case(session, second, title="Compound <b>adverts</b>", now=NOW)
        for lang in ("vi", "ar", "en"):
            capture = add_page(house, session, TEXTS[lang], is_made=lang == "vi")
            item = add_item(
                session, capture, ParsedPost(native_id=f"p-{lang}", text=TEXTS[lang], url=capture.url), lang
            )
            if lang == "ar":
                decide(house, session, analyst, item, "unsure")
            if lang == "vi":
                decide(house, session, analyst, item, "benign")
                queue.undo(session, analyst, idem_key=f"undo-{next(house.numbers)}", now=NOW)
                session.delete(session.get_one(queue.Lease, item.id))
            add_confirmed(house, session, second, case, item)
        capture = add_file(house, session, TEXTS["km"])
        post = ParsedPost(native_id="p-km", title="ការងារ", text=TEXTS["km"], author="ភ្នាក់ងារ", extra={"views": 12})
        add_confirmed(house, session, analyst, case, add_item(session, capture, post, "km"))
        edited = TEXTS["en"] + " Only this week!"
        capture = add_page(house, session, edited)
        add_item(session, capture, ParsedPost(native_id="p-en", text=edited, url=capture.url), "en")


def add_confirmed(house: House, session: Any, user: User, case: Case, item: QueueItem) -> None:
    decide(house, session, user, item, "confirmed")
    cases.add_item(session, user, case, item, now=NOW)


def approve(house: House, number: str = "CASE-2026-0001") -> None:
    """Let a case go out, by a second person who put nothing into it."""
    with house.store.transaction() as session:
        case = cases.case_by_number(session, number)
        second = users.add_user(session, username="second", role="supervisor", password_hash="x", now=NOW)
        approvals.ask(session, case.opened_by, case, purpose="For the court", now=NOW)
        approvals.rule(session, second, case, "approved", now=NOW)


def decide(house: House, session: Any, user: User, item: QueueItem, outcome: str) -> None:
    form = queue.DecisionForm(
        item_id=item.id,
        outcome=outcome,
        idem_key=f"k-{next(house.numbers)}",
        release="test-1",
        labels=("scam_centre", "fake_job") if item.revision.post.native_id == "p-vi" else None,
    )
    queue.decide(session, user, form, now=NOW)


def add_page(house: House, session: Any, text: str, url: str = "", *, is_made: bool = False) -> Capture:
    """A fetched page in a WARC file of its own, behind an unrelated record, its request behind it.

    Where a browser made it, that and its picture are behind the request.
    """
    number = next(house.numbers)
    url = url or f"https://jobs.example.test/{number}"
    body = f"<p>{text}</p>".encode()
    path = house.captures_dir / f"board-{number}.warc.gz"
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        writer = Sha256Writer(file, gzip=True, warc_version="WARC/1.1")
        write_exchange(writer, f"{url}/other", b"another page", number + 1000)
        start = file.tell()
        record_id = write_exchange(writer, url, body, number, request=False)
        end = file.tell()
        write_request(writer, url, record_id, number)
        made = write_made(writer, url, record_id, number) if is_made else []
        write_exchange(writer, f"{url}/next", b"yet another page", number + 2000)
    capture = record(session, house, path, (start, end), record_id, body, url=url)
    if made:
        captures.record_rendering(session, capture.id, made)
    return capture


def write_made(writer: WARCWriter, url: str, record_id: str, number: int) -> list[dict[str, Any]]:
    """What a browser made of a page; returns what the audit chain tells of it."""
    made: list[dict[str, Any]] = []
    for kind, name, content, reference in (
        ("conversion", "dom", b"<html><head></head><body><p>made</p></body></html>", "WARC-Refers-To"),
        ("resource", "view", PICTURE, "WARC-Concurrent-To"),
    ):
        media_type = "text/html; charset=utf-8" if kind == "conversion" else "image/png"
        fields = {
            "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-b00{len(made)}-{number:012d}>",
            "WARC-Date": "2026-03-01T12:00:03Z",
            reference: record_id,
        }
        writer.write_record(
            writer.create_warc_record(
                f"urn:{name}:{url}", kind, payload=BytesIO(content), length=len(content), warc_headers_dict=fields,
                warc_content_type=media_type,
            )
        )  # fmt: skip
        made.append(
            {
                "kind": kind,
                "media_type": media_type,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size_bytes": len(content),
                "warc_record_id": fields["WARC-Record-ID"],
            }
        )
    return made


def write_exchange(writer: WARCWriter, url: str, body: bytes, number: int, *, request: bool = True) -> str:
    record_id = f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    fields = {
        "WARC-Record-ID": record_id,
        "WARC-Date": "2026-03-01T12:00:00Z",
        "X-Capture-Fidelity": "headers-normalised",
    }
    writer.write_record(
        writer.create_warc_record(
            url, "response", payload=BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=fields
        )
    )
    if request:
        write_request(writer, url, record_id, number)
    return record_id


def write_request(writer: WARCWriter, url: str, record_id: str, number: int) -> None:
    fields = {
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-9000-{number:012d}>",
        "WARC-Date": "2026-03-01T12:00:00Z",
        "WARC-Concurrent-To": record_id,
    }
    headers = StatusAndHeaders("/ HTTP/1.1", [("Host", "jobs.example.test")], protocol="GET")
    writer.write_record(writer.create_warc_record(url, "request", http_headers=headers, warc_headers_dict=fields))


def add_file(house: House, session: Any, text: str) -> Capture:
    """An export that was handed in, as a resource record."""
    number = next(house.numbers)
    content = json.dumps({"messages": [text]}, ensure_ascii=False).encode()
    path = house.captures_dir / f"export-{number}.warc.gz"
    record_id = f"<urn:uuid:00000000-0000-4000-a000-{number:012d}>"
    with path.open("wb") as file:
        writer = Sha256Writer(file, gzip=True, warc_version="WARC/1.1")
        fields = {"WARC-Record-ID": record_id, "WARC-Date": "2026-03-01T12:00:00Z"}
        made = writer.create_warc_record(
            "urn:x", "resource", payload=BytesIO(content), length=len(content), warc_content_type="application/json",
            warc_headers_dict=fields,
        )  # fmt: skip
        writer.write_record(made)
        end = file.tell()
    place = (0, end)
    about = {"url": "urn:x", "provenance": "platform_export", "status": None, "robots": "not_applicable"}
    return record(session, house, path, place, record_id, content, **about)


def record(
    session: Any, house: House, path: Path, place: tuple[int, int], record_id: str, body: bytes, **changes: Any
) -> Capture:
    source = sources.ensure_source(
        session,
        name="board",
        kind="jobposting",
        url="https://jobs.example.test/",
        purpose="Watch for recruitment",
        legal_basis="Police act, section 1",
        owner="Unit 7",
    )
    values: dict[str, Any] = {
        "source_id": source.id,
        "fetched_at": NOW,
        "provenance": "public_crawl",
        "status": 200,
        "media_type": "text/html",
        "sha256": hashlib.sha256(body).hexdigest(),
        "size_bytes": len(body),
        "robots": "allowed",
        "etag": None,
        "last_modified": None,
        "warc_path": path.name,
        "warc_offset": place[0],
        "warc_length": place[1] - place[0],
        "warc_record_id": record_id,
    }
    capture = Capture(**(values | changes))
    captures.record_captures(session, [capture])
    return capture


def add_item(session: Any, capture: Capture, post: ParsedPost, lang: str) -> QueueItem:
    saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
    revision = session.get_one(Revision, saved.revision_id)
    text = posts.full_text(revision)
    verdicts.save_verdict(
        session,
        revision_id=revision.id,
        scored_at=NOW,
        verdict=verdicts.NewVerdict(
            release="test-1",
            lang=lang,
            risk=0.97,
            labels={"scam_centre": 0.97, "fake_job": 0.1},
            flagged=["scam_centre"],
            indicators=[{"code": "high_pay", "start": 3, "end": 11, "text": text[3:11]}],
            identifiers=[{"type": "telegram", "value": "@house", "normalized": "house", "start": 0, "end": 4}],
            answer="flagged",
            reasons=[{"code": "high_pay", "weight": 1.25, "side": "for"}],
        ),
    )
    return queue.enqueue(session, revision_id=revision.id, lane="likely", priority=0.9, at=NOW)


# -- Tampering -----------------------------------------------------------------------------------------------------

Files = dict[str, bytes]


def unpack(pack: Path) -> Files:
    """The files of a pack by their names below the top-level folder."""
    with zipfile.ZipFile(pack) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def pack_again(files: Files, out: Path, folder: str = "CASE-2026-0001") -> Path:
    """An archive of `files` as the profile writes it, manifests and seal as they are."""
    with out.open("wb") as file:
        write_zip(file, folder, [PackFile(name, (content,)) for name, content in files.items()])
    return out


def resealed(files: Files, key: SigningKey, number: str = "CASE-2026-0001") -> Files:
    """`files` with fresh manifests and a seal by `key`: what somebody who holds a key can make of changed contents."""
    payload = [PackFile(name, (content,)) for name, content in files.items() if name.startswith("data/")]
    info = bag_info(files)
    return {file.name: b"".join(file.chunks()) for file in sealed_bag(payload, info, key)}


def bag_info(files: Files) -> dict[str, str]:
    """The fields of bag-info.txt."""
    return dict(line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines())


def origin_of(files: Files, key: SigningKey = KEY) -> Origin:
    """What the WACZ files of this pack say of themselves."""
    claims = json.loads(files["data/claims.json"])
    return Origin(
        case=claims["case"]["number"],
        organisation=claims["organisation"],
        software=bag_info(files)["Bag-Software-Agent"],
        created=claims["exported_at"],
        spki=parse_public_key(key.public_pem),
    )


def capture_document_of(files: Files, name: str) -> dict[str, Any]:
    """What the pack tells of the capture in the file `name`."""
    return next(document for document in dossier_of(files).captures if f"data/{document['file']}" == name)


def unpack_wacz(content: bytes) -> Files:
    """The files of a WACZ."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def wacz_of(inner: Files) -> bytes:
    """A WACZ of `inner`, as the profile writes its archive, index, description and signature as they are."""
    parts = zip_parts([PackFile(name, (content,)) for name, content in inner.items()])
    return b"".join(PackFile("", parts).chunks())


def edit_wacz(files: Files, name: str, change: Callable[[Files], None]) -> None:
    """Let `change` alter the files of a WACZ in place."""
    inner = unpack_wacz(files[name])
    change(inner)
    files[name] = wacz_of(inner)


def put_records(files: Files, name: str, records: bytes) -> None:
    """A WACZ of these WARC records with everything else in it made to fit, by somebody who holds the key."""
    document, origin = capture_document_of(files, name), origin_of(files)

    def change(inner: Files) -> None:
        inner[WARC_NAME] = warcinfo_member(document, origin) + records
        mend_index(inner)
        mend_package(inner, document, origin)

    edit_wacz(files, name, change)


def records_of(files: Files, name: str) -> bytes:
    """The WARC records of a capture without the warcinfo record before them."""
    before = warcinfo_member(capture_document_of(files, name), origin_of(files))
    return unpack_wacz(files[name])[WARC_NAME].removeprefix(before)


def members_of(files: Files, name: str) -> list[bytes]:
    """The WARC records of a capture, each the gzip member that it is."""
    records = records_of(files, name)
    placed = placed_records([records], Budget(len(records)))
    return [records[one.offset : one.offset + one.length] for one in placed]


def rewritten(records: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """WARC records with `change` applied to each, inflated; each a gzip member again."""
    head, *rest = gzip.decompress(records).split(VERSION)
    assert not head
    return b"".join(gzip.compress(change(VERSION + one)) for one in rest)


def mend_index(inner: Files) -> None:
    """The index of the records that are there, as far as they can be read."""
    warc = inner[WARC_NAME]
    with contextlib.suppress(AlteredError, zlib.error):
        inner[INDEX_NAME] = index_text(placed_records([warc], Budget(len(warc))))


def mend_package(inner: Files, document: dict[str, Any], origin: Origin, key: SigningKey = KEY) -> None:
    """The description of the files that are there, and its signature."""
    resources = {name: (hashlib.sha256(inner[name]).hexdigest(), len(inner[name])) for name in WACZ_RESOURCES}
    inner[PACKAGE_NAME] = package_text(document, origin, resources)
    mend_signature(inner, origin, key)


def mend_signature(inner: Files, origin: Origin, key: SigningKey = KEY) -> None:
    """A fresh signature of the description as it is."""
    package = inner[PACKAGE_NAME]
    signature = signature_p1363(*parse_signature(key.sign(signed_text(package))))
    inner[DIGEST_NAME] = digest_text(package, origin, signature)


def edit_json(files: Files, name: str, change: Callable[[Any], None]) -> None:
    """Let `change` alter the JSON document `name` in place."""
    document = json.loads(files[name])
    change(document)
    files[name] = json.dumps(document, ensure_ascii=False).encode()


def dossier_of(files: Files) -> Dossier:
    """The documents of a pack, as whoever makes its other files is given them."""
    posts = [json.loads(files[name]) for name in sorted(files) if name.startswith("data/analysis/")]
    captures = {revision["capture"]["file"]: revision["capture"] for post in posts for revision in post["revisions"]}
    records = [json.loads(line) for line in files["data/custody.jsonl"].splitlines()]
    return Dossier(
        claims=json.loads(files["data/claims.json"]),
        captures=tuple(captures[name] for name in sorted(captures)),
        posts=tuple(posts),
        custody=Custody(records, json.loads(files["data/audit-head.json"])),
    )


def analysis_of(files: Files, native_id: str) -> str:
    """The name of a post's analysis file."""
    names = [name for name in files if name.startswith("data/analysis/")]
    return next(name for name in names if json.loads(files[name])["post"]["native_id"] == native_id)
