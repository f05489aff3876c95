"""Saved answers that begin with their HTTP head (`curl -i`, `.http` files): the head's Content-Type, and the body."""

import re

_HEAD = re.compile(
    rb"\AHTTP/[0-9.]{1,3} [1-5]\d\d[^\r\n]{0,200}\r?\n(?:[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}:[^\r\n]*\r?\n){0,200}\r?\n"
)
_CONTENT_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:[^\r\n]*\bchunked", re.IGNORECASE | re.MULTILINE)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,100}\r\n")


def split_raw_answer(saved: bytes) -> tuple[str | None, bytes]:
    """The stated Content-Type, if any, and the body without transfer coding; a file without a head is all body."""
    head = _HEAD.match(saved)
    if head is None:
        return None, saved
    stated = _CONTENT_TYPE.search(head[0])
    body = saved[head.end() :]
    if _CHUNKED.search(head[0]):
        body = _without_chunks(body)
    return stated[1].decode("latin-1").strip() if stated else None, body


def _without_chunks(body: bytes) -> bytes:
    """A chunked body put together; most tools save it so already, and it stays as it is."""
    parts: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(body, position):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        position = size.end() + length + 2
    return body
