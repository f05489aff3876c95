"""The single-file verifier: its arithmetic against the libraries, and the program as a recipient runs it."""

import ast
import gzip
import json
import math
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

import evidence.verify_standalone as verifier
from tests.evidence.house import Files, House, pack_again, put_records, resealed

SCRIPT = Path(verifier.__file__)

# RFC 6979, A.2.6: NIST P-384, the key and the signatures with SHA-256.
RFC_KEY = int("6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5", 16)
RFC_POINT = (
    int("EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13", 16),
    int("8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720", 16),
)
RFC_SIGNATURES = {
    b"sample": (
        int("21B13D1E013C7FA1392D03C5F99AF8B30C570C6F98D4EA8E354B63A21D3DAA33BDE1E888E63355D92FA2B3C36D8FB2CD", 16),
        int("F3AA443FB107745BF4BD77CB3891674632068A10CA67E3D45DB2266FA7D1FEEBEFDC63ECCD1AC42EC0CB8668A4FA0AB0", 16),
    ),
    b"test": (
        int("6D6DEFAC9AB64DABAFE36C6BF510352A4CC27001263638E5B16D9BB51D451559F918EEDAF2293BE5B475CC8F0188636B", 16),
        int("2D46F3BECBCC523D5F1A1256BF0C9B024D879BA9E838144C8BA6BAEB4B53B47D51AB373F9845C0514EEFB14024787265", 16),
    ),
}


# -- Signatures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", RFC_SIGNATURES, ids=bytes.decode)
def test_the_signatures_of_rfc_6979_hold(message: bytes) -> None:
    assert verifier.ecdsa_holds(RFC_POINT, message, *RFC_SIGNATURES[message])


@pytest.mark.parametrize("message", RFC_SIGNATURES, ids=bytes.decode)
def test_the_library_makes_the_signatures_of_rfc_6979(message: bytes) -> None:
    key = ec.derive_private_key(RFC_KEY, ec.SECP384R1())
    der = key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    assert decode_dss_signature(der) == RFC_SIGNATURES[message]


@settings(max_examples=8)
@given(st.integers(1, verifier.CURVE_ORDER - 1), st.binary(max_size=100))
def test_both_implementations_agree_on_good_and_on_bad_signatures(secret: int, message: bytes) -> None:
    key = ec.derive_private_key(secret, ec.SECP384R1())
    numbers = key.public_key().public_numbers()
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    assert verifier.ecdsa_holds((numbers.x, numbers.y), message, r, s)
    assert not verifier.ecdsa_holds((numbers.x, numbers.y), message + b"!", r, s)
    assert not verifier.ecdsa_holds((numbers.x, numbers.y), message, r ^ 1, s)


N = verifier.CURVE_ORDER


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 1), (1, 0), (0, 0), (N, 1), (1, N), (-1, 1), (N + 1, 1), (1, 1), (N - 1, N - 1)],
    ids=str,
)
def test_numbers_that_are_no_signature_do_not_hold(r: int, s: int) -> None:
    assert not verifier.ecdsa_holds(RFC_POINT, b"sample", r, s)


@pytest.mark.parametrize("point", [(0, 0), (-1, -1), (RFC_POINT[0], RFC_POINT[1] + 1), (2**384, 1)], ids=range(4))
def test_a_point_beside_the_curve_verifies_nothing(point: tuple[int, int]) -> None:
    assert not verifier.ecdsa_holds(point, b"sample", *RFC_SIGNATURES[b"sample"])


def test_a_forged_sum_at_infinity_does_not_hold() -> None:
    # u1 G + u2 Q is the point at infinity for Q = -G and u1 = u2, that is r = e.
    import hashlib

    e = int.from_bytes(hashlib.sha256(b"m").digest(), "big")
    minus_g = (verifier._G[0], verifier._P - verifier._G[1])
    assert not verifier.ecdsa_holds(minus_g, b"m", e, 1)


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x30",
        b"0\x06\x02\x01\x01\x02\x01",
        b"0\x07\x02\x01\x01\x02\x02\x00\x01",
        b"0\x06\x02\x01\x81\x02\x01\x01",
        b"0\x06\x02\x01\x01\x02\x01\x01\x00",
        b"0\x81\x06\x02\x01\x01\x02\x01\x01",
        b"\xff" * 200,
    ],
    ids=["empty", "tag alone", "cut off", "padded", "negative", "longer", "long length", "noise"],
)
def test_other_encodings_of_a_signature_are_refused(der: bytes) -> None:
    with pytest.raises(verifier.AlteredError, match="not a signature in the form"):
        verifier.parse_signature(der)


@given(st.integers(0, 2**384 - 1), st.integers(0, N // 2))
def test_a_signature_is_read_as_it_is_written(r: int, s: int) -> None:
    assert verifier.parse_signature(verifier.signature_der(r, s)) == (r, s)


@given(st.binary(max_size=300))
def test_noise_is_no_public_key(noise: bytes) -> None:
    with pytest.raises(verifier.AlteredError):
        verifier.parse_public_key(noise)


# -- Canonical JSON ------------------------------------------------------------------------------------------------

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_the_canonical_form_is_that_of_the_library(value: object) -> None:
    assert verifier.canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "number", [1e21, 1e20, 123456789.125, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, -0.0, 333333333.33333329]
)
def test_numbers_are_written_as_ecmascript_does(number: float) -> None:
    assert verifier.canonical(number).encode() == rfc8785.dumps(number)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_json_number_has_no_form(number: float) -> None:
    with pytest.raises(ValueError, match="no such number"):
        verifier.canonical(number)


# -- WARC records --------------------------------------------------------------------------------------------------


def warc(block: bytes = b"hello", *, lines: str = "", length: int | None = None, end: bytes = b"\r\n\r\n") -> bytes:
    size = len(block) if length is None else length
    head = f"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <x>\r\n{lines}Content-Length: {size}\r\n\r\n"
    return gzip.compress(head.encode() + block + end)


def records(content: bytes, step: int = 7) -> list[verifier.Record]:
    chunks = (content[place : place + step] for place in range(0, len(content), step))
    return list(verifier.Records(chunks, verifier.Budget(len(content))))


@pytest.mark.parametrize("step", [1, 2, 7, 4096])
def test_records_are_read_however_the_bytes_arrive(step: int) -> None:
    read = records(warc(b"hello") + warc(b"") + warc(b"x" * 100_000), step)
    assert [record.payload_bytes for record in read] == [5, 0, 100_000]


def test_a_digest_may_be_base32_or_hexadecimal() -> None:
    digests = (
        "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "sha256:FTZE3OS7WCRQ4JXIHMVMLOPCTYNRMHS4D6TUEXTTAQZWFE4LTASA====",
        "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N",
    )
    assert [len(records(warc(lines=f"WARC-Block-Digest: {digest}\r\n"))) for digest in digests] == [1, 1, 1]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(warc(lines="WARC-Block-Digest: sha256:" + "0" * 64 + "\r\n"), "WARC-Block-Digest", id="digest"),
        pytest.param(warc(lines="WARC-Block-Digest: crc32:0\r\n"), "unknown algorithm", id="algorithm"),
        pytest.param(warc(lines="WARC-Type: response\r\n"), "repeats its header", id="header twice"),
        pytest.param(warc(lines="nonsense\r\n"), "without a colon", id="no colon"),
        pytest.param(warc(lines="Content-Type: application/http\r\n"), "without an end", id="no http header"),
        pytest.param(warc(length=12), "shorter than its header says", id="short"),
        pytest.param(warc(length=4), "does not end where its header says", id="long"),
        pytest.param(warc(end=b""), "does not end where its header says", id="no end"),
        pytest.param(warc()[:-9], "cut off", id="cut off"),
        pytest.param(warc() + warc()[:20], "cut off", id="second cut off"),
        pytest.param(gzip.compress(b"WARC/1.1\r\n" + b"x" * 2_000_000), "without an end", id="endless header"),
    ],
)
def test_a_record_that_is_not_whole_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(verifier.AlteredError, match=complaint):
        records(content, 4096)


def test_every_truncation_of_a_record_is_refused() -> None:
    whole = warc(b"payload " * 20)
    for length in range(1, len(whole)):
        with pytest.raises(verifier.AlteredError, match="cut off"):
            records(whole[:length])


def test_a_bomb_is_stopped_before_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "FREE_INFLATION_BYTES", 1 << 20)
    bomb = gzip.compress(b"WARC/1.1\r\nContent-Length: 30000000\r\n\r\n" + bytes(30_000_000))
    with pytest.raises(verifier.AlteredError, match="bomb"):
        list(verifier.Records([bomb], verifier.Budget(len(bomb))))


def test_endless_header_lines_are_refused_before_they_are_kept() -> None:
    lines = b"".join(b"x%x:\r\n" % number for number in range(verifier.MAX_HEADER_LINES))
    record = gzip.compress(b"WARC/1.1\r\nContent-Length: 0\r\n" + lines + b"\r\n\r\n\r\n")
    with pytest.raises(verifier.AlteredError, match="more header lines"):
        list(verifier.Records([record], verifier.Budget(len(record))))


# -- Captures, cases and the report --------------------------------------------------------------------------------

CAPTURED = {"warc_record_id": "<a>", "sha256": "0" * 64, "size_bytes": 3}


def record(kind: str, **headers: str) -> verifier.Record:
    named = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return verifier.Record({"warc-type": [kind], **named}, b"", "0" * 64, 3)


def faults(*found: verifier.Record, redacted: bool = False) -> list[str]:
    return list(verifier._record_faults(list(found), CAPTURED, redacted=redacted))


def masked(**headers: str) -> verifier.Record:
    about = {"warc_record_id": "<b>", "x_redacted_copy_of": "<a>", "x_refers_to_payload_digest": "sha256:" + "0" * 64}
    return record("resource", **(about | headers))._replace(payload_sha256="1" * 64)


def test_a_capture_may_have_eight_records_beside_its_own_and_no_more() -> None:
    main = record("response", warc_record_id="<a>")
    beside = [record("metadata", warc_refers_to="<a>") for _ in range(verifier.MAX_CAPTURE_RECORDS)]
    assert faults(main, *beside[1:]) == []
    assert faults(main, *beside) == ["it holds more than 9 records"]


def test_a_redacted_capture_is_a_resource_that_names_the_withheld_record() -> None:
    asked = record("request", warc_concurrent_to="<a>")
    assert faults(masked(), asked, redacted=True) == []
    assert faults(masked(), record("metadata", warc_refers_to="<a>"), redacted=True) == [
        "a redacted copy holds a record besides the masked page and its request"
    ]


@pytest.mark.parametrize(
    ("found", "redacted", "fault"),
    [
        pytest.param(masked(), False, "another id", id="in an original"),
        pytest.param(
            record("response", warc_record_id="<a>"), True, "one resource", id="an original in a redacted one"
        ),
        pytest.param(masked(x_redacted_copy_of="<x>"), True, "names the original", id="of another record"),
        pytest.param(masked(x_refers_to_payload_digest="sha256:1"), True, "another payload", id="of another payload"),
        pytest.param(record("response", warc_record_id="<x>"), False, "another id", id="another record"),
        pytest.param(
            record("resource", warc_record_id="<a>")._replace(payload_bytes=4), False, "the payload", id="another size"
        ),
    ],
)
def test_a_record_of_the_wrong_kind_or_of_another_capture_is_a_fault(
    found: verifier.Record, redacted: bool, fault: str
) -> None:
    assert fault in faults(found, redacted=redacted)[0]


def test_what_was_taken_out_of_a_case_is_not_in_it_and_may_come_back() -> None:
    def told(action: str, item: int, at: str = "t") -> dict[str, object]:
        return {"action": f"case.item_{action}", "actor": "r", "details": {"item": item, "added_at": at}}

    out = [told("added", 1), told("added", 2), told("removed", 1)]
    assert verifier._put_in(out) == {(2, "t", "r")}
    assert verifier._put_in([*out, told("added", 1, "later")]) == {(2, "t", "r"), (1, "later", "r")}


@pytest.mark.parametrize(
    ("last", "faults"),
    [((3, "x"), 0), ((4, "a"), 0), ((4, "x"), 1), ((5, "a"), 1)],
    ids=["before the end", "at the end", "another end", "behind the end"],
)
def test_the_custody_log_ends_at_or_before_the_end_of_the_chain(last: tuple[int, str], faults: int) -> None:
    found = verifier._head_faults({"seq": last[0], "hash": last[1]}, {"seq": 4, "hash": "a"})
    assert len(list(found)) == faults


def test_a_fault_in_the_custody_log_is_named_with_its_line() -> None:
    whole: dict[str, object] = {"seq": 1, "details": {}}
    whole["hash"] = verifier.sha256_of(whole)
    faults = list(verifier._link_faults([whole, {"seq": 7, "hash": "x", "details": {}}]))
    assert faults == ["data/custody.jsonl line 2: entry 7 does not give its hash"]


@pytest.mark.parametrize("key", ["seq", "hash", "details"])
def test_a_custody_entry_without_a_field_is_named_with_its_line(key: str) -> None:
    record = {"seq": 1, "hash": "x", "details": {}}
    del record[key]
    with pytest.raises(verifier.AlteredError, match=f"line 1: '{key}' is missing"):
        list(verifier._link_faults([record]))


@pytest.mark.parametrize(
    ("outcome", "mandatory", "holds"),
    [
        ("intact", True, True),
        ("unchecked", True, False),
        ("altered", True, False),
        ("unchecked", False, True),
        ("altered", False, False),
    ],
)
def test_a_report_holds_when_nothing_is_altered_and_what_must_hold_was_checked(
    outcome: str, mandatory: bool, holds: bool
) -> None:
    assert verifier.PackReport((verifier.Claim("a", outcome, "", mandatory),), None).holds is holds


def test_a_profile_of_the_future_is_unchecked_and_named(files: Files, tmp_path: Path) -> None:
    files["bag-info.txt"] = files["bag-info.txt"].replace(b"lurewatch-pack-2", b"lurewatch-pack-9")
    done = run(str(pack_again(files, tmp_path / "pack.zip")))
    assert "unchecked  layout         the pack follows the profile 'lurewatch-pack-9'" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www3.Jobs.example.test:443/A/?b=2&a=1#x", "test,example,jobs)/a?a=1&b=2"),
        ("http://user@jobs.example.test:8080", "test,example,jobs:8080)/"),
        ("https://jobs.example.test/a b\nc", "test,example,jobs)/a%20b%0ac"),
        ("urn:sha256:AB cd", "urn:sha256:ab%20cd"),
        ("https://jobs.example.test/việc", "test,example,jobs)/vi%e1%bb%87c"),
        ("\udc80", "%ed%b2%80"),
    ],
)
def test_an_index_key_is_one_word_of_plain_characters(url: str, key: str) -> None:
    assert verifier.index_key(url) == key


# -- The program ---------------------------------------------------------------------------------------------------


def run(*arguments: str, script: Path = SCRIPT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_copy_in_the_pack_verifies_the_pack(
    files: Files, golden_pack: Path, golden_house: House, tmp_path: Path
) -> None:
    (tmp_path / "verify.py").write_bytes(files["data/verify.py"])
    done = run(str(golden_pack), "--trust", golden_house.key.fingerprint, script=tmp_path / "verify.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "HOLDS: every claim that must hold is intact."
    assert len(done.stdout.splitlines()) == len(verifier.CLAIMS) + 1


def test_the_report_comes_as_json(golden_pack: Path) -> None:
    report = json.loads(run(str(golden_pack), "--json").stdout)
    assert report["holds"] is True
    assert [claim["name"] for claim in report["claims"]] == list(verifier.CLAIMS)


def test_an_altered_pack_exits_1_and_names_the_place(files: Files, tmp_path: Path) -> None:
    files["data/report.html"] += b" "
    done = run(str(pack_again(files, tmp_path / "pack.zip")))
    assert (done.returncode, done.stderr) == (1, "")
    assert "altered    manifests      data/report.html" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("DOES NOT HOLD")


@pytest.mark.parametrize("arguments", [[], ["--trust", "x", "a"], ["a", "b"], ["gone.zip"], ["/"]], ids=str)
def test_wrong_usage_exits_2_without_a_traceback(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_what_is_no_pack_exits_2_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"hello")
    done = run(str(tmp_path / "x.zip"))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_the_program_opens_the_pack_to_read_and_nothing_else(golden_pack: Path) -> None:
    watcher = (
        "import sys, runpy\n"
        "seen = []\n"
        "def hook(event, arguments):\n"
        "    bad = event.startswith(('socket', 'subprocess', 'os.', 'shutil', 'urllib')) and event != 'os.listdir'\n"
        "    writes = event == 'open' and isinstance(arguments[1], str) and set(arguments[1]) & set('wax+')\n"
        "    if bad or writes: seen.append((event, str(arguments)))\n"
        f"sys.argv = ['verify.py', {str(golden_pack)!r}]\n"
        f"import argparse, zlib, hashlib, json, pathlib, unicodedata, base64\n"
        "sys.addaudithook(hook)\n"
        "try:\n"
        f"    runpy.run_path({str(SCRIPT)!r}, run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    print('\\n', end.code, seen)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", watcher], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "0 []"


def test_the_program_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)
    assert not imported & {"socket", "subprocess", "urllib", "http", "ssl", "pickle", "ctypes", "tempfile"}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system has no /proc to measure by")
def test_a_bomb_takes_little_memory(files: Files, golden_house: House, tmp_path: Path) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    head = packer.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 900000000\r\n\r\n")
    head += packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers back, so that one piece may be repeated.
    zeros = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    put_records(files, "data/captures/0001.wacz", head + zeros * 600)
    pack = pack_again(resealed(files, golden_house.key), tmp_path / "pack.zip")
    measured = (
        "import sys, runpy\n"
        f"sys.argv = ['verify.py', {str(pack)!r}]\n"
        "try:\n"
        f"    runpy.run_path({str(SCRIPT)!r}, run_name='__main__')\n"
        "except SystemExit as end:\n"
        # Unlike getrusage, this peak is not inherited from the process that started us.
        "    peak = [line for line in open('/proc/self/status') if line.startswith('VmHWM')]\n"
        "    print(end.code, peak[0].split()[1])\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", measured], capture_output=True, text=True, check=True)
    code, peak_kib = done.stdout.splitlines()[-1].split()
    assert "a decompression bomb" in done.stdout
    assert code == "1"
    assert int(peak_kib) < 100_000
