"""Options that many commands share."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from lurewatch.installation import DEFAULT_DIRECTORY, Installation

# Who did it, as the audit chain tells: whoever may run commands has no account to be named by.
ACTOR = "command line"


def with_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--dir DIR` and hand it the Installation there as its first argument."""

    @click.option(
        "--dir",
        "directory",
        type=click.Path(file_okay=False, path_type=Path),
        default=DEFAULT_DIRECTORY,
        envvar="LUREWATCH_DIR",
        show_default=True,
        help="Folder that holds the installation (also LUREWATCH_DIR).",
    )
    @wraps(command)
    def wrapped(directory: Path, **arguments: Any) -> Any:
        return command(Installation.at(directory), **arguments)

    return wrapped


def with_recipient(recipient: str = "", purpose: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--recipient` and `--purpose`: whatever leaves the installation is on record with both."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        told = click.option(
            "--recipient", default=recipient, show_default=bool(recipient), help="Who gets it; goes on record."
        )
        return told(
            click.option("--purpose", default=purpose, show_default=bool(purpose), help="What for; goes on record.")(
                command
            )
        )

    return decorate
