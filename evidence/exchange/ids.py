"""Ids that follow from what they name, so that the same case gives the same bytes, here and after a second export."""

import json
import uuid
from typing import Any

# Everything below it is named by content; the value is arbitrary and must never change.
_NAMESPACE = uuid.UUID("6d1c6f0e-2f5c-5b0a-9a53-3a1f0c9b7e21")

# Made once: json.dumps would make an encoder for each of the many ids of a pack.
_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def content_id(*content: Any) -> uuid.UUID:
    """The UUIDv5 of JSON values without fractions, whose writing could differ."""
    return uuid.uuid5(_NAMESPACE, _encoded(content))
