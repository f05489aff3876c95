"""`corpus` and `lexicon`: for those who write and keep the training data."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lurewatch import resources
from lurewatch.commands.options import with_installation
from lurewatch.errors import ConfigurationError, DataError
from lurewatch.installation import Installation

if TYPE_CHECKING:
    from classifier.checks.baselines import LeftOut
    from classifier.checks.finding import Finding

_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)
_EXTRA_HINT = "Install scikit-learn, or the extra `train`: see 'Training' in the README."


@click.group()
def corpus_command() -> None:
    """Check and measure a labelled corpus."""


@corpus_command.command("check")
@click.argument("folder", type=_FOLDER, required=False)
@with_installation
def check_corpus(installation: Installation, folder: Path | None) -> None:
    """Whether the posts in FOLDER (default: the bundled corpus) are whole, balanced, varied and invented."""
    _need_sklearn()
    from classifier.checks.agreement import load_second_reading
    from classifier.checks.corpus import check_corpus
    from classifier.training.corpus import load_corpus

    folder = folder or resources.corpus()
    posts, second = load_corpus(folder), load_second_reading(folder)
    _print(check_corpus(posts, second, _detector(installation)), "corpus")


@corpus_command.command("measure")
@click.argument("folder", type=_FOLDER, required=False)
def measure_corpus(folder: Path | None) -> None:
    """Tables of what simple models make of it: each language left out, each hand left out (some minutes)."""
    _need_sklearn()
    from classifier.checks import baselines
    from classifier.indicators import IndicatorFinder
    from classifier.lexicon import Lexicon
    from classifier.training.corpus import load_corpus

    posts = [post for post in load_corpus(folder or resources.corpus()) if post.disguise_of is None]
    counts = baselines.concept_counts(posts, IndicatorFinder(Lexicon.load(resources.lexicons())))
    _print_table("language left out, indicators alone", baselines.indicators_by_language(posts, counts))
    _print_table("hand left out, n-grams and indicators", baselines.text_by_hand(posts, counts))


@click.group()
def lexicon_command() -> None:
    """Check the lexicons."""


@lexicon_command.command("check")
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--benign", type=_FOLDER, help="Real benign posts (*.jsonl.gz): names wordings that fire on too many.")
def check_lexicon(folder: Path | None, benign: Path | None) -> None:
    """Whether the lexicons in FOLDER (default: the bundled) say each concept in each language, and once."""
    from classifier.checks.lexicon import check_lexicon
    from classifier.lexicon import Lexicon

    findings = check_lexicon(Lexicon.load(folder or resources.lexicons()), benign)
    _print(findings, "lexicon")
    if not benign:
        click.echo("SKIPPED share of real benign posts: no --benign folder given.", err=True)


def _detector(installation: Installation) -> Callable[[Sequence[str]], Sequence[str]]:
    from classifier.cleaning import clean
    from classifier.language import LanguageDetector
    from classifier.release import Release

    languages = LanguageDetector.of(Release.load(installation.release_dir))
    return lambda texts: languages.detect_many([clean(text).text for text in texts])


def _need_sklearn() -> None:
    try:
        import sklearn  # noqa: F401
    except ModuleNotFoundError as error:
        raise ConfigurationError("Checking a corpus needs scikit-learn, which is absent.", hint=_EXTRA_HINT) from error


def _print(findings: Iterable["Finding"], what: str) -> None:
    failed = 0
    for finding in findings:
        failed += not finding.passed
        click.echo("\n".join(finding.lines()))
    if failed:
        raise DataError(f"{failed} checks of the {what} failed.", hint="Each FAIL line above names what to mend.")


def _print_table(title: str, rows: list["LeftOut"]) -> None:
    click.echo(f"| {title} | posts | with a label | average precision |\n|---|---|---|---|")
    for row in rows:
        click.echo(f"| {row.name} | {row.posts} | {row.positive} | {row.average_precision:.3f} |")
    if rows:
        mean = sum(row.average_precision for row in rows) / len(rows)
        click.echo(f"| mean | | | {mean:.3f} |\n")
