"""Digests of payloads, which a redacted copy may hide behind a mask: then they are left out, never guessed."""

import re
from collections.abc import Mapping
from typing import Any

_SHA256 = re.compile(r"[0-9a-f]{64}")


def payload_sha256(capture: Mapping[str, Any]) -> str | None:
    """The SHA-256 of what was captured, in hex; None where a mask stands for it."""
    digest: str = capture["sha256"]
    return digest if _SHA256.fullmatch(digest) else None
