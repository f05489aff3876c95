"""A pack that was tampered with never holds, and the report says where; a pack that was not, always does."""

import gzip
import hashlib
import json
import random
import socket
import struct
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from evidence.keys import SigningKey
from evidence.verify import PackReport, UnreadablePackError, verify_pack
from evidence.verify_standalone import CLAIMS, manifest_text, sha256_of
from lurewatch.errors import EvidenceError
from tests.evidence.house import (
    Files,
    House,
    analysis_of,
    edit_json,
    pack_again,
    put_records,
    records_of,
    resealed,
    rewritten,
)

OTHER_KEY = SigningKey(ec.derive_private_key(0xBAD, ec.SECP384R1()))
FOLDER = "CASE-2026-0001"
WACZ = "data/captures/0001.wacz"


def faults(report: PackReport) -> dict[str, str]:
    return {claim.name: claim.detail for claim in report.claims if claim.outcome == "altered"}


def outcome(report: PackReport, name: str) -> str:
    return next(claim.outcome for claim in report.claims if claim.name == name)


# -- Untouched -----------------------------------------------------------------------------------------------------


def test_an_untouched_pack_holds_and_every_mandatory_claim_is_intact(golden_pack: Path, golden_house: House) -> None:
    report = verify_pack(golden_pack, trusted_signer=golden_house.key.fingerprint)
    assert report.holds
    assert [claim.name for claim in report.claims] == list(CLAIMS)
    assert {claim.name for claim in report.claims if claim.outcome != "intact"} == {
        "inclusion",
        "batch stamps",
        "timestamp",
    }


def test_an_unknown_signer_is_said_and_does_not_fail_by_itself(golden_pack: Path) -> None:
    report = verify_pack(golden_pack)
    assert report.holds
    assert outcome(report, "signer") == "unchecked"


def test_a_fingerprint_may_be_written_as_people_write_it(golden_pack: Path, golden_house: House) -> None:
    plain = golden_house.key.fingerprint.upper()
    written = ":".join(plain[place : place + 2] for place in range(0, 64, 2))
    assert outcome(verify_pack(golden_pack, trusted_signer=f" {written}\n"), "signer") == "intact"


def test_packing_the_same_files_again_gives_the_same_pack(golden_pack: Path, files: Files, tmp_path: Path) -> None:
    assert pack_again(files, tmp_path / "again.zip").read_bytes() == golden_pack.read_bytes()


# -- Changes to files, by somebody without the key ------------------------------------------------------------------


def flip(name: str, place: int) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        content = bytearray(files[name])
        content[place] ^= 1
        files[name] = bytes(content)

    return change


def drop(*names: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in names:
            del files[name]

    return change


def put(name: str, content: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[name] = content

    return change


def replace(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def edit_and_mend_manifests(files: Files) -> None:
    """Everything mended but the signature."""
    files["data/report.html"] += b"<p>added</p>"
    for algorithm in ("sha256", "sha512"):
        mend(files, f"manifest-{algorithm}.txt", algorithm, [name for name in files if name.startswith("data/")])
    info = files["bag-info.txt"].decode().split("\n")
    payload = [content for name, content in files.items() if name.startswith("data/")]
    oxum = f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}"
    files["bag-info.txt"] = "\n".join(oxum if line.startswith("Payload-Oxum") else line for line in info).encode()
    described = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt"]
    for algorithm in ("sha256", "sha512"):
        mend(files, f"tagmanifest-{algorithm}.txt", algorithm, described)


def mend(files: Files, manifest: str, algorithm: str, names: list[str]) -> None:
    files[manifest] = manifest_text({name: hashlib.new(algorithm, files[name]).hexdigest() for name in names})


def swap_signature(files: Files) -> None:
    signature = OTHER_KEY.sign(files["tagmanifest-sha256.txt"])
    files["seal/tagmanifest-sha256.txt.sig"] = signature


def swap_lines(name: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        first, second, *rest = files[name].splitlines(keepends=True)
        files[name] = b"".join([second, first, *rest])

    return change


TAMPERS = {
    "a byte of a capture": (flip(WACZ, 300), "manifests", "0001.wacz does not give its digest"),
    "a word of an analysis": (replace("data/analysis/0001.json", b"Campuchia", b"Thailand."), "manifests", "0001.json"),
    "a word of the report": (replace("data/report.html", b"Unredacted", b"Redacted"), "manifests", "report.html"),
    "a byte of the verifier": (flip("data/verify.py", 50), "manifests", "verify.py"),
    "a file and all manifests": (edit_and_mend_manifests, "signature", "is no signature of"),
    "both tag manifests dropped": (drop("tagmanifest-sha256.txt", "tagmanifest-sha512.txt"), "layout", "tagmanifest"),
    "one tag manifest dropped": (drop("tagmanifest-sha512.txt"), "tag manifests", "tagmanifest-sha512.txt' is missing"),
    "one payload manifest dropped": (drop("manifest-sha512.txt"), "layout", "manifest-sha512.txt is missing"),
    "the seal dropped": (drop("seal/tagmanifest-sha256.txt.sig"), "signature", "is missing"),
    "the key dropped": (drop("seal/signer.pem"), "signature", "is missing"),
    "a capture dropped": (drop(WACZ), "manifests", "0001.wacz' is in manifest-sha256.txt but not in the pack"),
    "a file at the root": (put("README.txt", b"hello"), "layout", "README.txt does not belong"),
    "a file in the seal": (put("seal/more.txt", b"hello"), "layout", "seal/more.txt does not belong"),
    "a file in the payload": (put("data/more.txt", b"hello"), "manifests", "more.txt is in the pack but not in"),
    "a line more in a manifest": (
        replace("manifest-sha256.txt", b"\n", b"\n" + b"0" * 64 + b"  data/ghost\n"),
        "manifests",
        "ghost",
    ),
    "the bag's date": (replace("bag-info.txt", b"2026-03-03", b"2025-03-03"), "tag manifests", "bag-info.txt"),
    "the bag's case number": (replace("bag-info.txt", b"CASE-2026-0001", b"CASE-2026-0002"), "layout", "External"),
    "the bag's version": (replace("bagit.txt", b"1.0", b"0.97"), "layout", "bagit.txt"),
    "manifest lines reordered": (swap_lines("manifest-sha256.txt"), "manifests", "not written as the profile"),
    "another key's signature": (swap_signature, "signature", "is no signature of"),
    "a byte of the signature": (flip("seal/tagmanifest-sha256.txt.sig", 20), "signature", "is no signature of"),
    "a longer signature": (replace("seal/tagmanifest-sha256.txt.sig", b"\x30", b"\x30\x00"), "signature", "the form"),
    "a byte of the key": (flip("seal/signer.pem", 100), "signature", "is not a P-384 public key"),
    "a space behind the key": (replace("seal/signer.pem", b"KEY-----\n", b"KEY-----\n "), "signature", "the form"),
    "the seal's promise": (replace("seal/seal.json", b"SHA-256", b"SHA-512"), "signature", "seal.json"),
    "a profile of the future": (
        replace("bag-info.txt", b"lurewatch-pack-2", b"lurewatch-pack-9"),
        "tag manifests",
        "bag-info",
    ),
}


@pytest.mark.parametrize("name", TAMPERS)
def test_a_change_without_the_key_is_found_and_located(name: str, files: Files, tmp_path: Path) -> None:
    change, claim, place = TAMPERS[name]
    change(files)
    report = verify_pack(pack_again(files, tmp_path / "pack.zip"))
    assert not report.holds
    assert place in faults(report)[claim]


def test_a_pack_sealed_again_by_another_key_is_refused_by_who_knows_the_right_one(
    files: Files, golden_house: House, tmp_path: Path
) -> None:
    edit_json(files, "data/claims.json", lambda claims: claims.update(installation=OTHER_KEY.fingerprint))
    pack = pack_again(resealed(files, OTHER_KEY), tmp_path / "pack.zip")
    report = verify_pack(pack, trusted_signer=golden_house.key.fingerprint)
    assert not report.holds
    assert OTHER_KEY.fingerprint in faults(report)["signer"]
    assert outcome(verify_pack(pack), "signer") == "unchecked"


def test_a_pack_sealed_again_by_another_key_still_names_the_first_installation(files: Files, tmp_path: Path) -> None:
    report = verify_pack(pack_again(resealed(files, OTHER_KEY), tmp_path / "pack.zip"))
    assert "installation" in faults(report)["claims"]


def test_the_other_half_of_the_signature_is_refused(files: Files, golden_house: House, tmp_path: Path) -> None:
    from evidence.verify_standalone import CURVE_ORDER, parse_signature, signature_der

    r, s = parse_signature(files["seal/tagmanifest-sha256.txt.sig"])
    files["seal/tagmanifest-sha256.txt.sig"] = signature_der(r, CURVE_ORDER - s)
    assert "the form" in faults(verify_pack(pack_again(files, tmp_path / "pack.zip")))["signature"]


# -- Changes to contents, sealed again by somebody who holds the key ---------------------------------------------------


def custody_lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        files["data/custody.jsonl"] = b"".join(change(files["data/custody.jsonl"].splitlines(keepends=True)))

    return apply


def without(action: str) -> Callable[[Files], None]:
    return custody_lines(lambda lines: [line for line in lines if action.encode() not in line])


def rewrite_entry(action: str, change: Callable[[Any], None]) -> Callable[[list[bytes]], list[bytes]]:
    """Change the last entry of that action and give it its new hash, as one does who knows how the chain is made."""

    def rewrite(lines: list[bytes]) -> list[bytes]:
        place = max(number for number, line in enumerate(lines) if action.encode() in line)
        record = json.loads(lines[place])
        del record["hash"]
        change(record)
        record["hash"] = sha256_of(record)
        return [*lines[:place], json.dumps(record).encode() + b"\n", *lines[place + 1 :]]

    return rewrite


def in_analysis(native_id: str, change: Callable[[Any], None]) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        edit_json(files, analysis_of(files, native_id), change)

    return apply


def first(document: Any) -> Any:
    return document["revisions"][0]


def decisions_of(document: Any) -> Any:
    return first(document)["item"]["decisions"]


def in_warc(change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        put_records(files, WACZ, change(records_of(files, WACZ)))

    return apply


def other_page(records: bytes) -> bytes:
    """The same records with another body and no WARC digests."""

    def change(record: bytes) -> bytes:
        record = record.replace(b"Campuchia", b"Australia")
        return record.replace(b"WARC-Payload-Digest", b"X-Was").replace(b"WARC-Block-Digest", b"X-Had")

    return rewritten(records, change)


def consistent_other_page(files: Files) -> None:
    """Page, analyses and claims all agree on a forged page; the audit chain does not."""
    record = other_page(records_of(files, WACZ)).strip()
    head, _, rest = gzip.decompress(record).partition(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    block = rest[:length]
    payload = block.split(b"\r\n\r\n", 1)[1]
    digest = hashlib.sha256(payload).hexdigest()
    edit_json(files, analysis_of(files, "p-vi"), lambda one: first(one)["capture"].update(sha256=digest))
    edit_json(files, "data/claims.json", lambda claims: claims["captures"][0].update(sha256=digest))
    put_records(files, WACZ, gzip.compress(head + b"\r\n\r\n" + block + b"\r\n\r\n"))


def one_long_member(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content))


FORGERIES = {
    "a custody line removed": (custody_lines(lambda lines: lines[:3] + lines[4:]), "claims", "custody entries"),
    "custody lines reordered": (
        custody_lines(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
        "custody",
        "line 3: entry",
    ),
    "a custody line twice": (custody_lines(lambda lines: [*lines, lines[-1]]), "custody", "does not come after"),
    "a custody line edited": (
        custody_lines(lambda lines: [line.replace(b"reviewer-", b"reviewed-") for line in lines]),
        "custody",
        "its hash",
    ),
    "a custody line rewritten with its hash": (
        custody_lines(rewrite_entry("case.item_added", lambda one: one.update(actor="nobody"))),
        "custody",
        "follow",
    ),
    "the custody log emptied": (custody_lines(lambda _lines: []), "custody", "is empty"),
    "the custody log cut within a line": (
        custody_lines(lambda lines: [b"".join(lines)[:-9]]),
        "custody",
        "within a line",
    ),
    "the ingest entries removed": (without("capture.recorded"), "custody", "does not tell how data/captures/0001"),
    "the case entries removed": (without("case.item_added"), "custody", "in the case as"),
    "a capture of a thousand records": (in_warc(lambda content: content * 500), "captures", "more than 9 records"),
    "the opening of the case removed": (without("case.opened"), "custody", "the case is not as"),
    "the decision entries removed": (without("decision.made"), "decisions", "is not in the custody log"),
    "the audit head before the log's end": (
        lambda files: edit_json(files, "data/audit-head.json", lambda head: head.update(seq=3)),
        "custody",
        "does not end",
    ),
    "the audit head's hash": (
        lambda files: edit_json(files, "data/audit-head.json", lambda head: head.update(hash="0" * 64)),
        "claims",
        "head",
    ),
    "a decision's outcome": (
        in_analysis("p-ar", lambda one: decisions_of(one)[0].update(outcome="benign")),
        "decisions",
        "not as the custody",
    ),
    "a decision's reviewer": (
        in_analysis("p-ar", lambda one: decisions_of(one)[1].update(reviewer="reviewer-x")),
        "decisions",
        "not as",
    ),
    "a label added to a decision": (
        in_analysis("p-vi", lambda one: decisions_of(one)[-1].update(labels=["organ_trade"])),
        "decisions",
        "is not as the custody log tells: 'labels'",
    ),
    "a decision removed": (in_analysis("p-ar", lambda one: decisions_of(one).pop(0)), "decisions", "is in no analysis"),
    "a decision added": (
        in_analysis("p-ar", lambda one: decisions_of(one).append({"id": 99, "outcome": "confirmed"})),
        "decisions",
        "99",
    ),
    "an item slipped into the case": (
        in_analysis("p-en", lambda one: one["revisions"][1]["item"].update(in_case=True)),
        "custody",
        "in the case as",
    ),
    "no item in the case": (
        lambda files: [
            edit_json(files, name, lambda one: first(one)["item"].update(in_case=False))
            for name in files
            if name.startswith("data/analysis/")
        ],
        "decisions",
        "no item",
    ),
    "a post's text": (
        in_analysis("p-vi", lambda one: first(one).update(text="Other words")),
        "analysis",
        "the content",
    ),
    "a post's author": (in_analysis("p-vi", lambda one: first(one).update(author="Other")), "analysis", "digest"),
    "an indicator's place": (
        in_analysis("p-ar", lambda one: first(one)["verdicts"][0]["indicators"][0].update(start=4)),
        "analysis",
        "quote",
    ),
    "an indicator's words": (
        in_analysis("p-km", lambda one: first(one)["verdicts"][0]["indicators"][0].update(text="x")),
        "analysis",
        "quote",
    ),
    "a capture's digest": (
        in_analysis("p-vi", lambda one: first(one)["capture"].update(sha256="0" * 64)),
        "captures",
        "0001",
    ),
    "a capture's time": (
        in_analysis("p-vi", lambda one: first(one)["capture"].update(fetched_at="2025-01-01T00:00:00Z")),
        "custody",
        "fetched",
    ),
    "a capture's robots state": (
        in_analysis("p-vi", lambda one: first(one)["capture"].update(robots="denied")),
        "custody",
        "robots",
    ),
    "a capture unnamed": (
        in_analysis("p-vi", lambda one: one["revisions"].clear()),
        "captures",
        "is named by no analysis",
    ),
    "another page in the record": (consistent_other_page, "custody", "sha256"),
    "another page, the digests stripped": (in_warc(other_page), "captures", f"{WACZ}: the payload is not"),
    "a record cut off": (in_warc(lambda content: content[:-30]), "captures", "cut off"),
    "a record removed": (in_warc(lambda content: content[len(content) // 2 :]), "captures", WACZ),
    "the records in one gzip member": (in_warc(one_long_member), "captures", "does not end where its header says"),
    "a record of another capture": (
        lambda files: put_records(files, WACZ, records_of(files, WACZ) + records_of(files, "data/captures/0002.wacz")),
        "captures",
        "belongs to another capture",
    ),
    "something that is no WARC": (in_warc(lambda _: gzip.compress(b"hello\r\n\r\n")), "captures", "no WARC record"),
    "something that is no gzip": (in_warc(lambda _: b"WARC/1.1\r\n\r\n"), "captures", WACZ),
    "an empty capture": (in_warc(lambda _: b""), "captures", "does not begin with a response or resource"),
    "a capture that is no archive": (put(WACZ, b"hello"), "web archives", "it is no ZIP archive"),
    "claims of another case": (
        lambda files: edit_json(files, "data/claims.json", lambda one: one["case"].update(number="CASE-1")),
        "claims",
        "case",
    ),
    "claims without a capture": (
        lambda files: edit_json(files, "data/claims.json", lambda one: one["captures"].pop()),
        "claims",
        "captures",
    ),
    "claims without an item": (
        lambda files: edit_json(files, "data/claims.json", lambda one: one["items"].pop()),
        "claims",
        "items",
    ),
    "an analysis that is no JSON": (put("data/analysis/0001.json", b"{"), "analysis", "0001.json' is not valid JSON"),
    "an analysis with a key twice": (
        replace("data/analysis/0001.json", b'"revisions"', b'"post": 1, "revisions"'),
        "analysis",
        "not valid JSON",
    ),
    "an analysis with NaN": (replace("data/analysis/0001.json", b"0.97", b"NaN"), "analysis", "not valid JSON"),
    "an analysis too deep": (put("data/analysis/0001.json", b"[" * 200_000), "analysis", "not valid JSON"),
    "an analysis with a huge integer": (put("data/analysis/0001.json", b"1" * 9_000), "analysis", "not valid JSON"),
    "an analysis of another shape": (put("data/analysis/0001.json", b"[1]"), "analysis", "'revisions' is missing"),
    "an analysis of stranger shape": (
        put("data/analysis/0001.json", b'{"revisions": [null]}'),
        "analysis",
        "not shaped",
    ),
    "an analysis with half a character": (
        replace("data/analysis/0001.json", b'"scored_text": "', b'"scored_text": "\\ud800'),
        "analysis",
        "quote",
    ),
    "numbers with a gap": (
        lambda files: files.update({"data/analysis/0009.json": files.pop("data/analysis/0004.json")}),
        "layout",
        "without a gap",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_contents_that_disagree_are_found_even_under_a_good_seal(
    name: str, files: Files, golden_house: House, tmp_path: Path
) -> None:
    change, claim, place = FORGERIES[name]
    change(files)
    report = verify_pack(pack_again(resealed(files, golden_house.key), tmp_path / "pack.zip"))
    assert not report.holds
    assert outcome(report, "signature") == "intact"
    assert place in faults(report)[claim]


def test_resealing_alone_is_no_forgery(files: Files, golden_house: House, tmp_path: Path) -> None:
    assert verify_pack(pack_again(resealed(files, golden_house.key), tmp_path / "pack.zip")).holds


# -- Changes to the archive ----------------------------------------------------------------------------------------


def entry(name: str, *, mode: int = 0o100644, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    made.create_system, made.external_attr, made.compress_type = 3, mode << 16, method
    return made


def archive_with(files: Files, out: Path, *more: tuple[zipfile.ZipInfo, bytes]) -> Path:
    entries = [(entry(f"{FOLDER}/{name}"), content) for name, content in files.items()] + list(more)
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", allowZip64=False) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for info, content in sorted(entries, key=lambda pair: pair[0].filename):
            archive.writestr(info, content, compress_type=info.compress_type)
    return out


ENTRIES = {
    "twice": (entry(f"{FOLDER}/data/report.html"), b"other", "is in the archive twice"),
    "zip slip": (entry(f"{FOLDER}/../../evil.sh"), b"x", "points outside the pack"),
    "absolute": (entry("/etc/evil"), b"x", "points outside the pack"),
    "backslash slip": (entry(f"{FOLDER}\\..\\evil"), b"x", "points outside the pack"),
    "drive": (entry("C:evil"), b"x", "points outside the pack"),
    "symlink": (entry(f"{FOLDER}/data/link", mode=0o120777), b"/etc/passwd", "is a symbolic link"),
    "other case": (entry(f"{FOLDER}/DATA/Report.html"), b"x", "would be one file on some disks"),
    "second folder": (entry("CASE-2026-0002/bagit.txt"), b"x", "2 top-level folders"),
    "compressed": (entry(f"{FOLDER}/data/x", method=zipfile.ZIP_DEFLATED), bytes(10_000), "compressed or encrypted"),
    "bomb": (entry(f"{FOLDER}/data/x", method=zipfile.ZIP_DEFLATED), bytes(50_000_000), "compressed or encrypted"),
    "folder entry": (entry(f"{FOLDER}/data/"), b"", "has a name that the profile does not write"),
    "odd name": (entry(f"{FOLDER}/data/a b"), b"x", "has a name that the profile does not write"),
    "executable": (entry(f"{FOLDER}/data/x", mode=0o100755), b"x", "has a header that the profile does not write"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_that_no_pack_has_is_refused_by_name(name: str, files: Files, tmp_path: Path) -> None:
    info, content, complaint = ENTRIES[name]
    report = verify_pack(archive_with(files, tmp_path / "pack.zip", (info, content)))
    assert complaint in faults(report)["archive"]
    assert not report.holds
    assert {claim.outcome for claim in report.claims[1:]} == {"unchecked"}


def test_names_that_differ_only_in_normalisation_are_refused(files: Files, tmp_path: Path) -> None:
    names = [unicodedata.normalize(form, f"{FOLDER}/data/é") for form in ("NFC", "NFD")]
    pack = archive_with(files, tmp_path / "pack.zip", *[(entry(name), b"x") for name in names])
    # Both are refused for their header too; which comes first does not matter, that one is named does.
    assert "entry" in faults(verify_pack(pack))["archive"]


def at(place: int, insert: bytes) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:place] + insert + whole[place:]


BYTES = {
    "data behind": (lambda whole: whole + b"x", "cut off or added to"),
    "data before": (lambda whole: b"x" + whole, "does not fit the file"),
    "a comment": (lambda whole: whole[:-2] + b"\x03\x00abc", "cut off or added to"),
    "data between entries": (at(200, b"xyz"), "does not fit the file"),
    "a whole other archive behind": (lambda whole: whole + whole, "does not fit the file"),
    "the last byte": (lambda whole: whole[:-1], "cut off or added to"),
    "the first byte": (lambda whole: b"Q" + whole[1:], "header that the profile does not write"),
    "encrypted": (lambda whole: set_flag(whole), "compressed or encrypted"),
}


def set_flag(whole: bytes) -> bytes:
    place = struct.unpack_from("<L", whole, len(whole) - 6)[0] + 8
    return whole[:place] + b"\x01" + whole[place + 1 :]


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_belong_to_no_entry_are_found(name: str, golden_pack: Path, tmp_path: Path) -> None:
    change, complaint = BYTES[name]
    (tmp_path / "pack.zip").write_bytes(change(golden_pack.read_bytes()))
    assert complaint in faults(verify_pack(tmp_path / "pack.zip"))["archive"]


def test_hidden_bytes_between_directory_and_entries_are_found(golden_pack: Path, tmp_path: Path) -> None:
    whole = golden_pack.read_bytes()
    start = struct.unpack_from("<L", whole, len(whole) - 6)[0]
    end = whole[:-6] + struct.pack("<L", start + 4) + whole[-2:]
    (tmp_path / "pack.zip").write_bytes(end[:start] + b"evil" + end[start:])
    assert "belong to no entry" in faults(verify_pack(tmp_path / "pack.zip"))["archive"]


def test_no_truncation_holds(golden_pack: Path, tmp_path: Path) -> None:
    whole = golden_pack.read_bytes()
    for length in [*range(4, len(whole), 97), *range(len(whole) - 60, len(whole))]:
        (tmp_path / "pack.zip").write_bytes(whole[:length])
        assert not verify_pack(tmp_path / "pack.zip").holds, length


def test_no_flipped_bit_holds(golden_pack: Path, tmp_path: Path) -> None:
    whole = golden_pack.read_bytes()
    directory = struct.unpack_from("<L", whole, len(whole) - 6)[0]
    dice = random.Random(20260301)
    anywhere = [dice.randrange(len(whole)) for _ in range(60)]
    for place in [*anywhere, *range(directory, len(whole), 23), *range(0, 50, 3)]:
        flipped = bytes([whole[place] ^ (1 << dice.randrange(8))])
        (tmp_path / "pack.zip").write_bytes(whole[:place] + flipped + whole[place + 1 :])
        assert not verify_pack(tmp_path / "pack.zip").holds, place


def test_no_mangled_document_raises(files: Files, golden_house: House, tmp_path: Path) -> None:
    """Values of every other kind, anywhere in the documents, under a good seal: an answer, never a traceback."""
    dice = random.Random(7)
    names = [name for name in files if name.endswith(".json") and name.startswith("data/")]
    for _ in range(60):
        changed = dict(files)
        name = dice.choice(names)
        edit_json(changed, name, lambda document: mangle(document, dice))
        report = verify_pack(pack_again(resealed(changed, golden_house.key), tmp_path / "pack.zip"))
        assert {claim.outcome for claim in report.claims} <= {"intact", "altered", "unchecked"}


def mangle(document: Any, dice: random.Random) -> None:
    """Replace a value somewhere below `document` by one of another kind."""
    places = [
        (node, key) for node in _nodes(document) for key in (node if isinstance(node, dict) else range(len(node)))
    ]
    node, key = dice.choice(places)
    node[key] = dice.choice([None, True, -1, 1.5, "", "x", [], [[]], {}, {"id": []}, 10**30])


def _nodes(value: Any) -> list[Any]:
    if not isinstance(value, dict | list) or not value:
        return []
    below = value.values() if isinstance(value, dict) else value
    return [value, *(node for child in below for node in _nodes(child))]


# -- What is no pack -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", bytes(100), b"%PDF-1.7\n" * 50], ids=range(5))
def test_what_is_no_archive_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x\n\x1b[31m.zip").write_bytes(content)
    with pytest.raises(UnreadablePackError, match="no ZIP archive") as caught:
        verify_pack(tmp_path / "x\n\x1b[31m.zip")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_directory_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.zip"):
        with pytest.raises(EvidenceError, match=r"directory|No such file"):
            verify_pack(path)


def test_an_empty_archive_is_no_pack_that_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w"):
        pass
    assert "0 top-level folders" in faults(verify_pack(tmp_path / "pack.zip"))["archive"]


def test_an_ordinary_archive_is_no_pack_that_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("holiday/photo.txt", "x" * 1000)
    assert not verify_pack(tmp_path / "pack.zip").holds


def test_a_trusted_signer_that_is_no_fingerprint_is_refused(golden_pack: Path) -> None:
    with pytest.raises(EvidenceError, match="64 hexadecimal digits"):
        verify_pack(golden_pack, trusted_signer="my friend")


def test_verifying_opens_no_connection(golden_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert verify_pack(golden_pack).holds


def test_two_opinions_that_differ_are_never_intact(golden_pack: Path) -> None:
    from evidence.verify_standalone import examine

    with golden_pack.open("rb") as file:
        report = examine(file, opinion=lambda _pem, _signature, _message: False)
    assert outcome(report, "signature") == "unchecked"
    assert not report.holds
