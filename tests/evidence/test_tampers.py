"""Each tamper is found and located, by exactly the defences that it is listed with: without them it passes.

Whoever tampers here holds the signing key, and mends whatever he can around what he changed. The kept pack is what is
tampered with: it takes no installation to make one, so that a mutation test can run this file thousands of times.
"""

import base64
import hashlib
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pytest

import evidence.verify_standalone as verifier
from evidence.verify import verify_pack
from evidence.verify_standalone import DIGEST_NAME, INDEX_NAME, PACKAGE_NAME, PAGES_NAME, WARC_NAME, sha256_of
from tests.evidence.house import (
    KEY,
    PICTURE,
    Files,
    capture_document_of,
    edit_json,
    edit_wacz,
    members_of,
    mend_index,
    mend_package,
    mend_signature,
    origin_of,
    pack_again,
    put_records,
    records_of,
    resealed,
    rewritten,
    unpack,
    unpack_wacz,
)
from tests.evidence.keep_pack import kept_pack
from tests.evidence.test_verify import OTHER_KEY, custody_lines, edit_and_mend_manifests, other_page, rewrite_entry

WACZ = "data/captures/0001.wacz"
SECOND = "data/captures/0002.wacz"


class Tamper(NamedTuple):
    """What is changed, which claim says so in which words, and all that stands in the way."""

    change: Callable[[Files], None]
    claim: str
    words: str
    defences: tuple[str, ...]
    reseal: bool = True


# -- Inside a WACZ -------------------------------------------------------------------------------------------------


def inside(change: Callable[[Files], None], *, package: bool = True) -> Callable[[Files], None]:
    """`change` applied to the files of the WACZ, its description and signature mended unless `package` is false."""

    def apply(files: Files) -> None:
        document, origin = capture_document_of(files, WACZ), origin_of(files)

        def tamper(inner: Files) -> None:
            change(inner)
            if package:
                mend_package(inner, document, origin)

        edit_wacz(files, WACZ, tamper)

    return apply


def described(change: Callable[[Any], None]) -> Callable[[Files], None]:
    """`change` applied to datapackage.json, under a good signature."""

    def apply(files: Files) -> None:
        origin = origin_of(files)

        def tamper(inner: Files) -> None:
            package = json.loads(inner[PACKAGE_NAME])
            change(package)
            inner[PACKAGE_NAME] = verifier.document_text(package)
            mend_signature(inner, origin)

        edit_wacz(files, WACZ, tamper)

    return apply


def signed_data(change: Callable[[Any], None]) -> Callable[[Files], None]:
    """`change` applied to what datapackage-digest.json says of its signature."""

    def tamper(inner: Files) -> None:
        digest = json.loads(inner[DIGEST_NAME])
        change(digest["signedData"])
        inner[DIGEST_NAME] = verifier.document_text(digest)

    return inside(tamper, package=False)


def swap(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(inner: Files) -> None:
        assert old in inner[name]
        inner[name] = inner[name].replace(old, new, 1)

    return change


def put(name: str, content: bytes) -> Callable[[Files], None]:
    return lambda inner: inner.update({name: content})


def drop(*names: str) -> Callable[[Files], None]:
    def change(inner: Files) -> None:
        for name in names:
            del inner[name]

    return change


def also(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    """Each of `changes`, in order."""

    def apply(files: Files) -> None:
        for change in changes:
            change(files)

    return apply


def signature_in_der(signed: Any) -> None:
    half = len(raw := base64.b64decode(signed["signature"])) // 2
    r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    signed["signature"] = base64.b64encode(verifier.signature_der(r, s)).decode()


def other_half(signed: Any) -> None:
    raw = base64.b64decode(signed["signature"])
    s = verifier.CURVE_ORDER - int.from_bytes(raw[48:], "big")
    signed["signature"] = base64.b64encode(raw[:48] + s.to_bytes(48, "big")).decode()


def by_another_key(files: Files) -> None:
    document, theirs = capture_document_of(files, WACZ), origin_of(files, OTHER_KEY)
    edit_wacz(files, WACZ, lambda inner: mend_package(inner, document, theirs, OTHER_KEY))


def other_operator(files: Files) -> None:
    records = records_of(files, WACZ)
    document, origin = capture_document_of(files, WACZ), origin_of(files)

    def change(inner: Files) -> None:
        inner[WARC_NAME] = verifier.warcinfo_member(document, origin._replace(organisation="Unit 8")) + records
        mend_index(inner)
        mend_package(inner, document, origin)

    edit_wacz(files, WACZ, change)


def no_warcinfo(files: Files) -> None:
    records = records_of(files, WACZ)
    inside(also(put(WARC_NAME, records), mend_index))(files)


def forged_page(files: Files) -> None:
    put_records(files, WACZ, other_page(records_of(files, WACZ)))


def another_record(files: Files) -> None:
    put_records(files, WACZ, records_of(files, WACZ) + records_of(files, SECOND))


def other_record_id(files: Files) -> None:
    records = rewritten(records_of(files, WACZ), lambda one: one.replace(b"8000-000000000001>", b"8000-00000000000f>"))
    put_records(files, WACZ, records)


def cut_off(files: Files) -> None:
    put_records(files, WACZ, records_of(files, WACZ)[:-30])


def without_the_request(files: Files) -> None:
    response, _request, *made = members_of(files, WACZ)
    put_records(files, WACZ, b"".join([response, *made]))


def another_picture(files: Files) -> None:
    def forge(record: bytes) -> bytes:
        if b"urn:view:" not in record:
            return record
        return re.sub(rb"WARC-(?:Payload|Block)-Digest: [^\r]*\r\n", b"", record.replace(PICTURE, PICTURE[:-1] + b"!"))

    put_records(files, WACZ, rewritten(records_of(files, WACZ), forge))


def without_the_picture(files: Files) -> None:
    *kept, _picture = members_of(files, WACZ)
    put_records(files, WACZ, b"".join(kept))
    edit_json(files, "data/claims.json", lambda claims: claims["captures"][0]["records"].pop())


def a_further_picture(files: Files) -> None:
    *_, picture = members_of(files, WACZ)
    further = rewritten(picture, lambda one: one.replace(b"-b001-", b"-b00f-"))
    put_records(files, WACZ, records_of(files, WACZ) + further)
    edit_json(files, "data/claims.json", lambda claims: claims["captures"][0]["records"].append("resource"))


def swapped(files: Files) -> None:
    files[WACZ], files[SECOND] = files[SECOND], files[WACZ]


def line_of_the_index(change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    return inside(lambda inner: inner.update({INDEX_NAME: change(inner[INDEX_NAME])}))


def page_line(**more: Any) -> Callable[[Files], None]:
    def change(inner: Files) -> None:
        head, page = inner[PAGES_NAME].splitlines()
        inner[PAGES_NAME] = head + b"\n" + json.dumps(json.loads(page) | more).encode() + b"\n"

    return inside(change)


def archived(change: Callable[[Files, zipfile.ZipFile], None], *, prefix: bytes = b"", comment: bytes = b"") -> Any:
    """The WACZ written by `change` with Python's zipfile, as anybody may write one."""

    def apply(files: Files) -> None:
        out = BytesIO()
        out.write(prefix)
        with warnings.catch_warnings(), zipfile.ZipFile(out, "a", allowZip64=False) as archive:
            warnings.simplefilter("ignore", UserWarning)
            archive.comment = comment
            change(unpack_wacz(files[WACZ]), archive)
        files[WACZ] = out.getvalue()

    return apply


def entry(name: str, **about: Any) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, date_time=about.get("date_time", (1980, 1, 1, 0, 0, 0)))
    made.create_system, made.external_attr = 3, about.get("mode", 0o100644) << 16
    made.extra = about.get("extra", b"")
    made.compress_type = about.get("method", zipfile.ZIP_STORED)
    return made


def plain(inner: Files, archive: zipfile.ZipFile, **about: Any) -> None:
    for name in sorted(inner):
        archive.writestr(entry(name, **about), inner[name], compress_type=about.get("method", zipfile.ZIP_STORED))


def reversed_order(inner: Files, archive: zipfile.ZipFile) -> None:
    for name in sorted(inner, reverse=True):
        archive.writestr(entry(name), inner[name])


def evil_first(inner: Files, archive: zipfile.ZipFile) -> None:
    """The genuine file last, so that what reads by name is shown it: py-wacz 0.6.0 passes it."""
    archive.writestr(entry(PAGES_NAME), b'{"format": "json-pages-1.0"}\n{"url": "https://evil.example.test/"}\n')
    plain(inner, archive)


def hidden(files: Files) -> None:
    """Bytes between two entries that no entry names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", allowZip64=False) as archive:
        for name, content in sorted(unpack_wacz(files[WACZ]).items()):
            archive.writestr(entry(name), content)
            archive.fp.write(b"hidden")  # type: ignore[union-attr]
            archive.start_dir = out.tell()
    files[WACZ] = out.getvalue()


def wrong_crc(files: Files) -> None:
    inner = unpack_wacz(files[WACZ])
    right = zlib.crc32(inner[PAGES_NAME]).to_bytes(4, "little")
    files[WACZ] = files[WACZ].replace(right, b"\x00\x00\x00\x00")


STRICT = ("read_inner_archive",)
IN_WACZ = {
    "an entry twice, the evil one first": Tamper(archived(evil_first), "web archives", "twice", STRICT),
    "bytes before the archive": Tamper(archived(plain, prefix=b"x"), "web archives", "other data before it", STRICT),
    "a comment behind the archive": Tamper(archived(plain, comment=b"x"), "web archives", "cut off or added", STRICT),
    "bytes between entries": Tamper(hidden, "web archives", "other data before it", STRICT),
    "entries in another order": Tamper(archived(reversed_order), "web archives", "not in order", STRICT),
    "an executable entry": Tamper(
        archived(lambda inner, archive: plain(inner, archive, mode=0o100755)), "web archives", "a header", STRICT
    ),
    "a symbolic link": Tamper(
        archived(lambda inner, archive: plain(inner, archive, mode=0o120777)), "web archives", "symbolic link", STRICT
    ),
    "an entry's date": Tamper(
        archived(lambda inner, archive: plain(inner, archive, date_time=(2026, 3, 1, 0, 0, 0))),
        "web archives",
        "a header that",
        STRICT,
    ),
    "extra data in an entry's header": Tamper(
        archived(lambda inner, archive: plain(inner, archive, extra=b"\x99\x99\x02\x00hi")),
        "web archives",
        "extra data",
        STRICT,
    ),
    "a wrong CRC-32": Tamper(wrong_crc, "web archives", PAGES_NAME, ("check_wacz_files",)),
    "a file more": Tamper(inside(put("evidence/note.txt", b"x")), "web archives", "note.txt", ("check_wacz_files",)),
    "a file without a dot": Tamper(
        inside(put("archive/README", b"x"), package=False), "web archives", "README", ("check_wacz_files",)
    ),
    "no digest file": Tamper(
        inside(drop(DIGEST_NAME), package=False),
        "web archives",
        f"{DIGEST_NAME} is missing",
        ("check_wacz_files", "check_wacz_signature"),
    ),
    "no index and no pages, none listed": Tamper(
        also(
            # py-wacz 0.6.0 passes it (its issue 46).
            described(lambda package: package.update(resources=package["resources"][:1])),
            lambda files: edit_wacz(files, WACZ, drop(INDEX_NAME, PAGES_NAME)),
        ),
        "web archives",
        f"{INDEX_NAME} is missing",
        ("check_wacz_files", "check_wacz_index", "check_wacz_pages", "check_wacz_package"),
    ),
    "no WARC, none listed": Tamper(
        also(
            described(lambda package: package.update(resources=package["resources"][1:])),
            lambda files: edit_wacz(files, WACZ, drop(WARC_NAME)),
        ),
        "captures",
        f"{WARC_NAME}' is missing",
        (
            "captures",
            "check_wacz_files",
            "check_wacz_warcinfo",
            "check_wacz_index",
            "check_wacz_package",
        ),
    ),
    "an index that leads elsewhere": Tamper(
        line_of_the_index(lambda line: line.replace(b'"offset": "', b'"offset": "1')),
        "web archives",
        INDEX_NAME,
        ("check_wacz_index",),
    ),
    "an index of another address": Tamper(
        line_of_the_index(lambda line: line.replace(b"https://jobs", b"https://evil")),
        "web archives",
        INDEX_NAME,
        ("check_wacz_index",),
    ),
    "an index that is sorted elsewhere": Tamper(
        line_of_the_index(lambda line: b"a" + line), "web archives", INDEX_NAME, ("check_wacz_index",)
    ),
    "an index with a line more": Tamper(
        line_of_the_index(lambda line: line + line), "web archives", INDEX_NAME, ("check_wacz_index",)
    ),
    "an empty index": Tamper(line_of_the_index(lambda _: b""), "web archives", INDEX_NAME, ("check_wacz_index",)),
    "another page's address": Tamper(
        page_line(url="https://evil.example.test/"), "web archives", PAGES_NAME, ("check_wacz_pages",)
    ),
    "another page's time": Tamper(
        page_line(ts="2025-03-01T12:00:00Z"), "web archives", PAGES_NAME, ("check_wacz_pages",)
    ),
    "another page's title": Tamper(page_line(title="Evil"), "web archives", PAGES_NAME, ("check_wacz_pages",)),
    "the pages edited, nothing mended": Tamper(
        inside(swap(PAGES_NAME, b"Captured", b"Stolen"), package=False),
        "web archives",
        PAGES_NAME,
        ("check_wacz_pages", "check_wacz_package"),
    ),
    "a file's digest in the description": Tamper(
        described(lambda package: package["resources"][1].update(hash="sha256:" + "0" * 64)),
        "web archives",
        f"{INDEX_NAME}' is not as {PACKAGE_NAME} says",
        ("check_wacz_package",),
    ),
    "a file delisted": Tamper(
        described(lambda package: package["resources"].pop(1)),
        "web archives",
        f"{INDEX_NAME}' is not as {PACKAGE_NAME} says",
        ("check_wacz_package",),
    ),
    "a file listed twice": Tamper(
        described(lambda package: package["resources"].append(package["resources"][0])),
        "web archives",
        PACKAGE_NAME,
        ("check_wacz_package",),
    ),
    "the description's profile": Tamper(
        described(lambda package: package.update(profile="wacz")),
        "web archives",
        PACKAGE_NAME,
        ("check_wacz_package",),
    ),
    "the description's account of the capture": Tamper(
        described(lambda package: package["evidence"]["capture"].update(robots="denied")),
        "web archives",
        PACKAGE_NAME,
        ("check_wacz_package",),
    ),
    "the description's time": Tamper(
        described(lambda package: package.update(created="2020-01-01T00:00:00Z")),
        "web archives",
        PACKAGE_NAME,
        ("check_wacz_package",),
    ),
    "a signature of something else": Tamper(
        signed_data(lambda signed: signed.update(signature=signed["signature"][::-1])),
        "web archives",
        "no signature",
        ("check_wacz_signature",),
    ),
    "a signature in DER": Tamper(
        signed_data(signature_in_der), "web archives", "in the form", ("check_wacz_signature",)
    ),
    "the other half of a signature": Tamper(
        signed_data(other_half), "web archives", "in the form", ("check_wacz_signature",)
    ),
    "another key's signature": Tamper(by_another_key, "web archives", "another key", ("check_wacz_signature",)),
    "the signature's time": Tamper(
        signed_data(lambda signed: signed.update(created="2020-01-01T00:00:00Z")),
        "web archives",
        f"{DIGEST_NAME} does not describe",
        ("check_wacz_signature",),
    ),
    "a warcinfo record of another unit": Tamper(
        other_operator, "web archives", "warcinfo record", ("check_wacz_warcinfo",)
    ),
    "no warcinfo record": Tamper(
        no_warcinfo, "captures", "does not begin with a resp", ("check_wacz_warcinfo", "_record_faults", "_kind_faults")
    ),
    "a forged page": Tamper(forged_page, "captures", "not the one that the analysis", ("_record_faults",)),
    "a record of another capture": Tamper(
        another_record, "captures", "belongs to another", ("_record_faults", "_kind_faults")
    ),
    "a record of another id": Tamper(other_record_id, "captures", "another", ("_record_faults",)),
    "a record left out": Tamper(
        without_the_request, "captures", "not hold the records that data/claims.json names", ("_kind_faults",)
    ),
    "another picture of the page": Tamper(
        another_picture, "captures", "what a browser made of it is not what data/custody.jsonl tells", ("_made_faults",)
    ),
    "the picture of the page taken out": Tamper(
        without_the_picture, "captures", "what a browser made of it is not what", ("_made_faults",)
    ),
    "a further picture of the page": Tamper(
        a_further_picture, "captures", "what a browser made of it is not what", ("_made_faults",)
    ),
    "a record cut off": Tamper(cut_off, "captures", "cut off", ("captures", "check_wacz_index")),
    "two captures swapped": Tamper(
        swapped,
        "captures",
        "another id",
        (
            "_record_faults",
            "_made_faults",
            "_kind_faults",
            "check_wacz_warcinfo",
            "check_wacz_pages",
            "check_wacz_package",
        ),
    ),
}


# -- The bag -------------------------------------------------------------------------------------------------------


def in_file(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    return swap(name, old, new)


def sealed_by_another(files: Files) -> None:
    files.update(resealed(files, OTHER_KEY))


def renumbered(files: Files) -> None:
    files["data/analysis/0009.json"] = files.pop("data/analysis/0004.json")


def retag(files: Files) -> None:
    """Fresh tag manifests and seal over a bag-info.txt as it is."""
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")
    for algorithm in ("sha256", "sha512"):
        digests = {name: hashlib.new(algorithm, files[name]).hexdigest() for name in names}
        files[f"tagmanifest-{algorithm}.txt"] = verifier.manifest_text(digests)
    signed = files["tagmanifest-sha256.txt"]
    files["seal/tagmanifest-sha256.txt.sig"] = KEY.sign(signed)
    files["seal/seal.json"] = verifier.seal_text(signed, KEY.fingerprint)


def tagged(change: Callable[[Files], None]) -> Callable[[Files], None]:
    return also(change, retag)


IN_BAG = {
    "a word of the report": Tamper(
        in_file("data/report.html", b"Unredacted", b"Reredacted"), "manifests", "report.html", ("manifests",), False
    ),
    "a file and all its manifests": Tamper(
        edit_and_mend_manifests, "signature", "is no signature", ("signature",), False
    ),
    "a file more at the root": Tamper(put("note.txt", b"x"), "layout", "note.txt", ("_file_faults",), False),
    "a file more in the seal": Tamper(put("seal/x.txt", b"x"), "layout", "seal/x.txt", ("_file_faults",), False),
    "a stamp of another kind": Tamper(
        put("seal/stamps/1.exe", b"x"), "layout", "seal/stamps/1.exe", ("_file_faults",), False
    ),
    "a file more in the payload": Tamper(put("data/x.exe", b"x"), "layout", "data/x.exe", ("_file_faults",)),
    "a capture of the other profile": Tamper(
        put("data/captures/0006.warc.gz", b"x"), "layout", "0006.warc.gz", ("_file_faults",)
    ),
    "a tag manifest dropped": Tamper(
        drop("tagmanifest-sha512.txt"), "tag manifests", "is missing", ("_file_faults", "tag manifests"), False
    ),
    "both tag manifests dropped": Tamper(
        drop("tagmanifest-sha512.txt", "tagmanifest-sha256.txt"),
        "layout",
        "tagmanifest-sha256.txt is missing",
        ("_file_faults", "tag manifests", "signature"),
        False,
    ),
    "a manifest dropped": Tamper(
        drop("manifest-sha512.txt"),
        "layout",
        "manifest-sha512.txt is missing",
        ("_file_faults", "tag manifests", "manifests"),
        False,
    ),
    "the bag's date": Tamper(
        in_file("bag-info.txt", b"2026-03-03", b"2020-03-03"), "tag manifests", "bag-info", ("tag manifests",), False
    ),
    "the bag's number": Tamper(
        tagged(in_file("bag-info.txt", b"CASE-2026-0001", b"CASE-2026-0002")),
        "layout",
        "External-Identifier",
        ("_bag_info_faults",),
        False,
    ),
    "the bag's size": Tamper(
        tagged(in_file("bag-info.txt", b"Payload-Oxum: ", b"Payload-Oxum: 9")),
        "layout",
        "Payload-Oxum",
        ("_bag_info_faults",),
        False,
    ),
    "the bag's software": Tamper(
        tagged(in_file("bag-info.txt", b"lurewatch 0", b"lurewatch 9")),
        "web archives",
        "0001.wacz",
        ("check_wacz_warcinfo", "check_wacz_package", "check_wacz_signature"),
        False,
    ),
    "numbers with a gap": Tamper(renumbered, "layout", "data/analysis/* are not numbered", ("_numbering_faults",)),
    "the seal's account of itself": Tamper(
        in_file("seal/seal.json", b"SHA-256", b"SHA-512"), "signature", "seal.json", ("signature",), False
    ),
    "a seal by another key": Tamper(
        sealed_by_another, "signer", "not by the one you trust", ("signer", "web archives", "claims"), False
    ),
    "a redacted copy said to be the original": Tamper(
        put("data/redactions.json", b"[]"), "claims", "variant", ("claims", "redactions")
    ),
}


# -- The custody log -----------------------------------------------------------------------------------------------


def in_claims(change: Callable[[Any], None]) -> Callable[[Files], None]:
    return lambda files: edit_json(files, "data/claims.json", change)


def told_anew(files: Files) -> None:
    """Let the claims name the entries that are there."""
    seqs = [json.loads(line)["seq"] for line in files["data/custody.jsonl"].splitlines()]
    in_claims(lambda claims: claims["custody"].update(seqs=seqs))(files)


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Files], None]:
    return also(custody_lines(change), told_anew)


def rewritten_log(change: Callable[[Any], None]) -> Callable[[Files], None]:
    """Every entry after a changed one bound anew to the one before, up to a new end: it agrees with itself."""

    def rewrite(files: Files) -> None:
        records = [json.loads(line) for line in files["data/custody.jsonl"].splitlines()]
        hashes: dict[int, str] = {}
        for record in records:
            change(record)
            del record["hash"]
            record["prev_hash"] = hashes.get(record["seq"] - 1, record["prev_hash"])
            hashes[record["seq"]] = record["hash"] = sha256_of(record)
        files["data/custody.jsonl"] = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        head = json.loads(files["data/audit-head.json"])
        head["hash"] = hashes.get(head["seq"], head["hash"])
        files["data/audit-head.json"] = json.dumps(head).encode()
        in_claims(lambda claims: claims["custody"].update(head=head))(files)

    return rewrite


def other_status(record: Any) -> None:
    if record["action"] == "capture.recorded":
        record["details"]["status"] = 404


def other_decider(record: Any) -> None:
    if record["action"] == "decision.made":
        record["actor"] = "reviewer-x"


def other_opening(record: Any) -> None:
    if record["action"] == "case.opened":
        record["details"]["title"] = "x"


def position(old: list[bytes], action: str) -> int:
    return next(number for number, line in enumerate(old) if f'"{action}"'.encode() in line)


def without_first(action: str) -> Callable[[list[bytes]], list[bytes]]:
    return lambda old: [line for number, line in enumerate(old) if number != position(old, action)]


IN_CUSTODY = {
    "an entry edited": Tamper(
        lines(lambda old: [line.replace(b'"at":"20', b'"at":"19') if b"added" in line else line for line in old]),
        "custody",
        "does not give its hash",
        ("_link_faults",),
    ),
    "an entry rewritten with its hash": Tamper(
        lines(rewrite_entry("case.item_added", lambda one: one.update(at="2020-01-01T00:00:00Z"))),
        "custody",
        "does not follow entry",
        ("_link_faults",),
    ),
    "an ingest entry removed": Tamper(
        lines(without_first("capture.recorded")), "custody", "does not tell how", ("_ingest_faults",)
    ),
    "a case entry removed": Tamper(
        lines(without_first("case.item_added")), "custody", "is not in the case as", ("_case_faults",)
    ),
    "a decision entry removed": Tamper(
        lines(without_first("decision.made")), "decisions", "is not in the custody log", ("decisions",)
    ),
    "an entry removed and not told of": Tamper(
        custody_lines(without_first("capture.recorded")),
        "claims",
        "custody entries",
        ("_ingest_faults", "claims"),
    ),
    "entries reordered": Tamper(
        lines(lambda old: [old[0], old[2], old[1], *old[3:]]), "custody", "does not come after", ("_link_faults",)
    ),
    "an entry twice": Tamper(lines(lambda old: [*old, old[-1]]), "custody", "does not come after", ("_link_faults",)),
    "the log emptied": Tamper(
        lines(lambda _: []), "custody", "is empty", ("custody", "_decision_faults", "_made_faults")
    ),
    "the chain ending before the log does": Tamper(
        also(
            lambda files: edit_json(files, "data/audit-head.json", lambda head: head.update(seq=3)),
            in_claims(lambda claims: claims["custody"]["head"].update(seq=3)),
        ),
        "custody",
        "does not end at or before",
        ("_head_faults",),
    ),
    "another end of the chain": Tamper(
        lambda files: edit_json(files, "data/audit-head.json", lambda head: head.update(hash="0" * 64)),
        "claims",
        "audit head",
        ("_head_faults", "claims"),
    ),
    "the log rewritten, another capture": Tamper(
        rewritten_log(other_status), "custody", "another status for data/captures/0001", ("_ingest_faults",)
    ),
    "the log rewritten, another reviewer": Tamper(
        rewritten_log(other_decider), "decisions", "'reviewer'", ("decisions",)
    ),
    "the log rewritten, another case": Tamper(
        rewritten_log(other_opening), "custody", "the case is not as", ("_case_faults",)
    ),
}

ALL = {
    **{f"WACZ: {name}": tamper for name, tamper in IN_WACZ.items()},
    **{f"bag: {name}": tamper for name, tamper in IN_BAG.items()},
    **{f"custody: {name}": tamper for name, tamper in IN_CUSTODY.items()},
}


@pytest.fixture
def files() -> Files:
    return unpack(kept_pack(verifier.PROFILE))


def tampered(name: str, files: Files, out: Path) -> Path:
    ALL[name].change(files)
    return pack_again(resealed(files, KEY) if ALL[name].reseal else files, out)


def test_there_are_enough_of_them() -> None:
    assert len(IN_WACZ) >= 20
    assert len(IN_BAG) >= 11
    assert len(IN_CUSTODY) >= 7


@pytest.mark.parametrize("name", ALL)
def test_a_tamper_is_found_and_located(name: str, files: Files, tmp_path: Path) -> None:
    report = verify_pack(tampered(name, files, tmp_path / "pack.zip"), trusted_signer=KEY.fingerprint)
    faults = {claim.name: claim.detail for claim in report.claims if claim.outcome == "altered"}
    assert not report.holds
    assert ALL[name].words in faults[ALL[name].claim]
    if name.startswith("WACZ"):
        assert WACZ in faults[ALL[name].claim]


@pytest.mark.parametrize("name", ALL)
def test_a_tamper_passes_when_its_defences_are_taken_out(
    name: str, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tampered(name, files, tmp_path / "pack.zip")
    for defence in ALL[name].defences:
        take_out(defence, monkeypatch)
    report = verify_pack(pack, trusted_signer=KEY.fingerprint)
    assert [claim for claim in report.claims if claim.outcome == "altered"] == []


def take_out(defence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a claim, a check of a WACZ, or a function that finds faults find none."""
    checks = verifier.CHECKS[verifier.PROFILE]
    if defence in checks:
        monkeypatch.setitem(checks, defence, lambda _pack: "taken out")
    elif defence == "read_inner_archive":
        monkeypatch.setattr(verifier, defence, lenient_archive)
    elif defence.startswith("check_wacz"):
        left = tuple(check for check in verifier.WACZ_CHECKS if check.__name__ != defence)
        assert len(left) == len(verifier.WACZ_CHECKS) - 1
        monkeypatch.setattr(verifier, "WACZ_CHECKS", left)
    else:
        assert callable(getattr(verifier, defence))
        monkeypatch.setattr(verifier, defence, no_faults)


def no_faults(*_arguments: object, **_options: object) -> Iterator[str]:
    return iter(())


def lenient_archive(file: BinaryIO, place: verifier.Entry) -> verifier.Archive:
    """What Python's zipfile makes of it: the last entry of a name counts, and what stands around them does not."""
    file.seek(place.start)
    content = file.read(place.size)
    entries = {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for info in archive.infolist():
            header = content[info.header_offset : info.header_offset + 30]
            names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
            start = place.start + info.header_offset + 30 + names
            entries[info.filename] = verifier.Entry(start, info.compress_size, info.CRC)
    return verifier.Archive(file, "", entries, place.size)
