"""`score` and `campaigns`: JSON lines in, JSON lines out, no store."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError
from lurewatch.installation import Installation
from lurewatch.lines import open_input, read_posts, write_line
from lurewatch.progress import bar

if TYPE_CHECKING:
    from classifier.campaigns import CampaignPost
    from classifier.verdict import Classifier

_FLUSHED_EVERY = 64
_SWITCHED_EVERY_S = 1e-4


@click.command()
@click.argument("file", default="-")
@click.option("--explain", is_flag=True, help="Add the n-grams that weighed most, as `wording`; slower.")
@with_installation
def score_command(installation: Installation, file: str, explain: bool) -> None:
    """Judge posts: JSONL {"id", "text"} in FILE or standard input, verdicts on standard output."""
    classifier = installation.load_classifier()
    # The encoder leaves the interpreter to the next batch's reading for a millisecond at a time and must get it back.
    sys.setswitchinterval(_SWITCHED_EVERY_S)
    broken = _Broken()
    lines_of = _explained_lines if explain else _verdict_lines
    with open_input(file) as lines, bar("Scoring", "posts") as move_on:
        for number, line in enumerate(lines_of(classifier, read_posts(lines, file, broken.report)), 1):
            write_line(line)
            move_on(1)
            if number % _FLUSHED_EVERY == 0:
                sys.stdout.flush()
    broken.leave()


def _verdict_lines(classifier: "Classifier", posts: Iterator[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    return (verdict.as_line() for verdict in classifier.score_many(posts))


def _explained_lines(classifier: "Classifier", posts: Iterator[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for post_id, text in posts:
        wording = [asdict(reason) for reason in classifier.wording(text)]
        yield classifier.score(post_id, text).as_line() | {"wording": wording}


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
