"""A pack examined in a process of its own: the same is found, and whatever goes wrong there ends nothing here."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evidence import examination
from evidence.examination import Brought, examined, examined_apart, matched_apart
from evidence.matching import match_packs
from evidence.pack_stamps import stamp_pack
from evidence.verify import Trusted
from lurewatch.errors import DataError
from tests.evidence.authorities import make_stamper, serving
from tests.evidence.house import LATER, Files, House, edit_json, pack_again, resealed

NOBODY = Trusted(frozenset(), None)


@contextmanager
def brought(content: bytes, name: str = "pack.zip") -> Iterator[Brought]:
    """A file that has no name on the disk, as what somebody uploads."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Brought(name, file)


@pytest.mark.parametrize("kept", ["lurewatch-pack-1.zip", "lurewatch-pack-2.zip"])
def test_a_pack_of_every_profile_is_found_as_it_is_found_here(kept: str) -> None:
    with brought((Path(__file__).parent / "kept" / kept).read_bytes()) as pack:
        found = examined_apart(pack, NOBODY, (), now=LATER)
        assert found == examined(pack, NOBODY, (), now=LATER)
    assert found.report.holds
    assert found.statements is not None
    assert "at the time of export" in found.statements.claimed[-1]


def test_the_keys_and_authorities_that_are_trusted_are_asked(golden_pack: Path, tmp_path: Path) -> None:
    with serving(make_stamper(tmp_path / "tsa")) as stamper:
        stamped = stamp_pack(golden_pack, tmp_path / "p.zip", [stamper.as_authority()], now=LATER).path
    with brought(stamped.read_bytes()) as pack:
        found = examined_apart(pack, Trusted(frozenset(), "0" * 64), [stamper.as_authority()], now=LATER)
        assert found == examined(pack, Trusted(frozenset(), "0" * 64), [stamper.as_authority()], now=LATER)
    outcomes = {claim.name: claim.outcome for claim in found.report.claims}
    assert (outcomes["signer"], outcomes["timestamp"]) == ("altered", "intact")
    # What a pack says of itself that somebody else has sealed is worth nothing.
    assert found.statements is None


def test_what_a_pack_says_of_itself_is_cut_to_what_people_read(
    files: Files, golden_house: House, tmp_path: Path
) -> None:
    edit_json(files, "data/claims.json", lambda claims: claims.update(claimed=["x" * 9_000] * 900, not_claimed=[7]))
    with brought(pack_again(resealed(files, golden_house.key), tmp_path / "p.zip").read_bytes()) as pack:
        said = examined(pack, NOBODY, (), now=LATER).statements
    assert said is not None
    assert (len(said.claimed), len(said.claimed[0]), said.not_claimed) == (50, 1_000, ("7",))


def test_what_is_no_pack_is_refused_in_the_same_words() -> None:
    with brought(b"hello", "<b>\n.zip") as pack, pytest.raises(DataError, match=r"'<b>\\n\.zip' is no ZIP archive"):
        examined_apart(pack, NOBODY, (), now=LATER)


def test_an_encrypted_original_is_called_one() -> None:
    with brought(b"age-encryption.org/v1\n-> X25519 ...") as pack, pytest.raises(DataError, match="is encrypted for"):
        examined_apart(pack, NOBODY, (), now=LATER)


def test_original_and_copy_are_matched(whole: Path, masked: Path) -> None:
    with brought(whole.read_bytes()) as original, brought(masked.read_bytes()) as copy:
        assert matched_apart(original, copy) == match_packs(whole, masked)
        with pytest.raises(DataError, match="no original and redacted copy"):
            matched_apart(copy, original)


PROGRAMS = {
    "a fault": "raise SystemExit(1)",
    "too much memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 28,) * 2); b'x' * (1 << 30)",
    "too much time": "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
    "no end": "import time; time.sleep(600)",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_examination_that_does_not_end_well_has_found_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAMS[name])
    monkeypatch.setattr(examination, "_PROGRAM", program)
    if name == "no end":
        monkeypatch.setattr(examination, "_MOST_WAIT_S", 0.1)
    with brought(b"PK") as pack, pytest.raises(DataError, match="could not be examined"):
        examined_apart(pack, NOBODY, (), now=LATER)


LIMITED = """
import resource, sys
sys.path.insert(0, {root!r})
from evidence import examining
kinds = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)
examining._found = lambda job: {{"refused": str([resource.getrlimit(kind)[1] for kind in kinds]), "hint": ""}}
examining.main()
"""


def test_the_examiner_has_little_time_and_memory_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program.py"
    program.write_text(LIMITED.format(root=str(Path(__file__).parents[2])))
    monkeypatch.setattr(examination, "_PROGRAM", program)
    with brought(b"PK") as pack, pytest.raises(DataError, match=rf"\[300, {2 << 30}, 0\]"):
        examined_apart(pack, NOBODY, (), now=LATER)


def test_the_examiner_is_handed_the_pack_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, told = tmp_path / "program.py", tmp_path / "told.json"
    program.write_text(
        f"import json, os, sys\njob = json.load(sys.stdin)\n"
        f"json.dump([job, dict(os.environ), os.pread(job['files'][0], 9, 0).decode()], open({str(told)!r}, 'w'))\n"
        "sys.exit(1)"
    )
    monkeypatch.setattr(examination, "_PROGRAM", program)
    monkeypatch.setenv("LUREWATCH_SIGNING_PASSPHRASE", "a secret")
    with brought(b"the pack") as pack, pytest.raises(DataError, match="could not be examined"):
        examined_apart(pack, NOBODY, (), now=LATER)
    job, environment, content = json.loads(told.read_text())
    assert (job["names"], content) == (["pack.zip"], "the pack")
    assert "a secret" not in environment.values()
