"""Tells posts apart that a source writes alike: exports without ids, the same words in the same minute."""

from dataclasses import replace

from store.parsed_post import ParsedPost

# Only neighbours can be alike, so that what is remembered stays small.
REMEMBERED = 1_000


class Numbering:
    """Counts the posts of one id in a file; the first keeps the id, further ones have their number behind it."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def apply(self, post: ParsedPost) -> ParsedPost:
        """`post` with an id that no post before it has."""
        times = self._seen.get(post.native_id, 0)
        if not times and len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[post.native_id] = times + 1
        return replace(post, native_id=f"{post.native_id}/{times}") if times else post
