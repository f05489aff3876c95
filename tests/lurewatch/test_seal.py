"""`lurewatch seal rotate`: all opens under the fresh key and nothing under the old, also after a kill on the way."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from lurewatch import rotation
from lurewatch.cli import lurewatch
from lurewatch.errors import EvidenceError
from lurewatch.installation import Installation
from review_ui import codes, webhook_secrets
from review_ui.sealing import Seal
from store import audit, second_factors, webhooks
from store.database import Store
from store.tables import SecondFactor, Webhook
from tests.factories import NOW, make_user

TOTP = b"JBSWY3DPEHPK3PXP"
URL = "https://siem.example/hook"


def _furnish(installation: Installation) -> str:
    """A second factor, a webhook and one that was removed; the webhook's secret."""
    secret = webhook_secrets.new_secret()
    with installation.open_store() as store, store.transaction() as session:
        seal = Seal(installation.seal_key())
        user = make_user(session, "adm", "administrator")
        second_factors.begin(session, user, seal.close(TOTP, about=codes.about(user.id)), now=NOW)
        for _ in range(2):
            sealed = webhook_secrets.sealed(seal, secret, URL)
            webhooks.add_webhook(session, user, url=URL, sealed_secret=sealed, allowed=[URL], now=NOW)
        webhooks.remove_webhook(session, user, 2, now=NOW)
    return secret


def _rotate(folder: Path) -> Result:
    return CliRunner().invoke(lurewatch, ["seal", "rotate", "--dir", str(folder)])


def _opened(store: Store, key: bytes) -> tuple[str, str]:
    seal = Seal(key)
    with store.reading() as session:
        factor, webhook = session.scalars(select(SecondFactor)).one(), session.get_one(Webhook, 1)
        return codes.secret_of(seal, factor), webhook_secrets.opened(seal, webhook)


def test_everything_is_sealed_under_a_fresh_key(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path, {})
    secret, old = _furnish(installation), installation.seal_key()
    assert _rotate(tmp_path).output.startswith("Sealed 2 secrets under a fresh key.")
    fresh = installation.seal_key()
    assert (len(fresh), fresh == old) == (32, False)
    assert (installation.keys_dir / "seal.key").stat().st_mode & 0o777 == 0o600
    with installation.open_store() as store:
        assert _opened(store, fresh) == (TOTP.decode(), secret)
        with pytest.raises(EvidenceError, match="does not open"):
            _opened(store, old)
        with store.reading() as session:
            (entry,) = audit.entries_about(session, ["seal_key"])
            assert (entry.action, entry.details) == ("seal_key.rotated", {"second_factors": 1, "webhooks": 1})


def test_a_kill_on_the_way_leaves_what_opens_and_the_next_call_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation.at(tmp_path, {})
    secret = _furnish(installation)
    for step in ("_seal_again", "forgetting"):
        with monkeypatch.context() as patch, installation.open_store() as store:
            if step == "_seal_again":
                patch.setattr(rotation, "_seal_again", _killed)
            else:
                _let_the_second_call_fail(patch)
            with pytest.raises(KeyboardInterrupt):
                rotation.rotate_seal_key(installation, store)
            assert _opened(store, installation.seal_key()) == (TOTP.decode(), secret)
    assert len(installation.seal_key()) == 3 * 32
    assert _rotate(tmp_path).exit_code == 0
    assert len(installation.seal_key()) == 32
    with installation.open_store() as store:
        assert _opened(store, installation.seal_key()) == (TOTP.decode(), secret)


def test_a_secret_that_does_not_open_stops_it_and_nothing_is_lost(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path, {})
    _furnish(installation)
    with installation.open_store() as store, store.transaction() as session:
        session.scalars(select(SecondFactor)).one().sealed_secret = b"altered"
    failed = _rotate(tmp_path)
    assert "second factor of user 1 does not open" in str(failed.exception)
    with installation.open_store() as store, store.reading() as session:
        assert webhook_secrets.opened(Seal(installation.seal_key()), session.get_one(Webhook, 1))


def _killed(*_: object) -> int:
    raise KeyboardInterrupt


def _let_the_second_call_fail(patch: pytest.MonkeyPatch) -> None:
    whole, calls = Installation.replace_seal_key, iter((False, True))

    def replace_seal_key(installation: Installation, keys: bytes) -> None:
        if next(calls):
            raise KeyboardInterrupt
        whole(installation, keys)

    patch.setattr(Installation, "replace_seal_key", replace_seal_key)
