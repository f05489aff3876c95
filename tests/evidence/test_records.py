"""Cutting records: the acknowledged bytes, or nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.warc import Exchange, WarcFile
from evidence.records import CutCapture, cut_capture
from lurewatch.errors import EvidenceError
from store.tables import Capture
from tests.evidence.house import House


def captures(house: House, provenance: str = "public_crawl") -> list[Capture]:
    with house.store.reading() as session:
        found = session.query(Capture).where(Capture.provenance == provenance).order_by(Capture.id).all()
        session.expunge_all()
    return found


def content(cut: CutCapture) -> bytes:
    return b"".join(chunk for place in cut.slices for chunk in place.chunks())


def test_a_page_is_cut_with_what_belongs_to_it_behind_it_and_nothing_else(golden_house: House) -> None:
    made, plain, *_ = captures(golden_house)
    assert cut_capture(made, golden_house.captures_dir).kinds == ("response", "request", "conversion", "resource")
    cut = cut_capture(plain, golden_house.captures_dir)
    assert cut.kinds == ("response", "request")
    assert cut.fidelity == "headers-normalised"


def test_an_export_is_cut_as_its_resource_record(golden_house: House) -> None:
    cut = cut_capture(captures(golden_house, "platform_export")[0], golden_house.captures_dir)
    assert cut.kinds == ("resource",)


def test_what_is_cut_is_a_byte_copy(golden_house: House) -> None:
    capture = captures(golden_house)[0]
    whole = (golden_house.captures_dir / capture.warc_path).read_bytes()
    cut = content(cut_capture(capture, golden_house.captures_dir))
    assert whole.find(cut) == capture.warc_offset
    assert len(cut) > capture.warc_length


def test_the_crawlers_own_records_are_cut_with_their_request(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "a.warc.gz", about={"software": "test"}, created_at=datetime(2026, 3, 1, tzinfo=UTC))
    for word in (b"one", b"two"):
        exchange = Exchange(
            url="https://jobs.example.test/",
            method="GET",
            request_headers=[(b"Host", b"jobs.example.test")],
            protocol="HTTP/1.1",
            status=200,
            headers=[(b"Content-Type", b"text/html"), (b"X-Raw", b"\xff")],
            body=word * 100,
            fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
            ip_address="192.0.2.1",
        )
        (place,) = warc.add_exchanges([exchange])
    warc.close()
    capture = Capture(
        id=1, warc_path="a.warc.gz", warc_offset=place.offset, warc_length=place.length, sha256=place.sha256,
        size_bytes=place.size_bytes, warc_record_id=place.record_id,
    )  # fmt: skip
    cut = cut_capture(capture, tmp_path)
    assert cut.kinds == ("response", "request")
    (tmp_path / "cut.warc.gz").write_bytes(content(cut))
    with (tmp_path / "cut.warc.gz").open("rb") as file:
        records = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file)]
    assert records == [("response", b"two" * 100), ("request", b"")]


def test_a_torn_record_behind_the_capture_does_not_cost_it(house: House) -> None:
    capture = captures(house)[0]
    path = house.captures_dir / capture.warc_path
    path.write_bytes(path.read_bytes()[: capture.warc_offset + capture.warc_length + 20])
    assert cut_capture(capture, house.captures_dir).kinds == ("response",)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        pytest.param({"warc_path": "gone.warc.gz"}, "cannot be read", id="no file"),
        pytest.param({"warc_path": "../lurewatch.db"}, "outside the captures folder", id="outside"),
        pytest.param({"warc_offset": 10**9}, "cannot be read", id="behind the end"),
        pytest.param({"warc_offset": 0}, "cannot be read", id="another record's beginning"),
        pytest.param({"warc_length": 40}, "cannot be read", id="too short"),
        pytest.param({"warc_record_id": "<urn:uuid:other>"}, "another record id", id="another id"),
        pytest.param({"sha256": "0" * 64}, "another payload", id="another digest"),
        pytest.param({"size_bytes": 1}, "another payload", id="another size"),
    ],
)
def test_a_record_that_is_not_the_acknowledged_one_is_refused(
    golden_house: House, changes: dict[str, object], complaint: str
) -> None:
    capture = captures(golden_house)[0]
    for name, value in changes.items():
        setattr(capture, name, value)
    with pytest.raises(EvidenceError, match=complaint):
        cut_capture(capture, golden_house.captures_dir)


def test_every_flipped_byte_of_the_record_is_noticed_or_harmless(house: House) -> None:
    capture = captures(house)[0]
    path = house.captures_dir / capture.warc_path
    whole = path.read_bytes()
    payload_lost = 0
    for place in range(capture.warc_offset, capture.warc_offset + capture.warc_length, 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            # gzip's own header (time, system) may differ: what it holds does not.
            assert cut_capture(capture, house.captures_dir).kinds[0] == "response"
            assert place < capture.warc_offset + 10
        except EvidenceError:
            payload_lost += 1
    assert payload_lost > capture.warc_length // 4
