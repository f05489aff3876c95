"""The settings of an installation: command line over environment over `settings.toml` over the default.

Every value knows where it came from, and an unknown key is an error that names the nearest one.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lurewatch.errors import ConfigurationError

PREFIX = "LUREWATCH_"
FILE_NAME = "settings.toml"
# Thirty days; above some years no clock of the operating system waits.
LONGEST_PAUSE_S = 30 * 24 * 3600
# Never printed.
SECRETS = frozenset({"oidc_client_secret", "redis_url", "signing_passphrase"})
# Named by the environment, but not settings of an installation.
_OTHER_VARIABLES = {"LUREWATCH_DEBUG", "LUREWATCH_DIR"}
# Given in the environment with commas between.
_LISTS = {"allowed_hosts", "second_factor_roles", "webhook_origins"}


class AuthoritySetting(BaseModel):
    """A time stamp authority: its address, and what of it is trusted. Files are beside `settings.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    url: str
    roots: str
    certificate: str = ""
    policy: str = Field("", pattern=r"^([0-2](\.\d+)+)?$")
    hash: Literal["sha256", "sha512"] = "sha256"


class Settings(BaseModel):
    """Every setting with its default; `docs/settings.md` is checked against this class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_loopback: bool = Field(False, description="Let spiders reach this machine; for the demo alone")
    allowed_hosts: list[str] = Field(
        ["127.0.0.1", "localhost"], description="Host names under which the review application answers"
    )
    audit_sample: float = Field(
        0.02, ge=0, le=1, description="Share of unflagged posts that enter the queue's audit lane"
    )
    batch_interval_s: float = Field(
        300, ge=1, le=LONGEST_PAUSE_S, description="Seconds between two sealed batches of captures in `lurewatch watch`"
    )
    blind_share: float = Field(0.1, ge=0, le=1, description="Share of posts that a reviewer decides without the score")
    contact: str = Field("", description="Address in the User-Agent for the owners of crawled sites; needed to crawl")
    crawl_delay_s: float = Field(
        3.0, ge=0, le=LONGEST_PAUSE_S, description="Seconds between two requests to one domain"
    )
    golden_share: float = Field(
        0.03, ge=0, le=0.5, description="Share of a reviewer's posts that are golden ones, if there are any"
    )
    https: bool = Field(False, description="Whether browsers reach the review application by https, through a proxy")
    lane_audit: int = Field(1, ge=1, le=20, description="How often the audit lane comes up beside the others")
    lane_likely: int = Field(6, ge=1, le=20, description="How often the likely lane comes up beside the others")
    lane_uncertain: int = Field(3, ge=1, le=20, description="How often the uncertain lane comes up beside the others")
    max_bytes: int = Field(1024**3, ge=1, description="Bytes a source may send in one crawl")
    max_pages: int = Field(200, ge=1, description="Pages a source may cost in one crawl")
    max_seconds: int = Field(6 * 3600, ge=1, description="Seconds for which one source is crawled")
    oidc_client_id: str = Field("", description="Under which name this application is known to the OpenID provider")
    oidc_client_secret: str = Field("", description="The secret that goes with it")
    oidc_create_accounts: bool = Field(
        False, description="Whether people who have none get an account at first sign-in"
    )
    oidc_issuer: str = Field("", description="https address of the OpenID provider; empty: passwords alone")
    oidc_name_claim: str = Field("preferred_username", description="The claim that holds the user name")
    oidc_role_claim: str = Field(
        "groups", description="The claim that `oidc_roles` maps; a path such as a.b for nested ones"
    )
    oidc_roles: dict[str, str] = Field(
        {}, description="Values of that claim and the roles they give, the first that fits; empty: roles are given here"
    )
    organisation: str = Field("", description="Who runs this installation, as packs name it")
    redis_url: str = Field(
        "", description="Redis that holds the crawl frontier of several machines; empty: a file on this one"
    )
    release: str = Field("", description="The release that scores; empty for the active one")
    retention_days: int = Field(
        180,
        ge=0,
        le=36_500,
        description="Days for which posts that nobody needs are kept once they were last seen; 0: for ever",
    )
    run_max_bytes: int = Field(20 * 1024**3, ge=1, description="Bytes that all sources together may send in one crawl")
    run_max_pages: int = Field(100_000, ge=1, description="Pages that all sources together may cost in one crawl")
    second_share: float = Field(
        0.08,
        ge=0,
        le=0.5,
        description="Share of a reviewer's posts that are second readings of what others decided",
    )
    second_factor_roles: list[str] = Field(
        [], description="Roles that must set up a second factor before they do anything else"
    )
    severe_per_day: int = Field(50, ge=0, description="Severe posts that a person is shown on one day; 0: no limit")
    signing_key: str = Field(
        "", description="The key that seals packs: a PKCS#12 file or pkcs11:... address; empty: one made in keys/"
    )
    signing_passphrase: str = Field("", description="What opens the PKCS#12 file, or the PIN of the token")
    statistics_k: int = Field(
        11, ge=11, description="Fewest posts that a figure of `lurewatch evidence statistics` stands for"
    )
    store_url: str = Field("", description="SQLAlchemy URL of the store; empty for SQLite in the installation folder")
    timestamp_authorities: list[AuthoritySetting] = Field(
        [], description="Who stamps batches and packs by RFC 3161, each a table with its pinned certificates"
    )
    verify_max_mb: int = Field(
        1_000,
        ge=1,
        le=2_147,
        description="Megabytes of the largest pack that the review application verifies",
    )
    webhook_origins: list[str] = Field([], description="Where webhooks may go, such as https://siem.example")
    watch_interval_s: float = Field(
        900, gt=0, le=LONGEST_PAUSE_S, description="Seconds between two rounds of `lurewatch watch`"
    )


class LoadedSettings:
    """Settings and, for each, where its value came from: `default`, the file's path, or the variable's name."""

    def __init__(self, values: Settings, origins: Mapping[str, str]) -> None:
        self.values = values
        self.origins = origins


def load_settings(directory: Path, environment: Mapping[str, str]) -> LoadedSettings:
    """Read `settings.toml` in `directory`, if it is there, and the LUREWATCH_ variables of `environment`."""
    path = directory / FILE_NAME
    from_file = _read_file(path) if path.exists() else {}
    from_environment = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in _OTHER_VARIABLES
    }
    origins = dict.fromkeys(Settings.model_fields, "default")
    _note_origins(origins, from_file, lambda _key: str(path))
    _note_origins(origins, from_environment, lambda key: PREFIX + key.upper())
    try:
        values = Settings.model_validate(from_file | {k: _parsed(k, v) for k, v in from_environment.items()})
    except ValidationError as error:
        raise _explain(error, origins) from error
    return LoadedSettings(values, origins)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.", hint="Check its rights.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}.", hint="Mend the file or remove it.") from error


def _note_origins(origins: dict[str, str], given: Mapping[str, Any], origin: Any) -> None:
    for key in given:
        if key not in origins:
            near = difflib.get_close_matches(key, origins, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(origins)}."
            raise ConfigurationError(f"{origin(key)}: unknown setting {key!r}.", hint=hint)
        origins[key] = origin(key)


def _parsed(key: str, value: str) -> Any:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if key in _LISTS:
        return parts
    if key == "oidc_roles":
        return {name: role for name, _equals, role in (part.partition("=") for part in parts)}
    return value


def _explain(error: ValidationError, origins: Mapping[str, str]) -> ConfigurationError:
    first = error.errors()[0]
    key = str(first["loc"][0])
    return ConfigurationError(
        f"{origins[key]}: setting {key} has value {first['input']!r}. {first['msg']}.",
        hint="`lurewatch doctor` lists every setting.",
    )
