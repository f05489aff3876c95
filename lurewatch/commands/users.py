"""`users`: accounts of the review application."""

import secrets
from datetime import UTC, datetime

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError
from lurewatch.installation import Installation
from store.roles import RIGHTS

LONGEST_NAME = 100


@click.group()
def users_command() -> None:
    """Add accounts and set passwords."""


@users_command.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(list(RIGHTS)), default="analyst", show_default=True)
@with_installation
def add(installation: Installation, username: str, role: str) -> None:
    """Add an account and print its first password once."""
    from review_ui.passwords import PasswordCost, Passwords
    from store.users import add_user

    _must_be_typable(username)
    password = secrets.token_urlsafe(12)
    with installation.open_store() as store, store.transaction() as session:
        add_user(
            session,
            username=username,
            role=role,
            password_hash=Passwords(PasswordCost()).hash(password),
            now=datetime.now(UTC),
        )
    click.echo(password)


@users_command.command("password")
@click.argument("username")
@with_installation
def password(installation: Installation, username: str) -> None:
    """Give an account a new password, print it once and end the account's sessions."""
    from review_ui.passwords import PasswordCost, Passwords
    from store.users import set_password

    fresh = secrets.token_urlsafe(12)
    with installation.open_existing_store() as store, store.transaction() as session:
        set_password(session, username, Passwords(PasswordCost()).hash(fresh), now=datetime.now(UTC))
    click.echo(fresh)


def _must_be_typable(username: str) -> None:
    if (
        not username.strip()
        or username != username.strip()
        or not username.isprintable()
        or len(username) > LONGEST_NAME
    ):
        raise DataError(
            f"The name {username[:LONGEST_NAME]!r} cannot be typed into a form.",
            hint=f"Give 1 to {LONGEST_NAME} visible characters without space around them.",
        )
