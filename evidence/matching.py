"""Proves that a redacted copy is made of an original: opens every commitment, and compares whatever is not masked.

For whoever holds both packs. They may have been exported at different times: of the custody log the entries that both
hold are compared, and of the claims the case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from evidence.commitments import commitment
from evidence.verify import verify_file
from evidence.verify_standalone import (
    ANALYSIS_NAME,
    CLAIMS_FILE,
    CUSTODY_FILE,
    REDACTIONS_FILE,
    SALTS_FILE,
    Pack,
    Place,
    is_redacted,
    pointer,
    quoted,
    read_archive,
)
from lurewatch.errors import DataError, EvidenceError

# What a mask can hide: an address, hardly more. Trying longer ones in a text of many masks would take very long.
_LONGEST_HIDDEN = 4_000


@dataclass(frozen=True, slots=True)
class Match:
    """How many of the copy's masks were opened, and what of it is not as in the original.

    Masks in what the original does not hold stay closed: where the chain ended, and later entries of the custody log.
    """

    opened: int
    masks: int
    faults: tuple[str, ...]


def match_packs(original: Path, copy: Path) -> Match:
    """Compare two packs of one case; EvidenceError when one does not verify, DataError when they are no such pair."""
    with original.open("rb") as whole, copy.open("rb") as masked:
        return match_files(whole, masked, names=(original.name, copy.name))


def match_files(original: BinaryIO, copy: BinaryIO, *, names: tuple[str, str]) -> Match:
    """The same for two open files; errors call them by `names`."""
    signers = {_signer_of_whole(*one) for one in zip((original, copy), names, strict=True)}
    whole, masked = Pack(read_archive(original)), Pack(read_archive(copy))
    _must_be_a_pair(whole, masked)
    listed = _listed(masked)
    comparison = _Comparison(bytes.fromhex(whole.document(SALTS_FILE)["key"]), listed)
    faults = [] if len(signers) == 1 else ["the packs were sealed by different keys"]
    faults += comparison.faults(_documents(whole), _documents(masked))
    return Match(comparison.opened, sum(map(len, listed.values())), tuple(faults))


def match_lines(match: Match) -> list[str]:
    """What was found as text: what differs, and one line for the whole."""
    outcome = "the packs do not match" if match.faults else "nothing else differs in what both packs hold"
    return [*match.faults, f"{match.opened} of {match.masks} masks opened: {outcome}."]


def _signer_of_whole(file: BinaryIO, name: str) -> str | None:
    report = verify_file(file, name)
    if not report.holds:
        raise EvidenceError(f"{quoted(name)} does not hold.", hint="`lurewatch evidence verify` says why.")
    return report.signer


def _must_be_a_pair(whole: Pack, masked: Pack) -> None:
    if is_redacted(whole) or not is_redacted(masked) or SALTS_FILE not in whole.digests:
        raise DataError("These are no original and redacted copy.", hint="Give the original first, then the copy.")
    if whole.archive.folder != masked.archive.folder:
        raise DataError(
            f"The packs are of the cases {whole.archive.folder} and {masked.archive.folder}.",
            hint="Give two packs of one case.",
        )


def _listed(masked: Pack) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """The redactions of each field, in the order of its text."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in sorted(masked.document(REDACTIONS_FILE)["redactions"], key=lambda entry: int(entry["start"])):
        found.setdefault((entry["document"], entry["field"]), []).append(entry)
    return found


def _documents(pack: Pack) -> dict[tuple[str, int], tuple[str, Place, Any]]:
    """What is compared, by what it is about; with its file and the beginning of its places there."""
    posts = ((name, pack.document(name)) for name in pack.names(ANALYSIS_NAME))
    claims = pack.document(CLAIMS_FILE)["case"]
    return {
        **{("post", document["post"]["id"]): (name, (), document) for name, document in posts},
        **{("entry", record["seq"]): (CUSTODY_FILE, (record["seq"],), record) for record in pack.custody()},
        ("case", 0): (CLAIMS_FILE, ("case",), claims),
    }


@dataclass(slots=True)
class _Comparison:
    """Walks two documents side by side; `key` is what all salts follow from."""

    key: bytes
    listed: Mapping[tuple[str, str], list[Mapping[str, Any]]]
    opened: int = 0

    def faults(
        self,
        whole: Mapping[tuple[str, int], tuple[str, Place, Any]],
        masked: Mapping[tuple[str, int], tuple[str, Place, Any]],
    ) -> Iterator[str]:
        """What differs, by document."""
        for about in sorted(whole.keys() ^ masked.keys()):
            if about[0] == "post":
                yield f"post {about[1]} is in one of the packs alone"
        for about in sorted(whole.keys() & masked.keys()):
            document, above, copy = masked[about]
            yield from self._differences(document, above, whole[about][2], copy)

    def _differences(self, document: str, path: Place, told: Any, copy: Any) -> Iterator[str]:
        masks = self.listed.get((document, pointer(path)))
        if masks:
            yield from self._open(document, path, told, copy, masks)
        elif isinstance(told, dict) and isinstance(copy, dict) and told.keys() == copy.keys():
            for name in told:
                yield from self._differences(document, (*path, name), told[name], copy[name])
        elif isinstance(told, list) and isinstance(copy, list) and len(told) == len(copy):
            for number, (one, other) in enumerate(zip(told, copy, strict=True)):
                yield from self._differences(document, (*path, number), one, other)
        elif told != copy and not _follows_from_text(path):
            yield f"{document} {quoted(pointer(path))} differs, and nothing there is listed as masked"

    def _open(self, document: str, path: Place, told: Any, copy: str, masks: list[Mapping[str, Any]]) -> Iterator[str]:
        """Find what each mask hides: what stands there in the original and gives the commitment."""
        text, place = str(told), 0
        for number, mask in enumerate(masks):
            before = copy[masks[number - 1]["end"] if number else 0 : mask["start"]]
            behind = copy[mask["end"] : masks[number + 1]["start"] if number + 1 < len(masks) else len(copy)]
            place += len(before)
            hidden = self._hidden(document, path, mask, text, place, behind) if text[:place].endswith(before) else None
            if hidden is None:
                yield f"{document} {quoted(pointer(path))}: {mask['mask']} at {mask['start']} hides something else"
                return
            self.opened += 1
            place += len(hidden)
        if text[place:] != copy[masks[-1]["end"] :]:
            yield f"{document} {quoted(pointer(path))} differs behind its last mask"

    def _hidden(
        self, document: str, path: Place, mask: Mapping[str, Any], text: str, place: int, behind: str
    ) -> str | None:
        at = (document, pointer(path), mask["start"])
        for end in range(place + 1, min(len(text), place + _LONGEST_HIDDEN) + 1):
            is_next = text.startswith(behind, end)
            if is_next and commitment(self.key, at, text[place:end]) == mask["commitment"]:
                return text[place:end]
        return None


def _follows_from_text(path: Place) -> bool:
    """Offsets and quotations of a masked text are moved; the verifier checks that they quote it."""
    return path[-3:-2] in (("indicators",), ("identifiers",)) and path[-1] in ("start", "end", "text")
