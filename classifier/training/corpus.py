"""The labelled corpus: `*.jsonl` files of individually written or confirmed posts, one object a line."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from classifier.labels import DISTRESS, LABELS
from lurewatch.errors import DataError

FROZEN = "frozen.txt"


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post and what readers said of it. `hand` wrote or confirmed it; posts of one `group` are never split.

    Posts of one `campaign` are variants of one offer; those of its group that name none only look like it.
    `disguise_of` is the id of the post that this one repeats under the named `disguise`. `decided_at`: ISO time of the
    decision that a row was exported from; written posts have none.
    """

    id: str
    lang: str
    text: str
    labels: frozenset[str]
    kind: str
    platform: str
    hand: str
    group: str
    campaign: str | None = None
    disguise_of: str | None = None
    disguise: str | None = None
    decided_at: str | None = None

    @property
    def at_risk(self) -> bool:
        """Whether any label but `victim_distress` holds."""
        return bool(self.labels - {DISTRESS})


def load_corpus(folder: Path) -> list[LabelledPost]:
    """Every post of the folder's `*.jsonl` files. Raises DataError that names file, line and remedy."""
    posts = [post for path in sorted(folder.glob("*.jsonl")) for post in _read(path)]
    if not posts:
        raise DataError(f"{folder} holds no labelled post.", hint="Give a folder of *.jsonl files such as data/corpus.")
    refuse_repeats(posts, str(folder))
    return posts


def load_rows(path: Path) -> list[LabelledPost]:
    """Every post of one file, such as `lurewatch labels export` writes. Raises DataError that names line and remedy."""
    if not path.is_file():
        raise DataError(f"{path}: there is no such file.", hint="Write one with `lurewatch labels export -o FILE`.")
    posts = _read(path)
    if not posts:
        raise DataError(f"{path} holds no labelled post.", hint="Export labels again, or leave the file out.")
    refuse_repeats(posts, str(path))
    return posts


def refuse_repeats(posts: Iterable[LabelledPost], place: str) -> None:
    """Raise DataError that names `place` where two posts have one id."""
    seen: set[str] = set()
    for post in posts:
        if post.id in seen:
            raise DataError(f"{place} holds the id {post.id!r} twice.", hint="Give each post an id of its own.")
        seen.add(post.id)


def frozen_hands(folder: Path) -> frozenset[str]:
    """The hands that `FROZEN` names, one a line: releases are compared on their posts, so none is trained on them.

    Nobody where the folder has no such file. Raises DataError for a hand that wrote nothing.
    """
    path = folder / FROZEN
    if not path.exists():
        return frozenset()
    hands = frozenset(path.read_text("utf-8").split())
    strangers = sorted(hands - {post.hand for post in load_corpus(folder)})
    if strangers:
        raise DataError(f"{path} names {strangers[0]!r}, who wrote no post.", hint="Write a hand of the corpus a line.")
    return hands


def load_frozen(folder: Path) -> list[LabelledPost]:
    """The posts of the `frozen_hands`, disguised ones among them. Raises DataError."""
    hands = frozen_hands(folder)
    return [post for post in load_corpus(folder) if post.hand in hands] if hands else []


def folder_sha256(folder: Path, pattern: str) -> str:
    """One digest over the names and contents of the matching files."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path) -> list[LabelledPost]:
    posts = []
    with path.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    posts.append(_post(line, f"{path}:{number}"))
        except UnicodeDecodeError as error:
            raise DataError(f"{path} is not UTF-8 ({error}).", hint="Save the file as UTF-8.") from error
    return posts


def _post(line: str, place: str) -> LabelledPost:
    try:
        row = json.loads(line)
        post = LabelledPost(
            id=str(row["id"]),
            lang=str(row["lang"]),
            text=row["text"],
            labels=frozenset(row["labels"]),
            kind=str(row.get("kind", "")),
            platform=str(row.get("platform", "")),
            hand=str(row["hand"]),
            group=str(row.get("group") or row["id"]),
            campaign=row.get("campaign"),
            disguise_of=row.get("disguise_of"),
            disguise=row.get("disguise"),
            decided_at=(row.get("provenance") or {}).get("decided_at"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{place} is no labelled post ({error!r}).", hint="Each line holds id, lang, text, labels and hand."
        ) from error
    unknown = sorted(post.labels - set(LABELS))
    if unknown:
        raise DataError(f"{place} has the unknown label {unknown[0]!r}.", hint=f"Labels are {', '.join(LABELS)}.")
    if not isinstance(post.text, str) or not post.text.strip():
        raise DataError(f"{place} has no text.", hint="Remove the line or give its text.")
    return post
