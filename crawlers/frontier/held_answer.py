"""The answer to a request that was captured already, read back from its WARC record.

A crawl that is killed between a capture and its posts must not ask the site again: the capture has the request's id.
"""

import hashlib
import logging
from io import BytesIO
from pathlib import Path
from uuid import UUID

from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from store.tables import Capture
from store.warc_files import where

logger = logging.getLogger(__name__)

HELD = "held"


def record_id(frontier_id: str) -> str:
    """The WARC-Record-ID of the answer to a request."""
    return f"<{UUID(frontier_id).urn}>"


def held_answer(capture: Capture, captures_dir: Path) -> Response | None:
    """The answer as it came from the server; None when its record is not here, or not what was acknowledged."""
    try:
        with where(captures_dir / capture.warc_path).open("rb") as file:
            file.seek(capture.warc_offset)
            record = next(ArchiveIterator(BytesIO(file.read(capture.warc_length))))
        body = record.raw_stream.read()
    except (OSError, ArchiveLoadFailed, StopIteration) as error:
        logger.warning("Capture %d cannot be read again: %s", capture.id, type(error).__name__)
        return None
    if hashlib.sha256(body).hexdigest() != capture.sha256:
        logger.warning("Capture %d is not what was acknowledged.", capture.id)
        return None
    headers = Headers()
    for name, value in record.http_headers.headers:
        headers.appendlist(name, value.encode("latin-1"))
    kind = responsetypes.from_args(headers=headers, url=capture.url, body=body)
    return kind(url=capture.url, status=capture.status or 200, headers=headers, body=body, flags=[HELD])
