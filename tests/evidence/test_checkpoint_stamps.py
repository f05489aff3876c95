"""Checkpoints of the audit chain are stamped like batches: when an authority answers, renewed in time, and judged."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence import checkpoint_stamps
from evidence.checkpoint_stamps import ending_before, noted, stamp_checkpoints, stamps_told
from evidence.checkpoints import Notary, checkpoint_key, last_checkpoint, note_end
from evidence.timestamps import Authority, NoStampError, opinion_of
from evidence.verify_standalone import StampOpinion
from lurewatch.errors import EvidenceError
from tests.evidence.authorities import Stamper, give_certificate, make_stamper, serving

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def stamper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path_factory.mktemp("tsa") / "one")) as stamper:
        yield stamper


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def stamped_lines(tmp_path_factory: pytest.TempPathFactory, keys: Path, stamper: Stamper) -> list[bytes]:
    """Two checkpoints, each with its stamp: the checkpoints' lines come first."""
    path = tmp_path_factory.mktemp("stamped") / "checkpoints"
    _note(path, keys, 1, 7)
    stamp_checkpoints(path, stamper.as_authority(), now=NOW)
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints"


def _note(path: Path, keys: Path, *seqs: int) -> None:
    for seq in seqs:
        note_end(path, checkpoint_key(keys), seq, f"{seq:064x}", NOW)


def _opinion(*stampers: Stamper) -> StampOpinion:
    opinion = opinion_of([one.as_authority() for one in stampers], now=datetime.now(UTC))
    assert opinion is not None
    return opinion


def test_without_an_authority_they_wait_and_that_is_said(path: Path, keys: Path) -> None:
    _note(path, keys, 1, 7)
    said = stamps_told(noted(path), None)
    assert said == "Time stamps: of 2 checkpoints 2 are not yet stamped, the stamps of 0 were not checked."


def test_a_stamp_says_when_the_chain_stood_so(path: Path, stamped_lines: list[bytes], stamper: Stamper) -> None:
    path.write_bytes(b"".join(stamped_lines))
    said = stamps_told(noted(path), _opinion(stamper))
    assert "2 checkpoints 0 are not yet stamped, the stamps of 0 were not checked" in said
    assert "; the checkpoint at audit entry 7 existed at 20" in said
    assert "signed by one" in said


def test_without_its_certificates_a_stamp_is_not_checked_and_proves_nothing(
    path: Path, stamped_lines: list[bytes], tmp_path: Path
) -> None:
    path.write_bytes(b"".join(stamped_lines))
    for opinion in (None, _opinion(make_stamper(tmp_path / "stranger"))):
        said = stamps_told(noted(path), opinion)
        assert said == "Time stamps: of 2 checkpoints 0 are not yet stamped, the stamps of 2 were not checked."


def test_those_that_waited_are_stamped_once(path: Path, keys: Path, stamper: Stamper) -> None:
    _note(path, keys, 1, 7)
    with pytest.raises(NoStampError, match="gave no answer"):
        stamp_checkpoints(path, stamper.as_authority(url="http://127.0.0.1:9/"), now=NOW)
    assert stamp_checkpoints(path, stamper.as_authority(), now=NOW) == 2
    _note(path, keys, 9)
    assert [stamp_checkpoints(path, stamper.as_authority(), now=NOW) for _ in range(2)] == [1, 0]
    assert [len(one.stamps) for one in noted(path)] == [1, 1, 1]


def test_an_authority_that_joins_later_begins_with_what_nobody_has_stamped(
    path: Path, keys: Path, stamper: Stamper
) -> None:
    _note(path, keys, 1)
    stamp_checkpoints(path, stamper.as_authority(), now=NOW)
    _note(path, keys, 7)
    stamp_checkpoints(path, stamper.as_authority(name="other"), now=NOW)
    assert [[stamp.authority for stamp in one.stamps] for one in noted(path)] == [["one"], ["other"]]


def test_one_round_asks_so_often_and_no_more(
    path: Path, keys: Path, stamper: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint_stamps, "MOST_AT_ONCE", 2)
    _note(path, keys, 1, 2, 3)
    assert [stamp_checkpoints(path, stamper.as_authority(), now=NOW) for _ in range(3)] == [2, 1, 0]


def test_stamps_are_renewed_before_their_certificate_ends(path: Path, keys: Path, tmp_path: Path) -> None:
    _note(path, keys, 1)
    with serving(make_stamper(tmp_path / "short", ends=timedelta(days=30))) as stamper:
        now, authority = datetime.now(UTC), stamper.as_authority()
        # Until it has a certificate that lasts, it is asked again and what it says is not kept.
        assert [stamp_checkpoints(path, authority, now=now) for _ in range(2)] == [1, 0]
        assert len(ending_before(path, "short", now + timedelta(days=90))) == 1
        give_certificate(stamper, ends=timedelta(days=3000))
        assert [stamp_checkpoints(path, authority, now=now) for _ in range(2)] == [1, 0]
        assert ending_before(path, "short", now + timedelta(days=90)) == []
        (one,) = noted(path)
        first, renewed = one.stamps
        opinion = _opinion(stamper)
        assert opinion(renewed.response, first.response)
        assert "entry 1 existed at" in stamps_told([one], opinion)


def test_the_notary_goes_on_behind_stamps(path: Path, keys: Path, stamped_lines: list[bytes]) -> None:
    path.write_bytes(b"".join(stamped_lines))
    Notary(path, keys, lambda: NOW)(8, "a" * 64)
    last = last_checkpoint(path)
    assert last is not None
    assert last.seq == 7
    Notary(path, keys, lambda: NOW + timedelta(days=1))(9, "b" * 64)
    assert [one.checkpoint.seq for one in noted(path)] == [1, 7, 9]


def _changed(number: int, **changes: object) -> Callable[[list[bytes]], list[bytes]]:
    def change(lines: list[bytes]) -> list[bytes]:
        line = json.dumps(json.loads(lines[number]) | changes, separators=(",", ":")).encode() + b"\n"
        return [*lines[:number], line, *lines[number + 1 :]]

    return change


def _answer_of_the_other(lines: list[bytes]) -> list[bytes]:
    return _changed(2, response=json.loads(lines[3])["response"])(lines)


def _of_the_other(lines: list[bytes]) -> list[bytes]:
    return _changed(2, checkpoint=json.loads(lines[3])["checkpoint"])(lines)


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        pytest.param(_of_the_other, "stamps neither the checkpoint at audit entry 7", id="of another checkpoint"),
        pytest.param(_answer_of_the_other, "answers another query", id="another's answer"),
        pytest.param(_changed(2, response="MAAA"), "entry 1 does not hold: stamp 1: ", id="no response"),
        pytest.param(_changed(2, query="!"), "Line 3 of .* is no time stamp", id="no base64"),
        pytest.param(_changed(2, good_until="soon"), "Line 3 of .* is no time stamp", id="no time"),
        pytest.param(lambda lines: [lines[0], *lines[2:]], "Line 3 of .* stamps no checkpoint before", id="left alone"),
        pytest.param(lambda lines: [lines[2], *lines[:2]], "Line 1 of .* stamps no checkpoint before", id="moved up"),
    ],
)
def test_a_stamp_that_was_tampered_with_is_told(
    path: Path,
    stamped_lines: list[bytes],
    stamper: Stamper,
    tamper: Callable[[list[bytes]], list[bytes]],
    told: str,
) -> None:
    path.write_bytes(b"".join(tamper(stamped_lines)))
    with pytest.raises(EvidenceError, match=told):
        stamps_told(noted(path), _opinion(stamper))


def test_a_stamp_that_its_authority_did_not_sign_is_told(
    path: Path, stamped_lines: list[bytes], stamper: Stamper
) -> None:
    path.write_bytes(b"".join(stamped_lines))
    pinned = stamper.as_authority(certificates=(stamper.root,))
    opinion = opinion_of([pinned], now=datetime.now(UTC))
    with pytest.raises(
        EvidenceError, match="A time stamp of the checkpoint at audit entry 1 does not hold: not signed"
    ):
        stamps_told(noted(path), opinion)


def test_a_deaf_authority_leaves_the_file_as_it_is(path: Path, keys: Path, stamper: Stamper) -> None:
    _note(path, keys, 1)
    before = path.read_bytes()
    with pytest.raises(NoStampError):
        stamp_checkpoints(path, Authority(name="deaf", url="http://127.0.0.1:9/", roots=(stamper.root,)), now=NOW)
    assert path.read_bytes() == before
