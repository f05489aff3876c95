"""`train`, `evaluate` and `releases`: for researchers."""

import json
from pathlib import Path

import click

from lurewatch import resources
from lurewatch.commands.options import with_installation
from lurewatch.errors import ConfigurationError
from lurewatch.installation import Installation

_EXTRA_HINT = "Install the extra `train`: see 'Training' in the README."


@click.command()
@click.argument("name")
@click.option(
    "--corpus", type=click.Path(file_okay=False, path_type=Path), help="Labelled posts; default: the bundled."
)
@click.option("--parallel", type=click.Path(file_okay=False, path_type=Path), help="Parallel text for the encoder.")
@click.option("--benign", type=click.Path(file_okay=False, path_type=Path), help="Real benign posts as negatives.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the release's folder.")
@click.option("--seed", default=0, show_default=True)
@with_installation
def train_command(
    installation: Installation,
    name: str,
    corpus: Path | None,
    parallel: Path | None,
    benign: Path | None,
    out: Path | None,
    seed: int,
) -> None:
    """Train release NAME from labelled posts; on the CPU, or on a CUDA device where there is one."""
    from lurewatch.releases import TRAINED

    train = _training_function("train")
    folder = train(
        corpus or resources.corpus(),
        resources.lexicons(),
        out or installation.directory / TRAINED,
        name=name,
        parallel=parallel,
        benign=benign,
        seed=seed,
        on_progress=lambda message, _fraction: click.echo(message, err=True),
    )
    click.echo(str(folder))


@click.command()
@click.argument("release", required=False)
@click.option(
    "--corpus", type=click.Path(file_okay=False, path_type=Path), help="Labelled posts; default: the bundled."
)
@click.option("--labelled", type=click.Path(file_okay=False, path_type=Path), help="Real posts that others labelled.")
@click.option(
    "--parallel",
    type=click.Path(file_okay=False, path_type=Path),
    help="Parallel text of the training run: tells which real posts it saw.",
)
@click.option(
    "--split",
    "splits",
    multiple=True,
    type=click.Choice(["hand", "language", "source", "time", "group", "none"]),
    default=["hand"],
    show_default=True,
    help="Refit the risk without each hand (language, ...) in turn; may be given again.",
)
@click.option("--most-folds", type=click.IntRange(min=2), help="Leave several out together: fewer fits. Default: each.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="JSON file; default: standard output.")
@click.option("--table", type=click.Path(dir_okay=False, path_type=Path), help="The figures as Markdown tables, too.")
@with_installation
def evaluate_command(
    installation: Installation,
    release: str | None,
    corpus: Path | None,
    labelled: Path | None,
    parallel: Path | None,
    splits: tuple[str, ...],
    most_folds: int | None,
    out: Path | None,
    table: Path | None,
) -> None:
    """Measure RELEASE (default: the one in force) on labelled posts; the figures as JSON."""
    from lurewatch.progress import stage_bar
    from lurewatch.releases import release_in_force

    evaluate = _training_function("evaluate")
    folder = release_in_force(installation.directory, release or installation.settings.release)
    with stage_bar() as on_progress:
        report = evaluate(
            folder,
            corpus or resources.corpus(),
            resources.lexicons(),
            labelled=labelled,
            parallel=parallel,
            splits=[split for split in splits if split != "none"],
            most_folds=most_folds,
            on_progress=on_progress,
        )
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if out:
        out.write_text(text + "\n", encoding="utf-8")
    else:
        click.echo(text)
    if table:
        from classifier.training.evaluation_text import evaluation_text

        table.write_text(evaluation_text(report), encoding="utf-8")


def _training_function(name: str):  # type: ignore[no-untyped-def]
    import importlib

    try:
        return getattr(importlib.import_module(f"classifier.training.{name}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"torch", "onnx", "sklearn", "scipy"}:
            raise
        raise ConfigurationError(f"Training needs {error.name}, which is not installed.", hint=_EXTRA_HINT) from error


@click.group()
def releases_command() -> None:
    """List releases and choose the one that scores."""


@releases_command.command("list")
@with_installation
def list_releases(installation: Installation) -> None:
    """Every release that can score here; the one in force is marked."""
    from classifier.release import read_manifest
    from lurewatch.releases import known_releases

    in_force = installation.release_dir
    for name, folder in sorted(known_releases(installation.directory).items()):
        manifest = read_manifest(folder)
        mark = "*" if folder == in_force else " "
        click.echo(f"{mark} {name:20} {manifest.created}  {len(manifest.languages)} languages")


@releases_command.command("promote")
@click.argument("name")
@with_installation
def promote_release(installation: Installation, name: str) -> None:
    """Score with release NAME from now on; old verdicts stay on record."""
    from lurewatch.releases import promote

    promote(installation.directory, name)
    click.echo(f"{name} is in force.", err=True)


@releases_command.command("rollback")
@with_installation
def rollback_release(installation: Installation) -> None:
    """Go back to the release before the last promotion."""
    from lurewatch.releases import rollback

    click.echo(f"{rollback(installation.directory)} is in force.", err=True)
