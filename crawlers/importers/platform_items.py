"""Posts of platforms as their own web pages load them: the raw JSON that Zeeschuimer and 4CAT keep.

These shapes are nobody's promise and change often. Field names: the mappings of 4CAT (2026-08), real captures.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from crawlers.importers.field_names import fields_in
from crawlers.importers.fields import dig, first_text, instant_of_digits, instant_of_text, instant_of_unix, text_at
from crawlers.reading.markup import text_of_markup
from crawlers.reading.media_kinds import media_kind

_X_DATE = "%a %b %d %H:%M:%S %z %Y"
_INSTAGRAM_MEDIA = {1: "photo", 2: "video", 8: "album"}
# LinkedIn's ids begin with the milliseconds of their making.
_LINKEDIN_ID_BITS = 22
_MOST_COMMENTS = 10_000
_LINKEDIN_ID = re.compile(r"urn:li:(activity|ugcPost|share):(\d{10,24})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPost:
    """What a mapping found; `id_` is empty where the item has none of its own."""

    id_: str | None
    url: str | None = None
    title: str | None = None
    text: str | None = None
    author: str | None = None
    author_name: str | None = None
    posted_at: datetime | None = None
    location: str | None = None
    lang_hint: str | None = None
    further: dict[str, Any] = field(default_factory=dict)


def read_item(platform: str, item: dict[str, Any]) -> PlatformPost:
    """The post in an item of `platform`, such as `tiktok.com`; of an unknown one, by the usual names of fields."""
    return _MAPPINGS.get(platform.lower().removeprefix("www."), _any)(item)


def parts_of(platform: str, item: dict[str, Any]) -> list[dict[str, Any]]:
    """The posts within an item: Facebook's comments come as a thread, all others one by one."""
    edges = dig(item, "comment_rendering_instance_for_feed_location", "comments", "edges")
    if platform.lower() != "facebook-comments" or not isinstance(edges, list):
        return [item]
    return [node for edge in edges[:_MOST_COMMENTS] if isinstance(node := dig(edge, "node"), dict)]


def _tiktok(item: dict[str, Any]) -> PlatformPost:
    id_ = text_at(item, "id")
    # Pages of before 2022 have the author as a plain name.
    author = first_text(item, "author.uniqueId", "author", "authorInfo.uniqueId")
    return PlatformPost(
        id_=id_,
        url=f"https://www.tiktok.com/@{author}/video/{id_}" if author and id_ else None,
        text=first_text(item, "desc", "contents.0.desc"),
        author=author,
        author_name=first_text(item, "author.nickname", "nickname"),
        posted_at=instant_of_unix(dig(item, "createTime")),
        location=text_at(item, "locationCreated"),
        lang_hint=text_at(item, "textLanguage"),
        further={"media": [{"kind": "album" if dig(item, "imagePost") else "video"}]},
    )


def _tiktok_comment(item: dict[str, Any]) -> PlatformPost:
    post = first_text(item, "aweme_id", "item_id")
    parent = text_at(item, "reply_id")
    return PlatformPost(
        id_=text_at(item, "cid"),
        url=text_at(item, "share_info", "url"),
        text=text_at(item, "text"),
        author=first_text(item, "user.unique_id", "author.uniqueId"),
        author_name=first_text(item, "user.nickname", "author.nickname"),
        posted_at=instant_of_unix(dig(item, "create_time")),
        lang_hint=text_at(item, "comment_language"),
        further={"reply_to": parent if parent and parent != "0" else post},
    )


def _instagram(item: dict[str, Any]) -> PlatformPost:
    code = first_text(item, "code", "shortcode")
    caption = text_at(dig(item, "edge_media_to_caption", "edges", 0), "node", "text")
    kind = _INSTAGRAM_MEDIA.get(dig(item, "media_type")) if isinstance(dig(item, "media_type"), int) else None
    return PlatformPost(
        id_=first_text(item, "id", "pk"),
        url=f"https://www.instagram.com/p/{code}/" if code else None,
        text=first_text(item, "caption.text", "caption") or caption,
        author=first_text(item, "user.username", "owner.username"),
        author_name=first_text(item, "user.full_name", "owner.full_name"),
        posted_at=instant_of_unix(dig(item, "taken_at") or dig(item, "taken_at_timestamp")),
        location=first_text(item, "location.name"),
        further={"media": [{"kind": kind}] if kind else None},
    )


def _threads(item: dict[str, Any]) -> PlatformPost:
    code, author = text_at(item, "code"), text_at(item, "user", "username")
    fragments = dig(item, "text_post_app_info", "text_fragments", "fragments")
    pieces = [dig(each, "plaintext") for each in fragments] if isinstance(fragments, list) else []
    return PlatformPost(
        id_=code or text_at(item, "id"),
        url=f"https://www.threads.com/@{author}/post/{code}" if author and code else None,
        text=first_text(item, "caption.text", "caption") or "".join(each for each in pieces if isinstance(each, str)),
        author=author,
        author_name=text_at(item, "user", "full_name"),
        posted_at=instant_of_unix(dig(item, "taken_at")),
        further={"reply_to": text_at(item, "text_post_app_info", "reply_to_author", "username")},
    )


def _x(item: dict[str, Any]) -> PlatformPost:
    tweet = item.get("tweet") if isinstance(item.get("tweet"), dict) else item
    id_ = first_text(tweet, "rest_id", "legacy.id_str", "id_str")
    author, author_name = _x_author(tweet)
    text, forwarded_from = _x_text(tweet)
    quoted = dig(tweet, "quoted_status_result", "result")
    return PlatformPost(
        id_=id_,
        url=_x_url(author, id_),
        text=text,
        author=author,
        author_name=author_name,
        posted_at=_by_format(first_text(tweet, "legacy.created_at", "created_at"), _X_DATE),
        location=text_at(tweet, "legacy", "place", "full_name"),
        lang_hint=first_text(tweet, "legacy.lang", "lang"),
        further={
            "reply_to": first_text(tweet, "legacy.in_reply_to_status_id_str"),
            "quoted": _x_quoted(dig(quoted, "tweet") or quoted),
            "forwarded_from": forwarded_from,
            "media": _x_media(tweet),
        },
    )


def _x_quoted(quoted: Any) -> list[dict[str, Any]] | None:
    if not isinstance(quoted, dict):
        return None
    author, id_, text = _x_author(quoted)[0], text_at(quoted, "rest_id"), _x_text(quoted)[0]
    found = {"text": text, "author": author, "url": _x_url(author, id_)}
    return [{name: value for name, value in found.items() if value}] if text else None


def _x_url(author: str | None, id_: str | None) -> str | None:
    return f"https://x.com/{author}/status/{id_}" if author and id_ else None


def _x_author(tweet: Any) -> tuple[str | None, str | None]:
    user = dig(tweet, "core", "user_results", "result") or dig(tweet, "user")
    names = ("core.{0}", "legacy.{0}", "{0}")
    handle, name = (first_text(user, *(path.format(key) for path in names)) for key in ("screen_name", "name"))
    return handle, name


def _x_text(tweet: Any) -> tuple[str | None, str | None]:
    """The text in full, and whose post it repeats: the outer text of a repost is cut short."""
    tweet = dig(tweet, "tweet") or tweet
    repeated = dig(tweet, "legacy", "retweeted_status_result", "result")
    if isinstance(repeated, dict):
        author = _x_author(dig(repeated, "tweet") or repeated)[0]
        return f"RT @{author}: {_x_text(dig(repeated, 'tweet') or repeated)[0] or ''}", f"@{author}"
    long_text = text_at(tweet, "note_tweet", "note_tweet_results", "result", "text")
    text = long_text or first_text(tweet, "legacy.full_text", "full_text", "text")
    # X writes & as &amp; within its JSON.
    return html.unescape(text) if text else None, None


def _x_media(tweet: Any) -> list[dict[str, Any]] | None:
    media = dig(tweet, "legacy", "extended_entities", "media") or dig(tweet, "legacy", "entities", "media")
    words = [text_at(each, "type") or "photo" for each in media] if isinstance(media, list) else []
    return [{"kind": media_kind(word.removeprefix("animated_"))} for word in words[:20]] or None


def _x_interface(item: dict[str, Any]) -> PlatformPost:
    """Posts as version 2 of X's interface gives them, with their author put in by 4CAT."""
    id_, author = text_at(item, "id"), text_at(item, "author_user", "username")
    return PlatformPost(
        id_=id_,
        url=_x_url(author, id_),
        text=html.unescape(text_at(item, "text") or ""),
        author=author,
        author_name=text_at(item, "author_user", "name"),
        posted_at=instant_of_text(dig(item, "created_at")),
        lang_hint=text_at(item, "lang"),
    )


def _telegram(item: dict[str, Any]) -> PlatformPost:
    """Messages as Telegram's interface gives them, with chat and sender put in by 4CAT."""
    id_, chat = text_at(item, "id"), text_at(item, "_chat", "username")
    names = (text_at(item, "_sender", name) for name in ("first_name", "last_name"))
    name = " ".join(filter(None, names)) or text_at(item, "_sender", "title")
    return PlatformPost(
        id_=f"{chat or text_at(item, '_chat', 'id')}/{id_}",
        url=f"https://t.me/{chat}/{id_}" if chat else None,
        text=text_at(item, "message"),
        author=text_at(item, "_sender", "username") or name or text_at(item, "post_author") or chat,
        author_name=name,
        posted_at=instant_of_unix(dig(item, "date")) or instant_of_text(dig(item, "date")),
        further={
            "chat": text_at(item, "_chat", "title"),
            "reply_to": first_text(item, "reply_to.reply_to_msg_id", "reply_to_msg_id"),
        },
    )


def _bilibili(item: dict[str, Any]) -> PlatformPost:
    video = text_at(item, "bvid")
    return PlatformPost(
        id_=video or first_text(item, "aid", "id"),
        url=first_text(item, "uri", "arcurl") or (f"https://www.bilibili.com/video/{video}" if video else None),
        title=text_at(item, "title"),
        text=first_text(item, "desc", "description", "title"),
        author=first_text(item, "owner.name", "author", "uname"),
        posted_at=instant_of_unix(dig(item, "pubdate") or dig(item, "ctime")),
    )


def _ninegag(item: dict[str, Any]) -> PlatformPost:
    return PlatformPost(
        id_=text_at(item, "id"),
        url=text_at(item, "url"),
        title=text_at(item, "title"),
        text=text_at(item, "description") or text_at(item, "title"),
        author=text_at(item, "creator", "username"),
        author_name=text_at(item, "creator", "fullName"),
        posted_at=instant_of_unix(dig(item, "creationTs")),
    )


def _imgur(item: dict[str, Any]) -> PlatformPost:
    id_ = text_at(item, "id")
    return PlatformPost(
        id_=id_,
        url=text_at(item, "url") or (f"https://imgur.com/gallery/{id_}" if id_ else None),
        title=text_at(item, "title"),
        text=text_at(item, "description") or text_at(item, "title"),
        author=first_text(item, "account.username", "account_url", "account_id"),
        posted_at=instant_of_text(dig(item, "created_at")),
    )


def _douyin(item: dict[str, Any]) -> PlatformPost:
    id_ = first_text(item, "aweme_id", "awemeId")
    return PlatformPost(
        id_=id_,
        url=f"https://www.douyin.com/video/{id_}" if id_ else None,
        text=text_at(item, "desc"),
        author=first_text(item, "author.nickname", "authorInfo.nickname"),
        posted_at=instant_of_unix(dig(item, "create_time") or dig(item, "createTime")),
        location=text_at(item, "region"),
        further={"media": [{"kind": "album" if dig(item, "images") else "video"}]},
    )


def _mastodon_like(item: dict[str, Any]) -> PlatformPost:
    """Gab and Truth Social."""
    repeated = dig(item, "reblog")
    return PlatformPost(
        id_=text_at(item, "id"),
        url=first_text(item, "url", "uri"),
        text=text_of_markup(first_text(item, "content", "reblog.content") or ""),
        author=first_text(item, "account.acct", "account.username"),
        author_name=text_at(item, "account", "display_name"),
        posted_at=instant_of_text(dig(item, "created_at")),
        lang_hint=text_at(item, "language"),
        further={
            "reply_to": text_at(item, "in_reply_to_id"),
            "forwarded_from": first_text(repeated, "account.acct", "account.username"),
        },
    )


def _pinterest(item: dict[str, Any]) -> PlatformPost:
    id_ = first_text(item, "entityId", "id")
    return PlatformPost(
        id_=id_,
        url=f"https://www.pinterest.com/pin/{id_}" if id_ else None,
        title=text_at(item, "title"),
        text=first_text(item, "description", "body", "title"),
        author=text_at(item, "pinner", "username"),
        author_name=first_text(item, "pinner.fullName", "pinner.full_name"),
        posted_at=_by_mail_date(first_text(item, "created_at", "createdAt")),
    )


def _rednote(item: dict[str, Any]) -> PlatformPost:
    id_ = first_text(item, "id", "note_id", "noteId")
    note = dig(item, "note_card") or dig(item, "note") or item
    title = first_text(note, "display_title", "title", "displayTitle")
    return PlatformPost(
        id_=id_,
        url=f"https://www.xiaohongshu.com/explore/{id_}" if id_ else None,
        title=title,
        text=text_at(note, "desc") or title,
        author=first_text(note, "user.nickname", "user.nick_name", "author_name"),
        posted_at=instant_of_unix(dig(note, "time")),
        location=first_text(note, "ip_location", "ipLocation"),
    )


def _linkedin(item: dict[str, Any]) -> PlatformPost:
    urns = ("updateMetadata.urn", "update_metadata.urn", "metadata.backendUrn", "preDashEntityUrn", "entityUrn", "id")
    # An update of several posts, and one that passes another on, begin with their own.
    urn = _LINKEDIN_ID.search(first_text(item, *urns) or "")
    id_ = urn[2] if urn else None
    shared = dig(item, "resharedUpdate") or dig(item, "*resharedUpdate")
    return PlatformPost(
        id_=id_,
        url=f"https://www.linkedin.com/feed/update/{urn[0]}" if urn else None,
        text=_linkedin_text(item) or _linkedin_text(shared),
        author=first_text(item, "actor.name.text", "actor.name"),
        posted_at=instant_of_unix(int(id_) >> _LINKEDIN_ID_BITS) if id_ else None,
        further={"posted_at_from": "id", "forwarded_from": first_text(shared, "actor.name.text", "actor.name")},
    )


def _linkedin_text(item: Any) -> str | None:
    return first_text(item, "commentary.text.text", "commentary.text")


def _facebook(item: dict[str, Any]) -> PlatformPost:
    story = dig(item, "comet_sections", "content", "story")
    shared = dig(story, "attached_story")
    return PlatformPost(
        id_=text_at(story, "post_id") or text_at(item, "post_id"),
        url=first_text(story, "wwwURL", "url") or first_text(item, "permalink_url", "url"),
        text=_facebook_text(story) or _facebook_text(shared),
        author=text_at(story, "actors", 0, "name") or text_at(item, "actors", 0, "name"),
        posted_at=instant_of_unix(_facebook_stamp(item)),
        further={
            "chat": first_text(story, "target_group.name", "to.name"),
            "author_url": text_at(story, "actors", 0, "url"),
            "forwarded_from": text_at(shared, "actors", 0, "name"),
        },
    )


def _facebook_text(story: Any) -> str | None:
    return first_text(
        story,
        "message.text",
        "comet_sections.message.story.message.text",
        "comet_sections.message_container.story.message.text",
    )


def _facebook_stamp(item: dict[str, Any]) -> Any:
    layout = dig(item, "comet_sections", "context_layout", "story", "comet_sections", "metadata")
    stamps = [dig(entry, "story", "creation_time") for entry in layout] if isinstance(layout, list) else []
    stamps += [dig(item, "comet_sections", "timestamp", "story", "creation_time"), dig(item, "creation_time")]
    return next(filter(None, stamps), None)


def _facebook_comment(item: dict[str, Any]) -> PlatformPost:
    return PlatformPost(
        id_=first_text(item, "legacy_fbid", "id"),
        url=first_text(item, "feedback.url", "url"),
        text=first_text(item, "body.text", "preferred_body.text"),
        author=first_text(item, "author.name"),
        posted_at=instant_of_unix(dig(item, "created_time")),
        further={"reply_to": first_text(item, "comment_direct_parent.id", "comment_parent.id")},
    )


def _graph(item: dict[str, Any]) -> PlatformPost:
    """Posts and comments as Facebook's Graph API gives them."""
    id_ = text_at(item, "id")
    return PlatformPost(
        id_=id_,
        url=text_at(item, "permalink_url") or (f"https://www.facebook.com/{id_}" if id_ else None),
        text=first_text(item, "message", "story"),
        author=first_text(item, "from.name", "from.username"),
        posted_at=instant_of_text(dig(item, "created_time")),
        further={"reply_to": text_at(item, "parent", "id")},
    )


def _instagram_comment(item: dict[str, Any]) -> PlatformPost:
    return PlatformPost(
        id_=first_text(item, "comment_id", "pk", "id"),
        url=None,
        text=text_at(item, "text"),
        author=first_text(item, "user.unique_id", "user.username", "owner.username"),
        author_name=first_text(item, "user.nickname", "user.full_name"),
        posted_at=instant_of_unix(dig(item, "created_at") or dig(item, "created_at_utc")),
        further={"reply_to": first_text(item, "parent_comment_id", "post_url", "post_id")},
    )


def _rednote_comment(item: dict[str, Any]) -> PlatformPost:
    return PlatformPost(
        id_=text_at(item, "id"),
        text=text_at(item, "content"),
        author=first_text(item, "user_info.nickname", "userInfo.nickname"),
        posted_at=instant_of_unix(dig(item, "create_time") or dig(item, "createTime")),
        location=first_text(item, "ip_location", "ipLocation"),
        further={"reply_to": first_text(item, "target_comment.id", "note_id", "noteId")},
    )


def _any(item: dict[str, Any]) -> PlatformPost:
    found = fields_in(item, {})
    stamp = found.get("posted_at", "")
    return PlatformPost(
        id_=found.get("native_id"),
        url=found.get("url"),
        title=found.get("title"),
        text=found.get("text"),
        author=found.get("author"),
        posted_at=instant_of_text(stamp) or instant_of_digits(stamp),
        location=found.get("location"),
        lang_hint=found.get("lang_hint"),
    )


def _by_format(value: str | None, form: str) -> datetime | None:
    try:
        return datetime.strptime(value or "", form).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _by_mail_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


_MAPPINGS: dict[str, Callable[[dict[str, Any]], PlatformPost]] = {
    "9gag.com": _ninegag,
    "api.x.com": _x_interface,
    "bilibili.com": _bilibili,
    "douyin.com": _douyin,
    "facebook-comments": _facebook_comment,
    "facebook.com": _facebook,
    "gab.com": _mastodon_like,
    "graph.facebook.com": _graph,
    "imgur.com": _imgur,
    "instagram-comments": _instagram_comment,
    "instagram.com": _instagram,
    "linkedin.com": _linkedin,
    "pinterest.com": _pinterest,
    "rednote.com": _rednote,
    "telegram.org": _telegram,
    "threads.com": _threads,
    "threads.net": _threads,
    "tiktok-comments": _tiktok_comment,
    "tiktok.com": _tiktok,
    "truthsocial.com": _mastodon_like,
    "twitter-comments": _x,
    "twitter.com": _x,
    "x.com": _x,
    "xiaohongshu-comments": _rednote_comment,
    "xiaohongshu.com": _rednote,
}
