"""Ids of posts within their source: the source's own where it has one, else a digest of what identifies the post."""

import hashlib

# The store's column takes 500 characters.
LONGEST = 400


def digest_id(*parts: str) -> str:
    """SHA-256 in hex over `parts`, each counted by its own length, so that shifted borders give another id."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "replace")
        digest.update(len(encoded).to_bytes(8) + encoded)
    return digest.hexdigest()


def bounded_id(native_id: str) -> str:
    """`native_id`, or its digest when it is longer than the store takes."""
    return native_id if len(native_id) <= LONGEST else digest_id(native_id)
