"""`score` and `campaigns`: JSON lines in, JSON lines out, no store."""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError
from lurewatch.installation import Installation
from lurewatch.lines import open_input, read_posts, write_line
from lurewatch.progress import bar

if TYPE_CHECKING:
    from classifier.campaigns import CampaignPost
    from classifier.verdict import Classifier

BATCH_SIZE = 64
T = TypeVar("T")


@click.command()
@click.argument("file", default="-")
@with_installation
def score_command(installation: Installation, file: str) -> None:
    """Judge posts: JSONL {"id", "text"} in FILE or standard input, verdicts on standard output."""
    classifier = installation.load_classifier()
    broken = _Broken()
    with open_input(file) as lines, bar("Scoring", "posts") as move_on:
        for batch in batched(read_posts(lines, file, broken.report), BATCH_SIZE):
            for verdict in classifier.score_many(batch):
                write_line(verdict.as_line())
            sys.stdout.flush()
            move_on(len(batch))
    broken.leave()


@click.command()
@click.argument("file", default="-")
@with_installation
def campaigns_command(installation: Installation, file: str) -> None:
    """Group posts that belong together: JSONL {"id", "text"} in, {"id", "campaign"} out, null when alone."""
    from classifier.campaigns import link_posts

    classifier = installation.load_classifier()
    broken = _Broken()
    with open_input(file) as lines:
        posts = list(read_posts(lines, file, broken.report))
    with bar("Reading", "posts", total=len(posts)) as move_on:
        linked = link_posts(_comparable(posts, classifier, move_on))
    for post_id, _text in posts:
        write_line({"id": post_id, "campaign": linked[post_id]})
    broken.leave()


def _comparable(
    posts: list[tuple[str, str]], classifier: "Classifier", move_on: Callable[[int], None]
) -> Iterator["CampaignPost"]:
    from classifier.campaigns import CampaignPost

    for (post_id, text), verdict in zip(posts, classifier.score_many(posts), strict=True):
        yield CampaignPost(id=post_id, text=text, identifiers=verdict.identifiers)
        move_on(1)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class _Broken:
    """Prints broken lines as they come, and makes the exit code tell of them."""

    def __init__(self) -> None:
        self.count = 0

    def report(self, error: DataError) -> None:
        self.count += 1
        click.echo(f"lurewatch: {error}", err=True)

    def leave(self) -> None:
        if self.count:
            raise DataError(f"{self.count} broken lines were passed over.", hint="The others are done.")
