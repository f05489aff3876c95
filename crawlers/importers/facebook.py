"""Meta's "Download your information" as JSON, of Facebook and Instagram: posts, group posts, comments and messages.

The zip, the unpacked folder or one of its files. Meta writes the bytes of UTF-8 as if each were a letter of Latin-1.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from crawlers.importers.archive import Archive, is_zip, opened, unpacking
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.fields import dig, first_text, instant_of_unix, text_at
from crawlers.importers.json_stream import JsonStream
from crawlers.importers.media import media_item
from crawlers.reading.json_fields import as_object
from crawlers.reading.native_ids import digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

Opening = Callable[[], AbstractContextManager[BinaryIO]]
# Folders of a download whose entries are no posts: what was looked at, advertising, security, searches.
_NO_POSTS = (
    "ads_",
    "apps_",
    "friends",
    "likes",
    "logged_",
    "preferences",
    "profile_",
    "reactions",
    "search",
    "security",
)
_DEEPEST = 12
_STAMPS = ("timestamp_ms", "timestamp", "creation_timestamp")
_TEXT_LABELS = ("Text", "Comment", "Message", "Post", "Description")
_ATTACHMENTS = ("photos", "videos", "audio_files", "files", "gifs", "media")
# Where a download says whose it is.
_PROFILES = ("profile_information.json", "personal_information.json")
_OWNER = ("profile_v2.name.full_name", "profile.name.full_name", "profile_user.0.string_map_data.Name.value")


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The posts and messages in the order of the files; DataError for what is no JSON of such a download."""
    del choices  # Every entry states its instant.
    if not is_zip(path):
        yield from _file(lambda: opened(path), path.name, None)
        return
    with unpacking(path) as archive:
        names = [name for name in sorted(archive.members) if _may_hold_posts(name)]
        if not names:
            raise DataError(f"{path.name} holds no posts as JSON.", hint="Ask for the download in the format JSON.")
        owner = _owner(archive)
        for name in names:
            for post in _file(partial(archive.open, name), name, archive):
                yield post if post.author or "chat" in post.extra else replace(post, author=owner)


def _owner(archive: Archive) -> str | None:
    """The name of the account that a download is of: its own posts do not say it."""
    for name in sorted(archive.members):
        if PurePosixPath(name).name in _PROFILES:
            with archive.open(name) as member, suppress(DataError):
                profile = _mended(JsonStream(member, name=name).value())
                if found := first_text(profile, *_OWNER):
                    return found
    return None


def _may_hold_posts(name: str) -> bool:
    path = PurePosixPath(name.lower())
    return path.suffix == ".json" and not any(folder.startswith(_NO_POSTS) for folder in path.parts)


def _file(opening: Opening, name: str, archive: Archive | None) -> Iterator[ParsedPost]:
    around = _around(opening, name)
    with opening() as source:
        stream = JsonStream(source, name=PurePosixPath(name).name)
        first = stream.peek()
        if first not in ("[", "{"):
            raise stream.error("a list or an object expected")
        for entry in _entries(stream):
            yield from _posts(_mended(entry), around, archive)


def _around(opening: Opening, name: str) -> dict[str, Any]:
    """What stands around the lists of a file: a chat's title comes after its messages."""
    found: dict[str, Any] = {}
    with opening() as source, suppress(DataError):
        stream = JsonStream(source, name=name)
        if stream.peek() == "{":
            for key in stream.members():
                if stream.peek() == "[":
                    for _position in stream.items():
                        stream.value()
                else:
                    found[key] = _mended(stream.value())
    return found


def _entries(stream: JsonStream) -> Iterator[Any]:
    """The entries of every list in the file, and what stands beside such lists."""
    if stream.peek() == "[":
        for _position in stream.items():
            yield stream.value()
        return
    beside: dict[str, Any] = {}
    for key in stream.members():
        if stream.peek() == "[" and key not in ("participants", "label_values"):
            for _position in stream.items():
                yield stream.value()
        else:
            beside[key] = stream.value()
    yield beside


def _posts(entry: Any, around: dict[str, Any], archive: Archive | None, depth: int = 0) -> Iterator[ParsedPost]:
    """The post that an entry is, or those below it."""
    if depth > _DEEPEST or not isinstance(entry, dict | list):
        return
    post = _post(entry, around, archive) if isinstance(entry, dict) else None
    if post is not None:
        yield post
        return
    # The cover of an album is one of its pictures.
    inner = [each for name, each in entry.items() if name != "cover_photo"] if isinstance(entry, dict) else entry
    for each in inner:
        yield from _posts(each, around, archive, depth + 1)


def _post(entry: dict[str, Any], around: dict[str, Any], archive: Archive | None) -> ParsedPost | None:
    stamp = next((entry[name] for name in _STAMPS if entry.get(name)), None)
    data = [each for each in _listed(entry.get("data")) if isinstance(each, dict)]
    comment: Any = next((each["comment"] for each in data if isinstance(each.get("comment"), dict)), {})
    labelled, instant = _labelled(entry)
    stamp = stamp or instant
    media, links = _media(entry, archive), _links(entry)
    title = text_at(entry, "title")
    text = (
        first_text(comment, "comment")
        or next(filter(None, (text_at(each, "post") for each in data)), None)
        or first_text(entry, "content", "post", "comment", "text")
        or first_text(labelled, *_TEXT_LABELS)
        or next(filter(None, (text_at(each, "description") for each in _attached(entry))), None)
        or (title if media and not data else None)
        or text_at(entry, "share", "share_text")
    )
    author = first_text(entry, "sender_name", "senderName", "author") or first_text(comment, "author")
    if stamp is None or not (text or media or (links and author)):
        return None
    notes = {
        "chat": first_text(around, "title", "threadName") or first_text(comment, "group"),
        "thread": text_at(around, "thread_path"),
        "activity": title if title != text else None,
        "media": media,
        "links": links,
    }
    return ParsedPost(
        native_id=text_at(entry, "fbid") or digest_id(str(stamp), author or "", text or "", str(media)),
        url=absolute_url("", first_text(labelled, "URL", "Url")),
        text=text or "",
        author=author,
        posted_at=instant_of_unix(stamp),
        extra={key: value for key, value in notes.items() if value},
    )


def _labelled(entry: dict[str, Any]) -> tuple[dict[str | None, str | None], Any]:
    """Values by their labels, in both of Meta's forms, and the instant among them."""
    mapped = as_object(entry.get("string_map_data"))
    found = {text_at(each, "label"): text_at(each, "value") for each in _listed(entry.get("label_values"))}
    instant = next(filter(None, (dig(each, "timestamp") for each in mapped.values())), None)
    return found | {label: text_at(each, "value") for label, each in mapped.items()}, instant


def _attached(entry: dict[str, Any]) -> list[Any]:
    """What an entry says of the files that it has, or is itself."""
    found = [each for name in _ATTACHMENTS for each in _listed(entry.get(name))]
    for attachment in _listed(entry.get("attachments")):
        found += [dig(each, "media") for each in _listed(dig(attachment, "data"))]
    return found or [entry]


def _media(entry: dict[str, Any], archive: Archive | None) -> list[dict[str, Any]]:
    names = [name for name in (text_at(each, "uri") for each in _attached(entry)) if name]
    media = [media_item(name, archive.sha256_of(name) if archive else None) for name in names[:50]]
    sticker = text_at(entry, "sticker", "uri")
    return [*media, media_item(sticker) | {"kind": "sticker"}] if sticker else media


def _links(entry: dict[str, Any]) -> list[str]:
    inner = [each for attachment in _listed(entry.get("attachments")) for each in _listed(dig(attachment, "data"))]
    found = [text_at(each, "external_context", "url") for each in inner] + [text_at(entry, "share", "link")]
    return [link for link in found if link][:20]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mended(value: Any, depth: int = 0) -> Any:
    """Strings as they were meant: their letters are the bytes of UTF-8."""
    if isinstance(value, str):
        try:
            return value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return value
    if depth > 2 * _DEEPEST:
        return None
    if isinstance(value, list):
        return [_mended(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {key: _mended(each, depth + 1) for key, each in value.items()}
    return value
