"""Time stamp authorities of the tests' own: certificates made here, stamps by `openssl ts` behind a local server."""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence.timestamps import Authority

POLICY = "1.3.6.1.4.1.99999.1"
CONFIGURATION = """\
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/chain.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = {policy}
other_policies = {policy}
digests = sha256, sha512
ess_cert_id_alg = sha256
"""
Issuer = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]
Answer = Callable[["Stamper", bytes], tuple[int, bytes]]


@dataclass
class Stamper:
    """An authority: root, intermediate and signing certificate in a folder, and the address it answers at."""

    folder: Path
    root: x509.Certificate
    signer: x509.Certificate
    issuer: "Issuer"
    url: str = ""
    queries: list[bytes] = field(default_factory=list)

    def stamp(self, query: bytes) -> bytes:
        """What `openssl ts` answers. Its certificates are not in the order of DER."""
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "answer.tsr").read_bytes()

    @property
    def roots_file(self) -> Path:
        return self.folder / "root.pem"

    def as_authority(self, **changes: Any) -> Authority:
        """As the settings name it."""
        return Authority(**({"name": self.folder.name, "url": self.url, "roots": (self.root,)} | changes))


def make_stamper(folder: Path, *, ends: timedelta = timedelta(days=3650)) -> Stamper:
    """An authority whose signing certificate ends that long after now."""
    if shutil.which("openssl") is None:
        pytest.skip("NO OPENSSL HERE: install Debian's package `openssl` to run these tests")
    folder.mkdir()
    root_key, root = _issue(f"Root of {folder.name}", None, timedelta(days=7300))
    middle_key, middle = _issue(f"Middle of {folder.name}", (root_key, root), timedelta(days=5000))
    _write(folder, "root.pem", root)
    _write(folder, "chain.pem", middle, root)
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder, policy=POLICY))
    stamper = Stamper(folder, root, root, (middle_key, middle))
    give_certificate(stamper, ends=ends)
    return stamper


def give_certificate(stamper: Stamper, *, ends: timedelta) -> None:
    """Let the authority sign with a new certificate from now on, under the same root."""
    key, stamper.signer = _issue(f"Stamps of {stamper.folder.name}", stamper.issuer, ends, stamps=True)
    _write(stamper.folder, "signer.pem", stamper.signer)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (stamper.folder / "signer.key").write_bytes(pem)


@contextmanager
def serving(stamper: Stamper, answer: Answer | None = None) -> Iterator[Stamper]:
    """The authority at an address on loopback; `answer` makes status and body of a query, openssl's unless given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            stamper.queries.append(query)
            status, body = answer(stamper, query) if answer else (200, stamper.stamp(query))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    stamper.url = f"http://127.0.0.1:{server.server_address[1]}/tsr"
    try:
        yield stamper
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def name_authority(folder: Path, stamper: Stamper, **changes: str) -> None:
    """Write an authority called national into the settings of an installation."""
    values = {"name": "national", "url": stamper.url, "roots": str(stamper.roots_file), "policy": POLICY} | changes
    lines = [f'{key} = "{value}"' for key, value in values.items()]
    (folder / "settings.toml").write_text("\n".join(["[[timestamp_authorities]]", *lines]), "utf-8")


def _issue(
    name: str,
    issuer: Issuer | None,
    ends: timedelta,
    *,
    stamps: bool = False,
) -> Issuer:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=900))
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(not stamps, None), critical=True)
    )
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return key, builder.sign(issuer[0] if issuer else key, hashes.SHA256())


def _write(folder: Path, name: str, *certificates: x509.Certificate) -> None:
    (folder / name).write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
