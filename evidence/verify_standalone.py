"""Verifies a Lurewatch evidence pack with nothing but Python 3.9 or newer: `python3 verify.py PACK.zip`.

This one file is the verifier, inside and outside Lurewatch, and the definition of the pack's profile. It opens no
network connection, unpacks nothing to disk, runs nothing of what it reads, and treats every byte as hostile. Each
claim is answered "intact", "altered" or "unchecked"; a check that could not run is never called intact.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import struct
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

PROFILE = "lurewatch-pack-1"
BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")
TAG_FILES = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")
TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
SIGNED_FILE = "tagmanifest-sha256.txt"
SIGNATURE_FILE = "seal/tagmanifest-sha256.txt.sig"
SIGNER_FILE = "seal/signer.pem"
SEAL_FILE = "seal/seal.json"
SEAL_FILES = (SEAL_FILE, SIGNER_FILE, SIGNATURE_FILE)
CUSTODY_FILE = "data/custody.jsonl"
HEAD_FILE = "data/audit-head.json"
CLAIMS_FILE = "data/claims.json"
FIXED_PAYLOAD = (CUSTODY_FILE, HEAD_FILE, CLAIMS_FILE, "data/report.html", "data/README_VERIFY.txt", "data/verify.py")
CAPTURE_NAME = re.compile(r"data/captures/(\d{4,5})\.warc\.gz")
ANALYSIS_NAME = re.compile(r"data/analysis/(\d{4,5})\.json")

CHUNK_BYTES = 1 << 18
MAX_DOCUMENT_BYTES = 64 << 20
MAX_HEADER_BYTES = 1 << 20
MAX_HEADER_LINES = 100
# A capture's response or resource with the request and metadata records beside it; more is nothing that we wrote.
MAX_CAPTURE_RECORDS = 9
# Python's zipfile writes plain (not ZIP64) archives up to here; a pack is never larger.
MAX_ARCHIVE_BYTES = (1 << 31) - 1
# What all WARC records together may inflate to: pages compress 5 to 10 times, a bomb 1000 times.
FREE_INFLATION_BYTES = 256 << 20
MAX_INFLATION_RATIO = 100

_T = TypeVar("_T")
# What Python raises on content that is not shaped as the profile says; anything else is a fault of this program.
_MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, zlib.error)


class NotAPackError(Exception):
    """The file is nothing that could ever have been a pack."""


class AlteredError(Exception):
    """A check found something that is not as the profile and the pack itself say."""


class UncheckedError(Exception):
    """A check could not be made, and why."""


class Claim(NamedTuple):
    """One claim: `outcome` is "intact", "altered" or "unchecked"; a `mandatory` one must be intact."""

    name: str
    outcome: str
    detail: str
    mandatory: bool


class PackReport(NamedTuple):
    """The answers for one pack; `signer` is the SHA-256 of the public key that sealed it, or None."""

    claims: tuple[Claim, ...]
    signer: str | None

    @property
    def holds(self) -> bool:
        """Whether every mandatory claim is intact."""
        return all(claim.outcome == "intact" for claim in self.claims if claim.mandatory)


# -- RFC 8785 canonical JSON -------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    """The RFC 8785 form of a JSON value: keys by UTF-16 code units, numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_json_text(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return _ecmascript_number(value) if isinstance(value, float) else _json_text(value)


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _ecmascript_number(number: float) -> str:
    """ECMA-262, Number::toString: the shortest digits, plain between 1e-7 and 1e21, else with an exponent."""
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("JSON knows no such number")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, power = f"{abs(number)!r}e0".partition("e")
    whole, _, fraction = mantissa.partition(".")
    exponent = int(power.split("e")[0]) + len(whole)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point = exponent - (len(digits) - len(stripped))
    return sign + _place_point(stripped.rstrip("0"), point)


def _place_point(digits: str, point: int) -> str:
    if 0 < point <= 21:
        if len(digits) <= point:
            return digits + "0" * (point - len(digits))
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def sha256_of(value: Any) -> str:
    """SHA-256 in hex over the canonical form."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


# -- ECDSA over P-384 (FIPS 186-5, SP 800-186) -------------------------------------------------------------------

_P = 2**384 - 2**128 - 2**96 + 2**32 - 1
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
_B = 0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF
_G = (
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
)
# SubjectPublicKeyInfo of an uncompressed P-384 point (RFC 5480): everything before its two coordinates.
_SPKI_PREFIX = bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004")
_COORDINATE_BYTES = 48


def _add(a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    """The group law in affine coordinates; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % _P == 0:
        return None
    if a == b:
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, _P) % _P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, _P) % _P
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _times(scalar: int, point: tuple[int, int]) -> tuple[int, int] | None:
    total: tuple[int, int] | None = None
    power: tuple[int, int] | None = point
    while scalar:
        if scalar & 1:
            total = _add(total, power)
        power = _add(power, power)
        scalar >>= 1
    return total


def is_on_curve(point: tuple[int, int]) -> bool:
    """Whether both coordinates are in range and satisfy y2 = x3 - 3x + b."""
    x, y = point
    return 0 <= x < _P and 0 <= y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0


def ecdsa_holds(point: tuple[int, int], message: bytes, r: int, s: int) -> bool:
    """Whether (r, s) is a signature of SHA-256(message) under the public key `point` (FIPS 186-5, 6.4.2)."""
    if not (0 < r < CURVE_ORDER and 0 < s < CURVE_ORDER and is_on_curve(point)):
        return False
    inverse = pow(s, -1, CURVE_ORDER)
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    sum_point = _add(_times(digest * inverse % CURVE_ORDER, _G), _times(r * inverse % CURVE_ORDER, point))
    return sum_point is not None and sum_point[0] % CURVE_ORDER == r


def signature_der(r: int, s: int) -> bytes:
    """The DER form of ECDSA-Sig-Value, as OpenSSL reads it."""
    body = b"".join(b"\x02" + bytes([len(number)]) + number for number in map(_der_integer, (r, s)))
    return b"\x30" + bytes([len(body)]) + body


def _der_integer(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def parse_signature(der: bytes) -> tuple[int, int]:
    """r and s; AlteredError unless it is the one way to write them: strict DER, s in the lower half of the order."""
    length_r = der[3] if len(der) > 4 else 0
    r = int.from_bytes(der[4 : 4 + length_r], "big")
    s = int.from_bytes(der[6 + length_r :], "big")
    if s > CURVE_ORDER // 2 or max(r.bit_length(), s.bit_length()) > 384 or signature_der(r, s) != der:
        raise AlteredError(f"{SIGNATURE_FILE} is not a signature in the form that the profile fixes")
    return r, s


def public_key_pem(spki: bytes) -> bytes:
    """The one PEM form of a public key (RFC 7468): 64 columns, LF."""
    text = base64.b64encode(spki).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]).encode()


def parse_public_key(pem: bytes) -> bytes:
    """The SubjectPublicKeyInfo in a PEM; AlteredError unless it is a P-384 key in the form of `public_key_pem`."""
    try:
        spki = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]), validate=True)
    except ValueError:
        spki = b""
    if public_key_pem(spki) != pem or not spki.startswith(_SPKI_PREFIX) or not is_on_curve(_point_of(spki)):
        raise AlteredError(f"{SIGNER_FILE} is not a P-384 public key in the form that the profile fixes")
    return spki


def _point_of(spki: bytes) -> tuple[int, int]:
    coordinates = spki[len(_SPKI_PREFIX) :]
    if len(coordinates) != 2 * _COORDINATE_BYTES:
        return -1, -1
    x, y = coordinates[:_COORDINATE_BYTES], coordinates[_COORDINATE_BYTES:]
    return int.from_bytes(x, "big"), int.from_bytes(y, "big")


def fingerprint_of(spki: bytes) -> str:
    """How a key is named: SHA-256 in hex over its SubjectPublicKeyInfo."""
    return hashlib.sha256(spki).hexdigest()


def parse_fingerprint(text: str) -> str:
    """A fingerprint as people write it (capitals, spaces, colons) in its plain form; ValueError when it is none."""
    plain = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise ValueError("a fingerprint has 64 hexadecimal digits")
    return plain


# -- The archive: stored entries, nothing between them, one way to write each byte --------------------------------

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_SIGNATURE, _CENTRAL_SIGNATURE, _END_SIGNATURE = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_ZIP_VERSION, _UNIX, _DATE_1980 = 20, 3, 0x21
_FILE_MODE = 0o100644 << 16
_SYMLINK, _TYPE_MASK = 0o120000, 0o170000
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+")
_MAX_NAME_BYTES = 255


class Entry(NamedTuple):
    """One file of the archive: where its bytes begin, how many they are, and their CRC-32."""

    start: int
    size: int
    crc: int


class Digest(NamedTuple):
    """What the bytes of an entry give."""

    sha256: str
    sha512: str
    crc: int


class Archive:
    """A pack's files by their name below the one top-level folder."""

    def __init__(self, file: BinaryIO, folder: str, entries: dict[str, Entry], size: int) -> None:
        self.folder = folder
        self.entries = entries
        self.size = size
        self._file = file

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        if name not in self.entries:
            raise AlteredError(f"{quoted(name)} is missing")
        start, left, _ = self.entries[name]
        while left:
            self._file.seek(start)
            chunk = self._file.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise AlteredError(f"{quoted(name)} ends early")
            start, left = start + len(chunk), left - len(chunk)
            yield chunk

    def read(self, name: str) -> bytes:
        """The whole of a file that fits into memory."""
        if name in self.entries and self.entries[name].size > MAX_DOCUMENT_BYTES:
            raise AlteredError(f"{quoted(name)} is larger than {MAX_DOCUMENT_BYTES} bytes")
        return b"".join(self.chunks(name))

    def digest(self, name: str) -> Digest:
        """Hash a file by every algorithm in one reading."""
        sha256, sha512, crc = hashlib.sha256(), hashlib.sha512(), 0
        for chunk in self.chunks(name):
            sha256.update(chunk)
            sha512.update(chunk)
            crc = zlib.crc32(chunk, crc)
        return Digest(sha256.hexdigest(), sha512.hexdigest(), crc)


def quoted(text: object) -> str:
    """A name or value from the pack, safe for a terminal and short."""
    form = ascii(text)
    return form if len(form) <= 120 else f"{form[:117]}..."


def read_archive(file: BinaryIO) -> Archive:
    """Read the archive's directory; AlteredError names the first entry that is not as the profile writes it."""
    size = file.seek(0, os.SEEK_END)
    directory, count, directory_start = _read_directory(file, size)
    names: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    place, expected_start = 0, 0
    for _ in range(count):
        fields, raw_name, place = _central_fields(directory, place)
        name = _entry_name(fields, raw_name, names)
        entry = _entry(file, fields, raw_name, expected_start)
        entries[name] = entry
        expected_start = entry.start + entry.size
    if place != len(directory):
        raise AlteredError("the archive's directory holds bytes that belong to no entry")
    if expected_start != directory_start:
        raise AlteredError(f"bytes {expected_start} to {directory_start} of the archive belong to no entry")
    return _under_one_folder(file, entries, size)


def _read_directory(file: BinaryIO, size: int) -> tuple[bytes, int, int]:
    file.seek(0)
    begins = file.read(len(_LOCAL_SIGNATURE)) == _LOCAL_SIGNATURE
    file.seek(max(0, size - _END.size))
    tail = file.read(_END.size)
    ends = len(tail) == _END.size and tail.startswith(_END_SIGNATURE)
    if not (begins or ends):
        raise NotAPackError("the file is no ZIP archive, so it is no pack")
    if not ends:
        raise AlteredError("the archive's end is not where the file ends: it was cut off or added to")
    _, disk, first_disk, here, count, length, start, comment = _END.unpack(tail)
    if (disk, first_disk, comment) != (0, 0, 0) or here != count or start + length != size - _END.size:
        raise AlteredError("the archive's end record does not fit the file: it was cut off, added to or changed")
    if size > MAX_ARCHIVE_BYTES:
        raise AlteredError(f"the archive is larger than the {MAX_ARCHIVE_BYTES} bytes that a pack may have")
    file.seek(start)
    return file.read(length), count, start


def _central_fields(directory: bytes, place: int) -> tuple[tuple[Any, ...], bytes, int]:
    if place + _CENTRAL.size > len(directory):
        raise AlteredError("the archive's directory is shorter than its number of entries says")
    fields = _CENTRAL.unpack_from(directory, place)
    if fields[0] != _CENTRAL_SIGNATURE:
        raise AlteredError(f"the archive's directory is broken at its byte {place}")
    start = place + _CENTRAL.size
    end = start + fields[10]
    return fields, directory[start:end], end + fields[11] + fields[12]


def _entry_name(fields: tuple[Any, ...], raw: bytes, folded: dict[str, str]) -> str:
    """The entry's name when it stays inside the pack and is no other entry's on any disk; it is added to `folded`."""
    name = raw.decode("utf-8" if fields[3] & 0x800 else "cp437", "replace")
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise AlteredError(f"entry {quoted(name)} points outside the pack")
    if fields[15] >> 16 & _TYPE_MASK == _SYMLINK:
        raise AlteredError(f"entry {quoted(name)} is a symbolic link")
    earlier = folded.setdefault(_fold(name), "")
    if earlier == name:
        raise AlteredError(f"entry {quoted(name)} is in the archive twice")
    if earlier:
        raise AlteredError(f"entries {quoted(earlier)} and {quoted(name)} would be one file on some disks")
    folded[_fold(name)] = name
    return name


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _entry(file: BinaryIO, fields: tuple[Any, ...], raw_name: bytes, start: int) -> Entry:
    """The entry at `start`, when both its headers are what the profile writes for its name, size and CRC."""
    name, crc, size = quoted(raw_name.decode("latin-1")), fields[7], fields[9]
    if fields[4] != 0 or fields[3] & 1:
        raise AlteredError(f"entry {name} is compressed or encrypted; a pack stores its files as they are")
    if fields[11] or fields[12] or fields[16] != start:
        raise AlteredError(f"entry {name} has extra data, or other data before it")
    mandatory = (_ZIP_VERSION, 0, 0, 0, _DATE_1980, crc, size, size, len(raw_name), 0)
    central = (_CENTRAL_SIGNATURE, _UNIX << 8 | _ZIP_VERSION, *mandatory, 0, 0, 0, _FILE_MODE, start)
    file.seek(start)
    local = file.read(_LOCAL.size + len(raw_name))
    if fields != central or local != _LOCAL.pack(_LOCAL_SIGNATURE, *mandatory) + raw_name:
        raise AlteredError(f"entry {name} has a header that the profile does not write")
    return Entry(start + len(local), size, crc)


def _under_one_folder(file: BinaryIO, entries: dict[str, Entry], size: int) -> Archive:
    names = list(entries)
    for name in names:
        if not _PLAIN_NAME.fullmatch(name) or len(name) > _MAX_NAME_BYTES:
            raise AlteredError(f"entry {quoted(name)} has a name that the profile does not write")
    folders = {name.split("/")[0] for name in names}
    if len(folders) != 1:
        raise AlteredError(f"the archive holds {len(folders)} top-level folders instead of one")
    if names != sorted(names):
        raise AlteredError("the archive's entries are not in order")
    folder = folders.pop()
    return Archive(file, folder, {name[len(folder) + 1 :]: entry for name, entry in entries.items()}, size)


# -- WARC records (ISO 28500, WARC/1.1), one gzip member each ------------------------------------------------------


_RECORD_END = b"\r\n\r\n"


class Budget:
    """How many bytes may still be inflated."""

    def __init__(self, compressed_bytes: int) -> None:
        self._left = FREE_INFLATION_BYTES + MAX_INFLATION_RATIO * compressed_bytes

    def spend(self, count: int) -> None:
        """Take `count` bytes off; AlteredError when that is more than any honest pack needs."""
        self._left -= count
        if self._left < 0:
            raise AlteredError("the records inflate to more than a pack of this size may hold (a decompression bomb?)")


class Record(NamedTuple):
    """One WARC record: lower-case header names with all their values, and what its payload gives."""

    headers: dict[str, list[str]]
    payload_sha256: str
    payload_bytes: int

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.first("warc-type")

    @property
    def record_id(self) -> str:
        """WARC-Record-ID."""
        return self.first("warc-record-id")

    def first(self, name: str) -> str:
        """A header's first value, or nothing."""
        return self.headers.get(name, [""])[0]

    def belongs_to(self, main: Record) -> bool:
        """Whether this is the request or metadata record of the response or resource `main`."""
        names = ("warc-concurrent-to", "warc-refers-to")
        told = [value for name in names for value in self.headers.get(name, [])]
        return self.kind in ("request", "metadata") and (
            main.record_id in told or self.record_id in main.headers.get("warc-concurrent-to", [])
        )


class Records:
    """Reads gzip members one after the other as WARC records, never holding more than a piece of one."""

    def __init__(self, chunks: Iterable[bytes], budget: Budget) -> None:
        self.consumed = 0
        self._chunks = iter(chunks)
        self._budget = budget
        self._raw = b""
        self._inflated = b""
        self._inflater = zlib.decompressobj(31)

    def __iter__(self) -> Iterator[Record]:
        while self._raw or self._fetch():
            self._inflater = zlib.decompressobj(31)
            yield self._record()

    def _fetch(self) -> bool:
        self._raw = next(self._chunks, b"")
        self.consumed += len(self._raw)
        return bool(self._raw)

    def _piece(self) -> bytes:
        """The next inflated bytes; nothing at the end of the member."""
        while not self._inflater.eof:
            piece = self._inflater.decompress(self._raw, CHUNK_BYTES)
            self._raw = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            self._budget.spend(len(piece))
            if piece:
                return piece
            if not self._inflater.eof and not self._raw and not self._fetch():
                raise AlteredError("a WARC record is cut off")
        return b""

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._inflated:
            piece = self._piece()
            if not piece or len(self._inflated) > MAX_HEADER_BYTES:
                raise AlteredError("a WARC record has a header without an end")
            self._inflated += piece
        head, _, self._inflated = self._inflated.partition(mark)
        return head + mark

    def _take(self, count: int) -> Iterator[bytes]:
        while count:
            piece = self._inflated or self._piece()
            if not piece:
                raise AlteredError("a WARC record is shorter than its header says")
            taken, self._inflated = piece[:count], piece[count:]
            count -= len(taken)
            yield taken

    def _record(self) -> Record:
        headers = _warc_headers(self._until(b"\r\n\r\n"))
        payload_bytes = _content_length(headers)
        block, payload = _Hashes(headers.get("warc-block-digest")), _Hashes(headers.get("warc-payload-digest"))
        if headers.get("content-type", [""])[0].startswith("application/http") and payload_bytes:
            http_header = self._until(b"\r\n\r\n")
            block.update(http_header)
            payload_bytes -= len(http_header)
        if payload_bytes < 0:
            raise AlteredError("a WARC record has an HTTP header without an end")
        for piece in self._take(payload_bytes):
            block.update(piece)
            payload.update(piece)
        self._must_end()
        block.must_agree("WARC-Block-Digest")
        payload.must_agree("WARC-Payload-Digest")
        return Record(headers, payload.sha256.hexdigest(), payload_bytes)

    def _must_end(self) -> None:
        end, self._inflated = self._inflated, b""
        while len(end) <= len(_RECORD_END) and (piece := self._piece()):
            end += piece
        if end != _RECORD_END:
            raise AlteredError("a WARC record does not end where its header says")

    @property
    def position(self) -> int:
        """How many compressed bytes the records read so far take."""
        return self.consumed - len(self._raw)


class _Hashes:
    """SHA-256 of some bytes, and whether they agree with the digest that a WARC header states for them."""

    def __init__(self, stated: list[str] | None) -> None:
        self.sha256 = hashlib.sha256()
        self._algorithm, _, self._value = (stated or [""])[0].partition(":")
        if stated and self._algorithm not in ("sha1", "sha256", "sha512"):
            raise AlteredError(f"a WARC record states a digest by the unknown algorithm {quoted(self._algorithm)}")
        self._stated = hashlib.new(self._algorithm, usedforsecurity=False) if stated else None

    def update(self, piece: bytes) -> None:
        self.sha256.update(piece)
        if self._stated:
            self._stated.update(piece)

    def must_agree(self, header: str) -> None:
        if self._stated is None:
            return
        base32 = base64.b32encode(self._stated.digest()).decode().rstrip("=")
        if self._value.rstrip("=").upper() != base32 and self._value.lower() != self._stated.hexdigest():
            raise AlteredError(f"a WARC record does not give its {header}")


def _warc_headers(head: bytes) -> dict[str, list[str]]:
    version, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")[:-2]
    if version not in ("WARC/1.0", "WARC/1.1"):
        raise AlteredError("a gzip member holds no WARC record")
    if len(lines) > MAX_HEADER_LINES:
        raise AlteredError("a WARC record has more header lines than anybody writes")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, separator, value = line.partition(":")
        if not separator:
            raise AlteredError("a WARC record has a header line without a colon")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    repeated = [name for name, values in headers.items() if len(values) > 1 and name != "warc-concurrent-to"]
    if repeated:
        raise AlteredError(f"a WARC record repeats its header {quoted(repeated[0])}")
    return headers


def _content_length(headers: Mapping[str, list[str]]) -> int:
    text = headers.get("content-length", [""])[0]
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise AlteredError("a WARC record has no Content-Length")
    return int(text)


# -- The texts that the profile fixes to the byte ------------------------------------------------------------------


def manifest_text(digests: Mapping[str, str]) -> bytes:
    """A BagIt manifest (RFC 8493, 2.1.3) of names to hex digests, sorted by name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def seal_text(signed: bytes, fingerprint: str) -> bytes:
    """seal.json: nothing in it that does not follow from what is signed, and by which key."""
    seal = {
        "algorithm": "ECDSA P-384, SHA-256, DER, s in the lower half of the order",
        "profile": PROFILE,
        "sha256": hashlib.sha256(signed).hexdigest(),
        "signature": SIGNATURE_FILE,
        "signed": SIGNED_FILE,
        "signer": fingerprint,
        "timestamp": "not yet stamped",
    }
    return (json.dumps(seal, indent=1, sort_keys=True) + "\n").encode()


def document_text(value: Any) -> bytes:
    """How JSON documents are written into a pack; ValueError on NaN and infinities."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


# -- The checks ----------------------------------------------------------------------------------------------------

SignatureOpinion = Callable[[bytes, bytes, bytes], bool]


class Pack:
    """An archive with the digests of all its files; documents are parsed anew each time, so that memory stays low."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.digests = {name: archive.digest(name) for name in archive.entries}
        self._custody: list[Any] | None = None

    def names(self, pattern: re.Pattern[str]) -> list[str]:
        """The files whose whole name matches."""
        return sorted(name for name in self.digests if pattern.fullmatch(name))

    def document(self, name: str) -> Any:
        """A JSON document; duplicated keys and numbers that JSON does not know are refused."""
        return parse_json(self.archive.read(name), name)

    def custody(self) -> list[Any]:
        """The records of the custody log, in the order of the file."""
        if self._custody is None:
            *lines, rest = self.archive.read(CUSTODY_FILE).split(b"\n")
            if rest:
                raise AlteredError(f"{CUSTODY_FILE} ends within a line")
            self._custody = [parse_json(line, f"{CUSTODY_FILE} line {number}") for number, line in enumerate(lines, 1)]
        return self._custody

    def revisions(self) -> Iterator[tuple[str, Any]]:
        """Every revision in the analysis files, with the name of its place."""
        for name in self.names(ANALYSIS_NAME):
            for number, revision in enumerate(field(self.document(name), "revisions", list, name), 1):
                yield f"{name} revision {number}", revision

    def items(self) -> Iterator[tuple[str, Any]]:
        """Every queue item in the analysis files."""
        for where, revision in self.revisions():
            if revision.get("item") is not None:
                yield where, field(revision, "item", dict, where)


def parse_json(text: bytes, where: str) -> Any:
    """The JSON value in `text`; AlteredError when there is none, or more than one way to read it."""
    try:
        return json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_int=_short_integer,
        )
    except (ValueError, RecursionError) as error:
        raise AlteredError(f"{quoted(where)} is not valid JSON ({type(error).__name__})") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands there twice")
    return record


def _short_integer(digits: str) -> int:
    if len(digits) > 40:  # reading longer ones takes time that grows with the square of their length
        raise ValueError("an integer is too long")
    return int(digits)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def field(record: Any, key: str, kind: type[_T], where: str) -> _T:
    """`record[key]` when it is there and of that kind."""
    value = record.get(key) if isinstance(record, dict) else None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise AlteredError(f"{where}: {quoted(key)} is missing or not of the kind {kind.__name__}")
    return value


def _require(faults: Iterable[str]) -> None:
    """AlteredError with the first three faults and the number of the others, if there are any."""
    found = list(faults)
    if found:
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        raise AlteredError("; ".join(found[:3]) + more)


def check_archive(pack: Pack) -> str:
    """Every stored file gives its CRC-32; the structure was checked on opening."""
    archive = pack.archive
    _require(
        f"{name}: the content does not give the archive's CRC-32"
        for name, entry in archive.entries.items()
        if pack.digests[name].crc != entry.crc
    )
    return f"{len(archive.entries)} files under {archive.folder}/, {archive.size} bytes"


def check_layout(pack: Pack) -> str:
    """Exactly the files of the profile, and a bag-info.txt that tells of this bag."""
    captures, analyses = pack.names(CAPTURE_NAME), pack.names(ANALYSIS_NAME)
    expected = {*TAG_FILES, *TAG_MANIFESTS, *SEAL_FILES, *FIXED_PAYLOAD, *captures, *analyses}
    _require(f"{name} is missing" for name in sorted(expected - pack.digests.keys()))
    _require(f"{name} does not belong into a pack" for name in sorted(pack.digests.keys() - expected))
    _require(_numbering_faults(CAPTURE_NAME, captures))
    _require(_numbering_faults(ANALYSIS_NAME, analyses))
    if pack.archive.read("bagit.txt") != BAGIT_TXT:
        raise AlteredError("bagit.txt is not that of BagIt 1.0")
    _require(_bag_info_faults(pack))
    return f"{len(captures)} captures, {len(analyses)} posts"


def _numbering_faults(pattern: re.Pattern[str], names: list[str]) -> Iterator[str]:
    numbers = sorted(int(match[1]) for match in map(pattern.fullmatch, names) if match)
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        yield f"the files {pattern.pattern.split('(')[0]}* are not numbered from 0001 without a gap"


def _bag_info_faults(pack: Pack) -> Iterator[str]:
    lines = pack.archive.read("bag-info.txt").decode("utf-8").split("\n")[:-1]
    info = dict(line.split(": ", 1) for line in lines)
    payload = [entry.size for name, entry in pack.archive.entries.items() if name.startswith("data/")]
    expected = {
        "External-Identifier": pack.archive.folder,
        "Payload-Oxum": f"{sum(payload)}.{len(payload)}",
        "X-Pack-Profile": PROFILE,
    }
    for key, value in expected.items():
        if info.get(key) != value:
            yield f"bag-info.txt says {key}: {quoted(info.get(key))}, the pack says {quoted(value)}"


def check_tag_manifests(pack: Pack) -> str:
    """Both tag manifests are there and right."""
    for algorithm in ALGORITHMS:
        names = [name for name in TAG_FILES if name in pack.digests]
        _check_manifest(pack, f"tagmanifest-{algorithm}.txt", algorithm, names)
    return "the descriptions of the bag are as both tag manifests say"


def check_manifests(pack: Pack) -> str:
    """Both payload manifests name every payload file, none that is not there, and the right digests."""
    names = [name for name in pack.digests if name.startswith("data/")]
    for algorithm in ALGORITHMS:
        _check_manifest(pack, f"manifest-{algorithm}.txt", algorithm, names)
    return f"{len(names)} files are as both manifests say (SHA-256 and SHA-512)"


def _check_manifest(pack: Pack, manifest: str, algorithm: str, names: list[str]) -> None:
    content = pack.archive.read(manifest)
    actual = {name: str(getattr(pack.digests[name], algorithm)) for name in names}
    stated = dict(line.split("  ", 1)[::-1] for line in content.decode("utf-8").split("\n")[:-1])
    _require(f"{quoted(name)} is in {manifest} but not in the pack" for name in sorted(stated.keys() - actual.keys()))
    _require(f"{name} is in the pack but not in {manifest}" for name in sorted(actual.keys() - stated.keys()))
    _require(
        f"{name} does not give its digest in {manifest}" for name in sorted(actual) if stated[name] != actual[name]
    )
    if content != manifest_text(actual):
        raise AlteredError(f"{manifest} is not written as the profile says")


def check_signature(pack: Pack, opinion: SignatureOpinion | None) -> str:
    """The signature over the SHA-256 tag manifest holds under the key beside it; `opinion` must agree if given."""
    pem, signature = pack.archive.read(SIGNER_FILE), pack.archive.read(SIGNATURE_FILE)
    signed = pack.archive.read(SIGNED_FILE)
    spki = parse_public_key(pem)
    r, s = parse_signature(signature)
    holds = ecdsa_holds(_point_of(spki), signed, r, s)
    if opinion is not None and opinion(pem, signature, signed) != holds:
        raise UncheckedError("two implementations of ECDSA disagree on the signature; tell the makers of Lurewatch")
    if not holds:
        raise AlteredError(f"{SIGNATURE_FILE} is no signature of {SIGNED_FILE} by the key in {SIGNER_FILE}")
    if pack.archive.read(SEAL_FILE) != seal_text(signed, fingerprint_of(spki)):
        raise AlteredError(f"{SEAL_FILE} does not describe this seal")
    return f"{SIGNED_FILE}, and through it every file, is signed by the key {fingerprint_of(spki)}"


def check_signer(pack: Pack, trusted: str | None) -> str:
    """The key is the one that the reader trusts."""
    actual = fingerprint_of(parse_public_key(pack.archive.read(SIGNER_FILE)))
    if trusted is None:
        raise UncheckedError(f"key not known to you: compare {actual} with what the issuing unit tells you")
    if actual != trusted:
        raise AlteredError(f"the pack was sealed by the key {actual}, not by the one you trust")
    return "sealed by the key you trust"


def check_captures(pack: Pack) -> str:
    """Every capture is a whole set of WARC records whose payload is the one that the analysis names."""
    named = _captures_by_file(pack)
    files = pack.names(CAPTURE_NAME)
    _require(f"{name} is named by no analysis" for name in files if name not in named)
    _require(f"{name} is named by an analysis but missing" for name in sorted(named.keys() - set(files)))
    budget = Budget(pack.archive.size)
    records = 0
    for name in files:
        try:
            found = list(islice(Records(pack.archive.chunks(name), budget), MAX_CAPTURE_RECORDS + 1))
            records += _check_capture(found, named[name])
        except (AlteredError, zlib.error) as error:
            raise AlteredError(f"{name}: {error}") from error
    return f"{records} WARC records in {len(files)} captures, payloads as the analyses name them"


def _captures_by_file(pack: Pack) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for where, revision in pack.revisions():
        capture = field(revision, "capture", dict, where)
        name = "data/" + field(capture, "file", str, where)
        if named.setdefault(name, capture) != capture:
            raise AlteredError(f"{where} describes {quoted(name)} otherwise than another revision does")
    return named


def _check_capture(records: list[Record], capture: Any) -> int:
    if len(records) > MAX_CAPTURE_RECORDS:
        raise AlteredError(f"it holds more than {MAX_CAPTURE_RECORDS} records")
    main = [record for record in records if record.kind in ("response", "resource")]
    if len(main) != 1:
        raise AlteredError(f"{len(main)} response or resource records instead of one")
    if not all(record is main[0] or record.belongs_to(main[0]) for record in records):
        raise AlteredError("a record in it belongs to another capture")
    if main[0].record_id != capture.get("warc_record_id"):
        raise AlteredError("the record has another id than the analysis says")
    if (main[0].payload_sha256, main[0].payload_bytes) != (capture.get("sha256"), capture.get("size_bytes")):
        raise AlteredError("the payload is not the one that the analysis names")
    return len(records)


def check_analysis(pack: Pack) -> str:
    """The revisions give their content digests, and every indicator quotes the text at its place."""
    verdicts = 0
    for where, revision in pack.revisions():
        content = {key: revision[key] for key in ("title", "text", "author", "posted_at", "location", "salary")}
        if sha256_of(content) != revision["sha256"]:
            raise AlteredError(f"{where}: the content does not give the digest that was taken when it was read")
        for verdict in field(revision, "verdicts", list, where):
            verdicts += 1
            _require(_indicator_faults(field(revision, "scored_text", str, where), verdict, where))
    return f"{verdicts} verdicts with their recruitment indicators, quoted as in the text"


def _indicator_faults(text: str, verdict: Any, where: str) -> Iterator[str]:
    for indicator in field(verdict, "indicators", list, where):
        start, end = field(indicator, "start", int, where), field(indicator, "end", int, where)
        if not 0 <= start < end <= len(text) or text[start:end] != indicator.get("text"):
            yield f"{where}: indicator {quoted(indicator.get('code'))} does not quote the text at {start} to {end}"


def check_custody(pack: Pack) -> str:
    """The custody log's links hold, and it tells of every capture and of every item of the case."""
    records = pack.custody()
    _require(_link_faults(records))
    head = pack.document(HEAD_FILE)
    seq, last = field(head, "seq", int, HEAD_FILE), records[-1]
    if last["seq"] > seq or (last["seq"] == seq and last["hash"] != head.get("hash")):
        raise AlteredError(f"{CUSTODY_FILE} does not end at or before the entry that {HEAD_FILE} names")
    told = {(record["action"], record["subject"]): record["details"] for record in records}
    _require(_ingest_faults(pack, told))
    _require(_case_faults(pack, records))
    return f"{len(records)} entries of the audit chain, up to entry {seq} at export"


def _case_faults(pack: Pack, records: list[Any]) -> Iterator[str]:
    """What the pack says of its case and of what was put into it, against what the custody log says."""
    case = field(pack.document(CLAIMS_FILE), "case", dict, CLAIMS_FILE)
    about = [record for record in records if record["subject"] == f"case:{case.get('id')}"]
    opened = [
        {"id": case.get("id"), "opened_by": record["actor"], **record["details"]}
        for record in about
        if record["action"] == "case.opened"
    ]
    if opened != [case]:
        yield f"{CLAIMS_FILE}: the case is not as {CUSTODY_FILE} tells that it was opened"
    filed = {(item["id"], item["added_at"], item["added_by"]) for _, item in pack.items() if item["in_case"]}
    for number in sorted({one[0] for one in _put_in(about) ^ filed}, key=str):
        yield f"item {quoted(number)} is not in the case as {CUSTODY_FILE} tells that it was put there"


def _put_in(about: list[Any]) -> set[tuple[Any, Any, Any]]:
    """Item, time and person of what was put into the case and not taken out again, as its entries tell."""
    inside: dict[Any, tuple[Any, Any, Any]] = {}
    for record in about:
        details = record["details"]
        if record["action"] == "case.item_added":
            inside[details["item"]] = (details["item"], details["added_at"], record["actor"])
        elif record["action"] == "case.item_removed":
            inside.pop(details["item"], None)
    return set(inside.values())


def _link_faults(records: list[Any]) -> Iterator[str]:
    if not records:
        yield f"{CUSTODY_FILE} is empty"
    before: Any = None
    for number, record in enumerate(records, 1):
        where = f"{CUSTODY_FILE} line {number}"
        seq, stated = field(record, "seq", int, where), field(record, "hash", str, where)
        field(record, "details", dict, where)
        if sha256_of({key: value for key, value in record.items() if key != "hash"}) != stated:
            yield f"{where}: entry {seq} does not give its hash"
        if before is not None and seq <= before["seq"]:
            yield f"{where}: entry {seq} does not come after entry {before['seq']}"
        if before is not None and seq == before["seq"] + 1 and record.get("prev_hash") != before["hash"]:
            yield f"{where}: entry {seq} does not follow entry {before['seq']}"
        before = record


_INGEST_KEYS = (
    "fetched_at",
    "media_type",
    "provenance",
    "robots",
    "sha256",
    "size_bytes",
    "status",
    "url",
    "warc_record_id",
)


def _ingest_faults(pack: Pack, told: Mapping[tuple[str, str], Any]) -> Iterator[str]:
    for name, capture in _captures_by_file(pack).items():
        entry = told.get(("capture.recorded", f"capture:{capture.get('id')}"))
        if entry is None:
            yield f"{CUSTODY_FILE} does not tell how {name} was captured"
            continue
        for key in _INGEST_KEYS:
            if entry.get(key) != capture.get(key):
                yield f"{CUSTODY_FILE} gives another {key} for {name} than the analysis"


def check_decisions(pack: Pack) -> str:
    """Every item of the case stands confirmed; the custody log tells each decision, and what it was made on, alike."""
    made = {
        (record["subject"], record["details"]["decision"]): {"reviewer": record["actor"], **record["details"]}
        for record in pack.custody()
        if record["action"] == "decision.made"
    }
    in_case = 0
    for where, revision in pack.revisions():
        item = revision["item"]
        if item is None:
            continue
        decisions = field(item, "decisions", list, where)
        _require(_decision_faults(revision, decisions, made, where))
        in_case += bool(item["in_case"])
        if item["in_case"] and standing_outcome(decisions) != "confirmed":
            raise AlteredError(f"{where}: the item stands {quoted(standing_outcome(decisions))}, not confirmed")
    if not in_case:
        raise AlteredError("no item of the case is in the pack")
    _require(f"{CUSTODY_FILE}: decision {key[1]} on {key[0]} is in no analysis" for key in sorted(made))
    return f"{in_case} confirmed, every decision as the custody log tells"


def _decision_faults(revision: Any, decisions: list[Any], made: dict[Any, Any], where: str) -> Iterator[str]:
    for decision in decisions:
        number = field(decision, "id", int, where)
        told = made.pop((f"item:{revision['item']['id']}", number), None)
        if told is None:
            yield f"{where}: decision {number} is not in the custody log"
            continue
        shown = _on_record(revision, decision)
        differing = sorted(key for key in told.keys() | shown.keys() if told.get(key) != shown.get(key))
        if differing:
            yield f"{where}: decision {number} is not as the custody log tells: {', '.join(map(quoted, differing))}"


def _on_record(revision: Any, decision: Any) -> dict[str, Any]:
    """What the audit chain was told when this decision was made, if nothing was changed since."""
    plain = ("outcome", "undoes", "decided_at", "release", "saw_score", "reviewer")
    # Few decisions have any of these, and those of older packs none.
    rare = ("purpose", "blind", "source_decision", "reason", "snoozed_until", "needs_lang")
    judged = [
        {"verdict": verdict, "identifiers": revision["identifiers"]}
        for verdict in revision["verdicts"]
        if verdict["release"] == decision["release"]
    ]
    return {
        **{key: decision[key] for key in plain},
        **{key: decision[key] for key in rare if decision.get(key) is not None},
        "labels": decision.get("labels"),  # Decisions of older packs have none.
        "decision": decision["id"],
        "note_sha256": hashlib.sha256(decision["note"].encode()).hexdigest(),
        "revision_sha256": revision["sha256"],
        "judgement_sha256": sha256_of(judged[0]) if judged else None,
    }


def standing_outcome(decisions: list[Any]) -> str | None:
    """The outcome of the newest decision that was not taken back; a second or golden reading changes nothing.

    What settled a disagreement of such readings does.
    """
    taken_back = {decision.get("undoes") for decision in decisions}
    first = [one for one in decisions if one["outcome"] != "undone" and one.get("purpose") in (None, "", "settling")]
    standing = [one for one in first if one["id"] not in taken_back]
    return max(standing, key=lambda one: int(one["id"]))["outcome"] if standing else None


def check_claims(pack: Pack) -> str:
    """claims.json tells of this case, these captures and this custody log."""
    claims = pack.document(CLAIMS_FILE)
    case, custody = field(claims, "case", dict, CLAIMS_FILE), field(claims, "custody", dict, CLAIMS_FILE)
    signer = fingerprint_of(parse_public_key(pack.archive.read(SIGNER_FILE)))
    expected = {
        "profile": (claims.get("profile"), PROFILE),
        "installation": (claims.get("installation"), signer),
        "case number": (case.get("number"), pack.archive.folder),
        "audit head": (custody.get("head"), pack.document(HEAD_FILE)),
        "custody entries": (custody.get("seqs"), [record["seq"] for record in pack.custody()]),
        "captures": (_stated_captures(claims), {name: c["sha256"] for name, c in _captures_by_file(pack).items()}),
        "items": (claims.get("items"), sorted(item["id"] for _, item in pack.items() if item["in_case"])),
    }
    _require(f"{CLAIMS_FILE}: {name} not as in the pack" for name, (told, actual) in expected.items() if told != actual)
    return "what the pack claims of itself agrees with what is in it"


def _stated_captures(claims: Any) -> dict[str, str]:
    return {"data/" + one["file"]: one["sha256"] for one in field(claims, "captures", list, CLAIMS_FILE)}


def check_timestamp(_pack: Pack) -> str:
    """This profile has no timestamps yet."""
    raise UncheckedError("not yet stamped: no independent clock vouches for the times in this pack")


# -- The report ----------------------------------------------------------------------------------------------------

CLAIMS = (
    "archive",
    "layout",
    "tag manifests",
    "manifests",
    "signature",
    "signer",
    "captures",
    "analysis",
    "custody",
    "decisions",
    "claims",
    "timestamp",
)


def examine(
    file: BinaryIO, *, trusted_signer: str | None = None, opinion: SignatureOpinion | None = None
) -> PackReport:
    """Check every claim of the pack in `file`, which must be seekable.

    `trusted_signer` is the fingerprint (see `parse_fingerprint`) that the reader got from the issuing unit, `opinion` a
    second implementation of the signature check. Raises NotAPackError, and OSError when the file cannot be read.
    """
    optional = {"timestamp"} if trusted_signer is not None else {"timestamp", "signer"}
    try:
        pack = Pack(read_archive(file))
    except AlteredError as error:
        unread = [Claim(name, "unchecked", "the archive cannot be read", name not in optional) for name in CLAIMS[1:]]
        return PackReport((Claim("archive", "altered", str(error), True), *unread), None)
    checks: list[Callable[[], str]] = [
        lambda: check_archive(pack),
        lambda: check_layout(pack),
        lambda: check_tag_manifests(pack),
        lambda: check_manifests(pack),
        lambda: check_signature(pack, opinion),
        lambda: check_signer(pack, trusted_signer),
        lambda: check_captures(pack),
        lambda: check_analysis(pack),
        lambda: check_custody(pack),
        lambda: check_decisions(pack),
        lambda: check_claims(pack),
        lambda: check_timestamp(pack),
    ]
    claims = [_judge(name, checks[place], name not in optional) for place, name in enumerate(CLAIMS)]
    return PackReport(tuple(claims), _signer_of(pack))


def _judge(name: str, check: Callable[[], str], mandatory: bool) -> Claim:
    try:
        return Claim(name, "intact", check(), mandatory)
    except AlteredError as error:
        return Claim(name, "altered", str(error), mandatory)
    except UncheckedError as error:
        return Claim(name, "unchecked", str(error), mandatory)
    except _MALFORMED as error:
        return Claim(name, "altered", f"not shaped as the profile says ({type(error).__name__})", mandatory)


def _signer_of(pack: Pack) -> str | None:
    try:
        return fingerprint_of(parse_public_key(pack.archive.read(SIGNER_FILE)))
    except AlteredError:
        return None


def report_lines(report: PackReport) -> list[str]:
    """The report as text, one line a claim and one for the whole."""
    lines = [f"{claim.outcome:<9}  {claim.name:<13}  {claim.detail}" for claim in report.claims]
    verdict = "HOLDS: every claim that must hold is intact." if report.holds else "DOES NOT HOLD: see above."
    return [*lines, verdict]


def report_json(report: PackReport) -> str:
    """The report as one JSON object."""
    claims = [claim._asdict() for claim in report.claims]
    return json.dumps({"holds": report.holds, "signer": report.signer, "claims": claims}, indent=1)


def main(arguments: list[str] | None = None) -> int:
    """Print the report: 0 everything that must hold holds, 1 it does not, 2 wrong usage or not a pack."""
    parser = argparse.ArgumentParser(description="Verify a Lurewatch evidence pack, offline.")
    parser.add_argument("pack", help="the ZIP file, as it was handed over")
    parser.add_argument(
        "--trust", metavar="FINGERPRINT", type=parse_fingerprint, help="the issuing unit's key, as the unit told you"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        with Path(options.pack).open("rb") as file:
            report = examine(file, trusted_signer=options.trust)
    except (NotAPackError, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.stderr.write(f"{quoted(options.pack)}: {reason}. Give the ZIP file of an evidence pack.\n")
        return 2
    sys.stdout.write((report_json(report) if options.json else "\n".join(report_lines(report))) + "\n")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
