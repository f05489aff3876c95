"""An installation: the folder that holds settings, store, captures and keys.

settings.toml  sources.toml  lurewatch.db  captures/  frontier/  keys/{audit.key,audit.witness,checkpoint.pem,seal.key,
signing.pem,signers.json,signers/}
audit-checkpoints.jsonl  releases.jsonl  releases/  frozen/  comparisons/  training/
"""

import gc
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lurewatch import resources
from lurewatch.errors import ConfigurationError, EvidenceError, LurewatchError
from lurewatch.settings import LoadedSettings, Settings, load_settings
from store.durable_files import write_first, write_whole

if TYPE_CHECKING:
    from classifier.verdict import Classifier
    from evidence.export import Exporter
    from evidence.timestamps import Authority
    from store.database import Store

DEFAULT_DIRECTORY = Path("lurewatch-data")
AUDIT_KEY = "audit.key"
SEAL_KEY = "seal.key"
WITNESS = "audit.witness"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Installation:
    """Where things are in one installation, and its settings."""

    directory: Path
    loaded: LoadedSettings

    @classmethod
    def at(cls, directory: Path, environment: Mapping[str, str] = os.environ) -> "Installation":
        """The installation in `directory`; nothing is written yet."""
        return cls(directory, load_settings(directory, environment))

    @property
    def settings(self) -> Settings:
        """The values in force."""
        return self.loaded.values

    @property
    def captures_dir(self) -> Path:
        """Where the WARC files are."""
        return self.directory / "captures"

    @property
    def frontier_dir(self) -> Path:
        """What is still to be read of each source."""
        return self.directory / "frontier"

    @property
    def keys_dir(self) -> Path:
        """Where the keys are; only their owner may read it."""
        return self.directory / "keys"

    @property
    def checkpoints_file(self) -> Path:
        """Signed checkpoints of the audit chain."""
        return self.directory / "audit-checkpoints.jsonl"

    @property
    def sources_file(self) -> Path:
        """The source register."""
        return self.directory / "sources.toml"

    @property
    def store_url(self) -> str:
        """The store's URL: SQLite in this folder unless the settings name another."""
        if not self.settings.store_url and "?" in str(self.directory):
            raise ConfigurationError(
                f"The folder {str(self.directory)!r} has a '?' in its name, which no address of a store can hold.",
                hint="Give another with --dir.",
            )
        return self.settings.store_url or f"sqlite:///{self.directory / 'lurewatch.db'}"

    @property
    def release_dir(self) -> Path:
        """The release that scores."""
        from lurewatch.releases import release_in_force  # imports numpy, which the command line does without

        return release_in_force(self.directory, self.settings.release)

    def load_classifier(self) -> "Classifier":
        """The classifier of the release in force."""
        from classifier.verdict import Classifier

        # Nothing that is loaded becomes garbage: looking for it there would take a fifth of the time.
        gc.disable()
        try:
            return Classifier.load(self.release_dir, resources.lexicons())
        finally:
            gc.freeze()
            gc.enable()

    def exporter(self, store: "Store") -> "Exporter":
        """What exports cases of this installation."""
        from evidence.export import Exporter

        return Exporter(
            store=store,
            captures_dir=self.captures_dir,
            keys_dir=self.keys_dir,
            organisation=self.settings.organisation,
            key_source=self.signing_key_source,
            passphrase=self.settings.signing_passphrase,
            authorities=self.authorities(),
            release_facts=self.release_facts,
        )

    def release_facts(self, name: str) -> dict[str, Any] | None:
        """What a pack tells of a release: the SHA-256 of its weights, and its thresholds."""
        from lurewatch.releases import facts_of

        return facts_of(self.directory, name)

    @property
    def signing_key_source(self) -> str:
        """The setting `signing_key`, with a file's path taken from this folder."""
        source = self.settings.signing_key
        return source if not source or source.startswith("pkcs11:") else str(self.directory / source)

    def authorities(self) -> "tuple[Authority, ...]":
        """The time stamp authorities of the settings; ConfigurationError when one's certificates cannot be read."""
        from lurewatch.authorities import authority  # imports X.509, which most commands do without

        return tuple(authority(one, self.directory) for one in self.settings.timestamp_authorities)

    def open_store(self) -> "Store":
        """Make what is missing, bring the tables up to date and open the store."""
        from evidence.checkpoints import Notary
        from store import audit  # SQLAlchemy and Alembic, which half of the commands do without
        from store.database import Store

        url = self.store_url
        self._make_folders()
        is_first = not (self.keys_dir / AUDIT_KEY).exists()
        store = Store(
            url,
            audit_key=self._secret(AUDIT_KEY),
            witness=self.keys_dir / WITNESS,
            notary=Notary(self.checkpoints_file, self.keys_dir),
        )
        try:
            store.upgrade()
            if is_first:
                # A key was made a moment ago: if the store has a chain already, the old one was lost.
                with store.reading() as session:
                    audit.require_key(session)
        except LurewatchError:
            store.close()
            raise
        return store

    def open_existing_store(self) -> "Store":
        """`open_store`, but ConfigurationError where there is no installation yet."""
        self._must_exist()
        return self.open_store()

    def open_store_to_read(self) -> "Store":
        """The store as it is: nothing is made, migrated or written. ConfigurationError where there is none."""
        from store.database import Store

        self._must_exist()
        if not (self.keys_dir / AUDIT_KEY).is_file():
            raise ConfigurationError(
                f"There is no audit key in {self.keys_dir}.", hint="Name the installation with --dir or LUREWATCH_DIR."
            )
        key = self._kept_secret(AUDIT_KEY)
        return Store(self.store_url, audit_key=key, witness=self.keys_dir / WITNESS, to_read=True)

    def _must_exist(self) -> None:
        if not self.keys_dir.is_dir():
            raise ConfigurationError(
                f"There is no installation in {self.directory}.", hint="Name its folder with --dir or LUREWATCH_DIR."
            )

    def _make_folders(self) -> None:
        try:
            self.captures_dir.mkdir(parents=True, exist_ok=True)
            self.keys_dir.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The installation folder {self.directory} cannot be made: {error.strerror}.",
                hint="Give another with --dir.",
            ) from error

    def seal_key(self) -> bytes:
        """The key that second factors and webhooks are sealed under; made when it is first asked for.

        Behind it stand the earlier ones while a change of keys goes on (`rotation.py`).
        """
        return self._secret(SEAL_KEY)

    def replace_seal_key(self, keys: bytes) -> None:
        """Keep `keys` in the place of what `seal_key` gave: wholly or not at all."""
        write_whole(self.keys_dir / SEAL_KEY, keys)

    def _secret(self, name: str) -> bytes:
        if not (self.keys_dir / name).exists():
            write_first(self.keys_dir / name, secrets.token_bytes(KEY_BYTES))
        return self._kept_secret(name)

    def _kept_secret(self, name: str) -> bytes:
        path = self.keys_dir / name
        key = path.read_bytes()
        if not key or len(key) % KEY_BYTES or (len(key) > KEY_BYTES and name != SEAL_KEY):
            raise EvidenceError(
                f"The key {path} has {len(key)} bytes, not {KEY_BYTES}.", hint="Restore it from a backup."
            )
        return key
