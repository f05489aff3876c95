"""Posts of one campaign: those that say nearly the same, and those that share a rare contact.

Pure: posts in, edges out, each with its reason. Texts are compared with contacts and figures masked, so that a
changed number hides nothing; a place or a crowd's contact never links. An analyst confirms before it counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from classifier.identifiers import Identifier, specificity
from classifier.sketches import Sketch, sketch_text

Contact = tuple[str, str]

# Similarity from which two posts say the same: five edited words of an advert of forty leave about 0.55.
SIMILAR = 0.45
# A contact on more different texts than this, times its specificity, is a crowd's (an agency, a hotline).
RARE_UP_TO = 12
# A number or name that nobody used for so long may be somebody else's by now: operators give numbers out anew.
LAPSES_AFTER = timedelta(days=365)
# A flood of copies must not slow the index: so many posts of a bucket are kept, and so many of those that share
# most buckets are compared. Further copies find these.
_BUCKET_CAP, _COMPARED = 16, 24


@dataclass(frozen=True, slots=True)
class CampaignPost:
    """A post as it is compared; identifiers have offsets in `text`, `at` is when it was posted, if that is known."""

    id: str
    text: str
    identifiers: tuple[Identifier, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Two posts and why they belong together: `text 0.83`, or `telegram example_hr` with the contact shared."""

    a: str
    b: str
    reason: str
    contact: Contact | None = None


class CampaignIndex:
    """Every post seen so far, ready to be compared with the next one.

    The cost of a post does not grow with the number of copies seen, only with that of different texts alike.
    """

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}
        self._buckets: dict[bytes, list[str]] = defaultdict(list)
        # One post of each different text that names the contact.
        self._holders: dict[Contact, list[str]] = defaultdict(list)
        self._last_named: dict[Contact, datetime] = {}

    def add(self, post: CampaignPost) -> list[Edge]:
        """Take a post in; its edges to earlier ones. A post that is known already (by id) has none."""
        if post.id in self._sketches:
            return []
        sketch = sketch_text(masked_text(post))
        edges = list(self._text_edges(post.id, sketch))
        edges += self._contact_edges(post, {edge.a for edge in edges})
        self._sketches[post.id] = sketch
        for key in sketch.bands:
            if len(self._buckets[key]) < _BUCKET_CAP:
                self._buckets[key].append(post.id)
        return edges

    def is_crowded(self, contact: Contact, weight: float) -> bool:
        """Whether so many different texts name a contact of this specificity that it says nothing."""
        return len(self._holders[contact]) > RARE_UP_TO * weight

    def _text_edges(self, new: str, sketch: Sketch) -> Iterator[Edge]:
        met = Counter(old for key in sketch.bands for old in self._buckets.get(key, ()))
        for old, _ in met.most_common(_COMPARED):
            similarity = sketch.similarity(self._sketches[old])
            if similarity >= SIMILAR and sketch.recurs_throughout(self._sketches[old]):
                yield Edge(old, new, f"text {similarity:.2f}")

    def _contact_edges(self, post: CampaignPost, alike: set[str]) -> Iterator[Edge]:
        for contact, weight in _contacts(post).items():
            holders = self._holders[contact]
            if self._has_lapsed(contact, post.at):
                holders.clear()
            if alike.isdisjoint(holders):
                holders.append(post.id)
            if holders[0] != post.id and not self.is_crowded(contact, weight):
                yield Edge(holders[0], post.id, " ".join(contact), contact)

    def _has_lapsed(self, contact: Contact, at: datetime | None) -> bool:
        """Whether nobody named it for LAPSES_AFTER before `at`, which counts as naming it."""
        if at is None:
            return False
        last = self._last_named.get(contact, at)
        self._last_named[contact] = max(last, at)
        return at - last > LAPSES_AFTER


def edges(posts: Iterable[CampaignPost]) -> list[Edge]:
    """All edges among the posts; contacts that prove to be a crowd's at the end give none."""
    index = CampaignIndex()
    weights: dict[Contact, float] = {}
    found: list[Edge] = []
    for post in posts:
        weights |= _contacts(post)
        found += index.add(post)
    return [edge for edge in found if not (edge.contact and index.is_crowded(edge.contact, weights[edge.contact]))]


def link_posts(posts: Iterable[CampaignPost]) -> dict[str, str | None]:
    """The campaign of each post: the id of the campaign's first post, or None for a post alone."""
    known = list(posts)
    first = {post.id: post.id for post in known}
    place = {post.id: number for number, post in enumerate(known)}
    for edge in edges(known):
        a, b = _root(first, edge.a), _root(first, edge.b)
        first[max(a, b, key=place.__getitem__)] = min(a, b, key=place.__getitem__)
    roots = {post.id: _root(first, post.id) for post in known}
    shared = {root for post, root in roots.items() if post != root}
    return {post: root if root in shared else None for post, root in roots.items()}


def masked_text(post: CampaignPost) -> str:
    """The text without its identifiers."""
    pieces: list[str] = []
    done = 0
    for identifier in sorted(post.identifiers, key=lambda one: one.start):
        pieces.append(post.text[done : max(done, identifier.start)])
        done = max(done, identifier.end)
    return " ".join((*pieces, post.text[done:]))


def _contacts(post: CampaignPost) -> dict[Contact, float]:
    """The contacts of a post that may link it, with their specificity."""
    weights = {(one.type, one.normalized): specificity(one) for one in post.identifiers}
    return {contact: weight for contact, weight in weights.items() if weight > 0}


def _root(first: dict[str, str], post: str) -> str:
    """The first post of the campaign so far, with the way to it shortened (union-find)."""
    while first[post] != post:
        first[post] = first[first[post]]
        post = first[post]
    return post
