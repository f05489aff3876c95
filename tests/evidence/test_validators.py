"""What other people's tools make of a pack's captures: py-wacz, cdxj-indexer, pywb, and ReplayWeb.page in Chromium.

They are installed apart (`make validators`); without them these tests skip, and say so.
"""

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evidence.verify_standalone import index_key
from tests.evidence.house import TEXTS, Files, unpack, unpack_wacz

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator

TOOLS = Path(__file__).parents[2] / ".validators"
CHROMIUM = shutil.which("chromium")
PAGE = "data/captures/0001.wacz"
EXPORT = "data/captures/0004.wacz"
SECOND = "data/captures/0002.wacz"
PATIENCE_S = 90

pytestmark = pytest.mark.skipif(
    not (TOOLS / "bin" / "wacz").exists(), reason="NO VALIDATORS HERE: run `make validators`"
)


@pytest.fixture
def captures(files: Files, tmp_path: Path) -> list[Path]:
    """The WACZ files of the pack on the disk."""
    made = []
    for name in sorted(name for name in files if name.startswith("data/captures/")):
        made.append(tmp_path / Path(name).name)
        made[-1].write_bytes(files[name])
    return made


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(TOOLS / "bin" / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def test_py_wacz_calls_every_capture_valid(captures: list[Path]) -> None:
    for path in captures:
        done = run("wacz", "validate", "-f", path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "the passed WACZ is valid" in done.stdout + done.stderr


@pytest.mark.parametrize("name", [PAGE, EXPORT])
def test_cdxj_indexer_gives_the_same_index(name: str, files: Files, tmp_path: Path) -> None:
    inner = unpack_wacz(files[name])
    (tmp_path / "data.warc.gz").write_bytes(inner["archive/data.warc.gz"])
    # By default it leaves conversions out.
    kinds = "response,resource,conversion"
    assert (
        run("cdxj-indexer", "--records", kinds, tmp_path / "data.warc.gz").stdout
        == inner["indexes/index.cdxj"].decode()
    )


ADDRESSES = [
    "https://jobs.example.test/1",
    "https://jobs.example.test/%5Bname%201%5D/1",
    "https://jobs.example.test/%257Eann/%25C3%258C?q=%2526x",
    "https://jobs.example.test/a//b/../c/./d/..",
    "https://jobs.example.test/%7Eann%23?B=1&a-b=2&a=3&C&%3D=%2F",
    "https://jobs.example.test/a?",
    "https://jobs.example.test/Ö/?ß=Ü",
    "urn:lurewatch:https://%5Blink%201%5D",
    "https://www.Jobs.Example.test/A/b/",
    "http://jobs.example.test",
    "https://jobs.example.test:8443/x?b=2&a=1",
    "https://jobs.example.test/t%C3%ACm-vi%E1%BB%87c?Q=%E1%BA%A5",
    "https://t.example.test/s/house_hr?before=12#post",
    "https://xn--bcher-kva.example.test/",
]


def test_addresses_are_sorted_as_the_surt_library_does() -> None:
    script = "import json, surt, sys; print(json.dumps([surt.surt(one) for one in json.load(sys.stdin)]))"
    done = subprocess.run(
        [TOOLS / "bin" / "python", "-c", script],
        input=json.dumps(ADDRESSES),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [index_key(address) for address in ADDRESSES] == json.loads(done.stdout)


@contextmanager
def pywb(folder: Path) -> Iterator[str]:
    """The address of a pywb over the collections in `folder`, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [TOOLS / "bin" / "wayback", "--port", str(port), "--bind", "127.0.0.1", "--directory", folder]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("pywb did not start")


def replayed_by_pywb(capture: bytes, url: str, folder: Path) -> str:
    """What pywb answers for an address, by the index in a WACZ alone."""
    inner = unpack_wacz(capture)
    for place in ("archive/data.warc.gz", "indexes/index.cdxj"):
        path = folder / "collections" / "pack" / place
        path.parent.mkdir(parents=True)
        path.write_bytes(inner[place])
    with pywb(folder) as base, urllib.request.urlopen(f"{base}/pack/20260301120000id_/{url}") as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(("name", "url"), [(PAGE, "https://jobs.example.test/1"), (EXPORT, "urn:x")])
def test_pywb_replays_a_capture_byte_for_byte_by_the_index_in_it(
    name: str, url: str, files: Files, tmp_path: Path
) -> None:
    content = replayed_by_pywb(files[name], url, tmp_path)
    text = TEXTS["vi"] if name == PAGE else TEXTS["km"]
    assert text in content
    package = json.loads(unpack_wacz(files[name])["datapackage.json"])
    assert len(content.encode()) == package["evidence"]["capture"]["size_bytes"]


def test_pywb_replays_what_a_browser_made_of_a_page(files: Files, tmp_path: Path) -> None:
    assert "<p>made</p>" in replayed_by_pywb(files[PAGE], "urn:dom:https://jobs.example.test/1", tmp_path)


MASKED = {
    "a masked path": (PAGE, "https://jobs.example.test/%5Bname%201%5D/1", "[name 3]. Telegram @bamboo_hr_test"),
    "a masked address": (SECOND, "urn:lurewatch:https://%5Blink%201%5D", "Cứu em"),
}


@pytest.mark.parametrize("name", MASKED)
def test_pywb_replays_a_redacted_capture(name: str, copy: Files, tmp_path: Path) -> None:
    capture, url, words = MASKED[name]
    assert json.loads(unpack_wacz(copy[capture])["datapackage.json"])["mainPageUrl"] == url
    assert words in replayed_by_pywb(copy[capture], url, tmp_path)


def test_py_wacz_calls_every_redacted_capture_valid(copy: Files, golden_copy: Path, tmp_path: Path) -> None:
    for capture in (copy[PAGE], copy[SECOND], unpack(golden_copy)[PAGE]):
        (tmp_path / "capture.wacz").write_bytes(capture)
        done = run("wacz", "validate", "-f", tmp_path / "capture.wacz")
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which the files in `folder` are, on a free port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def replayed_by_replayweb_page(capture: bytes, url: str, folder: Path) -> Iterator["FrameLocator"]:
    """The page that ReplayWeb.page shows for an address in a WACZ."""
    from playwright.sync_api import sync_playwright

    site = folder / "site"
    (site / "replay").mkdir(parents=True)
    (site / "capture.wacz").write_bytes(capture)
    shutil.copy(TOOLS / "package" / "ui.js", site)
    shutil.copy(TOOLS / "package" / "sw.js", site / "replay")
    # What its service worker answers there, for a browser that asks before the worker has taken over.
    (site / "replay" / "index.html").write_text(
        '<!doctype html><script src="/ui.js"></script><replay-app-main></replay-app-main>', encoding="utf-8"
    )
    (site / "index.html").write_text(
        '<!doctype html><script src="ui.js"></script><replay-web-page embed="replayonly" replayBase="/replay/" '
        f'source="/capture.wacz" url="{url}" style="height: 400px"></replay-web-page>',
        encoding="utf-8",
    )
    with serving(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{base}/index.html")
        yield page.frame_locator("iframe").frame_locator("iframe")
        browser.close()


needs_replayweb_page = pytest.mark.skipif(
    not (TOOLS / "package" / "ui.js").exists(), reason="NO REPLAYWEB.PAGE HERE: run `make validators` where npm is"
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM HERE: install Debian's package `chromium`")


@pytest.mark.browser
@needs_chromium
@needs_replayweb_page
def test_replayweb_page_shows_a_capture(files: Files, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    with replayed_by_replayweb_page(files[PAGE], "https://jobs.example.test/1", tmp_path) as shown:
        expect(shown.locator("p")).to_have_text(TEXTS["vi"], timeout=PATIENCE_S * 1000)


@pytest.mark.browser
@needs_chromium
@needs_replayweb_page
@pytest.mark.parametrize("name", MASKED)
def test_replayweb_page_shows_a_redacted_capture(name: str, copy: Files, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    capture, url, words = MASKED[name]
    with replayed_by_replayweb_page(copy[capture], url, tmp_path) as shown:
        expect(shown.locator("pre")).to_contain_text(words, timeout=PATIENCE_S * 1000)
