"""The verifier's readers of WARC, ZIP, CDXJ, JSON and DER, each by itself: what they read, and why they refuse it.

No installation and no pack is made for these, so that a mutation test can run them thousands of times.
"""

import base64
import gzip
import hashlib
import io
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import evidence.verify_standalone as verifier
from evidence.pack_file import PackFile
from evidence.verify_standalone import AlteredError, Imprint, NotAPackError
from evidence.zipping import zip_parts


def refused(complaint: str) -> "pytest.RaisesExc[AlteredError]":
    """The whole of what an AlteredError says."""
    return pytest.raises(AlteredError, match=rf"\A{re.escape(complaint)}\Z")


# -- WARC records --------------------------------------------------------------------------------------------------

MEMBER = "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <x>\r\n"


def member(
    block: bytes = b"hello", *lines: str, head: str = MEMBER, length: object = None, end: bytes = b"\r\n\r\n"
) -> bytes:
    told = "".join(f"{line}\r\n" for line in lines)
    size = len(block) if length is None else length
    return gzip.compress(f"{head}{told}Content-Length: {size}\r\n\r\n".encode() + block + end)


def read(content: bytes, step: int = 4096) -> list[verifier.Record]:
    pieces = (content[place : place + step] for place in range(0, len(content), step))
    return list(verifier.Records(pieces, verifier.Budget(len(content))))


def test_a_record_gives_its_names_values_and_payload() -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    (record,) = read(member(http + b"page", "Content-Type: application/http; msgtype=response", "WARC-Date:  t "))
    assert (record.kind, record.record_id, record.first("warc-date"), record.first("none")) == (
        "resource",
        "<x>",
        "t",
        "",
    )
    assert (record.http_header, record.payload_bytes) == (http, 4)
    assert record.payload_sha256 == hashlib.sha256(b"page").hexdigest()
    assert read(member())[0].http_header == b""


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(member()[:-9], "a WARC record is cut off", id="cut off"),
        pytest.param(member(length=12), "a WARC record is shorter than its header says", id="short"),
        pytest.param(member(length=4), "a WARC record does not end where its header says", id="long"),
        pytest.param(member(end=b"\r\n\r\n\r\n"), "a WARC record does not end where its header says", id="more"),
        pytest.param(gzip.compress(b"WARC/1.1\r\n"), "a WARC record has a header without an end", id="no end"),
        pytest.param(gzip.compress(b""), "a WARC record has a header without an end", id="empty"),
        pytest.param(
            member(b"HTTP/1.1 200 OK\r\n\r\n", "Content-Type: application/http", length=10),
            "a WARC record has an HTTP header without an end",
            id="an HTTP header longer than the block",
        ),
        pytest.param(member(head="WARC/0.9\r\n"), "a gzip member holds no WARC record", id="version"),
        pytest.param(member(b"hello", "nonsense"), "a WARC record has a header line without a colon", id="no colon"),
        pytest.param(member(b"", "WARC-Type: x"), "a WARC record repeats its header 'warc-type'", id="twice"),
        pytest.param(member(length="5x"), "a WARC record has no Content-Length", id="letters"),
        pytest.param(member(length="-5"), "a WARC record has no Content-Length", id="below nought"),
        pytest.param(member(length="0" * 16), "a WARC record has no Content-Length", id="long number"),
        pytest.param(gzip.compress(f"{MEMBER}\r\n".encode()), "a WARC record has no Content-Length", id="no number"),
        pytest.param(
            member(b"", "WARC-Block-Digest: crc32:0"),
            "a WARC record states a digest by the unknown algorithm 'crc32'",
            id="algorithm",
        ),
        pytest.param(
            member(b"", "WARC-Block-Digest: sha256:" + "0" * 64),
            "a WARC record does not give its WARC-Block-Digest",
            id="block",
        ),
        pytest.param(
            member(b"", "WARC-Payload-Digest: sha256:" + "0" * 64),
            "a WARC record does not give its WARC-Payload-Digest",
            id="payload",
        ),
    ],
)
def test_why_a_record_is_refused(content: bytes, complaint: str) -> None:
    with refused(complaint):
        read(content)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_digests_hold_in_base32_and_hexadecimal_of_either_case(algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"hello", usedforsecurity=False).digest()
    base32 = base64.b32encode(digest).decode()
    for value in (base32, base32.rstrip("="), base32.lower(), digest.hex(), digest.hex().upper()):
        assert read(member(b"hello", f"WARC-Block-Digest: {algorithm}:{value}"))
    with refused("a WARC record does not give its WARC-Block-Digest"):
        read(member(b"hello!", f"WARC-Block-Digest: {algorithm}:{base32}"))


def test_the_payload_digest_is_of_what_follows_the_http_header_and_the_block_digest_of_both() -> None:
    http, page = b"HTTP/1.1 200 OK\r\n\r\n", b"page"
    digests = [f"sha256:{hashlib.sha256(part).hexdigest()}" for part in (http + page, page)]
    kind = "Content-Type: application/http; msgtype=response"
    lines = [f"WARC-Block-Digest: {digests[0]}", f"WARC-Payload-Digest: {digests[1]}"]
    assert read(member(http + page, kind, *lines))


def test_a_record_may_name_several_records_beside_it_and_be_of_the_older_version() -> None:
    (record,) = read(member(b"", "WARC-Concurrent-To: <a>", "WARC-Concurrent-To: <b>", head="WARC/1.0\r\n"))
    assert record.headers["warc-concurrent-to"] == ["<a>", "<b>"]


def test_a_member_in_zlibs_own_form_is_refused() -> None:
    with pytest.raises(zlib.error):
        read(zlib.compress(gzip.decompress(member())))


def test_header_values_that_are_no_utf8_are_kept() -> None:
    content = gzip.compress(MEMBER.encode() + b"X: \xff\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    assert read(content)[0].first("x") == "\udcff"


@pytest.mark.parametrize(("more", "is_refused"), [(-1, False), (0, True)])
def test_as_many_header_lines_as_anybody_writes(more: int, is_refused: bool) -> None:
    lines = [f"X{number}: 1" for number in range(verifier.MAX_HEADER_LINES - 2 + more)]
    content = member(b"", *lines)
    if is_refused:
        with refused("a WARC record has more header lines than anybody writes"):
            read(content)
    else:
        assert len(read(content)[0].headers) == verifier.MAX_HEADER_LINES


def test_a_header_without_an_end_is_refused_once_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "MAX_HEADER_BYTES", 1000)
    monkeypatch.setattr(verifier, "CHUNK_BYTES", 100)
    budget = verifier.Budget(0)
    with refused("a WARC record has a header without an end"):
        list(verifier.Records([gzip.compress(b"WARC/1.1\r\n" + b"x" * 100_000)], budget))
    assert verifier.FREE_INFLATION_BYTES - budget._left <= 1200


def test_records_are_inflated_piece_by_piece_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "FREE_INFLATION_BYTES", 0)
    monkeypatch.setattr(verifier, "MAX_INFLATION_RATIO", 1)
    content = member(bytes(5_000))
    size = len(gzip.decompress(content))
    assert list(verifier.Records([content], verifier.Budget(size)))
    monkeypatch.setattr(verifier, "CHUNK_BYTES", 100)
    budget = verifier.Budget(size - 1_000)
    with refused("the records inflate to more than a pack of this size may hold (a decompression bomb?)"):
        list(verifier.Records([content], budget))
    assert -100 <= budget._left < 0


def test_where_records_lie_is_told() -> None:
    members = [member(), member(b"x" * 300_000), member(b"")]
    content = b"".join(members)
    for step in (1, 10, len(content)):
        pieces = [content[place : place + step] for place in range(0, len(content), step)]
        placed = list(verifier.placed_records(pieces, verifier.Budget(len(content))))
        assert [one.record.payload_bytes for one in placed] == [5, 300_000, 0]
        assert [(one.offset, one.length) for one in placed] == [
            (0, len(members[0])),
            (len(members[0]), len(members[1])),
            (len(members[0]) + len(members[1]), len(members[2])),
        ]


def told(kind: str, **headers: str) -> verifier.Record:
    return verifier.Record(
        {"warc-type": [kind], **{name.replace("_", "-"): [value] for name, value in headers.items()}}, b"", "", 0
    )


@pytest.mark.parametrize(
    ("record", "belongs"),
    [
        pytest.param(told("request", warc_concurrent_to="<m>"), True, id="named by the request"),
        pytest.param(told("metadata", warc_refers_to="<m>"), True, id="named by the metadata"),
        pytest.param(told("request", warc_record_id="<r>"), True, id="named by the main record"),
        pytest.param(told("request", warc_record_id="<s>"), False, id="named by nobody"),
        pytest.param(told("warcinfo", warc_refers_to="<m>"), False, id="of another kind"),
        pytest.param(told("request"), False, id="without any id"),
    ],
)
def test_which_records_belong_to_a_capture(record: verifier.Record, belongs: bool) -> None:
    assert record.belongs_to(told("response", warc_record_id="<m>", warc_concurrent_to="<r>")) is belongs


def test_nothing_is_named_by_a_main_record_that_names_none() -> None:
    assert not told("request", warc_record_id="<r>").belongs_to(told("response", warc_record_id="<m>"))


# -- The index -----------------------------------------------------------------------------------------------------


def indexed(http: bytes = b"", **headers: str) -> str:
    about = {"warc_target_uri": "https://jobs.example.test/1", "warc_date": "2026-03-01T12:00:00.25Z", **headers}
    record = told("response", **about)._replace(http_header=http, payload_sha256="00" * 32)
    return verifier.index_text([verifier.PlacedRecord(record, 7, 9)]).decode()


def test_a_line_of_the_index() -> None:
    assert indexed(b"HTTP/1.1 404 Not Found\r\nX: y\r\ncontent-TYPE: text/html; charset=x\r\n\r\n") == (
        'test,example,jobs)/1 20260301120000 {"url": "https://jobs.example.test/1", "mime": "text/html", '
        f'"status": "404", "digest": "sha256:{"A" * 52}====", "length": "9", "offset": "7", '
        '"filename": "data.warc.gz"}\n'
    )


@pytest.mark.parametrize(
    ("http", "stated", "mime"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "application/http", "unknown"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: \xff/x;y\r\n\r\n", "application/http", "\\u00ff/x"),
        (b"", "application/json; a=b; c=d", "application/json"),
        (b"", "", "unknown"),
    ],
    ids=["none stated", "no ASCII", "of the record", "of no record"],
)
def test_the_media_type_in_the_index(http: bytes, stated: str, mime: str) -> None:
    assert f'"mime": "{mime}"' in indexed(http, content_type=stated)
    assert ('"status"' in indexed(http)) is bool(http)


def test_the_instant_in_the_index_has_no_fraction() -> None:
    for date in ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.123456Z"):
        assert indexed(warc_date=date).split()[1] == "20260301120000"


def test_the_index_is_sorted_and_leaves_out_what_was_not_captured() -> None:
    def placed(kind: str, url: str) -> verifier.PlacedRecord:
        return verifier.PlacedRecord(told(kind, warc_target_uri=url)._replace(payload_sha256=""), 0, 0)

    kinds = [
        ("response", "urn:b"),
        ("request", "urn:c"),
        ("resource", "urn:a"),
        ("conversion", "urn:d"),
        ("metadata", "urn:e"),
    ]
    lines = verifier.index_text([placed(*one) for one in kinds]).decode().splitlines()
    assert [line.split()[0] for line in lines] == ["urn:a", "urn:b", "urn:d"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://jobs.example.test:80", "test,example,jobs)/"),
        ("https://jobs.example.test:443/a/", "test,example,jobs)/a"),
        ("https://jobs.example.test:8443/?", "test,example,jobs:8443)/"),
        ("https://www12.example.test/X/Y", "test,example)/x/y"),
        ("https://example.test/X/", "test,example)/x"),
        ("https://example.test/a/../../b", "test,example)/b"),
        ("https://example.test/a/b/.././c//d", "test,example)/a/c/d"),
        ("https://example.test/%4A%4a%C3%8c", "test,example)/jj%c3%8c"),
        ("https://example.test/?a=2&a=1=0", "test,example)/?a=1=0&a=2"),
        ("https://example.test/?a=1=2&a=1!", "test,example)/?a=1!&a=1=2"),
        ("https://example.test/%25%32%35", "test,example)/%25"),
        ("https://example.test/?b&a=2&a-b=1&a=1", "test,example)/?a=1&a=2&a-b=1&b"),
        ("https://example.test/\x7f\x80", "test,example)/%7f%c2%80"),
    ],
)
def test_the_key_of_an_address(url: str, key: str) -> None:
    assert verifier.index_key(url) == key


def test_an_address_that_was_escaped_without_end_takes_no_time() -> None:
    assert verifier.index_key("https://example.test/%" + "25" * 200_000).startswith("test,example)/%25")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.test/[x]", "https://example.test/[x]"),
        ("https://example.test/[name 1]/ü", "https://example.test/%5Bname%201%5D/%C3%BC"),
        ("https://[name 1].example.test/", "urn:lurewatch:https://%5Bname%201%5D.example.test/"),
        ("[link 12]", "urn:lurewatch:%5Blink%2012%5D"),
    ],
    ids=["no mask", "in the path", "in the host", "all of it"],
)
def test_the_address_at_which_a_masked_capture_is_replayed(url: str, address: str) -> None:
    assert verifier.replay_address(url) == address


# -- Archives ------------------------------------------------------------------------------------------------------


def archive(*names: str, content: bytes = b"content") -> bytes:
    files = [PackFile(name, (content,)) for name in names]
    return b"".join(part for part in zip_parts(files) if isinstance(part, bytes))


def opened(content: bytes) -> verifier.Archive:
    return verifier.read_archive(io.BytesIO(content))


def test_the_files_of_an_archive_are_read_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "CHUNK_BYTES", 3)
    content = archive("C/a.txt", "C/b.txt")
    found = opened(content)
    assert (found.folder, list(found.entries), found.size) == ("C", ["a.txt", "b.txt"], len(content))
    assert list(found.chunks("b.txt")) == [b"con", b"ten", b"t"]
    assert found.read("a.txt") == b"content"
    assert found.digest("a.txt") == (
        hashlib.sha256(b"content").hexdigest(),
        hashlib.sha512(b"content").hexdigest(),
        zlib.crc32(b"content"),
    )
    with refused("'c.txt' is missing"):
        found.read("c.txt")


def test_an_archive_within_an_archive_has_its_own_places() -> None:
    inner = archive("a.txt", "x/b.txt", content=b"inner")
    outer = io.BytesIO(archive("C/inner.zip", content=inner))
    place = verifier.read_archive(outer).entries["inner.zip"]
    found = verifier.read_inner_archive(outer, place)
    assert (found.folder, found.size, list(found.entries)) == ("", len(inner), ["a.txt", "x/b.txt"])
    assert found.read("x/b.txt") == b"inner"
    outer = io.BytesIO(archive("C/inner.zip", content=b"x" * 200))
    with refused("it is no ZIP archive"):
        verifier.read_inner_archive(outer, verifier.read_archive(outer).entries["inner.zip"])


@pytest.mark.parametrize(("size", "is_refused"), [(7, False), (6, True)])
def test_a_document_may_be_as_large_as_fits_into_memory(
    size: int, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "MAX_DOCUMENT_BYTES", size)
    if is_refused:
        with refused("'a' is larger than 6 bytes"):
            opened(archive("C/a")).read("a")
    else:
        assert opened(archive("C/a")).read("a") == b"content"


def test_a_file_that_ends_before_its_entry_does_is_named() -> None:
    with refused("'a' ends early"):
        verifier.Archive(io.BytesIO(b"xy"), "", {"a": verifier.Entry(0, 3, 0)}, 2).read("a")


def cut(content: bytes, place: int, new: bytes) -> bytes:
    """`content` with `new` over what stands at `place`, from the end where that is negative."""
    place %= len(content)
    return content[:place] + new + content[place + len(new) :]


END = verifier._END.size


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(
            lambda whole: whole + b"x",
            "the archive's end is not where the file ends: it was cut off or added to",
            id="added to",
        ),
        pytest.param(
            lambda whole: whole[:-1],
            "the archive's end is not where the file ends: it was cut off or added to",
            id="cut off",
        ),
        *(
            pytest.param(
                lambda whole, place=place: cut(whole, place - END, b"\x01\x00"),
                "the archive's end record does not fit the file: it was cut off, added to or changed",
                id=f"byte {place} of the end",
            )
            for place in (4, 6, 8, 10, 12, 16, 20)
        ),
        pytest.param(
            lambda whole: cut(whole, -END - verifier._CENTRAL.size - 3, b"XX"),
            f"the archive's directory is broken at its byte {verifier._CENTRAL.size + 3}",
            id="broken directory",
        ),
        pytest.param(lambda whole: b"xx" + whole, "the archive's end record does not fit the file: it was cut off, "
                     "added to or changed", id="data before"),
    ],
)  # fmt: skip
def test_why_an_archive_is_refused(change: Callable[[bytes], bytes], complaint: str) -> None:
    with refused(complaint):
        opened(change(archive("C/a", "C/b")))


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 100])
def test_what_is_no_archive_is_called_so(content: bytes) -> None:
    with pytest.raises(NotAPackError, match=r"\Athe file is no ZIP archive, so it is no pack\Z"):
        opened(content)


def directory(*entries: tuple[bytes, bytes], gap: bytes = b"", rest: bytes = b"", count: int | None = None) -> bytes:
    """An archive of these names and contents, in this order, with bytes where none belong."""
    body, listing = b"", b""
    for name, content in entries:
        listing += verifier.central_header(name, len(content), zlib.crc32(content), len(body))
        body += verifier.local_header(name, len(content), zlib.crc32(content)) + content
    body += gap
    listing += rest
    return body + listing + verifier.end_record(len(entries) if count is None else count, len(listing), len(body))


def test_an_archive_is_written_as_it_is_read() -> None:
    made = directory((b"C/a", b"content"), (b"C/b", b"content"))
    assert made == archive("C/a", "C/b")
    assert opened(made).read("b") == b"content"


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        pytest.param(
            directory((b"C/a", b""), rest=b"x"),
            "the archive's directory holds bytes that belong to no entry",
            id="rest",
        ),
        pytest.param(
            directory((b"C/a", b"x"), gap=b"yz"), "bytes 34 to 36 of the archive belong to no entry", id="gap"
        ),
        pytest.param(directory((b"C/b", b""), (b"C/a", b"")), "the archive's entries are not in order", id="order"),
        pytest.param(
            directory((b"C/a", b""), count=2),
            "the archive's directory is shorter than its number of entries says",
            id="count",
        ),
        pytest.param(directory((b"C/a", b""), (b"C/a", b"")), "entry 'C/a' is in the archive twice", id="twice"),
        pytest.param(
            directory((b"C/A", b""), (b"C/a", b"")),
            "entries 'C/A' and 'C/a' would be one file on some disks",
            id="case",
        ),
        *(
            pytest.param(directory((name, b"")), f"entry {name.decode()!r} points outside the pack", id=name.decode())
            for name in (b"/a", b"\\a", b"C/../a", b"C\\..\\a", b"C:a")
        ),
        *(
            pytest.param(
                directory((name, b"")), f"entry {name.decode()!r} has a name that the profile does not write", id=told
            )
            for name, told in (
                (b"a", "no folder"),
                (b"C/a b", "a space"),
                (b"C//a", "no name"),
            )
        ),
        pytest.param(
            directory((b"C/a", b""), (b"D/a", b"")),
            "the archive holds 2 top-level folders instead of one",
            id="folders",
        ),
        pytest.param(directory(), "the archive holds 0 top-level folders instead of one", id="none"),
    ],
)
def test_why_an_entry_is_refused(made: bytes, complaint: str) -> None:
    with refused(complaint):
        opened(made)


@pytest.mark.parametrize(
    ("name", "flag", "shown"),
    [(b"/\xc3\xa9", 0x800, r"'/\xe9'"), (b"/\xc3\xa9", 0, r"'/\u251c\u2310'"), (b"/\xff", 0x800, r"'/\ufffd'")],
    ids=["UTF-8", "code page 437", "neither"],
)
def test_a_name_is_read_in_the_letters_that_its_entry_says(name: bytes, flag: int, shown: str) -> None:
    made = directory((name, b""))
    place = len(made) - END - verifier._CENTRAL.size - len(name)
    with refused(f"entry {shown} points outside the pack"):
        opened(cut(made, place + 8, struct.pack("<H", flag)))


def header_changed(**changes: int) -> bytes:
    """An archive with one entry whose directory says otherwise than the profile: fields by their place."""
    made = directory((b"C/a", b"x"))
    place = len(made) - END - verifier._CENTRAL.size - 3
    fields = list(verifier._CENTRAL.unpack_from(made, place))
    for name, value in changes.items():
        fields[int(name.strip("_"))] = value
    return cut(made, place, struct.pack(verifier._CENTRAL.format, *fields))


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (header_changed(_4=8), "entry 'C/a' is compressed or encrypted; a pack stores its files as they are"),
        (header_changed(_3=1), "entry 'C/a' is compressed or encrypted; a pack stores its files as they are"),
        (header_changed(_16=1), "entry 'C/a' has extra data, or other data before it"),
        (header_changed(_11=1), "entry 'C/a' has extra data, or other data before it"),
        (header_changed(_12=1), "entry 'C/a' has extra data, or other data before it"),
        (header_changed(_1=0), "entry 'C/a' has a header that the profile does not write"),
        (header_changed(_3=0x800), "entry 'C/a' has a header that the profile does not write"),
        (header_changed(_7=1), "entry 'C/a' has a header that the profile does not write"),
        (header_changed(_15=0o120777 << 16), "entry 'C/a' is a symbolic link"),
        (cut(directory((b"C/a", b"x")), 4, b"\0"), "entry 'C/a' has a header that the profile does not write"),
    ],
    ids=["compressed", "encrypted", "elsewhere", "extra", "comment", "version", "flag", "CRC", "link", "local header"],
)
def test_why_a_header_is_refused(made: bytes, complaint: str) -> None:
    with refused(complaint):
        opened(made)


def test_names_may_be_as_long_as_disks_take(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(archive("C/" + "a" * 253)).entries
    with pytest.raises(AlteredError, match="has a name that the profile does not write"):
        opened(archive("C/" + "a" * 254))
    made = archive("C/a")
    monkeypatch.setattr(verifier, "MAX_ARCHIVE_BYTES", len(made))
    assert opened(made)
    monkeypatch.setattr(verifier, "MAX_ARCHIVE_BYTES", len(made) - 1)
    with refused(f"the archive is larger than the {len(made) - 1} bytes that a pack may have"):
        opened(made)


# -- JSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"", "JSONDecodeError"),
        (b"\xff", "UnicodeDecodeError"),
        (b'{"a": 1, "a": 1}', "ValueError"),
        (b"NaN", "ValueError"),
        (b"-Infinity", "ValueError"),
        (b"1" * 41, "ValueError"),
        (b"[" * 100_000, "RecursionError"),
    ],
    ids=["nothing", "no UTF-8", "a key twice", "no number", "no end", "long integer", "depth"],
)
def test_json_that_can_be_read_in_several_ways_is_refused(text: bytes, kind: str) -> None:
    with refused(f"'a.json' is not valid JSON ({kind})"):
        verifier.parse_json(text, "a.json")


def test_json_is_read_as_it_stands() -> None:
    assert verifier.parse_json(b'{"a": [1, 2.5, null, "\\u00e9"], "b": ' + b"9" * 40 + b"}", "x") == {
        "a": [1, 2.5, None, "é"],
        "b": int("9" * 40),
    }


@pytest.mark.parametrize(
    ("record", "kind"),
    [({}, str), ({"k": 1}, str), ({"k": True}, int), ({"k": None}, dict), (["k"], str), (None, str)],
    ids=str,
)
def test_a_field_that_is_not_there_or_of_another_kind_is_named(record: object, kind: type) -> None:
    with refused(f"here: 'k' is missing or not of the kind {kind.__name__}"):
        verifier.field(record, "k", kind, "here")


def test_a_field_is_given_as_it_is() -> None:
    assert verifier.field({"k": 0}, "k", int, "") == 0
    assert verifier.field({"k": True}, "k", bool, "") is True


def test_numbers_are_written_as_rfc_8785_says() -> None:
    for digits in ("1", "12", "1.5", "1.25", "123456789.125", "9007199254740993"):
        for exponent in range(-30, 30):
            number = float(f"{digits}e{exponent}")
            for signed in (number, -number):
                assert verifier.canonical(signed).encode() == rfc8785.dumps(signed)


@pytest.mark.parametrize(
    "value",
    [
        {"\U0001f600": 1, "\ufb33": 2, "a": 3, "B": {"b": [], "a": {}}},
        ['\u2028é"\\\n\x00\x7f', "", True, False, None, 0, -1, 2**53 - 1, 0.5, [[1.0]]],
        {"": {"": ""}},
    ],
    ids=["names", "values", "empty"],
)
def test_values_are_written_as_rfc_8785_says(value: Any) -> None:
    assert verifier.canonical(value).encode() == rfc8785.dumps(value)
    assert verifier.sha256_of(value) == hashlib.sha256(rfc8785.dumps(value)).hexdigest()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_written(number: float) -> None:
    with pytest.raises(ValueError, match=r"\AJSON knows no such number\Z"):
        verifier.canonical([number])


# -- Public keys ---------------------------------------------------------------------------------------------------

PUBLIC = ec.derive_private_key(0x60FD, ec.SECP384R1()).public_key()
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SPKI = PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_public_key_is_read_as_the_library_writes_it() -> None:
    assert verifier.parse_public_key(PEM) == SPKI
    assert verifier.public_key_pem(SPKI) == PEM
    numbers = PUBLIC.public_numbers()
    assert verifier._point_of(SPKI) == (numbers.x, numbers.y)


P256 = ec.derive_private_key(7, ec.SECP256R1()).public_key()


@pytest.mark.parametrize(
    "pem",
    [
        PEM[:-1],
        PEM + b"\n",
        PEM.replace(b"\n", b"\r\n"),
        PEM.replace(b"PUBLIC", b"PRIVATE"),
        PEM.replace(b"\n", b"\n\n", 1),
        PEM.replace(b"A", b"!", 1),
        verifier.public_key_pem(SPKI[:-1]),
        verifier.public_key_pem(SPKI + b"\0"),
        verifier.public_key_pem(SPKI[:-1] + bytes([SPKI[-1] ^ 1])),
        verifier.public_key_pem(SPKI[:-96] + bytes(96)),
        verifier.public_key_pem(b"\x31" + SPKI[1:]),
        P256.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        b"",
    ],
    ids=range(13),
)
def test_what_is_no_public_key_in_the_one_form_is_refused(pem: bytes) -> None:
    with refused(f"{verifier.SIGNER_FILE} is not a P-384 public key in the form that the profile fixes"):
        verifier.parse_public_key(pem)


# -- DER: signatures -----------------------------------------------------------------------------------------------

HALF = verifier.CURVE_ORDER // 2


@pytest.mark.parametrize("r", [0, 1, 0x7F, 0x80, 0xFF, 0x100, 2**383, 2**384 - 1], ids=hex)
@pytest.mark.parametrize("s", [0, 1, 0x80, HALF - 1, HALF], ids=hex)
def test_a_signature_is_read_as_the_library_writes_it(r: int, s: int) -> None:
    assert verifier.signature_der(r, s) == encode_dss_signature(r, s)
    assert verifier.parse_signature(encode_dss_signature(r, s)) == (r, s)


@pytest.mark.parametrize(("r", "s"), [(1, HALF + 1), (2**384, 1), (2**384, HALF)], ids=["s", "r", "r, s"])
def test_a_signature_with_a_number_that_is_too_large_is_refused(r: int, s: int) -> None:
    with refused(f"{verifier.SIGNATURE_FILE} is not a signature in the form that the profile fixes"):
        verifier.parse_signature(encode_dss_signature(r, s))


# -- DER, and time stamps in it ------------------------------------------------------------------------------------


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


INTEGER, OCTETS, OID, UTF8, TIME, SEQUENCE, SET, CONTEXT = 0x02, 0x04, 0x06, 0x0C, 0x18, 0x30, 0x31, 0xA0
SHA256, SHA384, SHA512 = "608648016503040201", "608648016503040202", "608648016503040203"
DIGEST = hashlib.sha256(b"message").digest()


def imprint(oid: str, tags: Mapping[str, int]) -> bytes:
    algorithm = der(tags["algorithm"], der(tags["oid"], bytes.fromhex(oid)))
    return der(tags["imprint"], algorithm, der(tags["digest"], DIGEST))


QUERY = {"version": INTEGER, "imprint": SEQUENCE, "algorithm": SEQUENCE, "oid": OID, "digest": OCTETS}
RESPONSE = QUERY | {
    "status info": SEQUENCE,
    "status": INTEGER,
    "token": SEQUENCE,
    "token type": OID,
    "token content": CONTEXT,
    "signed version": INTEGER,
    "digests": SET,
    "signed content": SEQUENCE,
    "content type": OID,
    "content": CONTEXT,
    "policy": OID,
    "serial": INTEGER,
    "time": TIME,
}


def query(*rest: bytes, **changed: int) -> bytes:
    tags = QUERY | changed
    return der(SEQUENCE, der(tags["version"], b"\x01"), imprint(SHA256, tags), *rest)


def response(
    *rest: bytes,
    status: bytes = b"\0",
    at: bytes = b"20260301120000Z",
    token: bool = True,
    oid: str = SHA256,
    changed: Mapping[str, int] | None = None,
) -> bytes:
    tags = RESPONSE | (changed or {})
    version, policy = der(tags["version"], b"\x01"), der(tags["policy"], b"\x2a")
    info = der(
        SEQUENCE, version, policy, imprint(oid, tags), der(tags["serial"], b"\x05"), der(tags["time"], at), *rest
    )
    content = der(tags["signed content"], der(tags["content type"], b"\x2a"), der(tags["content"], der(OCTETS, info)))
    about = der(tags["signed version"], b"\x03"), der(tags["digests"])
    signed = der(SEQUENCE, *about, content, der(CONTEXT, b""), der(SET))
    given = der(tags["token"], der(tags["token type"], b"\x2a"), der(tags["token content"], signed))
    told = der(tags["status info"], der(tags["status"], status))
    return der(SEQUENCE, told, *([given] if token else []))


@pytest.mark.parametrize("size", [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x10000])
def test_values_stand_one_behind_the_other(size: int) -> None:
    first, second = der(OCTETS, b"x" * size), der(INTEGER, b"\x07")
    assert verifier.der_values(first + second) == [
        (OCTETS, b"x" * size, first),
        (INTEGER, b"\x07", second),
    ]


@pytest.mark.parametrize(
    "content",
    [der(OCTETS, b"abc")[:-1], b"\x04\x82\x01", b"\x04\x84\xff\xff\xff\xff", der(OCTETS, b"") + b"\x04\x01"],
    ids=["content", "length", "too long", "second"],
)
def test_values_that_are_cut_off_are_refused(content: bytes) -> None:
    with refused("a time stamp is cut off"):
        verifier.der_values(content)


def test_a_query_gives_imprint_and_nonce() -> None:
    nonce, wants = der(INTEGER, b"\x12\x34"), der(0x01, b"\xff")
    assert verifier.read_query(query(nonce, wants)) == Imprint("sha256", DIGEST, b"\x12\x34")
    assert verifier.read_query(query(wants)) == Imprint("sha256", DIGEST, None)


@pytest.mark.parametrize(("oid", "name"), [(SHA256, "sha256"), (SHA384, "sha384"), (SHA512, "sha512")])
def test_a_response_gives_imprint_and_time(oid: str, name: str) -> None:
    nonce = der(INTEGER, b"\x12")
    assert verifier.read_response(response(der(SEQUENCE), nonce, oid=oid)) == (
        Imprint(name, DIGEST, b"\x12"),
        1772366400,
    )


def test_a_nonce_may_follow_the_time() -> None:
    assert verifier.read_response(response(der(INTEGER, b"\x12")))[0].nonce == b"\x12"


def test_the_fraction_of_a_second_is_left_out_and_a_nonce_may_be_missing() -> None:
    assert verifier.read_response(response(at=b"20260301120000.9Z")) == (Imprint("sha256", DIGEST, None), 1772366400)


def test_the_parts_of_what_was_signed() -> None:
    tags = [part.tag for part in verifier.signed_data(response())]
    assert tags == [INTEGER, SET, SEQUENCE, CONTEXT, SET]


NOT_GRANTED = "the authority did not grant the time stamp"
SHAPELESS = "a time stamp is not shaped as RFC 3161 says"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(response(status=b"\2"), NOT_GRANTED, id="refused"),
        pytest.param(response(token=False), NOT_GRANTED, id="no token"),
        pytest.param(der(SEQUENCE, der(SET)), SHAPELESS, id="no status"),
        pytest.param(der(SEQUENCE), SHAPELESS, id="nothing in it"),
        pytest.param(response() + b"\x30\x00", SHAPELESS, id="two values"),
        pytest.param(b"", SHAPELESS, id="nothing"),
        pytest.param(
            response(oid="2b0e03021a"),
            "a time stamp is made by an algorithm other than SHA-256, SHA-384 and SHA-512",
            id="SHA-1",
        ),
    ],
)
def test_why_a_response_is_refused(content: bytes, complaint: str) -> None:
    with refused(complaint):
        verifier.read_response(content)


@pytest.mark.parametrize("name", QUERY)
def test_a_query_of_another_shape_is_refused(name: str) -> None:
    with refused(SHAPELESS):
        verifier.read_query(query(**{name: UTF8}))


@pytest.mark.parametrize("name", [name for name in RESPONSE if name != "token"])
def test_a_response_of_another_shape_is_refused(name: str) -> None:
    with refused(SHAPELESS):
        verifier.read_response(response(changed={name: UTF8}))


def test_every_cut_of_a_response_is_refused() -> None:
    whole = response(der(INTEGER, b"\x12"))
    for length in range(len(whole)):
        with pytest.raises((AlteredError, LookupError, ValueError)):
            verifier.read_response(whole[:length])
