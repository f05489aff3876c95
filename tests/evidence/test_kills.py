"""A process killed while it exports leaves a whole pack under the final name, or none."""

import os
import subprocess
import sys
import time
from pathlib import Path

from evidence.verify import verify_pack
from tests.evidence.house import House

ROOT = Path(__file__).parents[2]
DELAYS_S = (0, 0.01, 0.06)


def test_a_kill_at_any_moment_leaves_no_half_pack(house: House, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    command = [sys.executable, str(Path(__file__).with_name("export_child.py")), str(house.folder), str(out)]
    interrupted = 0
    for delay_s in DELAYS_S:
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
        part = tmp_path / f".pack.zip.{child.pid}.part"
        wait_for(part, child)
        time.sleep(delay_s)
        child.kill()
        child.communicate()
        interrupted += part.exists()
        if out.exists():
            assert verify_pack(out, trusted_signer=house.key.fingerprint).holds
            out.unlink()
    assert interrupted, "no kill hit an unfinished pack; the test proves nothing"


def wait_for(part: Path, child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while not part.exists():
        assert child.poll() is None, "the exporting process ended by itself"
        assert time.monotonic() < deadline, "the exporting process never began to write"
