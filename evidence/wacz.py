"""Makes the WACZ of a capture: its WARC records as they are, with an index, a list of pages, and a signed description.

Tools that know nothing of packs replay it. Each byte but the records' own follows from what the pack tells of the
capture (`evidence.verify_standalone` has the texts), so that the verifier compares instead of believing.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from evidence.keys import SigningKey
from evidence.pack_file import FileSlice, PackFile
from evidence.verify_standalone import (
    DIGEST_NAME,
    INDEX_NAME,
    PACKAGE_NAME,
    PAGES_NAME,
    WARC_NAME,
    AlteredError,
    Budget,
    Origin,
    digest_text,
    index_text,
    package_text,
    pages_text,
    parse_signature,
    placed_records,
    signature_p1363,
    signed_text,
    warcinfo_member,
)
from evidence.zipping import zip_parts
from lurewatch.errors import EvidenceError


def wacz_file(
    capture: Mapping[str, Any], records: Sequence[bytes | FileSlice], origin: Origin, key: SigningKey
) -> PackFile:
    """The WACZ of `capture` (a capture document), under the name that the document gives it.

    `records` are whole gzip members of WARC records, as they were kept; EvidenceError when they are not.
    """
    warc = PackFile(WARC_NAME, (warcinfo_member(capture, origin), *records))
    index = _index(warc, capture["file"])
    resources = [warc, PackFile(INDEX_NAME, (index,)), PackFile(PAGES_NAME, (pages_text(capture),))]
    package = package_text(capture, origin, {file.name: (_sha256(file), file.size_bytes) for file in resources})
    signature = signature_p1363(*parse_signature(key.sign(signed_text(package))))
    described = [
        PackFile(PACKAGE_NAME, (package,)),
        PackFile(DIGEST_NAME, (digest_text(package, origin, signature),)),
    ]
    return PackFile(f"data/{capture['file']}", zip_parts([*resources, *described]))


def _index(warc: PackFile, name: str) -> bytes:
    try:
        return index_text(placed_records(warc.chunks(), Budget(warc.size_bytes)))
    except (AlteredError, zlib.error) as error:
        raise EvidenceError(
            f"The records for {name} changed while they were read: {error}.", hint="No pack was made. Export again."
        ) from error


def _sha256(file: PackFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
