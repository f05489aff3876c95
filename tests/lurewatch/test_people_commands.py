"""`lurewatch users`, and the settings about people."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import ConfigurationError
from lurewatch.installation import Installation
from lurewatch.review import known_roles, openid_settings
from lurewatch.settings import Settings, load_settings
from review_ui.passwords import refuse_weak

WHOLE = {"oidc_issuer": "https://sso.example.test", "oidc_client_id": "lurewatch", "oidc_client_secret": "invented"}


def _call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lurewatch, ["users", *arguments, "--dir", str(folder)])


def _list(folder: Path) -> list[list[str]]:
    return [line.split("\t") for line in _call(folder, "list").output.splitlines()]


def test_accounts_are_added_changed_and_closed(tmp_path: Path) -> None:
    assert len(_call(tmp_path, "add", "an", "--must-change").output.strip()) >= 16
    assert _call(tmp_path, "add", "binh", "--role", "auditor", "--provider").output == ""
    assert _list(tmp_path) == [["an", "analyst", "password", "open"], ["binh", "auditor", "provider", "open"]]
    for arguments in (("role", "an", "supervisor"), ("close", "an"), ("close", "binh"), ("open", "binh")):
        assert _call(tmp_path, *arguments).exit_code == 0
    assert _list(tmp_path) == [["an", "supervisor", "password", "closed"], ["binh", "auditor", "provider", "open"]]


@pytest.mark.parametrize(
    "arguments", [("role", "nobody", "auditor"), ("close", "nobody"), ("second-factor", "nobody")], ids=" ".join
)
def test_an_account_that_is_not_there_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    _call(tmp_path, "add", "an")
    assert "no account 'nobody'" in str(_call(tmp_path, *arguments).exception)


def test_first_passwords_are_strong_enough_themselves(tmp_path: Path) -> None:
    refuse_weak(_call(tmp_path, "add", "an").output.strip(), "an")


def test_the_seal_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    _call(tmp_path, "add", "an")
    installation = Installation.at(tmp_path, {})
    key = installation.seal_key()
    assert (len(key), installation.seal_key() == key) == (32, True)
    assert (installation.keys_dir / "seal.key").stat().st_mode & 0o077 == 0


def test_a_provider_is_named_wholly_or_not_at_all() -> None:
    assert openid_settings(Settings()) is None
    found = openid_settings(Settings(**WHOLE, oidc_roles={"chiefs": "supervisor"}))
    assert found is not None
    assert (found.issuer, found.roles) == (WHOLE["oidc_issuer"], {"chiefs": "supervisor"})
    for name in WHOLE:
        with pytest.raises(ConfigurationError, match=f"{name} is missing"):
            openid_settings(Settings(**(WHOLE | {name: ""})))


def test_a_role_that_nobody_knows_is_named() -> None:
    with pytest.raises(ConfigurationError, match="oidc_roles names the role 'chief'"):
        openid_settings(Settings(**WHOLE, oidc_roles={"chiefs": "chief"}))
    with pytest.raises(ConfigurationError, match="second_factor_roles names the role 'boss'"):
        known_roles("second_factor_roles", ["auditor", "boss"])


def test_the_environment_can_say_it_too(tmp_path: Path) -> None:
    said = {"LUREWATCH_OIDC_ROLES": "a=analyst, b=auditor", "LUREWATCH_SECOND_FACTOR_ROLES": "auditor,administrator"}
    values = load_settings(tmp_path, said).values
    assert values.oidc_roles == {"a": "analyst", "b": "auditor"}
    assert values.second_factor_roles == ["auditor", "administrator"]


def test_doctor_does_not_print_the_secret(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('oidc_client_secret = "invented-secret"\n', encoding="utf-8")
    printed = CliRunner().invoke(lurewatch, ["doctor", "--dir", str(tmp_path)]).output
    assert "oidc_client_secret" in printed
    assert "invented-secret" not in printed


@pytest.mark.parametrize("name", ["settings.toml", "keys/seal.key"])
def test_doctor_names_a_secret_that_others_may_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "settings.toml").write_text('oidc_client_secret = "invented-secret"\n', encoding="utf-8")
    (tmp_path / "settings.toml").chmod(0o600)
    Installation.at(tmp_path, {}).open_store().close()
    Installation.at(tmp_path, {}).seal_key()
    doctor = ["doctor", "--dir", str(tmp_path)]
    assert "may read" not in CliRunner().invoke(lurewatch, doctor).output
    (tmp_path / name).chmod(0o640)
    result = CliRunner().invoke(lurewatch, doctor)
    assert (result.exit_code, f"may read {tmp_path / name}" in result.output) == (1, True)


def test_a_program_has_no_password_to_set(tmp_path: Path) -> None:
    assert "those of programs" in str(_call(tmp_path, "add", "system:siem").exception)
    CliRunner().invoke(lurewatch, ["tokens", "make", "siem", "--dir", str(tmp_path)])
    assert _list(tmp_path) == [["system:siem", "viewer", "tokens", "open"]]
    assert "is a program's" in str(_call(tmp_path, "password", "system:siem").exception)
