"""Commands at their edges: what they refuse, how they stop, and what they leave behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from evidence import report_pdf
from lurewatch import demo_site
from lurewatch.cli import lurewatch
from lurewatch.crawl_process import crawl_in_a_process
from lurewatch.demo import _own_environment
from lurewatch.demo import _prepare as prepare_demo
from lurewatch.installation import Installation
from tests.crawlers.loopback import Site, serving

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("LUREWATCH_")}
SETTINGS = 'allow_loopback = true\ncontact = "us@example.org"\ncrawl_delay_s = {delay_s}\n'


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


def make_installation(folder: Path, *, base: str, delay_s: float) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text(SETTINGS.format(delay_s=delay_s), encoding="utf-8")
    (folder / "sources.toml").write_text(demo_site.register(base), encoding="utf-8")
    return folder


def test_a_name_that_cannot_be_typed_gets_no_account(tmp_path: Path) -> None:
    for name in ("", " x", "a\nb", "x" * 101):
        assert "cannot be typed" in str(call("users", "add", name, "--dir", tmp_path / "new").exception)
    assert not (tmp_path / "new").exists()


def test_a_page_that_would_cost_too_much_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.bounded_reading.MOST_SECONDS", 1)
    page = tmp_path / "feed.xml"
    page.write_text("<rss version='2.0'><channel>" + "<item><title>Cooks</title></item>" * 300_000)
    done = call("parse", "feed", page, "--url", "https://x.example.test/")
    assert str(done.exception).startswith(f"{page}: reading it takes more than 1 s")
    assert done.stdout == ""


def test_a_password_makes_no_installation(tmp_path: Path) -> None:
    assert "no installation" in str(call("users", "password", "ann", "--dir", tmp_path / "typo").exception)
    assert not (tmp_path / "typo").exists()


def test_doctor_calls_a_broken_chain_broken(tmp_path: Path) -> None:
    assert call("users", "add", "ann", "--dir", tmp_path).exit_code == 0
    with Installation.at(tmp_path, {}).open_store() as store, store.transaction() as session:
        session.execute(text("UPDATE audit_entry SET actor = 'somebody else'"))
    done = call("doctor", "--dir", tmp_path)
    assert done.exit_code == 1
    assert "BROKEN" in done.output
    assert "audit chain does not hold" in done.output


def test_doctor_says_where_the_crawl_frontier_is(tmp_path: Path) -> None:
    assert re.search(r"crawl frontier +a file for each source", call("doctor", "--dir", tmp_path).output)
    (tmp_path / "settings.toml").write_text('redis_url = "redis://:s3cret@127.0.0.1:1/0"\n')
    (tmp_path / "settings.toml").chmod(0o600)
    done = call("doctor", "--dir", tmp_path)
    assert done.exit_code == 1
    assert re.search(r"crawl frontier +BROKEN: Redis cannot be reached", done.output)
    assert "s3cret" not in done.output


def test_doctor_says_whether_reports_can_be_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program.py"
    program.write_text("import sys; sys.exit(3)")
    monkeypatch.setattr(report_pdf, "_PROGRAM", program)
    done = call("doctor", "--dir", tmp_path)
    assert done.exit_code == 0
    assert "report.pdf         off: the library Pango is missing" in done.output


def test_source_that_terms_keep_off_is_named(tmp_path: Path) -> None:
    source = 'name = "network"\nkind = "jobposting"\nurl = "https://www.linkedin.com/jobs"\n'
    why = 'purpose = "test"\nlegal_basis = "own page"\nowner = "us"\n'
    (tmp_path / "sources.toml").write_text(f"[[source]]\n{source}{why}", encoding="utf-8")
    assert "0 of 1 sources on; off by the platform's terms: network" in call("doctor", "--dir", tmp_path).output


@pytest.mark.parametrize(
    ("browser", "exit_code", "told"),
    [
        ("true", 1, "browser            BROKEN: 'board' asks for it: there is no"),
        ("false", 0, "browser            off: th"),
    ],
    ids=["asked for", "not asked for"],
)
def test_doctor_says_whether_pages_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: str, exit_code: int, told: str
) -> None:
    monkeypatch.setattr("crawlers.browser.chromium.why_off", lambda: "there is no Chromium")
    entry = 'name = "board"\nkind = "jobposting"\nurl = "https://jobs.example.org/"\npurpose = "p"\nlegal_basis = "l"'
    (tmp_path / "sources.toml").write_text(f'[[source]]\n{entry}\nowner = "o"\nbrowser = {browser}\n')
    done = call("doctor", "--dir", tmp_path)
    assert (done.exit_code, told in done.output) == (exit_code, True)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("serve", "--port", str(taken.getsockname()[1]), "--dir", tmp_path)
    assert "Nothing can listen on 127.0.0.1" in str(done.exception)


@pytest.mark.parametrize("arguments", [[], ["evidence"]], ids=["no command", "no subcommand"])
def test_no_command_shows_the_help_once(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "lurewatch", *arguments], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"Usage: ")


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with full.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "lurewatch", "import", "--list"], stdout=out, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"lurewatch: Standard output or a file: No space left on device.")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_name_that_is_no_text_can_be_imported(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.json")
    path.write_text('{"id": 1, "messages": [{"id": 1, "type": "message", "text": "a"}]}')
    done = call("import", "telegram", path, "--dir", tmp_path / "new")
    assert (done.exit_code, done.exception) == (0, None)


def test_the_demo_sees_no_setting_of_another_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUREWATCH_STORE_URL", "postgresql://real.example/store")
    assert not [name for name in _own_environment() if name.startswith("LUREWATCH_")]
    assert "PATH" in _own_environment()


def test_an_earlier_demo_is_emptied_where_the_caller_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_demo(tmp_path / "demo")
    (tmp_path / "demo" / "captures").mkdir()
    (tmp_path / "demo" / "old.db").touch()
    monkeypatch.chdir(tmp_path / "demo")
    prepare_demo(Path())
    assert sorted(path.name for path in Path().iterdir()) == [".lurewatch-demo", "settings.toml"]


def test_a_folder_of_the_same_name_is_not_our_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lurewatch.py").write_text("raise SystemExit(99)")
    monkeypatch.chdir(tmp_path)
    assert crawl_in_a_process(tmp_path / "nothing", ENVIRONMENT) == 2


@contextmanager
def watching(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "lurewatch", "watch", "--dir", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=ENVIRONMENT) as child:
        try:
            yield child
        finally:
            child.kill()


@pytest.mark.model
@pytest.mark.slow
def test_watch_without_a_register_ends(tmp_path: Path) -> None:
    with watching(tmp_path) as child:
        _out, log = child.communicate(timeout=60)
    assert child.returncode == 2
    assert b"sources.toml cannot be read" in log


@pytest.mark.model
@pytest.mark.slow
def test_watch_that_is_stopped_ends_its_crawl(tmp_path: Path) -> None:
    site = Site()
    with serving(site):
        folder = make_installation(tmp_path / "new", base=site.base, delay_s=5)
        with watching(folder) as child:
            deadline = time.monotonic() + 60
            while not site.asked and time.monotonic() < deadline:
                time.sleep(0.05)
            child.send_signal(signal.SIGTERM)
            asked_to_stop = time.monotonic()
            _out, log = child.communicate(timeout=60)
    assert (child.returncode, b"Traceback" in log) == (0, False)
    assert time.monotonic() - asked_to_stop < 20


def test_a_crawl_that_reached_nothing_has_failed(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        folder = make_installation(tmp_path / "new", base=base, delay_s=0.01)
        done = subprocess.run(
            [sys.executable, "-m", "lurewatch", "crawl", "--dir", folder],
            capture_output=True,
            check=False,
            env=ENVIRONMENT,
            timeout=120,
        )
    assert done.returncode == 1
    assert b"'demo-feed': 0 pages read" in done.stderr
    assert b"Traceback" not in done.stderr
