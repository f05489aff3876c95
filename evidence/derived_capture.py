"""What stands for a capture in a redacted copy: a page made of the masked texts, and the request without its secrets.

Nothing of the original's bytes is in it: a page may hold anybody's data. It names the original's record and digest.
"""

import hashlib
import re
import struct
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from evidence.highlights import inert
from evidence.records import CutCapture
from evidence.verify_standalone import COPY_OF, is_masked_digest, replay_address

WITHHELD = "the captured bytes are withheld; what stands for them is made of the masked texts"
# Of a request's header fields those that name nobody.
_KEPT_FIELDS = ("User-Agent", "Accept", "Accept-Language", "Accept-Encoding")
_METHOD = re.compile(r"[A-Z]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_ENCODED_MASK = re.compile(r"%5B[a-z]+%20[0-9]+%5D")
_STORED_BYTES = 0xFFFF
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_NAMESPACE = uuid.UUID("6c6f8f0e-5f0a-5d6e-9a5c-3b1d3f0a7e52")
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Redacted copy</title></head><body>
<p>This is not the page that was captured: it is made of the redacted texts that were read from it. The original record
{record} is withheld.</p>
{posts}</body></html>
"""


def derived_capture(cut: CutCapture, capture: Mapping[str, Any], revisions: Sequence[Mapping[str, Any]]) -> CutCapture:
    """The derivative of a capture: `capture` is its document and `revisions` what was read from it, masked already.

    A `resource` record first, and the `request` where there was one, each a gzip member; the same input gives the
    same bytes. Header values of masked addresses are percent-encoded.
    """
    page = _page(capture, revisions)
    records = [_record("resource", "text/html; charset=utf-8", page, capture, _reference(capture))]
    kinds = derived_kinds(cut)
    if "request" in kinds:
        request = _request(cut, _address(capture))
        fields = {"WARC-Concurrent-To": capture["warc_record_id"]}
        records.append(_record("request", "application/http; msgtype=request", request, capture, fields))
    return CutCapture(tuple(map(_gzip_member, records)), kinds, WITHHELD)


def derived_kinds(cut: CutCapture) -> tuple[str, ...]:
    """The WARC-Type of each record of a capture's derivative."""
    return ("resource", "request") if "request" in cut.kinds else ("resource",)


def _page(capture: Mapping[str, Any], revisions: Sequence[Mapping[str, Any]]) -> bytes:
    posts = "".join(f"<article>\n{''.join(_paragraphs(revision))}</article>\n" for revision in revisions)
    return _PAGE.format(record=escape(capture["warc_record_id"]), posts=posts).encode("utf-8", "replace")


def _paragraphs(revision: Mapping[str, Any]) -> Iterator[str]:
    for element, name in (("h1", "title"), ("p", "author"), ("p", "posted_at"), ("pre", "text")):
        if revision[name]:
            yield f'<{element} dir="auto">{escape(inert(revision[name]))}</{element}>\n'


def _reference(capture: Mapping[str, Any]) -> dict[str, str]:
    told = {COPY_OF: capture["warc_record_id"]}
    if not is_masked_digest(capture["sha256"]):
        told["X-Refers-To-Payload-Digest"] = f"sha256:{capture['sha256']}"
    return told


def _request(cut: CutCapture, address: str) -> bytes:
    """The request made anew for the masked address; its query goes where that names something masked."""
    place, _mark, query = address.partition("?")
    path = "/" + place.partition("://")[2].partition("/")[2]
    asked = f"{path}?{query}" if query and not _ENCODED_MASK.search(query) else path
    method, fields = _kept_of_request(cut)
    lines = [f"{method} {asked} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _kept_of_request(cut: CutCapture) -> tuple[str, list[tuple[str, str]]]:
    whole = cut.slices[cut.kinds.index("request")]
    content = whole if isinstance(whole, bytes) else b"".join(whole.chunks())
    record = next(ArchiveIterator(BytesIO(content)))
    headers = record.http_headers
    kept = [(name, headers.get_header(name)) for name in _KEPT_FIELDS]
    method = headers.protocol if _METHOD.fullmatch(headers.protocol or "") else "GET"
    return method, [(name, value) for name, value in kept if value]


def _address(capture: Mapping[str, Any]) -> str:
    """The masked address as header fields can hold it, and as it is replayed."""
    address = quote(replay_address(capture["url"]), safe=":/?#@!$&'()*+,;=%~")
    return address if _SCHEME.match(address) else f"urn:lurewatch:{address}"


def _record(
    kind: str, media_type: str, block: bytes, capture: Mapping[str, Any], references: Mapping[str, str]
) -> bytes:
    """A WARC/1.1 record; its id follows from what it holds and refers to."""
    digest = hashlib.sha256(block).hexdigest()
    told = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{_record_id(kind, capture, digest)}>",
        "WARC-Date": capture["fetched_at"],
        "WARC-Target-URI": _address(capture),
        **references,
        "WARC-Block-Digest": f"sha256:{digest}",
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def _record_id(kind: str, capture: Mapping[str, Any], digest: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{kind} {capture['warc_record_id']} {digest}")


def _gzip_member(content: bytes) -> bytes:
    """RFC 1952 with stored blocks: zlib's output differs between its versions."""
    starts = range(0, len(content), _STORED_BYTES)
    blocks = (_stored(content[at : at + _STORED_BYTES], is_last=at == starts[-1]) for at in starts)
    return b"".join([_GZIP_HEADER, *blocks, struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF)])


def _stored(piece: bytes, *, is_last: bool) -> bytes:
    return struct.pack("<BHH", is_last, len(piece), len(piece) ^ _STORED_BYTES) + piece
