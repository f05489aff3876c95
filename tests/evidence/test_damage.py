"""Damage at any place of a WACZ, by chance or by somebody who mends all around it, is always reported."""

import gzip
import random
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pytest

import evidence.verify_standalone as verifier
from evidence.verify_standalone import WARC_NAME
from tests.evidence.house import (
    capture_document_of,
    mend_index,
    mend_package,
    origin_of,
    unpack,
    unpack_wacz,
    wacz_of,
)
from tests.evidence.keep_pack import kept_pack

NAME = "data/captures/0002.wacz"
KINDS = ["response", "request"]
FLIPS = 10_000
MENDED_FLIPS = 500


class Subject(NamedTuple):
    """A WACZ and what its pack tells of it."""

    content: bytes
    document: dict[str, Any]
    origin: verifier.Origin

    def mended(self, warc: bytes) -> bytes:
        """The same WACZ around another WARC file: index, digests and signature fresh, by the holder of the key."""
        inner = unpack_wacz(self.content)
        inner[WARC_NAME] = warc
        mend_index(inner)
        mend_package(inner, self.document, self.origin)
        return wacz_of(inner)

    def holds(self, content: bytes) -> bool:
        """Whether what the verifier does with a capture finds nothing in `content`."""
        try:
            return not list(self._faults(content))
        except (verifier.AlteredError, *verifier._MALFORMED):
            return False

    def _faults(self, content: bytes) -> Iterator[str]:
        archive = verifier.read_inner_archive(BytesIO(content), verifier.Entry(0, len(content), 0))
        wacz = verifier.Wacz(archive, self.document, self.origin, verifier.Budget(len(content)))
        for check in verifier.WACZ_CHECKS:
            check(wacz)
        records = [placed.record for placed in wacz.records()][1:]
        yield from verifier._record_faults(records, self.document, redacted=False)
        yield from verifier._kind_faults(records, KINDS)


@pytest.fixture
def subject() -> Subject:
    files = unpack(kept_pack(verifier.PROFILE))
    return Subject(files[NAME], capture_document_of(files, NAME), origin_of(files))


def flips(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for _ in range(count):
        place = dice.randrange(len(content))
        yield content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]


def test_an_undamaged_one_holds(subject: Subject) -> None:
    assert subject.holds(subject.content)
    assert subject.mended(unpack_wacz(subject.content)[WARC_NAME]) == subject.content


def test_every_truncation_is_reported(subject: Subject) -> None:
    assert not [length for length in range(len(subject.content)) if subject.holds(subject.content[:length])]


def test_every_flipped_bit_is_reported(subject: Subject) -> None:
    assert not [damaged for damaged in flips(subject.content, FLIPS, 20260301) if subject.holds(damaged)]


def test_every_truncation_of_the_warc_is_reported_with_all_else_mended(subject: Subject) -> None:
    warc = unpack_wacz(subject.content)[WARC_NAME]
    assert not [length for length in range(len(warc)) if subject.holds(subject.mended(warc[:length]))]


def test_a_flipped_bit_of_the_warc_is_reported_with_all_else_mended_or_changes_no_record(subject: Subject) -> None:
    warc = unpack_wacz(subject.content)[WARC_NAME]
    unnoticed = [damaged for damaged in flips(warc, MENDED_FLIPS, 7) if subject.holds(subject.mended(damaged))]
    # gzip's own header has a time and a system that no reader looks at; the manifests cover them.
    assert all(gzip.decompress(damaged) == gzip.decompress(warc) for damaged in unnoticed)
    assert len(unnoticed) < MENDED_FLIPS // 20


def test_a_bomb_is_reported(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "FREE_INFLATION_BYTES", 1 << 20)
    warc = unpack_wacz(subject.content)[WARC_NAME]
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(b"WARC/1.1\r\nContent-Length: 30000000\r\n\r\n" + bytes(30_000_000)) + packer.flush()
    assert not subject.holds(subject.mended(warc + bomb))
