"""A small web on loopback, and crawls of it in processes of their own (a reactor starts only once in a process)."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from warcio.archiveiterator import ArchiveIterator

from store.database import Store
from store.tables import AuditEntry, Capture, Post
from store.warc_files import where

AUDIT_KEY = b"test key of thirty-two bytes !!!"
CHILD = Path(__file__).with_name("crawl_child.py")
Answer = tuple[int, dict[str, str], bytes]


class Site(ThreadingHTTPServer):
    """Answers from `pages`; a page is an answer or a function of the request's headers. Keeps what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = self.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.pages: dict[str, Answer | Callable[[Any], Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.forms: list[dict[str, list[str]]] = []

    def add(
        self, path: str, body: str | bytes, *, status: int = 200, media_type: str = "text/html", **headers: str
    ) -> str:
        """Serve `body` at `path`; returns the address."""
        raw = body.encode() if isinstance(body, str) else body
        fields = {"Content-Type": f"{media_type}; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
        self.pages[path] = (status, fields, raw)
        return self.base + path

    def handle_error(self, *_where: object) -> None:
        """A crawler that hangs up, as one does on a body that is too large, is no failure of the site."""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        page = self.server.pages.get(self.path, (404, {"Content-Type": "text/plain"}, b"not here"))
        status, headers, body = page(self.headers) if callable(page) else page
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.do_GET()

    def log_message(self, *_args: object) -> None:
        pass


@dataclass
class Installation:
    """A store and a captures folder, and crawls that fill them."""

    folder: Path
    store_url: str = ""
    options: dict[str, Any] = field(default_factory=lambda: {"contact": "https://example.org/contact", "delay_s": 0.01})

    @property
    def captures_dir(self) -> Path:
        return self.folder / "captures"

    @contextmanager
    def opened(self) -> Iterator[Store]:
        store = Store(self.url, audit_key=AUDIT_KEY)
        try:
            yield store
        finally:
            store.close()

    @property
    def url(self) -> str:
        return self.store_url or f"sqlite:///{self.folder / 'store.db'}"

    def start(self, *sources: dict[str, Any], **options: Any) -> subprocess.Popen[str]:
        task = {
            "store": self.url,
            "captures": str(self.captures_dir),
            "sources": [make_source(**source) for source in sources],
            "options": self.options | {"allow_loopback": True} | options,
        }
        return subprocess.Popen(
            [sys.executable, str(CHILD), json.dumps(task)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def crawl(self, *sources: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Crawl to the end; what the child said: results, progress, error, log."""
        with self.start(*sources, **options) as child:
            output, log = child.communicate(timeout=300)
        assert child.returncode == 0, log
        return json.loads(output.splitlines()[-1]) | {"log": log}


def make_source(**fields: Any) -> dict[str, Any]:
    known = {
        "name": "board",
        "kind": "jobposting",
        "url": "",
        "purpose": "test",
        "legal_basis": "own page",
        "owner": "us",
    }
    return known | fields


def posting(**fields: Any) -> str:
    """A page with one JobPosting."""
    whole = {"@context": "https://schema.org/", "@type": "JobPosting", "title": "Packer", "description": "<p>Pack.</p>"}
    return f'<html><body><script type="application/ld+json">{json.dumps(whole | fields)}</script></body></html>'


def gzipped(body: str) -> bytes:
    return gzip.compress(body.encode(), mtime=0)


@contextmanager
def serving(server: Site) -> Iterator[Site]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class StoredRecord:
    """A WARC record that was read back: its own fields, the HTTP fields in it, its payload."""

    fields: dict[str, str]
    http: list[tuple[str, str]]
    status_line: str
    payload: bytes


def read_record(captures_dir: Path, capture: Capture) -> StoredRecord:
    """The record of a capture, cut out by the row's own offset and length; raises when a digest does not hold."""
    whole = where(captures_dir / capture.warc_path).read_bytes()
    piece = whole[capture.warc_offset : capture.warc_offset + capture.warc_length]
    (record,) = [_read(each) for each in ArchiveIterator(BytesIO(piece), check_digests="raise")]
    return record


def read_warc(path: Path) -> list[StoredRecord]:
    """Every record of a file; raises when a digest does not hold."""
    with where(path).open("rb") as file:
        return [_read(each) for each in ArchiveIterator(file, check_digests="raise")]


def _read(record: Any) -> StoredRecord:
    http = record.http_headers
    return StoredRecord(
        fields=dict(record.rec_headers.headers),
        http=list(http.headers) if http else [],
        status_line=f"{http.protocol} {http.statusline}" if http else "",
        payload=record.raw_stream.read(),
    )


def captures_of(installation: Installation) -> list[Capture]:
    """All acknowledged captures in their order."""
    with installation.opened() as store, store.reading() as session:
        return list(session.scalars(select(Capture).order_by(Capture.id)))


def audit_of(installation: Installation, action: str) -> list[dict[str, Any]]:
    """The details of all audit entries of one action."""
    with installation.opened() as store, store.reading() as session:
        return list(
            session.scalars(select(AuditEntry.details).where(AuditEntry.action == action).order_by(AuditEntry.seq))
        )


def posts_of(installation: Installation) -> list[Post]:
    """All posts with their revisions."""
    with installation.opened() as store, store.reading() as session:
        return list(session.scalars(select(Post).options(selectinload(Post.revisions)).order_by(Post.id)))
