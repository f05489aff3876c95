"""Crypto-currency addresses, accepted only where their checksum holds: Bitcoin, Ethereum and its kin, TRON."""

from collections.abc import Iterator
from typing import ClassVar

import base58
import regex
from Crypto.Hash import keccak
from stdnum import bitcoin

from classifier.identifiers.base import IdentifierType, Mention
from classifier.identifiers.view import View

_BASE58 = "1-9A-HJ-NP-Za-km-z"
_ADDRESS = regex.compile(
    rf"(?<![A-Za-z0-9])(?:0x[0-9A-Fa-f]{{40}}|T[{_BASE58}]{{33}}|[13][{_BASE58}]{{25,34}}|(?i:bc1[a-z0-9]{{11,71}}))(?![A-Za-z0-9])"
)
_BECH32M = 0x2BC830A3  # BIP 350
_BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_TRON_MAINNET = 0x41


class Wallet(IdentifierType):
    """Ethereum addresses as EIP-55 spells them, Bitcoin's bech32 in lower case, others as they are."""

    name: ClassVar[str] = "wallet"

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        address = raw.strip()
        if not _ADDRESS.fullmatch(address):
            return None
        if address.startswith("0x"):
            return _ethereum(address)
        if address.startswith("T"):
            return address if _is_tron(address) else None
        if address[:3].lower() == "bc1":
            return _bech32(address)
        return address if bitcoin.is_valid(address) else None

    def find(self, view: View) -> Iterator[Mention]:
        for match in _ADDRESS.finditer(view.text):
            normalized = self.clean(match[0])
            if normalized:
                yield Mention(*match.span(), normalized)

    def specificity(self, normalized: str) -> float:  # noqa: ARG002
        return 1.0

    def caption(self, normalized: str) -> str:
        chain = {"0": "ETH", "T": "TRX"}.get(normalized[0], "BTC")
        return f"{chain} {normalized}"


def _ethereum(address: str) -> str | None:
    """The EIP-55 spelling; mixed case must be that spelling already, one case throughout carries no checksum."""
    digits = address[2:].lower()
    digest = keccak.new(data=digits.encode(), digest_bits=256).hexdigest()
    spelled = "0x" + "".join(
        char.upper() if int(nibble, 16) >= 8 else char for char, nibble in zip(digits, digest, strict=False)
    )
    return spelled if address == spelled or address[2:] in {digits, digits.upper()} else None


def _is_tron(address: str) -> bool:
    try:
        return base58.b58decode_check(address)[0] == _TRON_MAINNET
    except ValueError:
        return False


def _bech32(address: str) -> str | None:
    """BIP 173 (bech32, by python-stdnum) or BIP 350 (bech32m, taproot); mixed case is invalid in both."""
    lower = address.lower()
    if address not in {lower, address.upper()}:
        return None
    if bitcoin.is_valid(lower):
        return lower
    if not set(lower[3:]) <= set(_BECH32_LETTERS):
        return None
    human_part = [3, 3, 0, 2, 3]  # "bc", expanded as BIP 173 has it
    values = human_part + [_BECH32_LETTERS.index(char) for char in lower[3:]]
    return lower if 1 <= values[5] <= 16 and bitcoin.bech32_checksum(values) == _BECH32M else None
