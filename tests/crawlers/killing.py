"""Crawls and imports that are killed at random moments and begun again, and what is found of them afterwards."""

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from lurewatch.importing import BATCH_SIZE
from store.audit import verify_chain
from store.captures import Capture
from store.tables import Post, Revision
from tests.crawlers.loopback import Installation, Site, posting, read_record

IMPORTER = Path(__file__).with_name("import_child.py")
_PATIENCE_S = 300


@dataclass
class Toll:
    """What kills cost: how many there were, how many captures stand at the end, and what is wrong, in words."""

    kills: int = 0
    captures: int = 0
    asked_again: int = 0
    faults: list[str] = field(default_factory=list)


def add_board(site: Site, pages: int, chance: random.Random) -> dict[str, str]:
    """A list of so many adverts that are worth capturing; the source that reads it."""
    site.add("/list", "".join(f'<a href="/ad{number}">x</a>' for number in range(pages)))
    for number in range(pages):
        body = f"<p>Advert {number}</p><p>{chance.randbytes(1_000).hex()}</p>"
        site.add(f"/ad{number}", posting(identifier=str(number), description=body))
    return {"url": f"{site.base}/list"}


def kill_crawls(
    site: Site, installation: Installation, source: dict[str, str], *, kills: int, chance: random.Random, **options: Any
) -> Toll:
    """Kill crawls of the source some pages after each began, then let one end; the kills are fewer if one ends before.

    Each page is to be captured once, unless its only answer was not acknowledged when the kill came.
    """
    toll, acknowledged = Toll(), dict[str, str]()
    while toll.kills < kills and _kill_one(site, installation, source, chance, options):
        toll.kills += 1
        acknowledged |= _still_there(installation, acknowledged, toll)
    outcome = installation.crawl(source, **options)["results"][0]
    if outcome["reason"] != "finished":
        toll.faults.append(f"the last crawl ended with {outcome['reason']}")
    _still_there(installation, acknowledged, toll)
    _examine(installation, site, toll)
    return toll


def _kill_one(
    site: Site, installation: Installation, source: dict[str, str], chance: random.Random, options: dict[str, Any]
) -> bool:
    """False when the crawl came to its end first."""
    until = len(site.asked) + chance.randint(1, 20)
    with installation.start(source, **options) as child:
        deadline = time.monotonic() + _PATIENCE_S
        while len(site.asked) < until and child.poll() is None:
            assert time.monotonic() < deadline, "the crawl never came so far"
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.02))
        child.kill()
        child.communicate(timeout=_PATIENCE_S)
        return child.returncode < 0


def _still_there(installation: Installation, acknowledged: dict[str, str], toll: Toll) -> dict[str, str]:
    with installation.opened() as store, store.reading() as session:
        now = dict(session.execute(select(Capture.warc_record_id, Capture.sha256)).all())
    lost = [number for number, sha256 in acknowledged.items() if now.get(number) != sha256]
    toll.faults += [f"capture {number} was lost" for number in lost]
    return now


def _examine(installation: Installation, site: Site, toll: Toll) -> None:
    """Read everything back: each capture whole and alone of its page, each page's post there once, the chain whole."""
    with installation.opened() as store, store.reading() as session:
        captures = list(session.scalars(select(Capture).order_by(Capture.id)))
        posts = Counter(session.scalars(select(Post.native_id)))
        revisions = session.scalar(select(func.count(Revision.id)))
        report = verify_chain(session)
    toll.captures = len(captures)
    for capture in captures:
        if len(read_record(installation.captures_dir, capture).payload) != capture.size_bytes:
            toll.faults.append(f"capture {capture.id} is not whole")
    wanted = {path for path in site.pages if path != "/robots.txt"}
    once = Counter(capture.url.removeprefix(site.base) for capture in captures)
    once.pop("/robots.txt")
    toll.faults += [f"{path} was captured {times} times" for path, times in once.items() if times > 1]
    toll.faults += [f"{path} was lost" for path in wanted - set(once)]
    adverts = {path.removeprefix("/ad") for path in wanted if path.startswith("/ad")}
    if posts != Counter(adverts) or revisions != len(adverts):
        toll.faults.append(f"{len(posts)} posts, {revisions} revisions of {len(adverts)} adverts")
    if report.fault:
        toll.faults.append(report.fault)
    asked = Counter(path for path in site.paths() if path != "/robots.txt")
    toll.asked_again = sum(asked.values()) - len(asked)


def kill_imports(installation: Installation, file: Path, posts: int, *, kills: int, chance: random.Random) -> Toll:
    """Kill imports of a JSON lines file of so many posts some batches after each began, then let one end."""
    toll = Toll()
    while toll.kills < kills:
        with _import(installation, file) as child:
            _wait_for_batches(child, chance.randint(0, posts // BATCH_SIZE))
            time.sleep(chance.uniform(0.0, 0.02))
            child.kill()
            child.communicate(timeout=_PATIENCE_S)
            toll.kills += child.returncode < 0
    with _import(installation, file) as child:
        _output, log = child.communicate(timeout=_PATIENCE_S)
        assert child.returncode == 0, log
    with installation.opened() as store, store.reading() as session:
        captures = list(session.scalars(select(Capture)))
        found = [session.scalar(select(func.count(table.id))) for table in (Post, Revision)]
        report = verify_chain(session)
    toll.captures = len(captures)
    if len(captures) != 1:
        toll.faults.append(f"{len(captures)} captures of one file")
    if read_record(installation.captures_dir, captures[0]).payload != file.read_bytes():
        toll.faults.append("the capture is not the file")
    if found != [posts, posts]:
        toll.faults.append(f"{found[0]} posts and {found[1]} revisions of {posts}")
    if report.fault:
        toll.faults.append(report.fault)
    toll.faults += [f"{part.name} is left" for part in installation.captures_dir.glob("*.part")]
    return toll


def _import(installation: Installation, file: Path) -> subprocess.Popen[str]:
    words = [sys.executable, str(IMPORTER), installation.url, str(installation.captures_dir), str(file)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait_for_batches(child: subprocess.Popen[str], batches: int) -> None:
    """It writes a line as it begins, and one for each batch that it kept."""
    assert child.stdout
    for _ in range(1 + batches):
        child.stdout.readline()
