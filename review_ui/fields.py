"""What a browser sends in a form, checked before anything is done with it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from starlette.datastructures import UploadFile
from starlette.requests import Request

from lurewatch.errors import DataError
from store.parsed_post import storable
from store.tables import GREATEST_ID

MAX_FIELDS = 150
MAX_NOTE = 2_000
MAX_BODY_BYTES = 64 * 1024
# Before the label in the name of its box.
LABEL_BOX = "label."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form; its name is the sender's word."""

    name: str
    content: bytes


async def read_form(request: Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """The text fields and the files of a form."""
    async with request.form(max_files=1, max_fields=MAX_FIELDS) as form:
        texts = {name: storable(value) for name, value in form.items() if isinstance(value, str)}
        files = {
            name: Upload(value.filename or "", await value.read())
            for name, value in form.items()
            if isinstance(value, UploadFile)
        }
        return texts, files


async def read_fields(request: Request) -> dict[str, str]:
    """The text fields of a form, the last of each name; what no database takes is replaced by U+FFFD."""
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        return {name: storable(value) for name, value in form.items() if isinstance(value, str)}


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


def row_id(text: str) -> int:
    """The id that a path or field names; DataError when it cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(GREATEST_ID)) and int(text) <= GREATEST_ID):
        raise DataError(f"{text[:20]!r} is not the number of an item.", hint="Go back to the queue.")
    return int(text)
