"""`lurewatch corpus check`: whether a labelled corpus is what its datasheet promises.

The bounds are the project's own for its bundled corpus; a corpus that somebody else brings is measured by the same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from classifier.checks.agreement import Readings, check_agreement
from classifier.checks.contacts import assignable_contacts
from classifier.checks.finding import Finding, at_least, at_most, none_of, table
from classifier.checks.repeats import near_repeats
from classifier.checks.surface import areas_under_curve, function_character_areas
from classifier.labels import DISTRESS, LABELS
from classifier.language import LANGUAGES
from classifier.training.corpus import LabelledPost

KINDS = ("lure", "distress", "hard_benign", "benign")
SHORTEST, LONGEST = 20, 900
# A corpus of so many posts lets a figure be trusted; below it the figure is mostly chance.
_FEWEST_OF_A_CLASS = 40

DetectLanguages = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a corpus must reach: counts of posts, shares and areas under the curve from 0 to 1."""

    posts: int = 8000
    posts_a_language: int = 240
    posts_a_main_language: int = 450
    main_languages: tuple[str, ...] = ("vi", "zh", "th", "id", "en", "my", "km")
    posts_a_label: int = 400
    hands: int = 16
    benign_share: float = 0.5
    hard_share: float = 0.5
    smaller_class: float = 0.4
    groups_carried: int = 400
    languages_carried: int = 6
    campaigns: int = 60
    campaign_languages: int = 12
    translated_share: float = 1 / 3
    disguises: int = 600
    repeats_share: float = 0.02
    surface_area: float = 0.60
    function_area: float = 0.65
    language_share: float = 0.75


BOUNDS = Bounds()


def check_corpus(
    posts: Sequence[LabelledPost],
    second: Readings = MappingProxyType({}),
    detect: DetectLanguages | None = None,
    bounds: Bounds = BOUNDS,
) -> Iterator[Finding]:
    """Every finding on the posts, the quick ones first.

    `second` holds another reader's labels of some of them; `detect` names the language of each text.
    """
    plain = [post for post in posts if post.disguise_of is None]
    yield from _schema(posts)
    yield from _counts(plain, bounds)
    yield from _carried(plain, bounds)
    yield from _campaigns(plain, bounds)
    yield from _disguises(posts, bounds)
    yield none_of("contacts", _assignable(posts), "contacts that might be somebody's")
    yield from check_agreement(plain, second)
    yield from _leaks(plain, bounds)
    yield from _repeats(plain, bounds)
    if detect:
        yield _languages(plain, detect, bounds)


def _schema(posts: Sequence[LabelledPost]) -> Iterator[Finding]:
    yield none_of(
        "languages known", [f"{post.id}: {post.lang!r}" for post in posts if post.lang not in LANGUAGES], "unknown"
    )
    yield none_of(
        "kinds", [f"{post.id}: {post.kind!r}" for post in posts if not _kind_fits(post)], "at odds with labels"
    )
    lengths = [f"{post.id}: {len(post.text)}" for post in posts if not SHORTEST <= len(post.text) <= LONGEST]
    yield none_of("lengths", lengths, f"outside {SHORTEST} to {LONGEST} characters")
    texts = Counter(post.text for post in posts)
    yield none_of("same text", [post.id for post in posts if texts[post.text] > 1], "posts with another one's text")


def _kind_fits(post: LabelledPost) -> bool:
    if post.kind == "distress":
        return post.labels == {DISTRESS}
    return post.kind in KINDS and (post.kind == "lure") == post.at_risk and (post.at_risk or not post.labels)


def _counts(posts: Sequence[LabelledPost], bounds: Bounds) -> Iterator[Finding]:
    yield at_least("posts", {"posts": len(posts)}, bounds.posts)
    by_lang = _counted([post.lang for post in posts], LANGUAGES)
    yield at_least("posts a language", by_lang, bounds.posts_a_language)
    main = {lang: by_lang[lang] for lang in bounds.main_languages}
    yield at_least("posts a main language", main, bounds.posts_a_main_language)
    labels = _counted([label for post in posts for label in post.labels], LABELS)
    yield at_least("posts a label", labels, bounds.posts_a_label)
    smaller_class = _smaller_class(posts)
    smaller = {lang: smaller_class[lang] / max(1, by_lang[lang]) for lang in LANGUAGES}
    yield at_least("share of the smaller class in a language", smaller, bounds.smaller_class)
    yield at_least("hands", {"hands": len({post.hand for post in posts})}, bounds.hands)
    benign = [post for post in posts if not post.labels]
    yield at_least("benign share", {"benign": len(benign) / max(1, len(posts))}, bounds.benign_share)
    hard = sum(post.kind == "hard_benign" for post in benign) / max(1, len(benign))
    yield at_least("hard share of the benign", {"hard": hard}, bounds.hard_share)


def _smaller_class(posts: Sequence[LabelledPost]) -> Counter[str]:
    """How many posts of a language are in the smaller class, with a label or benign."""
    classes = Counter((post.lang, bool(post.labels)) for post in posts)
    return Counter({lang: min(classes[lang, True], classes[lang, False]) for lang, _ in classes})


def _counted(found: Sequence[str], wanted: Sequence[str]) -> dict[str, float]:
    counted = Counter(found)
    return {name: counted[name] for name in wanted}


def _carried(posts: Sequence[LabelledPost], bounds: Bounds) -> Iterator[Finding]:
    """Ideas told in several languages: groups outside campaigns, counted by the kind that all of their posts are."""
    carried: Counter[str] = Counter()
    for group in _grouped((post for post in posts if post.campaign is None), lambda post: post.group).values():
        kinds = {post.kind for post in group}
        if len({post.lang for post in group}) >= bounds.languages_carried and len(kinds) == 1:
            carried.update(kinds)
    figures: dict[str, float] = {kind: carried[kind] for kind in ("lure", "hard_benign")}
    yield at_least(f"groups in {bounds.languages_carried} languages", figures, bounds.groups_carried)


def _grouped(
    posts: Iterable[LabelledPost], name_of: Callable[[LabelledPost], str | None]
) -> dict[str, list[LabelledPost]]:
    """The posts by name; those that have none are left out."""
    groups: dict[str, list[LabelledPost]] = defaultdict(list)
    for post in posts:
        if name := name_of(post):
            groups[name].append(post)
    return groups


def _campaigns(posts: Sequence[LabelledPost], bounds: Bounds) -> Iterator[Finding]:
    campaigns = _grouped(posts, lambda post: post.campaign)
    odd = [f"{name}: {len(members)} posts" for name, members in campaigns.items() if not 4 <= len(members) <= 8]
    yield none_of("campaign sizes", odd, "campaigns not of 4 to 8 posts")
    yield at_least("campaigns", {"campaigns": len(campaigns)}, bounds.campaigns)
    langs = {post.lang for members in campaigns.values() for post in members}
    yield at_least("campaign languages", {"languages": len(langs)}, bounds.campaign_languages)
    translated = sum(len({post.lang for post in members}) > 1 for members in campaigns.values())
    yield at_least("translated campaigns", {"share": translated / max(1, len(campaigns))}, bounds.translated_share)
    groups = {post.group for members in campaigns.values() for post in members}
    near = {post.group for post in posts if post.campaign is None} & groups
    yield none_of("confusable posts", sorted(groups - near), "campaigns without a post that only looks like them")


def _disguises(posts: Sequence[LabelledPost], bounds: Bounds) -> Iterator[Finding]:
    by_id = {post.id: post for post in posts}
    disguised = [post for post in posts if post.disguise_of is not None]
    yield at_least("disguised lures", {"lures": sum(post.kind == "lure" for post in disguised)}, bounds.disguises)
    loose = [post.id for post in disguised if not _belongs(post, by_id.get(post.disguise_of or ""))]
    yield none_of("disguises tied", loose, "disguised posts at odds with their original")


def _belongs(post: LabelledPost, original: LabelledPost | None) -> bool:
    return (
        original is not None
        and bool(post.disguise)
        and (post.lang, post.labels, post.hand, post.group)
        == (original.lang, original.labels, original.hand, original.group)
        and post.text != original.text
    )


def _assignable(posts: Sequence[LabelledPost]) -> list[str]:
    return [f"{post.id}: {contact}" for post in posts for contact in assignable_contacts(post.text, post.lang)]


def _leaks(posts: Sequence[LabelledPost], bounds: Bounds) -> Iterator[Finding]:
    smaller_class = _smaller_class(posts)
    measured = [post for post in posts if smaller_class[post.lang] >= _FEWEST_OF_A_CLASS]
    areas = {f"{lang}, {feature}": area for (lang, feature), area in areas_under_curve(measured).items()}
    yield at_most("surface of a language", areas, bounds.surface_area, unit=" AUC")
    if measured:
        by_lang = function_character_areas(measured)
        yield at_most("function characters", {"all": by_lang.pop("all")}, bounds.function_area, unit=" AUC")
        yield table("function characters by language", by_lang)


def _repeats(posts: Sequence[LabelledPost], bounds: Bounds) -> Iterator[Finding]:
    pairs = near_repeats(posts)
    repeating = {post_id for one, other, _ in pairs for post_id in (one, other)}
    share = {"share": len(repeating) / max(1, len(posts))}
    yield at_most("near-repeats outside groups", share, bounds.repeats_share)
    if pairs:
        shown = tuple(f"{one} and {other}: {similarity:.2f}" for one, other, similarity in pairs)
        yield Finding("near-repeats found", True, f"{len(pairs)} pairs, for a reader to look at", shown)


def _languages(posts: Sequence[LabelledPost], detect: DetectLanguages, bounds: Bounds) -> Finding:
    """Share of each language's posts that the detector gives that language."""
    right: dict[str, list[bool]] = defaultdict(list)
    for post, found in zip(posts, detect([post.text for post in posts]), strict=True):
        right[post.lang].append(found == post.lang)
    shares = {lang: sum(hits) / len(hits) for lang, hits in right.items()}
    return at_least("language by the detector", shares, bounds.language_share)
