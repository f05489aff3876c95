"""The export formats that can be imported, by the names of `lurewatch import`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from crawlers.importers import (
    crowdtangle,
    discord,
    facebook,
    fourcat,
    jsonl,
    line,
    mail,
    mcl,
    ocr,
    table,
    telegram,
    warc,
    whatsapp,
    zeeschuimer,
)
from crawlers.importers.choices import NOTHING_SAID, Choices
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost


class Reader(Protocol):
    """Reads a file; DataError names what is broken, after what stands before was given."""

    def __call__(self, path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
        """The posts in the file at `path`."""


@dataclass(frozen=True, slots=True)
class Importer:
    """A format: what it is called in plain words, its provenance class, and its reader.

    When a folder is given, the files that `choose` takes out of all of it are read one by one, in that order; their
    names are ways from the folder, with slashes. None means no folders.
    """

    title: str
    provenance: str
    read: Reader
    choose: Callable[[Iterable[str]], list[str]] | None = None


def _ending_in(*suffixes: str) -> Callable[[Iterable[str]], list[str]]:
    return lambda names: sorted(name for name in names if PurePosixPath(name).suffix.lower() in suffixes)


FORMATS: dict[str, Importer] = {
    "telegram": Importer(
        "Telegram Desktop export (result.json, messages.html, folder, .zip)",
        "platform_export",
        telegram.read_export,
        telegram.files_of_export,
    ),
    "whatsapp": Importer("WhatsApp chat (.txt, or the zip around it)", "platform_export", whatsapp.read_export),
    "line": Importer("LINE chat (.txt)", "platform_export", line.read_export),
    "discord": Importer(
        "Discord chat, by DiscordChatExporter (.json, .html, .csv, .txt)", "platform_export", discord.read_export
    ),
    "zeeschuimer": Importer("Zeeschuimer (.ndjson, .csv)", "platform_export", zeeschuimer.read_export),
    "4cat": Importer("4CAT dataset (.csv, .ndjson)", "platform_export", fourcat.read_export),
    "crowdtangle": Importer("CrowdTangle (.csv)", "platform_export", crowdtangle.read_export),
    "mcl": Importer("Meta Content Library (.csv)", "platform_export", mcl.read_export),
    "facebook": Importer(
        "Facebook or Instagram, “Download your information” as JSON (.zip, .json, folder)",
        "platform_export",
        facebook.read_export,
        _ending_in(".json"),
    ),
    "warc": Importer(
        "Web archive (.warc, .warc.gz, .arc.gz, .wacz)",
        "handed_over",
        warc.read_archive,
        _ending_in(".warc", ".gz", ".arc", ".wacz"),
    ),
    "mail": Importer(
        "Mail (.eml, .emlx, .mbox, folder)", "handed_over", mail.read_mail, _ending_in(".eml", ".emlx", ".mbox")
    ),
    "jsonl": Importer("Posts as JSON lines, as `import --to-jsonl` prints them", "handed_over", jsonl.read_export),
    "table": Importer("Table with a row for each post (.csv, .xlsx, .ods, .json)", "handed_over", table.read_table),
    "ocr": Importer(
        "Screenshots, by Tesseract (picture or folder)", "handed_over", ocr.read_screenshot, _ending_in(*ocr.SUFFIXES)
    ),
}


def files_of(importer: Importer, path: Path) -> list[Path]:
    """The file at `path`; of a folder the files below it that the format reads."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"{path}: there is no such file.", hint="Check the path.")
    if importer.choose is None:
        raise DataError(f"{path}: this format is read from one file.", hint="Give the file itself.")
    # A link inside of what was handed over could point anywhere.
    below = (file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
    found = importer.choose(file.relative_to(path).as_posix() for file in below)
    if not found:
        raise DataError(
            f"{path}: the folder holds no file of this format: {importer.title}.", hint="Give the file itself."
        )
    return [path / name for name in found]


def with_each(files: Sequence[Path], act: Callable[[Path], None]) -> None:
    """Do `act` with every file; a broken one costs no other, and the first that was broken is raised in the end."""
    broken: list[DataError] = []
    for file in files:
        try:
            act(file)
        except DataError as error:
            broken.append(error)
    if len(files) > 1 and broken:
        raise DataError(f"{len(broken)} of {len(files)} files are broken. {broken[0].message}", hint=broken[0].hint)
    if broken:
        raise broken[0]
