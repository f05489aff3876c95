"""Signs people in at an OpenID provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0).

What the provider says counts only after its signature, issuer, audience, times and nonce were checked. Nothing here
knows accounts: `openid_sign_in.py` does.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lurewatch.errors import AccessError, ConfigurationError
from review_ui.sealing import Seal

SCOPE = "openid profile"
JOURNEY_LIMIT = timedelta(minutes=10)
# Signatures by a key pair alone: with a shared secret, whoever can check a token can make one.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
_LEEWAY_S = 60
_TIMEOUT_S = 10.0
_ABOUT = "openid sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdSettings:
    """One provider, and what its claims mean here.

    `roles` maps values of `role_claim` ("groups", or a path such as "realm_access.roles") to roles, the first that
    fits; when it is empty, accounts keep the role an administrator gave them.
    """

    issuer: str
    client_id: str
    client_secret: str
    name_claim: str = "preferred_username"
    role_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)
    create_accounts: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """One way to the provider and back: what must come back, and where to go then. It waits in a sealed cookie."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: float

    def sealed(self, seal: Seal) -> str:
        """The journey as the cookie carries it."""
        return seal.close(json.dumps(asdict(self)).encode(), about=_ABOUT).hex()

    @classmethod
    def opened(cls, cookie: str, seal: Seal) -> "Journey":
        """The journey of a cookie; ValueError or EvidenceError when it is none of ours."""
        return cls(**json.loads(seal.open(bytes.fromhex(cookie), about=_ABOUT)))


class Provider:
    """The provider of the settings."""

    def __init__(self, settings: OpenIdSettings) -> None:
        address = urlsplit(settings.issuer)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
            raise ConfigurationError(
                f"The OpenID issuer {settings.issuer!r} is not reached by https.", hint="Give its https address."
            )
        self.settings = settings

    def depart(self, *, redirect_uri: str, next_path: str, now: datetime) -> tuple[str, Journey]:
        """Where to send the browser, and what to keep until it is back."""
        until = (now + JOURNEY_LIMIT).timestamp()
        journey = Journey(generate_token(43), generate_token(43), generate_token(64), next_path, until)
        with self._client(redirect_uri) as client:
            endpoint = self._metadata(client)["authorization_endpoint"]
            url, _state = client.create_authorization_url(
                endpoint, state=journey.state, nonce=journey.nonce, code_verifier=journey.verifier
            )
        return url, journey

    def arrive(self, journey: Journey, query: Mapping[str, str], *, redirect_uri: str, now: datetime) -> dict[str, Any]:
        """The claims of whoever came back; AccessError when anything about them does not fit."""
        _refuse_strange_arrival(journey, query, self.settings.issuer, now)
        try:
            with self._client(redirect_uri) as client:
                metadata = self._metadata(client)
                token = client.fetch_token(
                    metadata["token_endpoint"], code=query["code"], code_verifier=journey.verifier
                )
                keys = KeySet.import_key_set(self._json(client, metadata["jwks_uri"]))  # type: ignore[arg-type]
                claims = checked_claims(token, keys, self.settings, nonce=journey.nonce)
                return claims | self._more(client, metadata, claims)
        except (AuthlibBaseError, JoseError, httpx2.HTTPError, KeyError, TypeError, ValueError) as error:
            raise AccessError(
                f"The provider's answer was refused ({type(error).__name__}).", hint="Sign in again from the start."
            ) from error

    def way_out(self) -> str | None:
        """Where the provider lets people sign out of it, if it does."""
        with self._client("") as client:
            address = self._metadata(client).get("end_session_endpoint")
        return str(httpx2.URL(address).copy_add_param("client_id", self.settings.client_id)) if address else None

    def _client(self, redirect_uri: str) -> Any:
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )

    def _metadata(self, client: Any) -> dict[str, Any]:
        address = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = self._json(client, address)
        if metadata.get("issuer") != self.settings.issuer:
            raise AccessError(
                f"{address} says it is {str(metadata.get('issuer'))[:200]!r}.", hint="Mend the setting oidc_issuer."
            )
        return metadata

    def _json(self, client: Any, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
        try:
            answer = client.request("GET", address, withhold_token=withhold_token)
            answer.raise_for_status()
            return dict(answer.json().items())
        except (httpx2.HTTPError, ValueError, AttributeError) as error:
            raise AccessError(
                f"The OpenID provider does not answer at {address}.", hint="Try again; if it stays, tell its operators."
            ) from error

    def _more(self, client: Any, metadata: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider says of the same person elsewhere, where the ID token lacks a name or a role."""
        settings = self.settings
        is_enough = settings.name_claim in claims and (not settings.roles or claim_values(claims, settings.role_claim))
        if is_enough or "userinfo_endpoint" not in metadata:
            return {}
        said = self._json(client, metadata["userinfo_endpoint"], withhold_token=False)
        if said.get("sub") != claims["sub"]:
            raise ValueError("The user information is another person's.")
        return {name: value for name, value in said.items() if name not in claims}


def checked_claims(token: Mapping[str, Any], keys: KeySet, settings: OpenIdSettings, *, nonce: str) -> dict[str, Any]:
    """The claims of a token answer's ID token once all about it fits (OpenID Connect Core 1.0, section 3.1.3.7).

    Raises JoseError or KeyError when it does not.
    """
    decoded = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
    expected: dict[str, Any] = {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
    }
    said = {"nonce": nonce, "client_id": settings.client_id, "access_token": token.get("access_token")}
    claims = CodeIDToken(decoded.claims, decoded.header, expected, said)
    claims.validate(leeway=_LEEWAY_S)
    return dict(claims)


def claim_values(claims: Mapping[str, Any], path: str) -> list[str]:
    """The texts of a claim, which may lie in nested objects and be one text or a list."""
    value: Any = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    found = value if isinstance(value, list) else [value]
    return [text for text in found if isinstance(text, str)]


def _refuse_strange_arrival(journey: Journey, query: Mapping[str, str], issuer: str, now: datetime) -> None:
    is_ours = secrets.compare_digest(query.get("state", "").encode(), journey.state.encode())
    # RFC 9207: a provider that names itself must be the one that was asked.
    if not is_ours or query.get("iss", issuer) != issuer or now.timestamp() > journey.until:
        raise AccessError("This sign-in was not begun here, or too long ago.", hint="Sign in again from the start.")
    if "code" not in query:
        raise AccessError("The provider did not sign you in.", hint="Sign in again, or ask its operators.")


_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
