"""A real OpenID provider that the tests start: Debian's glewlwyd, on a loopback port, with a database of its own.

`Glewlwyd.answer` stands for a person at the provider's pages: it signs in there, agrees, and gives back the address to
which the provider sends the browser.
"""

import json
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BINARY = shutil.which("glewlwyd")
SCHEMA = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
PLUGIN = "oidc"
CLIENT_ID, CLIENT_SECRET = "lurewatch", "invented-client-secret"
PASSWORD = "invented-password-of-the-provider"
# Everything that is not needed here is off; PKCE is asked for.
_PARAMETERS: dict[str, Any] = {
    "jwt-type": "rsa",
    "jwt-key-size": "256",
    "access-token-duration": 3600,
    "refresh-token-duration": 1209600,
    "code-duration": 600,
    "refresh-token-rolling": True,
    "refresh-token-one-use": "never",
    "allow-non-oidc": False,
    "auth-type-code-enabled": True,
    "auth-type-code-revoke-replayed": True,
    "auth-type-token-enabled": False,
    "auth-type-id-token-enabled": False,
    "auth-type-none-enabled": False,
    "auth-type-password-enabled": False,
    "auth-type-client-enabled": False,
    "auth-type-device-enabled": False,
    "auth-type-refresh-enabled": False,
    "jwks-show": True,
    "request-parameter-allow": False,
    "secret-type": "pairwise",
    "address-claim": {"type": "no"},
    "name-claim": "no",
    "email-claim": "no",
    "scope-claim": "no",
    "allowed-scope": ["openid"],
    "pkce-allowed": True,
    "pkce-method-plain-allowed": False,
    "pkce-required": True,
    "session-management-allowed": False,
    "introspection-revocation-allowed": False,
    "register-client-allowed": False,
    "claims": [
        {"name": "groups", "user-property": "groups", "type": "string", "mandatory": True},
        {"name": "preferred_username", "user-property": "login", "type": "string", "mandatory": True},
    ],
}


class Glewlwyd:
    """The provider in `folder`, for one application at `redirect_uri`."""

    def __init__(self, folder: Path, redirect_uri: str) -> None:
        self._folder = folder
        self._redirect_uri = redirect_uri
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self._port}"
        self.issuer = f"{self.base}/api/{PLUGIN}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._make_database()
        (self._folder / "glewlwyd.conf").write_text(self._configuration(), encoding="utf-8")
        assert BINARY is not None
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [BINARY, f"--config-file={self._folder / 'glewlwyd.conf'}"],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()
        self._set_up()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def add_person(self, username: str, groups: list[str]) -> None:
        """Somebody with an account at the provider."""
        with self._administrator() as client:
            person = {
                "username": username,
                "name": username,
                "password": PASSWORD,
                "enabled": True,
                "scope": ["openid", "g_profile"],
                "groups": groups,
                "login": username,
            }
            _ok(client.post("/api/user/", json=person))

    def answer(self, url: str, username: str) -> str:
        """Where the provider sends the browser once the person has signed in and agreed."""
        with httpx2.Client(base_url=self.base) as browser:
            _ok(browser.post("/api/auth/", json={"username": username, "password": PASSWORD}))
            _ok(browser.put(f"/api/auth/grant/{CLIENT_ID}", json={"scope": "openid"}))
            location = _ok(browser.get(f"{url}&g_continue")).headers["location"]
            assert "code" in parse_qs(urlsplit(location).query), location
            return str(location)

    def _make_database(self) -> None:
        database = sqlite3.connect(self._folder / "glewlwyd.db")
        database.executescript(SCHEMA.read_text(encoding="utf-8"))
        kept = {
            "use-glewlwyd-connection": True,
            "data-format": {
                "groups": {"multiple": True, "read": True, "write": True},
                "login": {"multiple": False, "read": True, "write": True},
            },
        }
        database.execute("UPDATE g_user_module_instance SET gumi_parameters = ?", [json.dumps(kept)])
        database.commit()
        database.close()

    def _configuration(self) -> str:
        modules = "/usr/lib/glewlwyd"
        return f"""
port={self._port}
bind_address="127.0.0.1"
external_url="{self.base}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_secure=0
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{modules}/user"
client_module_path="{modules}/client"
user_auth_scheme_module_path="{modules}/scheme"
plugin_module_path="{modules}/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{self._folder / "glewlwyd.db"}" }};
"""

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx2.get(f"{self.base}/config", timeout=1)
            except httpx2.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self._folder / "log").read_text(errors="replace"))

    @contextmanager
    def _administrator(self) -> Iterator[httpx2.Client]:
        with httpx2.Client(base_url=self.base, timeout=30) as client:
            _ok(client.post("/api/auth/", json={"username": "admin", "password": "password"}))
            yield client

    def _set_up(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        keys = {"iss": self.issuer, "key": private.decode(), "cert": public.decode()}
        plugin = {
            "module": "oidc",
            "name": PLUGIN,
            "display_name": "OpenID",
            "enabled": True,
            "parameters": {**_PARAMETERS, **keys},
        }
        application = {
            "client_id": CLIENT_ID,
            "name": "Lurewatch",
            "confidential": True,
            "enabled": True,
            "client_secret": CLIENT_SECRET,
            "password": CLIENT_SECRET,
            "token_endpoint_auth_method": ["client_secret_basic"],
            "redirect_uri": [self._redirect_uri],
            "authorization_type": ["code"],
            "scope": ["openid"],
        }
        with self._administrator() as client:
            _ok(client.post("/api/mod/plugin/", json=plugin))
            _ok(client.post("/api/client/", json=application))


def _ok(answer: httpx2.Response) -> httpx2.Response:
    assert answer.status_code < 400, f"{answer.request.url}: {answer.status_code} {answer.text}"
    return answer
