"""`doctor`: what is configured and from where, what is off and why."""

import importlib.util
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import ConfigurationError, EvidenceError, LurewatchError
from lurewatch.installation import Installation
from lurewatch.settings import SECRETS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.database import Store


@click.command()
@with_installation
def doctor_command(installation: Installation) -> None:
    """Print each setting with its origin, then what works, what is off and why. Exit 1 when something is broken."""
    from crawlers.importers.ocr import why_off

    for name, value in installation.settings.model_dump().items():
        shown = "***" if _is_secret(name, value) else repr(value)
        click.echo(f"{name:18} {shown:32} from {installation.loaded.origins[name]}")
    click.echo()
    opened = _Opened(installation)
    checks: dict[str, Callable[[Installation], str]] = {
        "secrets": _secrets,
        "store": lambda _installation: _store(opened),
        "captures": lambda _installation: _captures(opened),
        "release": _release,
        "source register": _register,
        "crawl frontier": _frontier,
        "training": _training,
        "browser": _browser,
        "screenshots": lambda _installation: f"off: {reason}" if (reason := why_off()) else "on",
        "report.pdf": _report_pdf,
        "signing key": lambda _installation: _signing_key(opened),
        "time stamps": lambda _installation: _time_stamps(opened),
    }
    with opened.until_done:
        broken = [name for name, check in checks.items() if not _report(name, check, installation)]
    if broken:
        raise SystemExit(1)


class _Opened:
    """An installation whose store is opened once, for all checks that ask for it."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.until_done = ExitStack()

    @cached_property
    def store(self) -> "Store | None":
        """None where there is no installation yet."""
        is_there = self.installation.keys_dir.is_dir()
        return self.until_done.enter_context(self.installation.open_store()) if is_there else None


def _is_secret(name: str, value: object) -> bool:
    return (name == "store_url" and "@" in str(value)) or (name in SECRETS and bool(value))


def _report(name: str, check: Callable[[Installation], str], installation: Installation) -> bool:
    try:
        click.echo(f"{name:18} {check(installation)}")
    except LurewatchError as error:
        click.echo(f"{name:18} BROKEN: {error}")
        return False
    return True


def _secrets(installation: Installation) -> str:
    keys = [path for path in installation.keys_dir.glob("*") if path.suffix in {".key", ".pem"}]
    held = [Path(origin) for name, origin in installation.loaded.origins.items() if name in SECRETS]
    for path in {*keys, *(path for path in held if path.is_file())}:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(f"Others on this machine may read {path}.", hint=f"Run `chmod 600 {path}`.")
    return f"{len(keys)} keys; their owner alone reads them"


def _store(opened: _Opened) -> str:
    from store import audit, counts

    if opened.store is None:
        return f"off: no installation in {opened.installation.directory} yet; `crawl` or `import` makes one"
    with opened.store.reading() as session:
        found = f"{counts.captures(session)} captures, {counts.posts(session)} posts"
        fault = audit.verify_chain(session).fault
    if fault:
        raise EvidenceError(f"{found}, but the audit chain does not hold: {fault}", hint="Compare with a backup.")
    return f"{opened.store.engine.dialect.name}: {found}; the audit chain holds"


def _captures(opened: _Opened) -> str:
    from evidence.warc_check import warc_faults

    if opened.store is None:
        return "off: no installation yet"
    with opened.store.reading() as session:
        faults = list(warc_faults(session, opened.installation.captures_dir, digests=False))
    if faults:
        raise EvidenceError(" ".join(faults), hint="Restore the captures folder from a backup.")
    return "every WARC file is there and as long as it was; `lurewatch audit verify` reads them"


def _release(installation: Installation) -> str:
    from classifier.release import Release

    release = Release.load(installation.release_dir)
    return f"{release.manifest.name}, {len(release.manifest.languages)} languages"


def _register(installation: Installation) -> str:
    from crawlers.kinds import KINDS
    from crawlers.register import read_register

    if not installation.sources_file.exists():
        return f"off: {installation.sources_file} does not exist; see docs/sources.md"
    sources = read_register(installation.sources_file, kinds=KINDS)
    enabled = [source.name for source in sources if source.enabled]
    contact = "" if installation.settings.contact else "; CRAWLING IS OFF: no `contact` is set"
    by_terms = [source.name for source in sources if source.off_because]
    terms = f"; off by the platform's terms: {', '.join(by_terms)}" if by_terms else ""
    return f"{len(enabled)} of {len(sources)} sources on{terms}{contact}"


def _frontier(installation: Installation) -> str:
    from crawlers.frontier.frontier import shared_ground

    if not installation.settings.redis_url:
        return "a file for each source, on this machine"
    shared_ground(installation.settings.redis_url, installation="", rest_s=0, lease_s=0)
    return "in Redis, shared with other machines"


def _browser(installation: Installation) -> str:
    from crawlers.browser.chromium import why_off
    from crawlers.kinds import KINDS
    from crawlers.register import read_register

    registered = read_register(installation.sources_file, kinds=KINDS) if installation.sources_file.exists() else []
    asking = [source.name for source in registered if source.enabled and source.browser]
    reason = why_off()
    if reason and asking:
        raise ConfigurationError(f"{asking[0]!r} asks for it: {reason}.", hint="Install it, or disable the source.")
    return f"off: {reason}" if reason else f"on; {len(asking)} sources ask for it"


def _training(_installation: Installation) -> str:
    if importlib.util.find_spec("torch") is None:
        return "off: the extra `train` is not installed (see the README)"
    return "on"


def _report_pdf(_installation: Installation) -> str:
    from evidence.report_pdf import typesetter_fault

    fault = typesetter_fault()
    return f"off: {fault.removeprefix('report.pdf: ')} Packs say so (see the README)" if fault else "on"


def _signing_key(opened: _Opened) -> str:
    from evidence.signers import own_fingerprint

    if opened.store is None:
        return "off: no installation yet"
    fingerprint = own_fingerprint(opened.installation.keys_dir)
    if fingerprint is None:
        return "none yet; the first export makes one, or takes that of the settings"
    opened.installation.exporter(opened.store).signers.must_be_there()
    return f"{fingerprint} in force"


def _time_stamps(opened: _Opened) -> str:
    from evidence.timestamps import RENEWED_BEFORE

    authorities = opened.installation.authorities()
    told = [", ".join(one.name for one in authorities) or "off: no timestamp_authorities in the settings"]
    soon = datetime.now(UTC) + RENEWED_BEFORE
    if opened.store is not None:
        with opened.store.reading() as session:
            told += _what_waits(session, opened.installation.checkpoints_file, [one.name for one in authorities], soon)
    old = [one.name for one in authorities if any(c.not_valid_after_utc < soon for c in one.roots)]
    if old:
        told.append(f"root certificates of {', '.join(old)} END SOON: ask for the next ones")
    return "; ".join(told)


def _what_waits(session: "Session", checkpoints: Path, authorities: list[str], soon: datetime) -> list[str]:
    from evidence.checkpoint_stamps import ending_before, noted
    from store import batches

    unstamped = sum(not one.stamps for one in noted(checkpoints))
    batches_told = f"{batches.unsealed(session)} captures not sealed yet, {batches.unstamped(session)} batches"
    told = [f"{batches_told} and {unstamped} checkpoints of the audit chain not stamped"]
    ending = sum(
        batches.count_ending_before(session, name, soon) + len(ending_before(checkpoints, name, soon))
        for name in authorities
    )
    if ending:
        told.append(f"{ending} batches or checkpoints whose stamps END SOON: `lurewatch evidence stamp` renews them")
    return told
