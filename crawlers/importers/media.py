"""What a post carried besides its text: the kind, told by its name, and the SHA-256 of a file that is at hand."""

from pathlib import PurePosixPath
from typing import Any

_KINDS = {
    "photo": "jpg jpeg png gif heic heif bmp tif tiff",
    "video": "mp4 mov 3gp avi mkv webm m4v",
    "voice": "opus ogg amr",
    "audio": "mp3 m4a aac wav flac",
    "sticker": "webp was tgs",
    "contact": "vcf",
}
_KIND_OF = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}


def media_item(name: str, sha256: str | None = None) -> dict[str, Any]:
    """An entry of `extra["media"]`; `kind` is photo, video, voice, audio, sticker, contact or document."""
    suffix = PurePosixPath(name).suffix.lstrip(".").lower()
    item = {"kind": _KIND_OF.get(suffix, "document"), "name": name[:200]}
    return item | {"sha256": sha256} if sha256 else item
