"""How the JSON documents under data/exchange/ are written: on one line, for programs read them and they are long."""

import json
from typing import Any

# Without line breaks the encoder is one in C: three times as fast as that of `document_text`.
_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")).encode


def json_line(value: Any) -> bytes:
    """The same value gives the same bytes; ValueError on NaN and infinities."""
    return f"{_encoded(value)}\n".encode()
