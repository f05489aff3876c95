"""What a browser sends in a form, checked before anything is done with it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import Request

from lurewatch.errors import DataError
from store.parsed_post import storable
from store.tables import GREATEST_ID, row_id_in

MAX_FIELDS = 150
MAX_NOTE = 2_000
MAX_BODY_BYTES = 64 * 1024
_LONGEST_ID = len(str(GREATEST_ID))
# Before the label in the name of its box.
LABEL_BOX = "label."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form; its name is the sender's word, and it is gone once the form is closed."""

    name: str
    file: BinaryIO


Form = tuple[dict[str, str], dict[str, Upload]]


@asynccontextmanager
async def open_form(request: Request, *, most_files: int = 0) -> AsyncIterator[Form]:
    """The text fields of a form, the last of each name, and its files; a field that was left empty has none.

    What no database takes is replaced by U+FFFD. Files larger than a megabyte are on the disk, without a name there.
    """
    async with request.form(max_files=most_files, max_fields=MAX_FIELDS) as form:
        texts = {name: storable(value) for name, value in form.items() if isinstance(value, str)}
        files = {
            name: Upload(value.filename or "", value.file)
            for name, value in form.items()
            if isinstance(value, UploadFile) and value.size
        }
        yield texts, files


async def read_fields(request: Request) -> dict[str, str]:
    """The text fields of a form that takes no file."""
    async with open_form(request) as (texts, _files):
        return texts


def read_query(request: Request) -> dict[str, str]:
    """The fields behind the question mark of an address, the last of each name; as `read_fields` gives them."""
    return {name: storable(value) for name, value in request.query_params.items()}


def line(fields: Mapping[str, str], name: str, *, longest: int, required: bool = False) -> str:
    """A field's text without surrounding white space; DataError when it is too long, or missing though required."""
    text, named = fields.get(name, "").strip(), name.replace("_", " ")
    if len(text) > longest:
        raise DataError(f"The field {named} has {len(text)} characters.", hint=f"Give {longest} at the most.")
    if required and not text:
        raise DataError(f"The field {named} is missing.", hint="Go back, fill it in and send the form again.")
    return text


def day(fields: Mapping[str, str], name: str, *, later: int = 0) -> date | None:
    """The day that a field names, or one so many days `later`; None for an empty field. DataError for no day."""
    text = fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) + timedelta(days=later) if text else None
    except (ValueError, OverflowError):
        raise DataError(f"{text[:20]!r} is no day.", hint="Give it as 2026-01-31.") from None


def midnight(of: date) -> datetime:
    """The beginning of a day in UTC."""
    return datetime.combine(of, time(), UTC)


def ticked(fields: Mapping[str, str], prefix: str) -> list[str]:
    """What stands behind `prefix` in the names of a form's boxes that are ticked, in the order they were sent."""
    return [name.removeprefix(prefix) for name in fields if name.startswith(prefix)]


def fresh_key() -> str:
    """A key for one rendered form: sending it twice is one act."""
    return secrets.token_urlsafe(24)


def number(fields: Mapping[str, str], name: str) -> int:
    """The id that a field names; DataError when it is missing, or cannot be one."""
    return row_id(line(fields, name, longest=_LONGEST_ID, required=True))


def number_if_any(fields: Mapping[str, str], name: str) -> int | None:
    """The same, or None where the field is empty."""
    return number(fields, name) if fields.get(name, "").strip() else None


def row_id(text: str) -> int:
    """The id that a path or field names; DataError when it cannot be one."""
    found = row_id_in(text)
    if found is None:
        raise DataError(f"{text[:20]!r} is not the number of an item.", hint="Go back to the queue.")
    return found
