import hashlib
import ipaddress
import json
import random
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from crawlers.capture import capture_file
from crawlers.settings import MAX_BODY_BYTES
from lurewatch.errors import EvidenceError
from store.audit import verify_chain
from store.sources import ensure_source
from store.tables import Capture
from tests.crawlers.loopback import (
    Installation,
    Site,
    audit_of,
    captures_of,
    gzipped,
    make_source,
    posting,
    posts_of,
    read_record,
    read_warc,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_record_holds_the_bytes_of_the_server(site: Site, installation: Installation) -> None:
    body = gzipped(posting(title="Packed"))
    url = site.add("/ad", body, Content_Encoding="gzip", ETag='"v1"', Last_Modified="Sun, 01 Mar 2026 08:00:00 GMT")
    (result,) = installation.crawl({"url": url})["results"]
    capture = captures_of(installation)[-1]
    record = read_record(installation.captures_dir, capture)
    assert record.payload == body
    assert record.fields["WARC-Target-URI"] == capture.url == url
    assert record.fields["WARC-Record-ID"] == capture.warc_record_id
    assert (capture.sha256, capture.size_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
    assert (capture.status, capture.etag, capture.robots) == (200, '"v1"', "no_robots")
    assert capture.last_modified == "Sun, 01 Mar 2026 08:00:00 GMT"
    assert dict(record.http)["Content-Encoding"] == "gzip"
    assert posts_of(installation)[0].revisions[0].title == "Packed"
    assert result["captures"] == 2


def test_every_answer_is_captured_with_its_request(site: Site, installation: Installation) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /no\n", media_type="text/plain")
    site.add("/old", b"", status=301, Location="/list")
    site.add("/list", '<a href="/gone">x</a><a href="/ad">y</a>')
    site.add("/ad", posting())
    installation.crawl({"url": f"{site.base}/old"})
    captures = captures_of(installation)
    asked = {capture.url.removeprefix(site.base): (capture.status, capture.robots) for capture in captures}
    assert asked == {
        "/robots.txt": (200, "not_applicable"),
        "/old": (301, "allowed"),
        "/list": (200, "allowed"),
        "/gone": (404, "allowed"),
        "/ad": (200, "allowed"),
    }
    (warc,) = installation.captures_dir.glob("*.warc.gz")
    records = read_warc(warc)
    assert [record.fields["WARC-Type"] for record in records] == ["warcinfo", *["response", "request"] * 5]
    agents = {dict(record.http)["User-Agent"] for record in records if record.fields["WARC-Type"] == "request"}
    assert all("+https://example.org/contact" in agent for agent in agents)


def test_body_above_the_cap_is_refused_whole(site: Site, installation: Installation) -> None:
    site.add("/list", '<a href="/big">x</a><a href="/ad">y</a>')
    site.add("/big", b"\0" * (MAX_BODY_BYTES + 1))
    site.add("/ad", posting())
    (result,) = installation.crawl({"url": f"{site.base}/list"})["results"]
    assert (result["posts_new"], result["errors"]) == (1, 1)
    assert not any(capture.url.endswith("/big") for capture in captures_of(installation))


def test_decompression_bomb_is_kept_packed_and_not_read(site: Site, installation: Installation) -> None:
    bomb = gzipped("x" * (MAX_BODY_BYTES + 1))
    url = site.add("/feed", bomb, Content_Encoding="gzip")
    (result,) = installation.crawl({"kind": "feed", "url": url})["results"]
    assert read_record(installation.captures_dir, captures_of(installation)[-1]).payload == bomb
    assert result["posts_seen"] == 0


def test_crawl_ends_when_a_capture_cannot_be_kept(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/{number}">x</a>' for number in range(20)))
    for number in range(20):
        site.add(f"/{number}", random.Random(number).randbytes(700_000))
    outcome = installation.crawl({"url": f"{site.base}/list"}, file_size_limit=1_000_000)
    assert outcome["error"]["code"] == EvidenceError.code
    assert "'board'" in outcome["error"]["line"]
    assert "Check free space" in outcome["error"]["line"]
    captures = captures_of(installation)
    assert len(captures) == 3
    # What was under way may go out while an answer is being kept, and nothing after it.
    assert len(site.paths()) <= 3 + 8
    for capture in captures:
        read_record(installation.captures_dir, capture)


def test_crawl_ends_when_no_file_can_be_made(site: Site, installation: Installation) -> None:
    installation.captures_dir.write_text("in the way")
    outcome = installation.crawl({"url": site.add("/ad", posting())})
    assert outcome["error"]["code"] == EvidenceError.code
    assert captures_of(installation) == posts_of(installation) == []


def seal(installation: Installation, path: Path) -> Capture:
    source = make_source(name="handed over", kind="telegram", url=None)
    with installation.opened() as store:
        with store.transaction() as session:
            source_id = ensure_source(session, **source).id
        capture_file(
            path,
            source_id=source_id,
            source_name="handed over",
            provenance="handed_over",
            store=store,
            captures_dir=installation.captures_dir,
            clock=lambda: AT,
        )
    return captures_of(installation)[-1]


def test_handed_in_file_is_sealed_as_it_is(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(json.dumps({"messages": ["x" * 200_000]}).encode())
    capture = seal(installation, path)
    record = read_record(installation.captures_dir, capture)
    assert record.payload == path.read_bytes()
    assert record.fields["WARC-Type"] == "resource"
    assert record.fields["X-Original-Name"] == "result.json"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (capture.url, capture.sha256) == (f"urn:sha256:{digest}", digest)
    assert (capture.provenance, capture.robots) == ("handed_over", "not_applicable")
    assert capture.media_type == "application/json"
    assert str(tmp_path) not in record.fields.values()


def test_file_that_is_not_there_cannot_be_sealed(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"'gone\.json' could not be sealed"):
        seal(installation, tmp_path / "gone.json")


def test_audit_chain_names_every_capture(site: Site, installation: Installation) -> None:
    installation.crawl({"url": site.add("/ad", posting())})
    with installation.opened() as store, store.reading() as session:
        assert verify_chain(session).fault is None


def test_server_that_cannot_prove_its_name_is_not_read(site: Site, installation: Installation, tmp_path: Path) -> None:
    site.socket = self_signed(tmp_path).wrap_socket(site.socket, server_side=True)
    site.add("/ad", posting())
    (result,) = installation.crawl({"url": f"https://127.0.0.1:{site.port}/ad"})["results"]
    assert (result["pages"], result["captures"], result["refused_robots"]) == (0, 0, 1)
    assert site.paths() == []


def test_the_certificate_of_the_server_is_on_record(
    site: Site, installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.socket = self_signed(tmp_path).wrap_socket(site.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    site.add("/ad", posting())
    (result,) = installation.crawl({"url": f"https://127.0.0.1:{site.port}/ad"})["results"]
    assert result["posts_new"] == 1
    certificate = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    record = read_record(installation.captures_dir, captures_of(installation)[-1])
    assert record.fields["X-TLS-Certificate-SHA256"] == certificate.fingerprint(hashes.SHA256()).hex()
    assert record.fields["X-Robots-Decision"] == "no_robots"
    assert record.fields["WARC-IP-Address"] == "127.0.0.1"


def test_files_rotate_and_each_is_on_record(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/{name}">x</a>' for name in "abc"))
    for name in "abc":
        site.add(f"/{name}", random.Random(name).randbytes(20_000))
    installation.crawl({"url": f"{site.base}/list"}, settings={"WARC_LARGEST_BYTES": 15_000, "CONCURRENT_REQUESTS": 1})
    files = sorted(installation.captures_dir.glob("*.warc.gz"))
    assert len(files) == 3
    closed = {entry["file"]: (entry["sha256"], entry["records"]) for entry in audit_of(installation, "warc.closed")}
    assert closed == {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), len(read_warc(path))) for path in files
    }
    for capture in captures_of(installation):
        read_record(installation.captures_dir, capture)


def test_the_next_crawl_closes_what_a_kill_left(site: Site, installation: Installation) -> None:
    installation.crawl({"url": site.add("/ad", posting())})
    (path,) = installation.captures_dir.glob("*.warc.gz")
    whole = path.read_bytes()
    path.rename(path.with_name(f"{path.name}.part"))
    path.with_name(f"{path.name}.part").write_bytes(whole + b"\x1f\x8b\x08torn")
    installation.crawl({"url": site.add("/ad", posting())})
    assert path.read_bytes() == whole
    assert [entry.get("cut_off_bytes", 0) for entry in audit_of(installation, "warc.closed")] == [0, 7, 0]


def test_a_status_that_is_none_is_neither_sealed_nor_read(site: Site, installation: Installation) -> None:
    site.pages["/ad"] = (999_999_999_999_999_999_999, {"Content-Type": "text/html"}, posting().encode())
    (result,) = installation.crawl({"url": f"{site.base}/ad"})["results"]
    assert (result["pages"], result["errors"], result["reason"]) == (0, 1, "finished")
    assert all(capture.status == 404 for capture in captures_of(installation))


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(AT - timedelta(days=1)).not_valid_after(AT + timedelta(days=9_000))
    )
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
