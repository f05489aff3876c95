"""The command line: finds the command, and turns every error into one line and an exit code.

Exit codes: 0 done, 1 the thing asked for failed, 2 wrong usage or bad input.
"""

import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import click

from lurewatch.errors import LurewatchError

if TYPE_CHECKING:
    from sqlalchemy.exc import OperationalError

# Command -> module of lurewatch.commands; a module is imported when one of its commands is called.
COMMANDS = {
    "audit": "audit",
    "campaigns": "judge",
    "corpus": "data",
    "crawl": "collect",
    "crawling": "crawling",
    "demo": "demo",
    "doctor": "doctor",
    "evaluate": "releases",
    "evidence": "evidence",
    "import": "collect",
    "labels": "labels",
    "lexicon": "data",
    "parse": "collect",
    "releases": "releases",
    "retention": "retention",
    "score": "judge",
    "seal": "seal",
    "search": "search",
    "serve": "serve",
    "tokens": "tokens",
    "train": "releases",
    "users": "users",
    "watch": "watch",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"lurewatch.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lurewatch")
def lurewatch() -> None:
    """Watch public job ads and social posts for human-trafficking recruitment."""


def main() -> None:
    """Run a command and leave with its exit code."""
    os.umask(0o077)  # Stores, captures and packs hold personal data: nobody else on this machine reads them.
    try:
        sys.exit(lurewatch(standalone_mode=False))
    except LurewatchError as error:
        _leave(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _leave(f"{error.format_message()} See `lurewatch --help`.", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _leave("Stopped.", 130)
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing, and keep the interpreter from flushing into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _leave(_refused(error.filename, error.strerror), 1)
    except Exception as error:  # noqa: BLE001 - the process boundary
        _leave(_refused("The store", error.orig) if _is_of_the_store(error) else _unexpected(error), 1)


def _leave(message: str, exit_code: int) -> None:
    click.echo(f"lurewatch: {message}", err=True)
    sys.exit(exit_code)


def _refused(place: object, reason: object) -> str:
    return (
        f"{place or 'Standard output or a file'}: {reason}. Check free space and rights; what was acknowledged is safe."
    )


def _is_of_the_store(error: Exception) -> TypeGuard["OperationalError"]:
    # Not imported: most commands do without a store.
    exceptions = sys.modules.get("sqlalchemy.exc")
    return exceptions is not None and isinstance(error, exceptions.OperationalError)


def _unexpected(error: Exception) -> str:
    # The message of an unexpected error may hold a post's text, so it is shown on request alone.
    if os.environ.get("LUREWATCH_DEBUG"):
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"unexpected {type(error).__name__} at {place}. Set LUREWATCH_DEBUG=1 for the details, and report it."
