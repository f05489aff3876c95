"""Inclusion proofs in a pack: made from the store's batches, checked by the file that travels, tampered with."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.custody import custody_about
from evidence.inclusion import batch_subjects, inclusion_files, inclusion_proofs
from evidence.timestamps import opinion_of
from evidence.verify_standalone import (
    AlteredError,
    Pack,
    UncheckedError,
    check_batch_stamps,
    check_inclusion,
    read_archive,
)
from lurewatch.batching import seal_and_stamp
from store import cases
from store.case_contents import contents_of
from tests.evidence.authorities import Stamper, make_stamper, serving
from tests.evidence.house import LATER, Files, House, furnish, open_house, pack_again, unpack

LINES = "data/inclusion.jsonl"
STAMP = "data/timestamps/batch-000001-0001"


@pytest.fixture(scope="module")
def stamper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path_factory.mktemp("tsa") / "one")) as stamper:
        yield stamper


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, stamper: Stamper) -> Iterator[Files]:
    """A pack of captures that were sealed and stamped, with the proofs."""
    house = open_house(tmp_path_factory.mktemp("house"), new=True)
    furnish(house)
    done = seal_and_stamp(house.store, [stamper.as_authority()], house.folder / "none", clock=lambda: LATER)
    assert (done.captures, done.stamps, done.problems) == (5, 1, ())
    yield _with_proofs(house, tmp_path_factory.mktemp("pack") / "pack.zip")
    house.store.close()


@pytest.fixture
def files(sealed: Files) -> Files:
    return dict(sealed)


def _with_proofs(house: House, out: Path) -> Files:
    files = unpack(house.export(out).path)
    with house.store.reading() as session:
        captures = contents_of(session, cases.case_by_number(session, "CASE-2026-0001")).captures
        proofs = inclusion_proofs(session, captures)
        files |= {file.name: b"".join(file.chunks()) for file in inclusion_files(proofs)}
        told = [json.loads(line)["subject"] for line in files["data/custody.jsonl"].splitlines()]
        files["data/custody.jsonl"] = custody_about(session, [*set(told), *batch_subjects(proofs)], ()).as_lines()
    return files


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Files], Pack]]:
    """Opens files as a pack."""
    with (tmp_path / "pack.zip").open("w+b") as file:

        def open_pack(files: Files) -> Pack:
            pack_again(files, tmp_path / "pack.zip")
            return Pack(read_archive(file))

        yield open_pack


Opened = Callable[[Files], Pack]


def test_every_capture_was_sealed_and_the_batch_stamped(files: Files, stamper: Stamper, opened: Opened) -> None:
    pack = opened(files)
    assert check_inclusion(pack) == "5 captures in 1 sealed batches, as the audit chain tells"
    pack.stamp_opinion = opinion_of([stamper.as_authority()], now=datetime.now(UTC))
    assert check_batch_stamps(pack).startswith("the root of batch 1 existed at 20")
    pack.stamp_opinion = None
    with pytest.raises(
        UncheckedError, match=r"openssl ts -verify -digest [0-9a-f]{64} -in data/timestamps/batch-000001"
    ):
        check_batch_stamps(pack)


def _edit(change: Callable[[list[Any]], object]) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        lines = [json.loads(line) for line in files[LINES].splitlines()]
        change(lines)
        files[LINES] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    return tamper


def _swap_entries(lines: list[Any]) -> None:
    lines[0]["index"], lines[1]["index"] = lines[1]["index"], lines[0]["index"]


def _foreign_stamp(files: Files) -> None:
    for kind in ("tsq", "tsr", "pem"):
        files[f"data/timestamps/batch-000009-0001.{kind}"] = files[f"{STAMP}.{kind}"]


def _other_root(files: Files) -> None:
    files["data/custody.jsonl"] = files["data/custody.jsonl"].replace(b'"root":"', b'"root":"00')


def _other_range(files: Files) -> None:
    files["data/custody.jsonl"] = files["data/custody.jsonl"].replace(b'"first_seq":', b'"first_seq":99')


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        pytest.param(_edit(_swap_entries), "line 1: the path does not lead", id="another place"),
        pytest.param(_edit(lambda lines: lines[0]["path"].pop()), "line 1: the path does not lead", id="shorter path"),
        pytest.param(_edit(lambda lines: lines[0].update(entry_hash="0" * 64)), "entry, root or size", id="entry"),
        pytest.param(_edit(lambda lines: lines[0].update(size=6)), "entry, root or size", id="size"),
        pytest.param(_edit(lambda lines: lines[0].update(batch=7)), "does not tell of this capture", id="batch"),
        pytest.param(_edit(lambda lines: lines.append(lines[0])), "names a capture twice", id="twice"),
        pytest.param(
            _edit(lambda lines: [line.update(stamped_at="2020-01-01T00:00:00Z") for line in lines]),
            "stamped_at is not the time",
            id="time",
        ),
        pytest.param(_foreign_stamp, "a time stamp of a batch that holds no capture", id="foreign stamp"),
        pytest.param(_other_range, "is not in the range of batch 1", id="range in the chain"),
        pytest.param(_other_root, "the path does not lead", id="root in the chain"),
    ],
)
def test_tampered_proofs_are_found(
    files: Files, opened: Opened, tamper: Callable[[Files], None], complaint: str
) -> None:
    tamper(files)
    with pytest.raises(AlteredError, match=complaint):
        check_inclusion(opened(files))


def test_a_capture_without_a_proof_is_said(files: Files, opened: Opened) -> None:
    _edit(lambda lines: lines.pop())(files)
    with pytest.raises(UncheckedError, match="1 of 5 captures were not sealed"):
        check_inclusion(opened(files))


def test_a_batch_that_waits_for_its_stamp_is_said(files: Files, opened: Opened) -> None:
    for kind in ("tsq", "tsr", "pem"):
        del files[f"{STAMP}.{kind}"]
    _edit(lambda lines: [line.update(stamped_at=None) for line in lines])(files)
    pack = opened(files)
    assert check_inclusion(pack)
    with pytest.raises(UncheckedError, match="batch 1 is not yet stamped"):
        check_batch_stamps(pack)
