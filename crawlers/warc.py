"""Writes WARC/1.1 records with SHA-256 digests, each on the disk before anything is told where it is.

What Scrapy hands us is the body exactly as it came (still compressed, transfer coding undone) and header fields with
their names in title case, their order lost and no reason phrase: the records say so in `X-Capture-Fidelity`.
"""

import base64
import fcntl
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import quote

from warcio.recordloader import ArcWarcRecord  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.utils import Digester  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from store.durable_files import sync_folder
from store.parsed_post import rfc3339
from store.warc_files import ClosedWarc, closed_warc, growing, publish

VERSION = "WARC/1.1"
# What the specification recommends (WARC 1.1, annex "Size of WARC files").
LARGEST_WARC_BYTES = 1024**3
_PIECE_BYTES = 16 * 1024
HTTP_FIDELITY = "headers-normalised; transfer-coding-removed; reason-phrase-lost"


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record lies: byte offset and length in its file, its id, SHA-256 in hex and size of its payload."""

    offset: int
    length: int
    record_id: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """What was made of a captured answer: a `conversion` of it, a `resource` that came about with it."""

    kind: str
    url: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request and its answer; header values as bytes, body as it came over the wire.

    `robots` is the decision that let the request out, `certificate_sha256` in hex of the server's certificate in DER.
    `record_id` is to be the response's WARC-Record-ID; without one it gets a random one.
    """

    url: str
    method: str
    request_headers: Sequence[tuple[bytes, bytes]]
    protocol: str
    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    fetched_at: datetime
    ip_address: str | None
    robots: str = "not_applicable"
    certificate_sha256: str | None = None
    record_id: str | None = None


class _HttpHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Header fields byte for byte: warcio would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self.to_bytes(header_filter, encoding="latin-1")


class _Sha256Writer(WARCWriter):  # type: ignore[misc]
    """warcio writes SHA-1 only, and drops other digests that it is given."""

    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


class WarcFile:
    """One growing file of gzipped records, one gzip member each, so that a cut tail costs no earlier record.

    It gets its name when it is closed (`store.warc_files`); after a kill `whole_members` says what of it counts.
    """

    def __init__(self, path: Path, *, about: dict[str, str], created_at: datetime) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._written = 0
        self._finished: ClosedWarc | None = None
        if path.exists():
            raise FileExistsError(f"{path.name} exists.")
        self._file: BinaryIO = growing(path).open("x+b")
        # Whoever erases captures keeps off a file that still grows (`evidence.warc_erasing`).
        fcntl.flock(self._file, fcntl.LOCK_SH)
        self._writer = _Sha256Writer(self._file, gzip=True, warc_version=VERSION)
        info = self._writer.create_warcinfo_record(path.name, about)
        info.rec_headers.replace_header("WARC-Date", rfc3339(created_at))
        self._write(info)
        self._seal()
        sync_folder(path.parent)

    def add_exchanges(self, exchanges: Sequence[Exchange]) -> list[RecordPlace]:
        """Write responses, each with its request; the places are the responses'. On the disk when this returns."""
        self._must_be_whole()
        places = [self._add_exchange(each) for each in exchanges]
        self._seal()
        return places

    def _add_exchange(self, exchange: Exchange) -> RecordPlace:
        response = self._http_record("response", exchange, _response_headers(exchange), exchange.body)
        for name, value in _circumstances(exchange):
            response.rec_headers.add_header(name, value)
        if exchange.record_id:
            response.rec_headers.replace_header("WARC-Record-ID", exchange.record_id)
        request = self._http_record("request", exchange, _request_headers(exchange), b"")
        start = self._file.tell()
        self._write(response)
        end = self._file.tell()
        request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
        self._write(request)
        return _place(response, start, end, len(exchange.body))

    def add_derivatives(self, derivatives: Sequence[Derivative], *, of: str, at: datetime) -> list[RecordPlace]:
        """Write what was made of the record with the id `of`, right behind it. On the disk when this returns."""
        self._must_be_whole()
        places = []
        for each in derivatives:
            # WARC 1.1, 5.6 and 5.7: a resource may not refer to another record, a conversion not be concurrent to one.
            reference = "WARC-Concurrent-To" if each.kind == "resource" else "WARC-Refers-To"
            record = self._writer.create_warc_record(
                each.url,
                each.kind,
                payload=BytesIO(each.content),
                length=len(each.content),
                warc_content_type=each.media_type,
                warc_headers_dict={"WARC-Date": rfc3339(at), reference: of},
            )
            start = self._file.tell()
            self._write(record)
            places.append(_place(record, start, self._file.tell(), len(each.content)))
        self._seal()
        return places

    def add_resource(self, source: BinaryIO, *, url: str, media_type: str, name: str, at: datetime) -> RecordPlace:
        """Write a file that was handed in as a resource record; `source` is read from where it stands to its end."""
        size_bytes = source.seek(0, os.SEEK_END)
        source.seek(0)
        record = self._writer.create_warc_record(
            url,
            "resource",
            payload=source,
            length=size_bytes,
            warc_content_type=media_type,
            warc_headers_dict={"WARC-Date": rfc3339(at), "X-Original-Name": quote(name, errors="replace")},
        )
        start = self._file.tell()
        self._write(record)
        self._seal()
        return _place(record, start, self._file.tell(), size_bytes)

    @property
    def size_bytes(self) -> int:
        """How long the file is as far as it is sealed."""
        return self._sealed_bytes

    def finish(self) -> ClosedWarc:
        """End the file behind the last record that was sealed; what it holds is to be put on record, then `close`."""
        if self._finished is None:
            self._file.truncate(self._sealed_bytes)
            os.fsync(self._file.fileno())
            self._finished = closed_warc(growing(self.path), self.path.name, self._sealed_records)
        return self._finished

    def close(self) -> None:
        """Give the file its name; everything in it was sealed before."""
        if not self._file.closed:
            publish(self.path, self.finish())
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_told: object) -> None:
        if error is None:
            self.close()
        else:
            self._file.close()

    def _http_record(self, kind: str, exchange: Exchange, headers: StatusAndHeaders, body: bytes) -> ArcWarcRecord:
        fields = {"WARC-Date": rfc3339(exchange.fetched_at), "X-Capture-Fidelity": HTTP_FIDELITY}
        if exchange.ip_address:
            fields["WARC-IP-Address"] = exchange.ip_address
        return self._writer.create_warc_record(
            exchange.url, kind, payload=BytesIO(body), length=len(body), warc_headers_dict=fields, http_headers=headers
        )

    def _write(self, record: ArcWarcRecord) -> None:
        self._writer.write_record(record)
        self._written += 1

    def _must_be_whole(self) -> None:
        # What stood behind half a record nobody would find who reads the file from its beginning.
        if self._file.tell() != self._sealed_bytes:
            raise OSError(f"{self.path.name} ends in a record that could not be written.")

    def _seal(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._sealed_bytes, self._sealed_records = self._file.tell(), self._written


def whole_members(file: BinaryIO) -> Iterator[int]:
    """Where each gzip member ends, as far as the file is whole; a member is a record."""
    file.seek(0)
    end, data = 0, b""
    while data := data or file.read(_PIECE_BYTES):
        member = zlib.decompressobj(wbits=31)
        length = 0
        while data and not member.eof:
            try:
                member.decompress(data)
            except zlib.error:
                return
            length += len(data) - len(member.unused_data)
            data = member.unused_data if member.eof else file.read(_PIECE_BYTES)
        if not member.eof:
            return
        end += length
        yield end


def warc_name(source: str, at: datetime, pid: int) -> str:
    """`<source>-<UTC timestamp>-<pid>.warc.gz`; characters of the source that no file name should hold become `_`."""
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-.") else "_" for char in source)
    return f"{safe.lstrip('.')[:80]}-{at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{pid}.warc.gz"


def _circumstances(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "X-Robots-Decision", exchange.robots
    if exchange.certificate_sha256:
        yield "X-TLS-Certificate-SHA256", exchange.certificate_sha256


def _response_headers(exchange: Exchange) -> StatusAndHeaders:
    return _HttpHeaders(f"{exchange.status} ", _as_text(exchange.headers), protocol=exchange.protocol)


def _request_headers(exchange: Exchange) -> StatusAndHeaders:
    path = "/" + exchange.url.split("://", 1)[-1].partition("/")[2]
    return _HttpHeaders(f"{path} HTTP/1.1", _as_text(exchange.request_headers), protocol=exchange.method)


def _as_text(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    # A header that smuggles a line break must not forge another one in the record.
    return [
        (name.decode("latin-1"), value.decode("latin-1").replace("\r", " ").replace("\n", " "))
        for name, value in headers
    ]


def _place(record: ArcWarcRecord, start: int, end: int, size_bytes: int) -> RecordPlace:
    digest = record.rec_headers.get_header("WARC-Payload-Digest").removeprefix("sha256:")
    return RecordPlace(
        offset=start,
        length=end - start,
        record_id=record.rec_headers.get_header("WARC-Record-ID"),
        sha256=base64.b32decode(digest).hex(),
        size_bytes=size_bytes,
    )
