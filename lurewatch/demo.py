"""The demo: the real chain, from the spiders to a verified pack, on the bundled site of invented adverts."""

import json
import os
import secrets
import shutil
import socket
import sys
import webbrowser
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from evidence.signers import own_fingerprint
from evidence.verify import verify_pack
from lurewatch import demo_site, resources
from lurewatch.crawl_process import crawl_in_a_process
from lurewatch.errors import ConfigurationError, EvidenceError
from lurewatch.installation import Installation
from lurewatch.pipeline import Linker, score_pending
from lurewatch.progress import bar
from lurewatch.review import run_server
from lurewatch.settings import PREFIX
from review_ui.passwords import PasswordCost, Passwords
from store import approvals, campaigns, cases, counts, queue, queue_list, users
from store.database import Store
from store.tables import User

MARKER = ".lurewatch-demo"
SETTINGS = """\
allow_loopback = true
audit_sample = 0.1
contact = "demo@lurewatch.example"
crawl_delay_s = 0.05
organisation = "Lurewatch demo"
"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demo with its password in the clear, which exists nowhere else."""

    username: str
    password: str
    role: str


def run_demo(directory: Path, *, headless: bool, port: int) -> None:
    """Make a demo installation in `directory`, fill it, and either review without a person or open the page."""
    installation = _prepare(directory)
    with demo_site.serving(demo_site.DemoSite(resources.demo_site(), now=datetime.now(UTC))) as site:
        installation.sources_file.write_text(demo_site.register(site.base), encoding="utf-8")
        if crawl_in_a_process(directory, _own_environment()) != 0:
            raise EvidenceError("The demo's crawl failed.", hint="Its message stands above.")
    with installation.open_store() as store:
        _judge(installation, store)
        accounts = [_add_account(store, role) for role in ("analyst", "investigator", "supervisor")]
        port = port or _free_port()
        _write_credentials(directory / "credentials.json", accounts, port)
        if headless:
            _review_without_a_person(installation, store)
        else:
            _open_review_page(installation, store, accounts, port)


def _prepare(directory: Path) -> Installation:
    if (directory / MARKER).exists():
        _empty(directory)
    elif directory.exists() and any(directory.iterdir()):
        raise ConfigurationError(
            f"{directory} is not empty and holds no demo.", hint="Give an empty folder with --dir; nothing was touched."
        )
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MARKER).touch()
    (directory / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return Installation.at(directory, {})


def _empty(directory: Path) -> None:
    # The folder itself stays: it may be a link, or where the caller stands. The marker goes last.
    for entry in sorted(directory.iterdir(), key=lambda entry: entry.name == MARKER):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _own_environment() -> dict[str, str]:
    # The demo has its own settings: a LUREWATCH_STORE_URL of a real installation must not fill with its adverts.
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _judge(installation: Installation, store: Store) -> None:
    with store.reading() as session:
        waiting = counts.revisions(session)
    classifier = installation.load_classifier()
    with bar("Scoring", "posts", total=waiting) as move_on:
        score_pending(store, classifier, audit_sample=installation.settings.audit_sample, on_progress=move_on)
    with bar("Linking", "posts") as move_on:
        move_on(Linker(store).link_pending())


def _add_account(store: Store, role: str) -> Account:
    account = Account(role, secrets.token_urlsafe(12), role)
    password_hash = Passwords(PasswordCost()).hash(account.password)
    with store.transaction() as session:
        users.add_user(session, username=role, role=role, password_hash=password_hash, now=datetime.now(UTC))
    return account


def _write_credentials(path: Path, accounts: list[Account], port: int) -> None:
    first = accounts[0]
    value = {
        "url": f"http://127.0.0.1:{port}/",
        "username": first.username,
        "password": first.password,
        "role": first.role,
        "accounts": [
            {"username": account.username, "password": account.password, "role": account.role} for account in accounts
        ],
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def _review_without_a_person(installation: Installation, store: Store) -> None:
    now = datetime.now(UTC)
    with store.transaction() as session:
        analyst, investigator = _user(session, "analyst"), _user(session, "investigator")
        item = next(iter(queue_list.items(session, queue_list.ListFilter(lane="likely"), now=now, limit=1)), None)
        if item is None:
            raise EvidenceError("The demo's adverts gave no likely hit.", hint="Check the release in models/.")
        queue.claim_item(session, analyst, item.id, now=now)
        form = queue.DecisionForm(item_id=item.id, outcome="confirmed", idem_key=secrets.token_hex(16))
        queue.decide(session, analyst, form, now=now)
        case = cases.open_case(session, investigator, title="Demo case", now=now)
        cases.add_item(session, investigator, case, item, now=now)
        approvals.ask(session, investigator, case, purpose="To show how a pack is made", now=now)
        approvals.rule(session, _user(session, "supervisor"), case, "approved", now=now)
    out = installation.directory / "pack.zip"
    installation.exporter(store).export(case.number, out=out, exported_by=investigator.pseudonym, now=now)
    report = verify_pack(out, trusted_signer=own_fingerprint(installation.keys_dir))
    with store.reading() as session:
        rows = _summary(session) | {"case": case.number, "pack": str(out)}
    rows["pack verified"] = "holds" if report.holds else "DOES NOT HOLD"
    for name, value in rows.items():
        click.echo(f"{name:22} {value}")
    if not report.holds:
        raise EvidenceError(f"The pack {out} does not hold.", hint="`lurewatch evidence verify` says why.")


def _summary(session: Session) -> dict[str, object]:
    flagged = counts.flagged_by_label(session)
    languages = counts.posts_by_language(session)
    return {
        "captures": counts.captures(session),
        "posts": counts.posts(session),
        "languages": f"{len(languages)} ({' '.join(sorted(languages))})",
        "flagged": ", ".join(f"{label} {count}" for label, count in sorted(flagged.items())),
        "queue": ", ".join(f"{lane} {count}" for lane, count in queue_list.open_counts(session).items()),
        "campaigns": campaigns.campaign_count(session),
        "confirmed": counts.decisions(session, "confirmed"),
    }


def _open_review_page(installation: Installation, store: Store, accounts: list[Account], port: int) -> None:
    url = f"http://127.0.0.1:{port}/"
    click.echo(f"\nReview page  {url}", err=True)
    for account in accounts:
        click.echo(f"  {account.role:13} user {account.username:13} password {account.password}", err=True)
    click.echo("Stop with Ctrl+C.", err=True)
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
    run_server(installation, store, host="127.0.0.1", port=port)


def _user(session: Session, username: str) -> User:
    user = users.user_by_name(session, username)
    assert user is not None  # noqa: S101 - made a moment ago
    return user


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
