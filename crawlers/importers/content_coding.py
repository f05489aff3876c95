"""Takes off what a server packed an answer in (Content-Encoding), as web archives keep it.

Archives also hold bodies that are unpacked though their head says otherwise: such a body stays as it is. Nothing here
raises, and no more comes out than is asked for.
"""

import sys
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# RFC 9659: what a browser takes; more would be memory.
_ZSTD_WINDOW = {int(zstd.DecompressionParameter.window_log_max): 23}
_PIECE_BYTES = 64 * 1024
MOST_MEMBERS = 1_000
# As curl has it.
MOST_CODINGS = 5


def unpacked(body: bytes, codings: str, *, most_bytes: int) -> bytes | None:
    """`body` without its codings, which the head names in the order of packing; None for an unknown one, or many."""
    names = [name for each in codings.lower().split(",") if (name := each.strip()) not in ("", "identity")]
    if len(names) > MOST_CODINGS or any(name not in _UNPACKERS for name in names):
        return None
    for name in reversed(names):
        body = _UNPACKERS[name](body, most_bytes) or body
    return body


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    return _inflate(body, most_bytes, zlib.MAX_WBITS | 16)


def _deflate(body: bytes, most_bytes: int) -> bytes:
    # Some servers leave out the frame that RFC 9110 asks for.
    return _inflate(body, most_bytes, zlib.MAX_WBITS) or _inflate(body, most_bytes, -zlib.MAX_WBITS)


def _inflate(body: bytes, most_bytes: int, window_bits: int) -> bytes:
    found = b""
    with suppress(zlib.error):
        # A body may be several gzip members; of very many empty ones each costs a copy of all behind it.
        for _ in range(MOST_MEMBERS):
            if not body or len(found) >= most_bytes:
                break
            unpacker = zlib.decompressobj(window_bits)
            found += unpacker.decompress(body, most_bytes - len(found))
            body = unpacker.unused_data
    return found


def _unbrotli(body: bytes, most_bytes: int) -> bytes:
    unpacker, found = brotli.Decompressor(), b""
    with suppress(brotli.error):
        found = unpacker.process(body, output_buffer_limit=_PIECE_BYTES)
        while len(found) < most_bytes and (piece := unpacker.process(b"", output_buffer_limit=_PIECE_BYTES)):
            found += piece
    return found[:most_bytes]


def _unzstd(body: bytes, most_bytes: int) -> bytes:
    with suppress(zstd.ZstdError):
        return zstd.ZstdDecompressor(options=_ZSTD_WINDOW).decompress(body, most_bytes)
    return b""


_UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "br": _unbrotli,
    "deflate": _deflate,
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "zstd": _unzstd,
}
