"""Notes of Misskey and its forks (Firefish, Sharkey) under the names that Mastodon's interface has for a status.

Read by `crawlers.spiders.mastodon`. Nothing here raises on content.
"""

import html
from typing import Any

from crawlers.reading.json_fields import as_object, as_objects, as_string


def is_misskey(value: Any) -> bool:
    """Whether this is a note of Misskey's interface."""
    return (
        isinstance(value, dict) and isinstance(value.get("user"), dict) and {"id", "createdAt", "text"} <= value.keys()
    )


def status_of_misskey(note: dict[str, Any]) -> dict[str, Any]:
    """The note as a status; one that only hands on another is a boost of it, one that adds words quotes it."""
    status, renote = _status(note), note.get("renote")
    if is_misskey(renote):
        handed_on = _status(as_object(renote))
        status |= {"quote": handed_on} if note.get("text") else {"reblog": handed_on}
    return status


def _status(note: dict[str, Any]) -> dict[str, Any]:
    user, number = as_object(note.get("user")), as_string(note.get("id"))
    host = as_string(user.get("host"))
    media = [
        {"type": as_string(each.get("type")).partition("/")[0], "description": each.get("comment")}
        for each in as_objects(note.get("files"))
    ]
    tags = note.get("tags")
    return {
        "id": number,
        # A note of another server has its address there.
        "url": as_string(note.get("url")) or as_string(note.get("uri")) or f"/notes/{number}",
        "created_at": note.get("createdAt"),
        "edited_at": note.get("updatedAt"),
        "content": html.escape(as_string(note.get("text"))),
        "spoiler_text": note.get("cw"),
        "visibility": note.get("visibility"),
        "in_reply_to_id": note.get("replyId"),
        "replies_count": note.get("repliesCount"),
        "reblogs_count": note.get("renoteCount"),
        "media_attachments": media,
        "poll": {
            "options": [{"title": each.get("text")} for each in as_objects(as_object(note.get("poll")).get("choices"))]
        },
        "tags": [{"name": each} for each in tags] if isinstance(tags, list) else [],
        "account": {
            "id": user.get("id"),
            "acct": "@".join(filter(None, (as_string(user.get("username")), host))),
            "display_name": user.get("name"),
            "bot": user.get("isBot"),
            "noindex": user.get("noCrawle"),
        },
    }
