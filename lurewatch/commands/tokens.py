"""`tokens`: keys of programs to the API of the review application."""

from datetime import UTC, datetime, timedelta

import click

from lurewatch.commands.options import with_installation
from lurewatch.commands.users import must_be_typable
from lurewatch.installation import Installation
from store import tokens, users
from store.parsed_post import rfc3339
from store.roles import RIGHTS


@click.group()
def tokens_command() -> None:
    """Make, list and revoke the tokens with which programs call the API."""


@tokens_command.command("make")
@click.argument("name")
@click.option("--role", type=click.Choice([role for role in RIGHTS if "view" in RIGHTS[role]]), default="viewer")
@click.option("--scope", "scopes", type=click.Choice(tokens.SCOPES), multiple=True, default=["view"], show_default=True)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it is good.")
@with_installation
def make(installation: Installation, name: str, role: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token for the program NAME, which acts as the account system:NAME, and print it once."""
    must_be_typable(users.SYSTEM + name)
    now = datetime.now(UTC)
    with installation.open_existing_store() as store, store.transaction() as session:
        fresh = tokens.issue_unasked(
            session,
            by=users.COMMAND_LINE,
            name=name,
            role=role,
            scopes=scopes,
            expires_at=now + timedelta(days=days),
            now=now,
        )
    click.echo(fresh)


@tokens_command.command("list")
@with_installation
def list_(installation: Installation) -> None:
    """List the tokens, the newest first: number, name, account, scopes, end, and whether it is valid."""
    now = datetime.now(UTC)
    with installation.open_existing_store() as store, store.reading() as session:
        for row in tokens.all_tokens(session):
            end, state = rfc3339(row.expires_at), tokens.state_of(row, now=now)
            click.echo(f"{row.id}\t{row.name}\t{row.holder.username}\t{','.join(row.scopes)}\t{end}\t{state}")


@tokens_command.command("revoke")
@click.argument("token_id", type=click.IntRange(1))
@with_installation
def revoke(installation: Installation, token_id: int) -> None:
    """End the token of this number, a program's or a person's, at once."""
    with installation.open_existing_store() as store, store.transaction() as session:
        tokens.revoke_unasked(session, token_id, by=users.COMMAND_LINE, now=datetime.now(UTC))
