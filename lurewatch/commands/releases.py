"""`train`, `evaluate` and `releases`: for researchers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lurewatch import resources
from lurewatch.commands.options import ACTOR, with_installation
from lurewatch.errors import ConfigurationError, ModelError, PromotionError
from lurewatch.installation import Installation

if TYPE_CHECKING:
    from lurewatch.releases import Witness

_EXTRA_HINT = "Install the extra `train`: see 'Training' in the README."


@click.command()
@click.argument("name")
@click.option(
    "--corpus", type=click.Path(file_okay=False, path_type=Path), help="Labelled posts; default: the bundled."
)
@click.option("--parallel", type=click.Path(file_okay=False, path_type=Path), help="Parallel text for the encoder.")
@click.option("--benign", type=click.Path(file_okay=False, path_type=Path), help="Real posts: harmless and suspect.")
@click.option(
    "--labels",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Decided posts beside the corpus, from `labels export`; may be given again.",
)
@click.option(
    "--base",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A Hugging Face encoder's folder to tune, in place of an encoder of our own.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the release's folder.")
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keeps the long stages' work, so that a run that was cut short goes on.",
)
@click.option("--seed", default=0, show_default=True)
@with_installation
def train_command(
    installation: Installation,
    name: str,
    corpus: Path | None,
    parallel: Path | None,
    benign: Path | None,
    labels: tuple[Path, ...],
    base: Path | None,
    out: Path | None,
    work: Path | None,
    seed: int,
) -> None:
    """Train release NAME from labelled posts; on the CPU, or on a CUDA device where there is one."""
    from lurewatch.promotion import is_frozen
    from lurewatch.releases import TRAINED, WORK

    for path in labels:
        if is_frozen(path, installation.directory):
            raise ConfigurationError(
                f"{path} holds frozen posts: releases are compared on them.", hint="Train on what was decided since."
            )
    module = _training_module("train")
    folder = module.train(
        module.Sources(corpus or resources.corpus(), resources.lexicons(), parallel, benign, base, labels),
        out or installation.directory / TRAINED,
        name=name,
        work_dir=work or installation.directory / WORK,
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

    evaluate = _training_module("evaluate").evaluate
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


def _training_module(name: str):  # type: ignore[no-untyped-def]
    import importlib

    try:
        return importlib.import_module(f"classifier.training.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"torch", "onnx", "onnxscript", "sklearn", "scipy", "transformers"}:
            raise
        raise ConfigurationError(f"Training needs {error.name}, which is not installed.", hint=_EXTRA_HINT) from error


@click.group()
def releases_command() -> None:
    """List releases and choose the one that scores."""


@releases_command.command("list")
@with_installation
def list_releases(installation: Installation) -> None:
    """Every release here; the one in force is marked, and one that cannot be read says why."""
    from lurewatch.releases import folder_in_force, known_releases

    in_force = folder_in_force(installation.directory, installation.settings.release)
    folders = {*known_releases(installation.directory).values(), in_force}
    for folder in sorted(folders, key=lambda folder: folder.name):
        mark = "*" if folder == in_force else " "
        click.echo(f"{mark} {folder.name:20} {_described(folder)}")


def _described(folder: Path) -> str:
    from classifier.release import read_manifest

    try:
        manifest = read_manifest(folder)
    except ModelError as error:
        return f"cannot be read: {error.message}"
    return f"{manifest.created}  {len(manifest.languages)} languages"


@releases_command.command("promote")
@click.argument("name")
@click.option("--force", metavar="REASON", help="Promote whatever the comparison says; the reason is kept on record.")
@with_installation
def promote_release(installation: Installation, name: str, force: str | None) -> None:
    """Score with release NAME from now on, unless it does worse on the frozen posts; old verdicts stay on record."""
    from lurewatch.releases import folder_in_force, promote, release_in_force

    if force is not None and not force.strip():
        raise click.BadParameter("give a reason in words.", param_hint="--force")
    _refuse_pinned(installation)
    before, after = folder_in_force(installation.directory), release_in_force(installation.directory, name)
    details = {"forced": force.strip()} if force else {}
    if before != after:
        details["comparison"] = _compared(installation, before, after, forced=bool(force))
    promote(installation.directory, name, witness=_chain(installation), **details)
    click.echo(f"{name} is in force.", err=True)


@releases_command.command("rollback")
@with_installation
def rollback_release(installation: Installation) -> None:
    """Take the last promotion back; the release before it scores again."""
    from lurewatch.releases import rollback

    _refuse_pinned(installation)
    before = rollback(installation.directory, witness=_chain(installation))
    click.echo(f"{before} is in force.", err=True)


def _refuse_pinned(installation: Installation) -> None:
    pinned, origin = installation.settings.release, installation.loaded.origins["release"]
    if pinned:
        raise ConfigurationError(
            f"{origin} pins the release {pinned!r}, so another would not score.", hint="Remove that setting first."
        )


def _compared(installation: Installation, before: Path, after: Path, *, forced: bool) -> str:
    """Compare, print and keep it; the name of the file it is kept in. PromotionError where something speaks against."""
    from lurewatch.promotion import compare_releases, keep, table

    comparison = compare_releases(
        installation.directory, before, after, on_progress=lambda message: click.echo(message, err=True)
    )
    path = keep(installation.directory, comparison)
    click.echo("\n".join((*table(comparison), *comparison.notes, *comparison.reasons)), err=True)
    if comparison.reasons and not forced:
        raise PromotionError(
            f"{after.name} was not promoted for {len(comparison.reasons)} reasons: see above, and {path}.",
            hint="Train a better one; or, if you know better, give --force REASON.",
        )
    return path.name


def _chain(installation: Installation) -> "Witness":
    """Writes a step into the audit chain; an installation without a store has none.

    The entry is committed before the step counts: a failure in between leaves an entry of something that did not
    happen, never a release in force that nobody entered.
    """

    def enter(action: str, name: str, details: dict[str, str]) -> None:
        if not installation.keys_dir.is_dir():
            return
        from store import audit

        with installation.open_store() as store, store.transaction() as session:
            audit.append(session, actor=ACTOR, action=action, subject=f"release:{name}", details=dict(details))

    return enter
