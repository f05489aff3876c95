"""The whole chain as a person runs it: the demo's installation, and the commands on it."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.model]


def lurewatch(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lurewatch", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=300,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("LUREWATCH_")} | environment,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[bytes]]:
    directory = tmp_path_factory.mktemp("chain") / "demo"
    return directory, lurewatch("demo", "--headless", "--dir", directory)


@pytest.fixture
def installation(demo: tuple[Path, object], tmp_path: Path) -> Path:
    """A copy of the demo's installation that a test may spoil."""
    return shutil.copytree(demo[0], tmp_path / "copy")


def test_the_demo_ends_with_a_verified_pack(demo: tuple[Path, subprocess.CompletedProcess[bytes]]) -> None:
    directory, done = demo
    assert done.returncode == 0, done.stderr.decode()
    rows = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in done.stdout.decode().splitlines())
    assert rows["pack verified"] == "holds"
    assert rows["posts"] == "42"
    assert int(rows["campaigns"]) >= 1
    assert len(rows["languages"].split()) - 1 >= 8
    for name in ("pack.zip", "credentials.json", "lurewatch.db", "captures"):
        assert (directory / name).exists()
    assert (directory / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_the_demo_replaces_its_own_folder_and_no_other(installation: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    done = lurewatch("demo", "--headless", "--dir", tmp_path / "mine")
    assert done.returncode == 2
    assert b"is not empty and holds no demo" in done.stderr
    assert (tmp_path / "mine" / "thesis.txt").exists()
    assert lurewatch("demo", "--headless", "--dir", installation).returncode == 0


def test_the_pack_verifies_for_a_stranger(installation: Path, tmp_path: Path) -> None:
    pack = installation / "pack.zip"
    assert lurewatch("evidence", "verify", pack, "--dir", installation).returncode == 0
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "unpacked")
    (bag,) = (tmp_path / "unpacked").iterdir()
    verifier = next(bag.rglob("verify.py"))
    alone = subprocess.run([sys.executable, "-I", "-S", verifier, pack], capture_output=True, check=False)
    assert alone.returncode == 0, alone.stdout
    bagit = subprocess.run([sys.executable, "-m", "bagit", "--validate", bag], capture_output=True, check=False)
    assert bagit.returncode == 0, bagit.stderr


@pytest.mark.parametrize("place", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_one_changed_byte_is_found(installation: Path, place: float) -> None:
    pack = installation / "pack.zip"
    content = bytearray(pack.read_bytes())
    content[int(len(content) * place)] ^= 0x40
    pack.write_bytes(content)
    done = lurewatch("evidence", "verify", pack, "--dir", installation)
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr


def test_a_case_exports_again_by_command(installation: Path) -> None:
    done = lurewatch("evidence", "export", "CASE-9999-0001", "-o", installation / "x.zip", "--dir", installation)
    assert done.returncode == 2
    assert b"There is no case 'CASE-9999-0001'" in done.stderr
    number = lurewatch("evidence", "cases", "--dir", installation).stdout.split()[0].decode()
    done = lurewatch("evidence", "export", number, "-o", installation / "again.zip", "--dir", installation)
    assert done.returncode == 0, done.stderr
    assert lurewatch("evidence", "verify", installation / "again.zip", "--dir", installation).returncode == 0


def test_the_audit_chain_holds_and_tells_of_an_edit(installation: Path) -> None:
    assert lurewatch("audit", "verify", "--dir", installation).returncode == 0
    import sqlite3

    with sqlite3.connect(installation / "lurewatch.db") as connection:
        connection.execute("UPDATE audit_entry SET actor = 'x' WHERE seq = 5")
    connection.close()
    done = lurewatch("audit", "verify", "--dir", installation)
    assert done.returncode == 1
    assert b"Audit entry 5 was altered" in done.stderr


def test_a_lost_capture_stops_the_export(installation: Path) -> None:
    for warc in (installation / "captures").glob("*.warc.gz"):
        warc.unlink()
    number = lurewatch("evidence", "cases", "--dir", installation).stdout.split()[0].decode()
    done = lurewatch("evidence", "export", number, "-o", installation / "x.zip", "--dir", installation)
    assert done.returncode == 1
    assert not (installation / "x.zip").exists()


def test_the_credentials_open_the_review_page(installation: Path) -> None:
    credentials = json.loads((installation / "credentials.json").read_text())
    with serving(installation) as port:
        status, headers = post(port, "/sign-in", username=credentials["username"], password="wrong")
        assert status == 401
        status, headers = post(port, "/sign-in", username=credentials["username"], password=credentials["password"])
        assert status == 303
        page = get(port, "/queue", headers["Set-Cookie"].split(";")[0])
        assert page[0] == 200
        assert "likely" in page[1].lower()


def test_an_export_goes_the_same_way(installation: Path, tmp_path: Path) -> None:
    export = tmp_path / "result.json"
    message = {
        "id": 1,
        "type": "message",
        "date": "2026-02-01T10:00:00",
        "date_unixtime": "1769936400",
        "from": "Somebody",
        "from_id": "user1",
        "text": "Need 5 typists in Poipet, ticket paid, passport photo first, Telegram @demo_nobody",
        "text_entities": [],
    }
    export.write_text(json.dumps({"name": "g", "type": "private_group", "id": 7, "messages": [message]}))
    lines = lurewatch("import", "telegram", export, "--to-jsonl").stdout.splitlines()
    assert [json.loads(line)["posted_at"] for line in lines] == ["2026-02-01T09:00:00Z"]
    done = lurewatch("import", "telegram", export, "--dir", installation)
    assert (done.returncode, b"1 posts read: 1 new" in done.stderr) == (0, True)
    again = lurewatch("import", "telegram", export, "--dir", installation)
    assert b"1 posts read: 0 new" in again.stderr


@contextmanager
def serving(directory: Path) -> Iterator[int]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "lurewatch", "serve", "--dir", str(directory), "--port", str(port)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def post(port: int, path: str, **fields: str) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
    connection.request("POST", path, urllib.parse.urlencode(fields), headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.msg


def get(port: int, path: str, cookie: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body
