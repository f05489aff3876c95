"""Reads the time stamp authorities of the settings, with the certificates that they are trusted by."""

from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from evidence.timestamps import Authority
from lurewatch.errors import ConfigurationError
from lurewatch.settings import AuthoritySetting


def authority(setting: AuthoritySetting, directory: Path) -> Authority:
    """The authority of a setting whose files are in `directory`; ConfigurationError when they are not certificates."""
    parts = urlsplit(setting.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ConfigurationError(
            f"timestamp_authorities: {setting.name!r} has the url {setting.url!r}, not one of http or https.",
            hint="Write one such as https://tsa.example/tsr.",
        )
    return Authority(
        name=setting.name,
        url=setting.url,
        roots=certificates(directory / setting.roots),
        certificates=certificates(directory / setting.certificate) if setting.certificate else (),
        policy=setting.policy,
        algorithm=setting.hash,
    )


def given_authority(roots: Path) -> Authority:
    """One to verify by, of whom nothing is known but certificates."""
    return Authority(name=roots.name, roots=certificates(roots))


def certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file, at least one."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds no certificate in PEM"
        raise ConfigurationError(
            f"The certificates {path} cannot be read: {reason}.", hint="Give the authority's root certificate as PEM."
        ) from error
