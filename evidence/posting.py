"""One POST to a system that the administrator named in the settings: no redirect followed, bounded in time and size.

An internal system may have a private address, which the crawlers' guard refuses: so whoever calls this has checked the
address against the settings, and no address that was collected ever comes here.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit


def post(url: str, body: bytes, headers: Mapping[str, str], *, limit_s: float, most_bytes: int) -> tuple[int, bytes]:
    """Status and body of the answer. OSError, HTTPException or UnicodeError when there is none within `limit_s`.

    Of an answer longer than `most_bytes` that many are returned and one more.
    """
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=limit_s)
    # The connection's own limit begins anew with each byte that drips in.
    is_late = threading.Event()
    alarm = threading.Timer(limit_s, _hang_up, [connection, is_late])
    alarm.start()
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body, {"User-Agent": "lurewatch", **headers})
        response = connection.getresponse()
        content = response.read(most_bytes + 1) if most_bytes else b""
        if is_late.is_set():
            raise TimeoutError  # What was cut off would read as a whole answer.
        return response.status, content
    finally:
        alarm.cancel()
        connection.close()


def _hang_up(connection: HTTPConnection, is_late: threading.Event) -> None:
    is_late.set()
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
