import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.warc import Exchange, WarcFile, warc_name, whole_members
from store.warc_files import beside, where
from tests.crawlers.loopback import read_warc

AT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def exchange(**fields: Any) -> Exchange:
    known: dict[str, Any] = {
        "url": "https://example.org/a?b=1",
        "method": "GET",
        "request_headers": [(b"Host", b"example.org")],
        "protocol": "HTTP/1.1",
        "status": 200,
        "headers": [(b"Content-Type", b"text/html")],
        "body": b"<p>x</p>",
        "fetched_at": AT,
        "ip_address": "93.184.215.14",
    }
    return Exchange(**(known | fields))


@pytest.fixture
def warc(tmp_path: Path) -> Iterator[WarcFile]:
    with WarcFile(tmp_path / "captures" / "w.warc.gz", about={"software": "test"}, created_at=AT) as opened:
        yield opened


def test_exchange_is_two_records_after_the_info(warc: WarcFile) -> None:
    (place,) = warc.add_exchanges([exchange()])
    info, response, request = read_warc(warc.path)
    assert info.fields["WARC-Type"] == "warcinfo"
    assert response.fields["WARC-Type"] == "response"
    assert response.fields["WARC-Record-ID"] == place.record_id == request.fields["WARC-Concurrent-To"]
    assert response.fields["WARC-Date"] == request.fields["WARC-Date"] == "2026-03-01T12:00:00.250000Z"
    assert response.fields["WARC-IP-Address"] == "93.184.215.14"
    assert "headers-normalised" in response.fields["X-Capture-Fidelity"]
    assert (response.status_line, response.payload) == ("HTTP/1.1 200", b"<p>x</p>")
    assert request.status_line == "GET /a?b=1 HTTP/1.1"


def test_digests_are_sha256_of_what_is_there(warc: WarcFile) -> None:
    (place,) = warc.add_exchanges([exchange(body=b"payload")])
    digest = hashlib.sha256(b"payload").digest()
    stated = read_warc(warc.path)[1].fields["WARC-Payload-Digest"]
    assert stated == "sha256:" + base64.b32encode(digest).decode()
    assert (place.sha256, place.size_bytes) == (digest.hex(), 7)


def test_place_cuts_out_exactly_the_response(warc: WarcFile) -> None:
    warc.add_exchanges([exchange()])
    (place,) = warc.add_exchanges([exchange(body=b"second")])
    piece = where(warc.path).read_bytes()[place.offset : place.offset + place.length]
    (record,) = [each.raw_stream.read() for each in ArchiveIterator(BytesIO(piece), check_digests="raise")]
    assert record == b"second"


def test_altered_payload_does_not_pass(warc: WarcFile) -> None:
    warc.add_resource(BytesIO(b"original"), url="urn:x", media_type="text/plain", name="f", at=AT)
    with pytest.raises(ArchiveLoadFailed):
        _read_all(_recompressed(where(warc.path).read_bytes(), b"original", b"0riginal"))


def _recompressed(whole: bytes, old: bytes, new: bytes) -> bytes:
    plain = gzip.decompress(whole)
    assert plain.count(old) == 1
    return plain.replace(old, new)


def _read_all(whole: bytes) -> None:
    for record in ArchiveIterator(BytesIO(whole), check_digests="raise"):
        record.raw_stream.read()


def test_header_bytes_stay_and_forge_nothing(warc: WarcFile) -> None:
    headers = [
        (b"X-Name", "หัว".encode()),
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
        (b"X-Evil", b"x\r\nWARC-Type: y"),
    ]
    warc.add_exchanges([exchange(headers=headers)])
    response = read_warc(warc.path)[1]
    assert [value for name, value in response.http if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert "WARC-Type" not in dict(response.http)
    assert "หัว".encode() in _plain(where(warc.path))


def _plain(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def test_name_of_a_handed_in_file_forges_nothing(warc: WarcFile) -> None:
    place = warc.add_resource(
        BytesIO(b"{}"), url="urn:x", media_type="application/json", name="a\r\nX-Y: ก.json", at=AT
    )
    resource = read_warc(warc.path)[1]
    assert "X-Y" not in resource.fields
    assert (resource.payload, place.size_bytes) == (b"{}", 2)


def test_a_file_is_never_written_over(warc: WarcFile) -> None:
    with pytest.raises(FileExistsError):
        WarcFile(warc.path, about={}, created_at=AT)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("board", "board-20260301T120000250000Z-7.warc.gz"),
        ("../../etc/x", "_.._etc_x-20260301T120000250000Z-7.warc.gz"),
        ("ตลาด งาน", "________-20260301T120000250000Z-7.warc.gz"),
        ("x" * 300, "x" * 80 + "-20260301T120000250000Z-7.warc.gz"),
    ],
)
def test_file_name_holds_no_path(source: str, wanted: str) -> None:
    assert warc_name(source, AT, 7) == wanted


@given(cut=st.integers(min_value=0))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_cut_tail_costs_no_sealed_record(warc: WarcFile, cut: int) -> None:
    (place,) = warc.add_exchanges([exchange(body=b"sealed")])
    sealed = where(warc.path).stat().st_size
    warc.add_exchanges([exchange(body=b"next" * 100)])
    whole = where(warc.path).read_bytes()
    torn = whole[: sealed + cut % (len(whole) - sealed)]
    piece = torn[place.offset : place.offset + place.length]
    (payload,) = [each.raw_stream.read() for each in ArchiveIterator(BytesIO(piece), check_digests="raise")]
    assert payload == b"sealed"


def test_a_file_has_its_name_once_it_is_closed_and_what_it_holds_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "w.warc.gz"
    with WarcFile(path, about={}, created_at=AT) as warc:
        warc.add_exchanges([exchange()])
        assert [each.name for each in tmp_path.iterdir()] == ["w.warc.gz.part"]
    assert {each.name for each in tmp_path.iterdir()} == {"w.warc.gz", "w.warc.gz.json"}
    assert json.loads(beside(path).read_bytes()) == {
        "file": "w.warc.gz",
        "records": 3,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size_bytes": path.stat().st_size,
    }


def test_nothing_follows_what_could_not_be_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WarcFile(tmp_path / "w.warc.gz", about={}, created_at=AT) as warc:
        warc.add_exchanges([exchange()])
        sealed = warc.size_bytes
        with monkeypatch.context() as full:
            full.setattr("crawlers.warc.os.fsync", lambda _file: (_ for _ in ()).throw(OSError("No space left.")))
            with pytest.raises(OSError, match="No space left"):
                warc.add_exchanges([exchange(body=b"lost")])
        with pytest.raises(OSError, match="ends in a record"):
            warc.add_exchanges([exchange(body=b"next")])
        with pytest.raises(OSError, match="ends in a record"):
            warc.add_derivatives([], of="<urn:uuid:0>", at=AT)
    assert where(warc.path).stat().st_size == sealed


def test_half_a_record_is_not_closed_in(tmp_path: Path) -> None:
    path = tmp_path / "w.warc.gz"
    warc = WarcFile(path, about={}, created_at=AT)
    warc.add_exchanges([exchange()])
    sealed = warc.size_bytes
    with where(path).open("ab") as torn:
        torn.write(gzip.compress(b"the beginning of a record")[:20])
    closed = warc.finish()
    warc.close()
    assert (closed.size_bytes, closed.records, path.stat().st_size) == (sealed, 3, sealed)


def test_a_file_that_fails_keeps_its_unfinished_name(tmp_path: Path) -> None:
    path = tmp_path / "w.warc.gz"
    with pytest.raises(FileNotFoundError), WarcFile(path, about={}, created_at=AT):
        (tmp_path / "gone").read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["w.warc.gz.part"]


@given(kept=st.integers(min_value=0), tail=st.binary(max_size=40))
@settings(max_examples=30)
def test_whole_members_end_where_the_file_is_torn(kept: int, tail: bytes) -> None:
    members = [gzip.compress(piece) for piece in (b"a" * 50_000, b"", bytes(range(256)) * 300)]
    ends = [sum(map(len, members[: number + 1])) for number in range(3)]
    whole = b"".join(members)
    cut = kept % (len(whole) + 1)
    torn = whole[:cut]
    assert list(whole_members(BytesIO(torn))) == [end for end in ends if end <= cut]
    assert list(whole_members(BytesIO(whole + tail)))[:3] == ends


def test_the_record_says_what_let_the_request_out_and_who_answered(warc: WarcFile) -> None:
    warc.add_exchanges([exchange(robots="allowed", certificate_sha256="ab" * 32)])
    _, response, request = read_warc(warc.path)
    assert response.fields["X-Robots-Decision"] == "allowed"
    assert response.fields["X-TLS-Certificate-SHA256"] == "ab" * 32
    assert "X-Robots-Decision" not in request.fields
