"""`score` and `campaigns`: JSON lines in, JSON lines out, no store."""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError
from lurewatch.installation import Installation
from lurewatch.lines import open_input, read_posts, write_line
from lurewatch.progress import bar

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
def campaigns_command(installation: Installation, file: str) -> None:  # noqa: ARG001 - every command takes --dir
    """Group posts that belong together: JSONL {"id", "text"} in, {"id", "campaign"} out, null when alone."""
    from classifier.campaigns import CampaignPost, link_posts
    from classifier.identifiers import find_identifiers

    broken = _Broken()
    with open_input(file) as lines:
        posts = list(read_posts(lines, file, broken.report))
    linked = link_posts(
        CampaignPost(id=post_id, text=text, identifiers=tuple(find_identifiers(text))) for post_id, text in posts
    )
    for post_id, _text in posts:
        write_line({"id": post_id, "campaign": linked[post_id]})
    broken.leave()


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
