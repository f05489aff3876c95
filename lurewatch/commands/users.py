"""`users`: accounts of the review application."""

from datetime import UTC, datetime

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError
from lurewatch.installation import Installation
from store.roles import RIGHTS

LONGEST_NAME = 100


@click.group()
def users_command() -> None:
    """Add accounts, change their roles, close them, set passwords, take second factors away."""


@users_command.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(list(RIGHTS)), default="analyst", show_default=True)
@click.option("--provider", is_flag=True, help="No password: the OpenID provider's account of this name signs in.")
@click.option("--must-change", is_flag=True, help="The password has to be changed at the first sign-in.")
@with_installation
def add(installation: Installation, username: str, role: str, provider: bool, must_change: bool) -> None:
    """Add an account and print its first password once."""
    from review_ui.passwords import PasswordCost, Passwords, temporary_password
    from store.users import add_user

    must_be_typable(username)
    password = "" if provider else temporary_password()
    kept = Passwords(PasswordCost()).hash(password) if password else ""
    with installation.open_store() as store, store.transaction() as session:
        user = add_user(session, username=username, role=role, password_hash=kept, now=datetime.now(UTC))
        user.must_change_password = must_change and not provider
    if password:
        click.echo(password)


@users_command.command("list")
@with_installation
def list_(installation: Installation) -> None:
    """List the accounts: name, role, how they sign in, and whether they are closed."""
    from store import second_factors, users

    with installation.open_existing_store() as store, store.reading() as session:
        for user in users.all_users(session):
            has_factor = second_factors.is_confirmed(session, user)
            way = "password and code" if has_factor else "password" if user.password_hash else "provider"
            way = "tokens" if users.is_system(user) else way
            click.echo(f"{user.username}\t{user.role}\t{way}\t{'closed' if user.disabled else 'open'}")


@users_command.command("role")
@click.argument("username")
@click.argument("role", type=click.Choice(list(RIGHTS)))
@with_installation
def role(installation: Installation, username: str, role: str) -> None:
    """Give an account another role."""
    from store import users

    with installation.open_existing_store() as store, store.transaction() as session:
        users.set_role(session, users.named(session, username), role, actor=users.COMMAND_LINE)


@users_command.command("close")
@click.argument("username")
@with_installation
def close(installation: Installation, username: str) -> None:
    """Close an account and end its sessions; what it did stays."""
    _set_disabled(installation, username, True)


@users_command.command("open")
@click.argument("username")
@with_installation
def open_(installation: Installation, username: str) -> None:
    """Open a closed account again."""
    _set_disabled(installation, username, False)


@users_command.command("second-factor")
@click.argument("username")
@with_installation
def second_factor(installation: Installation, username: str) -> None:
    """Take an account's second factor away, for a lost device, and end its sessions."""
    from store import second_factors, sessions, users

    with installation.open_existing_store() as store, store.transaction() as session:
        user = users.named(session, username)
        second_factors.reset(session, user, actor=users.COMMAND_LINE)
        sessions.end_all(session, user, actor=users.COMMAND_LINE, now=datetime.now(UTC))


@users_command.command("password")
@click.argument("username")
@with_installation
def password(installation: Installation, username: str) -> None:
    """Give an account a new password, print it once and end the account's sessions."""
    from review_ui.passwords import PasswordCost, Passwords, temporary_password
    from store.users import set_password

    fresh = temporary_password()
    with installation.open_existing_store() as store, store.transaction() as session:
        set_password(session, username, Passwords(PasswordCost()).hash(fresh), now=datetime.now(UTC))
    click.echo(fresh)


def _set_disabled(installation: Installation, username: str, disabled: bool) -> None:
    from store import users

    with installation.open_existing_store() as store, store.transaction() as session:
        user = users.named(session, username)
        users.set_disabled(session, user, disabled, actor=users.COMMAND_LINE, now=datetime.now(UTC))


def must_be_typable(username: str) -> None:
    """Raise DataError for a name that nobody can type into a form."""
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
