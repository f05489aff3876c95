"""Verifies a Lurewatch evidence pack with nothing but Python 3.9 or newer: `python3 verify.py PACK.zip`.

This one file is the verifier, inside and outside Lurewatch, and the definition of the pack's profile. It opens no
network connection, unpacks nothing to disk, runs nothing of what it reads, and treats every byte as hostile. Each
claim is answered "intact", "altered" or "unchecked"; a check that could not run is never called intact.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import hashlib
import json
import os
import re
import struct
import sys
import time
import unicodedata
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

PROFILE_1 = "lurewatch-pack-1"
PROFILE = "lurewatch-pack-2"
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
INCLUSION_FILE = "data/inclusion.jsonl"
REDACTIONS_FILE = "data/redactions.json"
SALTS_FILE = "data/redaction-salts.json"
ORIGINAL, REDACTED = "original", "redacted"
FIXED_PAYLOAD = (CUSTODY_FILE, HEAD_FILE, CLAIMS_FILE, "data/report.html", "data/README_VERIFY.txt", "data/verify.py")
ANALYSIS_NAME = re.compile(r"data/analysis/(\d{4,5})\.json")
# The profiles differ in what a capture is, and in what a pack may hold besides.
CAPTURE_NAMES = {
    PROFILE_1: re.compile(r"data/captures/(\d{4,5})\.warc\.gz"),
    PROFILE: re.compile(r"data/captures/(\d{4,5})\.wacz"),
}
STAMP_NAME = re.compile(r"(seal/stamps/\d{4})\.(?:tsq|tsr|pem)")
BATCH_STAMP_NAME = re.compile(r"(data/timestamps/batch-\d{6,9}-\d{4})\.(?:tsq|tsr|pem)")
STAMP_KINDS = ("tsq", "tsr", "pem")
_NOTHING_ELSE = re.compile(r"(?!)")
OPTIONAL_NAMES = {
    PROFILE_1: _NOTHING_ELSE,
    PROFILE: re.compile(
        "|".join(
            (
                r"data/report\.pdf",
                r"data/exchange/(?:case\.jsonld|stix-bundle\.json|misp-event\.json|htcds\.csv|ictip\.csv)",
                re.escape(INCLUSION_FILE),
                BATCH_STAMP_NAME.pattern,
                re.escape(REDACTIONS_FILE),
                re.escape(SALTS_FILE),
                r"data/screenshots/\d{4,5}\.png",
                STAMP_NAME.pattern,
            )
        )
    ),
}

CHUNK_BYTES = 1 << 18
MAX_DOCUMENT_BYTES = 64 << 20
MAX_HEADER_BYTES = 1 << 20
MAX_HEADER_LINES = 100
# What a browser made of a capture: the page as it stood there, and how it looked.
MADE_KINDS = ("conversion", "resource")
# A capture's response or resource with the records beside it; more is nothing that we wrote.
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
        """Whether every mandatory claim is intact, and none of the others altered."""
        return all(one.outcome == "intact" or (one.outcome == "unchecked" and not one.mandatory) for one in self.claims)


# -- RFC 8785 canonical JSON -------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    """The RFC 8785 form of a JSON value: keys by UTF-16 code units, numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_json_text(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return _ecmascript_number(value) if isinstance(value, float) else _json_text(value)


# Made once: json.dumps would make an encoder for each of the many strings of a chain.
_json_text = json.JSONEncoder(ensure_ascii=False).encode


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


# A point as (X, Y, Z), which stands for (X/Z, Y/Z); infinity has Z = 0.
_Projective = tuple[int, int, int]
_INFINITY = (0, 1, 0)
_WINDOW_BITS = 6
_WINDOWS = 64


def _add(p: _Projective, q: _Projective) -> _Projective:
    """The complete group law for a = -3: Renes, Costello, Batina 2016, algorithm 4; right for every pair of points."""
    (x1, y1, z1), (x2, y2, z2) = p, q
    xx, yy, zz = x1 * x2, y1 * y2, z1 * z2
    xy, yz, xz = x1 * y2 + x2 * y1, y1 * z2 + y2 * z1, x1 * z2 + x2 * z1
    m = 3 * (xz - _B * zz) % _P
    n = 3 * (_B * xz - 3 * zz - xx) % _P
    o = 3 * (xx - zz) % _P
    low, high, xy, yz = (yy - m) % _P, (yy + m) % _P, xy % _P, yz % _P
    return (xy * high - yz * n) % _P, (high * low + o * n) % _P, (yz * low + xy * o) % _P


@lru_cache(maxsize=4)
def _multiples(point: tuple[int, int]) -> list[list[_Projective]]:
    """For each window of a scalar its every value times the point, so that a multiple is 64 additions."""
    rows = []
    base = (*point, 1)
    for _ in range(_WINDOWS):
        row = [_INFINITY]
        for _ in range(1 << _WINDOW_BITS):
            row.append(_add(row[-1], base))
        base = row.pop()
        rows.append(row)
    return rows


def _times(scalar: int, point: tuple[int, int]) -> _Projective:
    total = _INFINITY
    for place, row in enumerate(_multiples(point)):
        total = _add(total, row[scalar >> place * _WINDOW_BITS & (1 << _WINDOW_BITS) - 1])
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
    x, _, z = _add(_times(digest * inverse % CURVE_ORDER, _G), _times(r * inverse % CURVE_ORDER, point))
    return z != 0 and x * pow(z, -1, _P) % _P % CURVE_ORDER == r


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


def signature_p1363(r: int, s: int) -> bytes:
    """The form of IEEE P1363, as browsers read it: r and s, 48 bytes each."""
    return b"".join(number.to_bytes(_COORDINATE_BYTES, "big") for number in (r, s))


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
        self.file = file

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        if name not in self.entries:
            raise AlteredError(f"{quoted(name)} is missing")
        start, left, _ = self.entries[name]
        while left:
            self.file.seek(start)
            chunk = self.file.read(min(left, CHUNK_BYTES))
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
    """Read a pack's directory; AlteredError names the first entry that is not as the profile writes it."""
    size = file.seek(0, os.SEEK_END)
    return _under_one_folder(file, _read_entries(file, 0, size), size)


def read_inner_archive(file: BinaryIO, place: Entry) -> Archive:
    """The same for an archive that is stored, as it is, as a file of a pack: its own files have no folder."""
    try:
        return Archive(file, "", _read_entries(file, place.start, place.size), place.size)
    except NotAPackError as error:
        raise AlteredError("it is no ZIP archive") from error


def _read_entries(file: BinaryIO, base: int, size: int) -> dict[str, Entry]:
    directory, count, directory_start = _read_directory(file, base, size)
    names: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    place, expected_start = 0, 0
    for _ in range(count):
        fields, raw_name, place = _central_fields(directory, place)
        name = _entry_name(fields, raw_name, names)
        entry = _entry(file, fields, raw_name, base, expected_start)
        entries[name] = entry
        expected_start = entry.start + entry.size - base
    if place != len(directory):
        raise AlteredError("the archive's directory holds bytes that belong to no entry")
    if expected_start != directory_start:
        raise AlteredError(f"bytes {expected_start} to {directory_start} of the archive belong to no entry")
    if list(entries) != sorted(entries):
        raise AlteredError("the archive's entries are not in order")
    return entries


def _read_directory(file: BinaryIO, base: int, size: int) -> tuple[bytes, int, int]:
    file.seek(base)
    begins = file.read(min(size, len(_LOCAL_SIGNATURE))) == _LOCAL_SIGNATURE
    file.seek(base + max(0, size - _END.size))
    tail = file.read(min(size, _END.size))
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
    file.seek(base + start)
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


def _entry(file: BinaryIO, fields: tuple[Any, ...], raw_name: bytes, base: int, start: int) -> Entry:
    """The entry at `start`, when both its headers are what the profile writes for its name, size and CRC."""
    name, crc, size = quoted(raw_name.decode("latin-1")), fields[7], fields[9]
    if fields[4] != 0 or fields[3] & 1:
        raise AlteredError(f"entry {name} is compressed or encrypted; a pack stores its files as they are")
    if fields[11] or fields[12] or fields[16] != start:
        raise AlteredError(f"entry {name} has extra data, or other data before it")
    file.seek(base + start)
    local = file.read(_LOCAL.size + len(raw_name))
    if _CENTRAL.pack(*fields) + raw_name != central_header(raw_name, size, crc, start) or local != local_header(
        raw_name, size, crc
    ):
        raise AlteredError(f"entry {name} has a header that the profile does not write")
    return Entry(base + start + len(local), size, crc)


def local_header(name: bytes, size: int, crc: int) -> bytes:
    """What stands before an entry's bytes."""
    return _LOCAL.pack(_LOCAL_SIGNATURE, *_about_entry(name, size, crc)) + name


def central_header(name: bytes, size: int, crc: int, start: int) -> bytes:
    """What the archive's directory says of the entry whose local header begins at `start`."""
    about = _about_entry(name, size, crc)
    return _CENTRAL.pack(_CENTRAL_SIGNATURE, _UNIX << 8 | _ZIP_VERSION, *about, 0, 0, 0, _FILE_MODE, start) + name


def end_record(count: int, length: int, start: int) -> bytes:
    """The archive's end: how many entries, how long the directory is, and where it begins."""
    return _END.pack(_END_SIGNATURE, 0, 0, count, count, length, start, 0)


def _about_entry(name: bytes, size: int, crc: int) -> tuple[int, ...]:
    return _ZIP_VERSION, 0, 0, 0, _DATE_1980, crc, size, size, len(name), 0


def _under_one_folder(file: BinaryIO, entries: dict[str, Entry], size: int) -> Archive:
    names = list(entries)
    for name in names:
        if not _PLAIN_NAME.fullmatch(name) or len(name) > _MAX_NAME_BYTES:
            raise AlteredError(f"entry {quoted(name)} has a name that the profile does not write")
    folders = {name.split("/")[0] for name in names}
    if len(folders) != 1:
        raise AlteredError(f"the archive holds {len(folders)} top-level folders instead of one")
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
    """One WARC record: lower-case header names with all their values, its HTTP header, and what its payload gives."""

    headers: dict[str, list[str]]
    http_header: bytes
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
        """Whether this is a record beside the response or resource `main`: request, metadata, what a browser made."""
        names = ("warc-concurrent-to", "warc-refers-to")
        told = [value for name in names for value in self.headers.get(name, [])]
        return self.kind in ("request", "metadata", *MADE_KINDS) and (
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
        http_header = b""
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
        return Record(headers, http_header, payload.sha256.hexdigest(), payload_bytes)

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


class PlacedRecord(NamedTuple):
    """A record, and where in its file its gzip member lies."""

    record: Record
    offset: int
    length: int


def placed_records(chunks: Iterable[bytes], budget: Budget) -> Iterator[PlacedRecord]:
    """All records in order."""
    records, offset = Records(chunks, budget), 0
    for record in records:
        yield PlacedRecord(record, offset, records.position - offset)
        offset = records.position


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


# -- WACZ 1.1.1: an archive of its own for each capture, that tools which know nothing of packs open -----------------

WARC_NAME = "archive/data.warc.gz"
INDEX_NAME = "indexes/index.cdxj"
PAGES_NAME = "pages/pages.jsonl"
PACKAGE_NAME = "datapackage.json"
DIGEST_NAME = "datapackage-digest.json"
WACZ_RESOURCES = (WARC_NAME, INDEX_NAME, PAGES_NAME)
WACZ_FILES = (*WACZ_RESOURCES, PACKAGE_NAME, DIGEST_NAME)
# The kinds of WARC record that the index lists. In a redacted pack a resource stands for what was captured and names
# it: a conversion would be the right kind, but ReplayWeb.page 2.5.3 passes over those.
INDEXED_KINDS = ("response", *MADE_KINDS)
COPY_OF = "X-Redacted-Copy-Of"
_MOST_ESCAPES = 4
_WEB_URL = re.compile(r"https?://(?:[^/?#]*@)?(?:www\d*\.)?([^/?#:]+)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#.*)?")


class Origin(NamedTuple):
    """What all WACZ files of a pack say alike: for which case, by whom, with what and when they were made."""

    case: str
    organisation: str
    software: str
    created: str
    spki: bytes


def warcinfo_member(capture: Mapping[str, Any], origin: Origin) -> bytes:
    """The WARC record that stands before those of a capture, in the one gzip form that no library can change."""
    about = {
        "software": origin.software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": origin.organisation,
        "isPartOf": origin.case,
        "robots": capture["robots"],
    }
    block = "".join(f"{name}: {' '.join(str(about[name]).split())}\r\n" for name in about).encode()
    record_id = uuid.uuid5(uuid.NAMESPACE_URL, canonical([origin.case, origin.created, capture["warc_record_id"]]))
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<urn:uuid:{record_id}>",
        "WARC-Date": origin.created,
        "WARC-Filename": WARC_NAME.split("/")[1],
        "WARC-Block-Digest": "sha256:" + base64.b32encode(hashlib.sha256(block).digest()).decode(),
        "Content-Type": "application/warc-fields",
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {headers[name]}\r\n" for name in headers)
    return stored_member(f"WARC/1.1\r\n{head}\r\n".encode() + block + _RECORD_END)


def stored_member(content: bytes) -> bytes:
    """A gzip member (RFC 1952) with one stored block; ValueError beyond 65,535 bytes."""
    if len(content) > 0xFFFF:
        raise ValueError("a warcinfo record is longer than a stored block")
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01"
    size = struct.pack("<HH", len(content), len(content) ^ 0xFFFF)
    return head + size + content + struct.pack("<LL", zlib.crc32(content), len(content))


def index_text(records: Iterable[PlacedRecord]) -> bytes:
    """The CDXJ index: a line for each record that holds what was captured, or what a browser made of it."""
    return b"".join(sorted(_index_line(*placed) for placed in records if placed.record.kind in INDEXED_KINDS))


def _index_line(record: Record, offset: int, length: int) -> bytes:
    url, status = record.first("warc-target-uri"), record.http_header.split(None, 2)[1:2]
    about = {
        "url": url,
        "mime": _media_type(record),
        **({"status": status[0].decode("latin-1")} if status else {}),
        "digest": "sha256:" + base64.b32encode(bytes.fromhex(record.payload_sha256)).decode(),
        "length": str(length),
        "offset": str(offset),
        "filename": WARC_NAME.split("/")[1],
    }
    instant = re.sub(r"\D", "", record.first("warc-date").partition(".")[0])
    return f"{index_key(url)} {instant} {json.dumps(about)}\n".encode()


def _media_type(record: Record) -> str:
    """The media type without its parameters, of the HTTP header where there is one."""
    stated = record.first("content-type")
    if record.http_header:
        found = re.search(rb"\r\ncontent-type:([^\r\n]*)", record.http_header, re.IGNORECASE)
        stated = found[1].decode("latin-1") if found else ""
    return stated.partition(";")[0].strip() or "unknown"


def index_key(url: str) -> str:
    """The address in the order in which indexes are sorted: com,example)/path?query, as the surt library writes it.

    But for numbers of sessions, which that leaves out.
    """
    found = _WEB_URL.fullmatch(url)
    if not found:
        return _escaped_once(url)
    host, port, path, query = found.groups()
    key = ",".join(reversed(_escaped_once(host).split(".")))
    key += f":{port}" if port and port not in ("80", "443") else ""
    key += ")/" + "/".join(_steps(_escaped_once(path)))
    arguments = sorted(_escaped_once(query or "").split("&"), key=lambda one: one.split("=", 1))
    return key + ("?" + "&".join(arguments) if query else "")


def _steps(path: str) -> list[str]:
    """The parts of a path that lead somewhere."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return steps


def _escaped_once(text: str) -> str:
    """`text` in lower case with as few %-sequences as can be, however often it was escaped before."""
    octets = _octets(text)
    for _ in range(_MOST_ESCAPES):
        octets = re.sub(rb"%([0-9A-Fa-f]{2})", lambda pair: bytes([int(pair[1], 16)]), octets)
    return re.sub(rb"[^!-~]|[#%]", lambda octet: b"%%%02x" % ord(octet[0]), octets).decode("ascii").lower()


def replay_address(url: str) -> str:
    """The address at which replay tools find what was captured: where it holds masks they are escaped.

    One without a host, or whose host is masked, is a name (URN) instead, for no tool takes it for an address.
    """
    if MASK.search(url) is None:
        return url
    escaped = re.sub(r"[^!-~]|[\[\]]", lambda sign: "".join(f"%{octet:02X}" for octet in _octets(sign[0])), url)
    host = re.match(r"https?://([^/?#]+)", escaped)
    return escaped if host and "%" not in host[1] else f"urn:lurewatch:{escaped}"


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def pages_text(capture: Mapping[str, Any]) -> bytes:
    """The list of pages: the one that was captured."""
    lines = (
        {"format": "json-pages-1.0", "id": "pages", "title": "Captured pages"},
        {
            "id": str(capture["id"]),
            "url": replay_address(capture["url"]),
            "ts": capture["fetched_at"],
            "title": capture["url"],
        },
    )
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def package_text(capture: Mapping[str, Any], origin: Origin, resources: Mapping[str, tuple[str, int]]) -> bytes:
    """datapackage.json; `resources` are SHA-256 in hex and size by file name.

    The profile is "data-package", not the "wacz" of WACZ 1.2.0, which py-wacz 0.6.0 and ReplayWeb.page 2.5.3 refuse.
    """
    return document_text(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": f"{origin.case}, capture {capture['id']}",
            "software": origin.software,
            "created": origin.created,
            "mainPageUrl": replay_address(capture["url"]),
            "mainPageDate": capture["fetched_at"],
            "evidence": {"case": origin.case, "organisation": origin.organisation, "capture": capture},
            "resources": [
                {"name": name.split("/")[1], "path": name, "hash": f"sha256:{digest}", "bytes": size}
                for name, (digest, size) in sorted(resources.items())
            ],
        }
    )


def signed_text(package: bytes) -> bytes:
    """What the signature of a WACZ is made over (WACZ Signing and Verification 0.1.0)."""
    return f"sha256:{hashlib.sha256(package).hexdigest()}".encode()


def digest_text(package: bytes, origin: Origin, signature: bytes) -> bytes:
    """datapackage-digest.json; `signature` as `signature_p1363` writes it."""
    return document_text(
        {
            "path": PACKAGE_NAME,
            "hash": signed_text(package).decode(),
            "signedData": {
                "hash": signed_text(package).decode(),
                "created": origin.created,
                "software": origin.software,
                "version": "0.1.0",
                "signature": base64.b64encode(signature).decode(),
                "publicKey": base64.b64encode(origin.spki).decode(),
            },
        }
    )


class Wacz:
    """The WACZ of one capture: its files, and what is told of it."""

    def __init__(self, archive: Archive, capture: Mapping[str, Any], origin: Origin, budget: Budget) -> None:
        self.archive = archive
        self.capture = capture
        self.origin = origin
        self.digests = {name: archive.digest(name) for name in archive.entries}
        self._budget = budget

    def records(self) -> list[PlacedRecord]:
        """Its WARC records, the warcinfo record among them; a few more than a capture has at most."""
        return list(islice(placed_records(self.archive.chunks(WARC_NAME), self._budget), MAX_CAPTURE_RECORDS + 2))


def check_wacz_files(wacz: Wacz) -> None:
    """It holds exactly the files of the profile, and each gives its CRC-32."""
    names = wacz.archive.entries.keys()
    _require(f"{name} is missing" for name in sorted(set(WACZ_FILES) - names))
    _require(f"{quoted(name)} does not belong into a WACZ of this profile" for name in sorted(names - set(WACZ_FILES)))
    _require(
        f"{name}: the content does not give the archive's CRC-32"
        for name, entry in wacz.archive.entries.items()
        if wacz.digests[name].crc != entry.crc
    )


def check_wacz_warcinfo(wacz: Wacz) -> None:
    """The WARC file begins with the warcinfo record of this capture, case and pack."""
    expected = warcinfo_member(wacz.capture, wacz.origin)
    begins = b"".join(islice(wacz.archive.chunks(WARC_NAME), 1))[: len(expected)]
    if begins != expected:
        raise AlteredError(f"{WARC_NAME} does not begin with the warcinfo record that the profile writes")


def check_wacz_index(wacz: Wacz) -> None:
    """The index leads to the records."""
    if wacz.archive.read(INDEX_NAME) != index_text(wacz.records()):
        raise AlteredError(f"{INDEX_NAME} is not the index of the records")


def check_wacz_pages(wacz: Wacz) -> None:
    """The list of pages names the captured address and time, and no other page."""
    if wacz.archive.read(PAGES_NAME) != pages_text(wacz.capture):
        raise AlteredError(f"{PAGES_NAME} does not name the page that was captured")


def check_wacz_package(wacz: Wacz) -> None:
    """datapackage.json gives the digests of the files, and tells of the capture what the analysis tells."""
    archive = wacz.archive
    package = archive.read(PACKAGE_NAME)
    actual = {name: (wacz.digests[name].sha256, archive.entries[name].size) for name in WACZ_RESOURCES}
    listed = field(parse_json(package, PACKAGE_NAME), "resources", list, PACKAGE_NAME)
    stated = {one["path"]: (one["hash"].partition(":")[2], one["bytes"]) for one in listed}
    _require(
        f"{quoted(name)} is not as {PACKAGE_NAME} says"
        for name in sorted(stated.keys() | actual.keys())
        if stated.get(name) != actual.get(name)
    )
    if package != package_text(wacz.capture, wacz.origin, actual):
        raise AlteredError(f"{PACKAGE_NAME} does not tell of this capture what the pack tells")


def check_wacz_signature(wacz: Wacz) -> None:
    """datapackage-digest.json holds a signature of datapackage.json by the key that sealed the pack."""
    package, digest = wacz.archive.read(PACKAGE_NAME), wacz.archive.read(DIGEST_NAME)
    signed = field(parse_json(digest, DIGEST_NAME), "signedData", dict, DIGEST_NAME)
    signature = base64.b64decode(field(signed, "signature", str, DIGEST_NAME))
    if digest != digest_text(package, wacz.origin, signature):
        raise AlteredError(f"{DIGEST_NAME} does not describe {PACKAGE_NAME}, or names another key or time")
    r, s = (int.from_bytes(half, "big") for half in (signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:]))
    if len(signature) != 2 * _COORDINATE_BYTES or s > CURVE_ORDER // 2:
        raise AlteredError(f"{DIGEST_NAME} holds no signature in the form that the profile fixes")
    if not ecdsa_holds(_point_of(wacz.origin.spki), signed_text(package), r, s):
        raise AlteredError(f"{DIGEST_NAME} holds no signature of {PACKAGE_NAME} by the key that sealed the pack")


WACZ_CHECKS = (
    check_wacz_files,
    check_wacz_warcinfo,
    check_wacz_index,
    check_wacz_pages,
    check_wacz_package,
    check_wacz_signature,
)


# -- The texts that the profile fixes to the byte ------------------------------------------------------------------


def manifest_text(digests: Mapping[str, str]) -> bytes:
    """A BagIt manifest (RFC 8493, 2.1.3) of names to hex digests, sorted by name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def seal_text(signed: bytes, fingerprint: str, profile: str = PROFILE) -> bytes:
    """seal.json: nothing in it that does not follow from what is signed, and by which key."""
    seal = {
        "algorithm": "ECDSA P-384, SHA-256, DER, s in the lower half of the order",
        "profile": profile,
        "sha256": hashlib.sha256(signed).hexdigest(),
        "signature": SIGNATURE_FILE,
        "signed": SIGNED_FILE,
        "signer": fingerprint,
    }
    if profile == PROFILE_1:  # Stamps are added to a sealed pack, so that later profiles leave this to the stamps.
        seal["timestamp"] = "not yet stamped"
    return (json.dumps(seal, indent=1, sort_keys=True) + "\n").encode()


def document_text(value: Any) -> bytes:
    """How JSON documents are written into a pack; ValueError on NaN and infinities."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


# -- The checks ----------------------------------------------------------------------------------------------------

SignatureOpinion = Callable[[bytes, bytes, bytes], bool]
# Given a response and what it stamps: says by whom and until when; AlteredError when it is not what the authority that
# it names signed, UncheckedError when it names none that is known.
StampOpinion = Callable[[bytes, bytes], str]


class Pack:
    """An archive with the digests of all its files; documents are parsed anew each time, so that memory stays low.

    `trusted` is the fingerprint that the reader trusts, `opinion` a second implementation of the signature check,
    `stamp_opinion` one that can check the signatures of time stamps.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        trusted: str | None = None,
        opinion: SignatureOpinion | None = None,
        stamp_opinion: StampOpinion | None = None,
    ) -> None:
        self.archive = archive
        self.trusted = trusted
        self.opinion = opinion
        self.stamp_opinion = stamp_opinion
        self.digests = {name: archive.digest(name) for name in archive.entries}
        self.profile = PROFILE_1 if _info(archive).get("X-Pack-Profile") == PROFILE_1 else PROFILE
        self._custody: list[Any] | None = None

    def captures(self) -> list[str]:
        """The files that hold captures."""
        return self.names(CAPTURE_NAMES[self.profile])

    def spki(self) -> bytes:
        """The public key that came with the pack."""
        return parse_public_key(self.archive.read(SIGNER_FILE))

    def origin(self) -> Origin:
        """What the WACZ files of this pack have to say of themselves."""
        claims = self.document(CLAIMS_FILE)
        return Origin(
            case=self.archive.folder,
            organisation=field(claims, "organisation", str, CLAIMS_FILE),
            software=_info(self.archive).get("Bag-Software-Agent", ""),
            created=field(claims, "exported_at", str, CLAIMS_FILE),
            spki=self.spki(),
        )

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


def _info(archive: Archive) -> dict[str, str]:
    """The fields of bag-info.txt; what is no field is left out, and then not as the profile says."""
    text = archive.read("bag-info.txt") if "bag-info.txt" in archive.entries else b""
    return dict(line.split(": ", 1) for line in text.decode("utf-8", "replace").split("\n") if ": " in line)


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
    stated = _info(pack.archive).get("X-Pack-Profile")
    if stated not in CHECKS:
        raise UncheckedError(f"the pack follows the profile {quoted(stated)}, which this verifier does not know")
    _require(_file_faults(pack))
    _require(_numbering_faults(pack, CAPTURE_NAMES[pack.profile]))
    _require(_numbering_faults(pack, ANALYSIS_NAME))
    if pack.archive.read("bagit.txt") != BAGIT_TXT:
        raise AlteredError("bagit.txt is not that of BagIt 1.0")
    _require(_bag_info_faults(pack))
    return f"{pack.profile}: {len(pack.captures())} captures, {len(pack.names(ANALYSIS_NAME))} posts"


def _file_faults(pack: Pack) -> Iterator[str]:
    needed = {*TAG_FILES, *TAG_MANIFESTS, *SEAL_FILES, *FIXED_PAYLOAD}
    known = {*needed, *pack.captures(), *pack.names(ANALYSIS_NAME), *pack.names(OPTIONAL_NAMES[pack.profile])}
    stamps = stamp_files(pack, STAMP_NAME) | stamp_files(pack, BATCH_STAMP_NAME)
    for name in sorted((needed | stamps) - pack.digests.keys()):
        yield f"{name} is missing"
    for name in sorted(pack.digests.keys() - known):
        yield f"{name} does not belong into a pack"


def _numbering_faults(pack: Pack, pattern: re.Pattern[str]) -> Iterator[str]:
    numbers = sorted(int(match[1]) for match in map(pattern.fullmatch, pack.digests) if match)
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        yield f"the files {pattern.pattern.split('(')[0]}* are not numbered from 0001 without a gap"


def _bag_info_faults(pack: Pack) -> Iterator[str]:
    info = _info(pack.archive)
    payload = [entry.size for name, entry in pack.archive.entries.items() if name.startswith("data/")]
    expected = {
        "External-Identifier": pack.archive.folder,
        "Payload-Oxum": f"{sum(payload)}.{len(payload)}",
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


def check_signature(pack: Pack) -> str:
    """The signature over the SHA-256 tag manifest holds under the key beside it; a second opinion must agree."""
    pem, signature = pack.archive.read(SIGNER_FILE), pack.archive.read(SIGNATURE_FILE)
    signed = pack.archive.read(SIGNED_FILE)
    spki = parse_public_key(pem)
    r, s = parse_signature(signature)
    holds = ecdsa_holds(_point_of(spki), signed, r, s)
    if pack.opinion is not None and pack.opinion(pem, signature, signed) != holds:
        raise UncheckedError("two implementations of ECDSA disagree on the signature; tell the makers of Lurewatch")
    if not holds:
        raise AlteredError(f"{SIGNATURE_FILE} is no signature of {SIGNED_FILE} by the key in {SIGNER_FILE}")
    if pack.archive.read(SEAL_FILE) != seal_text(signed, fingerprint_of(spki), pack.profile):
        raise AlteredError(f"{SEAL_FILE} does not describe this seal")
    return f"{SIGNED_FILE}, and through it every file, is signed by the key {fingerprint_of(spki)}"


def check_signer(pack: Pack) -> str:
    """The key is the one that the reader trusts."""
    actual = fingerprint_of(pack.spki())
    if pack.trusted is None:
        raise UncheckedError(f"key not known to you: compare {actual} with what the issuing unit tells you")
    if actual != pack.trusted:
        raise AlteredError(f"the pack was sealed by the key {actual}, not by the one you trust")
    return "sealed by the key you trust"


def check_captures(pack: Pack) -> str:
    """Every capture is a whole set of WARC records whose payload is the one that the analysis names."""
    captures, redacted, budget = _named_captures(pack), is_redacted(pack), Budget(pack.archive.size)
    stated = {name: one.get("records") for name, one in _stated_captures(pack.document(CLAIMS_FILE)).items()}
    made = _told_to_be_made(pack)
    records = 0
    for name, capture in captures:
        with _in_file(name):
            found = list(islice(_capture_records(pack, name, budget), MAX_CAPTURE_RECORDS + 1))
            _require(_record_faults(found, capture, redacted=redacted))
            _require(() if redacted else _made_faults(found, made.get(f"capture:{capture.get('id')}", set())))
            _require(_kind_faults(found, stated.get(name)))
            records += len(found)
    return f"{records} WARC records in {len(captures)} captures, payloads as the analyses name them"


def _named_captures(pack: Pack) -> list[tuple[str, Any]]:
    """The files that hold captures, each with what the analyses tell of it."""
    named, files = _captures_by_file(pack), pack.captures()
    _require(f"{name} is named by no analysis" for name in files if name not in named)
    _require(f"{name} is named by an analysis but missing" for name in sorted(named.keys() - set(files)))
    return [(name, named[name]) for name in files]


@contextmanager
def _in_file(name: str) -> Iterator[None]:
    """Names the file in what is found within the block."""
    try:
        yield
    except AlteredError as error:
        raise AlteredError(f"{name}: {error}") from error
    except _MALFORMED as error:
        raise AlteredError(f"{name}: not shaped as the profile says ({type(error).__name__})") from error


def _capture_records(pack: Pack, name: str, budget: Budget) -> Iterator[Record]:
    """The records of a capture, without the warcinfo record that a WACZ has before them."""
    if pack.profile == PROFILE_1:
        return iter(Records(pack.archive.chunks(name), budget))
    wacz = read_inner_archive(pack.archive.file, pack.archive.entries[name])
    return islice(Records(wacz.chunks(WARC_NAME), budget), 1, None)


def check_wacz(pack: Pack) -> str:
    """Each capture's WACZ is whole, tells of its capture what the pack tells, and is signed by the same key."""
    captures, origin, budget = _named_captures(pack), pack.origin(), Budget(pack.archive.size)
    for name, capture in captures:
        with _in_file(name):
            wacz = Wacz(read_inner_archive(pack.archive.file, pack.archive.entries[name]), capture, origin, budget)
            for check in WACZ_CHECKS:
                check(wacz)
    return f"{len(captures)} web archives, each signed by the key that sealed the pack"


def _captures_by_file(pack: Pack) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for where, revision in pack.revisions():
        capture = field(revision, "capture", dict, where)
        name = "data/" + field(capture, "file", str, where)
        if named.setdefault(name, capture) != capture:
            raise AlteredError(f"{where} describes {quoted(name)} otherwise than another revision does")
    return named


def _record_faults(records: list[Record], capture: Any, *, redacted: bool) -> Iterator[str]:
    if len(records) > MAX_CAPTURE_RECORDS:
        yield f"it holds more than {MAX_CAPTURE_RECORDS} records"
    yield from (_derived_faults if redacted else _original_faults)(records, capture)


def _original_faults(records: list[Record], capture: Any) -> Iterator[str]:
    main = records[0] if records else None
    if main is None or main.kind not in ("response", "resource"):
        yield "it does not begin with a response or resource record"
        return
    if not all(record.belongs_to(main) for record in records[1:]):
        yield "a record in it belongs to another capture"
    if main.record_id != capture.get("warc_record_id"):
        yield "the record has another id than the analysis says"
    if (main.payload_sha256, main.payload_bytes) != (capture.get("sha256"), capture.get("size_bytes")):
        yield "the payload is not the one that the analysis names"


def _told_to_be_made(pack: Pack) -> dict[str, set[tuple[str, str, str, int]]]:
    """Kind, id, SHA-256 and size of what browsers made of captures, by the captures, as the custody log tells."""
    told: dict[str, set[tuple[str, str, str, int]]] = {}
    for entry in pack.custody():
        if entry["action"] == "capture.rendered":
            made = {
                (one["kind"], one["warc_record_id"], one["sha256"], one["size_bytes"])
                for one in entry["details"]["records"]
            }
            told.setdefault(entry["subject"], set()).update(made)
    return told


def _made_faults(records: list[Record], told: set[tuple[str, str, str, int]]) -> Iterator[str]:
    made = [one for one in records[1:] if one.kind in MADE_KINDS]
    if {(one.kind, one.record_id, one.payload_sha256, one.payload_bytes) for one in made} != told or len(made) != len(
        told
    ):
        yield f"what a browser made of it is not what {CUSTODY_FILE} tells"


def _kind_faults(records: list[Record], stated: Any) -> Iterator[str]:
    if [record.kind for record in records] != stated:
        yield f"it does not hold the records that {CLAIMS_FILE} names"


def check_analysis(pack: Pack) -> str:
    """The revisions give their content digests, and every indicator quotes the text at its place."""
    verdicts = masked = 0
    for where, revision in pack.revisions():
        content = {key: revision[key] for key in ("title", "text", "author", "posted_at", "location", "salary")}
        masked += is_masked_digest(revision["sha256"])
        if not is_masked_digest(revision["sha256"]) and sha256_of(content) != revision["sha256"]:
            raise AlteredError(f"{where}: the content does not give the digest that was taken when it was read")
        for verdict in field(revision, "verdicts", list, where):
            verdicts += 1
            _require(_indicator_faults(field(revision, "scored_text", str, where), verdict, where))
    return f"{verdicts} verdicts with their recruitment indicators, quoted as in the text{_beyond(masked, 'versions')}"


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
    _require(_head_faults(records[-1], head))
    told = {(record["action"], record["subject"]): record["details"] for record in records}
    _require(_ingest_faults(pack, told))
    _require(_case_faults(pack, records))
    masked = sum(is_masked_digest(record["hash"]) for record in records)
    return f"{len(records)} entries of the audit chain, up to entry {head['seq']} at export{_beyond(masked, 'entries')}"


def _head_faults(last: Any, head: Any) -> Iterator[str]:
    seq = field(head, "seq", int, HEAD_FILE)
    if last["seq"] > seq or (last["seq"] == seq and last["hash"] != head.get("hash")):
        yield f"{CUSTODY_FILE} does not end at or before the entry that {HEAD_FILE} names"


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
        hashed = {key: value for key, value in record.items() if key != "hash"}
        if not is_masked_digest(stated) and sha256_of(hashed) != stated:
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
    masked = sum(any(map(is_masked_digest, one.values())) for one in made.values())
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
    return f"{in_case} confirmed, every decision as the custody log tells{_beyond(masked, 'decisions')}"


def _decision_faults(revision: Any, decisions: list[Any], made: dict[Any, Any], where: str) -> Iterator[str]:
    for decision in decisions:
        number = field(decision, "id", int, where)
        told = made.pop((f"item:{revision['item']['id']}", number), None)
        if told is None:
            yield f"{where}: decision {number} is not in the custody log"
            continue
        shown = _on_record(revision, decision)
        # A digest that a redacted copy masks can be compared with nothing.
        known = (key for key in told.keys() | shown.keys() if not is_masked_digest(told.get(key)))
        differing = sorted(key for key in known if told.get(key) != shown.get(key))
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
    signer = fingerprint_of(pack.spki())
    expected = {
        "profile": (claims.get("profile"), pack.profile),
        "variant": (claims.get("variant"), _variant(pack)),
        "installation": (claims.get("installation"), signer),
        "case number": (case.get("number"), pack.archive.folder),
        "audit head": (custody.get("head"), pack.document(HEAD_FILE)),
        "custody entries": (custody.get("seqs"), [record["seq"] for record in pack.custody()]),
        "captures": (
            {name: one["sha256"] for name, one in _stated_captures(claims).items()},
            {name: one["sha256"] for name, one in _captures_by_file(pack).items()},
        ),
        "items": (claims.get("items"), sorted(item["id"] for _, item in pack.items() if item["in_case"])),
    }
    _require(f"{CLAIMS_FILE}: {name} not as in the pack" for name, (told, actual) in expected.items() if told != actual)
    return "what the pack claims of itself agrees with what is in it"


def _variant(pack: Pack) -> str | None:
    """What kind of copy the pack is: a redacted one lists what was masked. Profile 1 knew the original alone."""
    if pack.profile == PROFILE_1:
        return None
    return REDACTED if REDACTIONS_FILE in pack.digests else ORIGINAL


def _stated_captures(claims: Any) -> dict[str, Any]:
    return {"data/" + field(one, "file", str, CLAIMS_FILE): one for one in field(claims, "captures", list, CLAIMS_FILE)}


# -- Time stamps (RFC 3161) and sealed batches (RFC 6962) ----------------------------------------------------------
#
# Read here: what a stamp stamps, and when. Whether its authority signed it takes RSA and X.509: that is for
# `lurewatch evidence verify` or for OpenSSL, and stays unchecked in this file alone.

MAX_STAMP_BYTES = 1 << 20
MAX_STAMPS = 100
_CERTIFICATES = re.compile(rb"(?:-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n)+")
_HASH_OIDS = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
_INTEGER, _OCTETS, _OID, _TIME, _SEQUENCE, _SET, _CONTEXT_0 = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31, 0xA0


class Der(NamedTuple):
    """A value in DER: its tag, its content, and the whole of it."""

    tag: int
    content: bytes
    whole: bytes


class Imprint(NamedTuple):
    """What a time stamp binds: a digest, and the number that ties the answer to its query."""

    algorithm: str
    digest: bytes
    nonce: bytes | None


class Stamp(NamedTuple):
    """A time stamp in a pack: where it is, what it stamps (a file's name and bytes), and when, in Unix seconds."""

    stem: str
    response: bytes
    subject: str
    content: bytes
    at: int


def der_values(content: bytes) -> list[Der]:
    """The values that stand one behind the other in `content`; AlteredError when they do not fill it."""
    values, place = [], 0
    while place < len(content):
        start, (tag, length) = place, content[place : place + 2]
        place += 2
        if length & 0x80:
            digits = content[place : place + min(length & 0x7F, 4)]
            place, length = place + len(digits), int.from_bytes(digits, "big")
        if place + length > len(content):
            raise AlteredError("a time stamp is cut off")
        values.append(Der(tag, content[place : place + length], content[start : place + length]))
        place += length
    return values


def _der_inside(value: bytes, *tags: int) -> list[Der]:
    """The values inside the one value that `value` is; they must begin with these tags."""
    outer = der_values(value)
    inner = der_values(outer[0].content) if len(outer) == 1 else []
    if tuple(one.tag for one in inner[: len(tags)]) != tags:
        raise AlteredError("a time stamp is not shaped as RFC 3161 says")
    return inner


def signed_data(response: bytes) -> list[Der]:
    """The parts of the SignedData in a TimeStampResp; AlteredError when the authority granted none."""
    status, *token = _der_inside(response, _SEQUENCE)
    if _der_inside(status.whole, _INTEGER)[0].content != b"\0" or not token:
        raise AlteredError("the authority did not grant the time stamp")
    content = _der_inside(token[0].whole, _OID, _CONTEXT_0)[1].content
    return _der_inside(content, _INTEGER, _SET, _SEQUENCE)


def read_query(query: bytes) -> Imprint:
    """What a TimeStampReq asks to have stamped."""
    _, imprint, *rest = _der_inside(query, _INTEGER, _SEQUENCE)
    return _imprint(imprint, rest)


def read_response(response: bytes) -> tuple[Imprint, int]:
    """What a TimeStampResp stamps, and when, in Unix seconds."""
    encapsulated = _der_inside(signed_data(response)[2].whole, _OID, _CONTEXT_0)[1].content
    (octets,) = der_values(encapsulated)
    info = _der_inside(octets.content, _INTEGER, _OID, _SEQUENCE, _INTEGER, _TIME)
    text = info[4].content.decode("ascii").rstrip("Z").partition(".")[0]
    return _imprint(info[2], info[5:]), calendar.timegm(time.strptime(text, "%Y%m%d%H%M%S"))


def _imprint(imprint: Der, rest: list[Der]) -> Imprint:
    algorithm, digest = _der_inside(imprint.whole, _SEQUENCE, _OCTETS)
    oid = _der_inside(algorithm.whole, _OID)[0].content.hex()
    if oid not in _HASH_OIDS:
        raise AlteredError("a time stamp is made by an algorithm other than SHA-256, SHA-384 and SHA-512")
    return Imprint(_HASH_OIDS[oid], digest.content, next((one.content for one in rest if one.tag == _INTEGER), None))


def read_stamps(pack: Pack, stems: Iterable[str], subject: str, content: bytes) -> Iterator[Stamp]:
    """The stamps under these names, each of `content` (called `subject`) or of an earlier one's response."""
    subjects = {subject: content}
    for stem in stems:
        query, response, certificates = (_stamp_file(pack, f"{stem}.{kind}") for kind in STAMP_KINDS)
        if len(subjects) > MAX_STAMPS or not _CERTIFICATES.fullmatch(certificates):
            raise AlteredError(f"{stem}.pem holds something else than certificates, or there are too many stamps")
        yield stamp_of(stem, query, response, subjects)
        subjects[f"{stem}.tsr"] = response


def stamp_of(stem: str, query: bytes, response: bytes, subjects: dict[str, bytes]) -> Stamp:
    """The stamp called `stem`; of `subjects` (bytes by name) it must stamp one. AlteredError when it does not."""
    try:
        imprint, at = read_response(response)
        asked = read_query(query)
    except (AlteredError, *_MALFORMED) as error:
        raise AlteredError(f"{stem}: {error}") from error
    if asked != imprint:
        raise AlteredError(f"{stem}.tsr answers another query than {stem}.tsq (nonce or imprint)")
    stamped = [name for name, one in subjects.items() if hashlib.new(imprint[0], one).digest() == imprint.digest]
    if not stamped:
        raise AlteredError(f"{stem}.tsr stamps neither {next(iter(subjects))} nor an earlier stamp of it")
    return Stamp(stem, response, stamped[0], subjects[stamped[0]], at)


def _stamp_file(pack: Pack, name: str) -> bytes:
    if name in pack.archive.entries and pack.archive.entries[name].size > MAX_STAMP_BYTES:
        raise AlteredError(f"{name} is larger than a time stamp ever is")
    return pack.archive.read(name)


def judge_stamps(stamps: Iterable[Stamp], opinion: StampOpinion | None) -> str:
    """What the stamps prove by `opinion`; UncheckedError when it vouches for none."""
    vouched, unknown = [], []
    for stamp in stamps:
        told = f"{stamp.subject} existed at {instant(stamp.at)} says {stamp.stem}.tsr"
        try:
            if opinion is None:
                raise UncheckedError(f"signature unchecked, run: {openssl_command(stamp)}")
            vouched.append(f"{told} ({opinion(stamp.response, stamp.content)})")
        except UncheckedError as error:
            unknown.append(f"{told}; {error}")
        except AlteredError as error:
            raise AlteredError(f"{stamp.stem}.tsr: {error}") from error
    if not vouched:
        raise UncheckedError(_short(unknown))
    return _short(vouched) + (f"; unchecked: {_short(unknown)}" if unknown else "")


def _short(sentences: list[str]) -> str:
    return "; ".join(sentences[:3]) + (f"; and {len(sentences) - 3} more" if len(sentences) > 3 else "")


def openssl_command(stamp: Stamp) -> str:
    """The command that checks a stamp's signature at the time it names, in the folder of the unpacked pack."""
    imprint, at = read_response(stamp.response)
    about = f"-data {stamp.subject}" if "/" in stamp.subject or "." in stamp.subject else f"-digest {imprint[1].hex()}"
    return f"openssl ts -verify {about} -in {stamp.stem}.tsr -CAfile AUTHORITY_ROOT.pem -attime {at}"


def instant(at: int) -> str:
    """Unix seconds as RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def check_timestamp(pack: Pack) -> str:
    """Every stamp in seal/ is of this pack's SHA-256 tag manifest, and by `opinion` its authority signed it."""
    stems = stamp_stems(pack, STAMP_NAME)
    if not stems:
        raise UncheckedError("not yet stamped: no independent clock vouches for the times in this pack")
    return judge_stamps(read_stamps(pack, stems, SIGNED_FILE, pack.archive.read(SIGNED_FILE)), pack.stamp_opinion)


def stamp_stems(pack: Pack, pattern: re.Pattern[str]) -> list[str]:
    """The names of stamps, without what tells query, response and certificates apart, in order."""
    return sorted({match[1] for match in map(pattern.fullmatch, pack.digests) if match})


def stamp_files(pack: Pack, pattern: re.Pattern[str]) -> set[str]:
    """The three files that every stamp has which is there in part."""
    return {f"{stem}.{kind}" for stem in stamp_stems(pack, pattern) for kind in STAMP_KINDS}


def root_from_path(entry: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root to which `path` leads from `entry` at `index` of `size` (RFC 9162, 2.1.3.2); None if it fits no tree."""
    if not 0 <= index < size:
        return None
    node, last = hashlib.sha256(b"\0" + entry).digest(), size - 1
    for neighbour in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = hashlib.sha256(b"\1" + neighbour + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + neighbour).digest()
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def check_inclusion(pack: Pack) -> str:
    """Every capture was sealed in a batch: the path from its entry leads to the root that the audit chain names."""
    told = {(record["action"], record["subject"]): record for record in pack.custody()}
    captures = {f"capture:{capture['id']}" for capture in _captures_by_file(pack).values()}
    proofs = _inclusion_lines(pack)
    _require(fault for where, proof in proofs for fault in _inclusion_faults(where, proof, told))
    _require(_batch_time_faults(pack, proofs))
    proved = [f"capture:{proof['capture']}" for _, proof in proofs]
    if len(set(proved)) != len(proved) or not captures.issuperset(proved):
        raise AlteredError(f"{INCLUSION_FILE} names a capture twice, or one that is not in the pack")
    without = len(captures) - len(proved)
    if without and any(is_masked_digest(record["hash"]) for record in pack.custody()):
        raise UncheckedError(f"{without} of {len(captures)} captures: only the original holds proofs of masked entries")
    if without:
        raise UncheckedError(f"{without} of {len(captures)} captures were not sealed in a batch")
    batches = {proof["batch"] for _, proof in proofs}
    return f"{len(proved)} captures in {len(batches)} sealed batches, as the audit chain tells"


def _inclusion_lines(pack: Pack) -> list[tuple[str, Any]]:
    lines = pack.archive.read(INCLUSION_FILE).split(b"\n")[:-1] if INCLUSION_FILE in pack.digests else []
    places = ((f"{INCLUSION_FILE} line {number}", line) for number, line in enumerate(lines, 1))
    return [(where, parse_json(line, where)) for where, line in places]


def _inclusion_faults(where: str, proof: Any, told: Mapping[tuple[str, str], Any]) -> Iterator[str]:
    entry = told.get(("capture.recorded", f"capture:{field(proof, 'capture', int, where)}"))
    batch = told.get(("batch.sealed", f"batch:{field(proof, 'batch', int, where)}"))
    if entry is None or batch is None:
        yield f"{where}: {CUSTODY_FILE} does not tell of this capture or of its batch"
        return
    sealed = batch["details"]
    path = [bytes.fromhex(one) for one in field(proof, "path", list, where)]
    root = root_from_path(bytes.fromhex(entry["hash"]), field(proof, "index", int, where), sealed["size"], path)
    if root is None or root.hex() != sealed["root"]:
        yield f"{where}: the path does not lead from the capture's entry to the root of batch {proof['batch']}"
    if (proof["entry_hash"], proof["root"], proof["size"]) != (entry["hash"], sealed["root"], sealed["size"]):
        yield f"{where}: entry, root or size is not as {CUSTODY_FILE} tells"
    if not sealed["first_seq"] <= entry["seq"] <= sealed["last_seq"]:
        yield f"{where}: entry {entry['seq']} is not in the range of batch {proof['batch']}"


def _batch_stamps(pack: Pack, proofs: list[tuple[str, Any]]) -> dict[int, list[Stamp]]:
    """The stamps of each batch of the proofs, by its number; AlteredError when one is of something else."""
    stems = stamp_stems(pack, BATCH_STAMP_NAME)
    found: dict[int, list[Stamp]] = {}
    for number, root in sorted({(proof["batch"], proof["root"]) for _, proof in proofs}):
        own = [stem for stem in stems if int(stem.split("-")[1]) == number]
        found[number] = list(read_stamps(pack, own, f"the root of batch {number}", bytes.fromhex(root)))
    if sum(map(len, found.values())) != len(stems):
        raise AlteredError("there is a time stamp of a batch that holds no capture of this pack")
    return found


def _batch_time_faults(pack: Pack, proofs: list[tuple[str, Any]]) -> Iterator[str]:
    stamps = _batch_stamps(pack, proofs)
    for where, proof in proofs:
        times = [stamp.at for stamp in stamps[proof["batch"]]]
        if proof["stamped_at"] != (instant(min(times)) if times else None):
            yield f"{where}: stamped_at is not the time of the batch's first stamp"


def check_batch_stamps(pack: Pack) -> str:
    """Authorities stamped every batch: the captures existed at those times."""
    stamps = _batch_stamps(pack, _inclusion_lines(pack))
    if not stamps:
        raise UncheckedError(f"{INCLUSION_FILE} names no batch")
    without = [f"batch {number} is not yet stamped" for number, found in sorted(stamps.items()) if not found]
    if without:
        raise UncheckedError(_short(without))
    return judge_stamps((stamp for found in stamps.values() for stamp in found), pack.stamp_opinion)


# -- Redacted copies: every mask is listed, and what stands for a capture says that it is no original ---------------

MASK = re.compile(r"\[(?:account|bank|digest|document|link|lookalike|mail|name|number|other) [1-9][0-9]*\]")
Place = tuple["str | int", ...]


def is_redacted(pack: Pack) -> bool:
    """Whether the pack calls itself a redacted copy; one of profile 1 never is."""
    if pack.profile == PROFILE_1:
        return False
    variant = pack.document(CLAIMS_FILE).get("variant")
    if variant not in (ORIGINAL, REDACTED):
        raise AlteredError(f"{CLAIMS_FILE}: the variant {quoted(variant)} is unknown")
    return bool(variant == REDACTED)


def is_masked_digest(value: Any) -> bool:
    """Whether a mask stands where a digest would; `check_redactions` sees that only a redacted copy has any."""
    return isinstance(value, str) and value.startswith("[digest ") and MASK.fullmatch(value) is not None


def pointer(path: Place) -> str:
    """A place in a JSON document by RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def leaves(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value that holds no others, with its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def check_redactions(pack: Pack) -> str:
    """A redacted copy lists each of its masks once, no other, and has no key to them; an original masks nothing."""
    if not is_redacted(pack):
        _require(_unmasked_faults(pack))
        return "an original: nothing in it is masked"
    if SALTS_FILE in pack.digests:
        raise AlteredError(f"a redacted copy must not carry {SALTS_FILE}")
    listed = [_listed(entry) for entry in field(pack.document(REDACTIONS_FILE), "redactions", list, REDACTIONS_FILE)]
    there = set(_masks_in(pack))
    _require(f"{_told(place)} is listed twice" for place, count in sorted(Counter(listed).items()) if count > 1)
    _require(f"{_told(place)} is not listed in {REDACTIONS_FILE}" for place in sorted(there - set(listed)))
    _require(f"{_told(place)} is listed but not there" for place in sorted(set(listed) - there))
    return f"a redacted copy: {len(listed)} masks, each listed; what they hide only its original can show"


def _unmasked_faults(pack: Pack) -> Iterator[str]:
    if REDACTIONS_FILE in pack.digests:
        yield f"{REDACTIONS_FILE} is in a pack that does not call itself a redacted copy"
    digests = [(where, revision["sha256"]) for where, revision in pack.revisions()]
    for number, record in enumerate(pack.custody(), 1):
        told = ((str(path[-1]), value) for path, value in leaves(record))
        digests += [
            (f"{CUSTODY_FILE} line {number}", value) for name, value in told if name.endswith(("hash", "sha256"))
        ]
    for where, digest in digests:
        if is_masked_digest(digest):
            yield f"{where}: a digest is masked in a pack that does not call itself a redacted copy"


def _listed(entry: Any) -> tuple[str, str, int, str]:
    where = REDACTIONS_FILE
    document, place, mask = (field(entry, name, str, where) for name in ("document", "field", "mask"))
    start, end = field(entry, "start", int, where), field(entry, "end", int, where)
    if not MASK.fullmatch(mask) or mask[1:].split()[0] != entry.get("kind") or end - start != len(mask):
        raise AlteredError(f"{where}: {quoted(mask)} at {quoted(document + place)} is no mask, or of another kind")
    if not re.fullmatch(r"[0-9a-f]{64}", field(entry, "commitment", str, where)):
        raise AlteredError(f"{where}: {quoted(mask)} at {quoted(document + place)} has no commitment")
    field(entry, "reason", str, where), field(entry, "actor", str, where)
    return document, place, start, mask


def _told(place: tuple[str, str, int, str]) -> str:
    document, inner, start, mask = place
    return f"{quoted(mask)} in {document} at {quoted(inner)}, {start}"


def _masks_in(pack: Pack) -> Iterator[tuple[str, str, int, str]]:
    documents = [(name, (), pack.document(name)) for name in (*pack.names(ANALYSIS_NAME), CLAIMS_FILE, HEAD_FILE)]
    for name, above, document in [*documents, *((CUSTODY_FILE, (one["seq"],), one) for one in pack.custody())]:
        for path, value in leaves(document, above):
            # What an indicator quotes is checked against the text that it quotes.
            if isinstance(value, str) and path[-3:-2] != ("indicators",):
                yield from ((name, pointer(path), match.start(), match[0]) for match in MASK.finditer(value))


def _derived_faults(records: list[Record], capture: Any) -> Iterator[str]:
    """What stands for a capture in a redacted copy: a resource that names the original, perhaps with its request."""
    copies = [record for record in records if record.kind == "resource"]
    original, digest = capture.get("warc_record_id"), capture.get("sha256")
    if len(copies) != 1 or copies[0].first(COPY_OF.lower()) != original:
        yield f"a redacted copy holds one resource, whose {COPY_OF} names the original record"
        return
    if copies[0].first("x-refers-to-payload-digest") != ("" if is_masked_digest(digest) else f"sha256:{digest}"):
        yield "the masked page refers to another payload than the analysis names"
    others = [record for record in records if record is not copies[0]]
    if any(one.kind != "request" or original not in one.headers.get("warc-concurrent-to", []) for one in others):
        yield "a redacted copy holds a record besides the masked page and its request"


def _beyond(masked: int, of_what: str) -> str:
    return (
        f"; the digests of {masked} {of_what} are masked: only the original can be checked for them" if masked else ""
    )


# -- The report ----------------------------------------------------------------------------------------------------

# What is claimed of a pack of each profile, in the order of the report, and what checks it.
_CHECKS: dict[str, Callable[[Pack], str]] = {
    "archive": check_archive,
    "layout": check_layout,
    "tag manifests": check_tag_manifests,
    "manifests": check_manifests,
    "signature": check_signature,
    "signer": check_signer,
    "captures": check_captures,
    "web archives": check_wacz,
    "analysis": check_analysis,
    "custody": check_custody,
    "decisions": check_decisions,
    "claims": check_claims,
    "redactions": check_redactions,
    "inclusion": check_inclusion,
    "batch stamps": check_batch_stamps,
    "timestamp": check_timestamp,
}
_SINCE_PROFILE_2 = ("web archives", "redactions", "inclusion", "batch stamps")
CHECKS = {
    PROFILE_1: {name: check for name, check in _CHECKS.items() if name not in _SINCE_PROFILE_2},
    PROFILE: _CHECKS,
}
CLAIMS = tuple(CHECKS[PROFILE])
# What may be unchecked in a pack that holds; the signer and the time too, unless the reader asks for them.
_OPTIONAL = ("inclusion", "batch stamps")


def examine(
    file: BinaryIO,
    *,
    trusted_signer: str | None = None,
    opinion: SignatureOpinion | None = None,
    stamp_opinion: StampOpinion | None = None,
    needs_stamp: bool = False,
) -> PackReport:
    """Check every claim of the pack in `file`, which must be seekable.

    `trusted_signer` is the fingerprint (see `parse_fingerprint`) that the reader got from the issuing unit, `opinion` a
    second implementation of the signature check, `stamp_opinion` one of time stamps' signatures; with `needs_stamp` a
    pack without an intact one does not hold. Raises NotAPackError, and OSError when the file cannot be read.
    """
    optional = {
        *_OPTIONAL,
        *(name for name, asked in (("signer", trusted_signer), ("timestamp", needs_stamp)) if not asked),
    }
    try:
        pack = Pack(read_archive(file), trusted=trusted_signer, opinion=opinion, stamp_opinion=stamp_opinion)
    except AlteredError as error:
        unread = [Claim(name, "unchecked", "the archive cannot be read", name not in optional) for name in CLAIMS[1:]]
        return PackReport((Claim("archive", "altered", str(error), True), *unread), None)
    checks = CHECKS[pack.profile].items()
    claims = [_judge(name, check, pack, mandatory=name not in optional) for name, check in checks]
    return PackReport(tuple(claims), _signer_of(pack))


def _judge(name: str, check: Callable[[Pack], str], pack: Pack, *, mandatory: bool) -> Claim:
    try:
        return Claim(name, "intact", check(pack), mandatory)
    except AlteredError as error:
        return Claim(name, "altered", str(error), mandatory)
    except UncheckedError as error:
        return Claim(name, "unchecked", str(error), mandatory)
    except _MALFORMED as error:
        return Claim(name, "altered", f"not shaped as the profile says ({type(error).__name__})", mandatory)


def _signer_of(pack: Pack) -> str | None:
    try:
        return fingerprint_of(pack.spki())
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
