"""Makes a BagIt 1.0 bag (RFC 8493) of a pack's payload, and seals it.

The seal stands outside the manifests, in a list of files that the profile fixes; through the tag manifest that it
signs it covers every other file.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.keys import SigningKey
from evidence.pack_file import PackFile
from evidence.verify_standalone import (
    ALGORITHMS,
    BAGIT_TXT,
    SEAL_FILE,
    SIGNATURE_FILE,
    SIGNED_FILE,
    SIGNER_FILE,
    manifest_text,
    seal_text,
)


@dataclass(frozen=True, slots=True)
class _Digests:
    """Hex digests of one file, by algorithm."""

    by_algorithm: Mapping[str, str]

    @classmethod
    def of(cls, file: PackFile) -> "_Digests":
        hashers = {algorithm: hashlib.new(algorithm) for algorithm in ALGORITHMS}
        for chunk in file.chunks():
            for hasher in hashers.values():
                hasher.update(chunk)
        return cls({algorithm: hasher.hexdigest() for algorithm, hasher in hashers.items()})


def sealed_bag(payload: Sequence[PackFile], info: Mapping[str, str], key: SigningKey) -> list[PackFile]:
    """All files of the bag: `payload` (names under data/), its description, manifests, and the seal."""
    described = [
        _text_file("bag-info.txt", _info_text({**info, "Payload-Oxum": _oxum(payload)})),
        _text_file("bagit.txt", BAGIT_TXT),
        *_manifests("manifest", payload),
    ]
    tag_manifests = _manifests("tagmanifest", described)
    return [*payload, *described, *tag_manifests, *_seal(signed_in(tag_manifests), key)]


def signed_in(files: Sequence[PackFile]) -> bytes:
    """What the seal of a bag signs, and what authorities stamp."""
    return next(b"".join(file.chunks()) for file in files if file.name == SIGNED_FILE)


def _seal(signed: bytes, key: SigningKey) -> list[PackFile]:
    return [
        _text_file(SEAL_FILE, seal_text(signed, key.fingerprint)),
        _text_file(SIGNER_FILE, key.public_pem),
        _text_file(SIGNATURE_FILE, key.sign(signed)),
    ]


def _manifests(kind: str, files: Sequence[PackFile]) -> list[PackFile]:
    digests = {file.name: _Digests.of(file).by_algorithm for file in files}
    return [
        _text_file(f"{kind}-{algorithm}.txt", manifest_text({name: one[algorithm] for name, one in digests.items()}))
        for algorithm in ALGORITHMS
    ]


def _oxum(payload: Sequence[PackFile]) -> str:
    return f"{sum(file.size_bytes for file in payload)}.{len(payload)}"


def _info_text(info: Mapping[str, str]) -> bytes:
    # A value with a line break could forge another line.
    return "".join(f"{label}: {' '.join(info[label].split())}\n" for label in sorted(info)).encode()


def _text_file(name: str, content: bytes) -> PackFile:
    return PackFile(name, (content,))
