"""Of what kind a saved page may be, told by words that stand in it: an archive does not say which spider to ask.

A sign is no proof: the parser of the kind has the last word, and finds nothing where the sign was chance.
"""

from collections.abc import Iterator

# Kinds of `crawlers.kinds`, the likeliest first; all words of a sign stand in the page.
_SIGNS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("telegram", (b"tgme_widget_message",)),
    # Interfaces of job boards: Greenhouse, Lever, hh.ru, Workday, RemoteOK.
    ("jobapi", (b'"jobs"', b'"absolute_url"')),
    ("jobapi", (b'"hostedUrl"', b'"createdAt"')),
    ("jobapi", (b'"alternate_url"', b'"employer"')),
    ("jobapi", (b'"jobPostings"', b'"externalPath"')),
    ("jobapi", (b'"legal"', b'"position"', b'"company"')),
    ("jobposting", (b"JobPosting",)),
    ("feed", (b"<rss",)),
    ("feed", (b"<feed",)),
    ("feed", (b"<rdf:RDF",)),
    ("feed", (b"jsonfeed.org/version",)),
    ("mastodon", (b'"spoiler_text"', b'"visibility"')),
    ("reddit", (b'"kind"', b'"Listing"')),
    ("discourse", (b'"post_stream"',)),
    ("discourse", (b'"topic_list"',)),
    ("discourse", (b'"latest_posts"',)),
    ("vk", (b'"owner_id"', b'"response"')),
    ("forum", (b"bbWrapper",)),
    ("forum", (b"messageText", b"XenForo")),
    ("forum", (b"postcontainer",)),
    ("forum", (b"postbody", b"viewtopic")),
    ("forum", (b"SMF", b"subject_")),
    ("forum", (b"MyBB", b"post_body")),
    ("forum", (b"post_block", b"post_id_")),
    ("forum", (b"Vanilla", b"ItemComment")),
    ("forum", (b"DiscussionForumPosting",)),
    ("classified", (b"schema.org", b"Offer")),
    ("classified", (b"schema.org", b"Product")),
)


def kinds_by_signs(body: bytes) -> Iterator[str]:
    """The kinds that a page may be of, each once, the likeliest first."""
    return iter(dict.fromkeys(kind for kind, words in _SIGNS if all(word in body for word in words)))
