"""Turns one HTML document into a PDF; a program of its own, which `evidence.report_pdf` starts for each report.

It reads a job (JSON: html, css, fonts, identifier in hex) on standard input and writes the PDF to standard output. What
it is given is hostile: it fetches nothing but the fonts it is told, and runs with little memory, little time and no
settings. Exit status NO_PANGO where the libraries are missing that WeasyPrint needs; without a job it only says that.
"""

import contextlib
import json
import logging
import resource
import sys
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NO_PANGO = 3
MOST_CPU_S = 120
_MOST_MEMORY_BYTES = 3 << 30
_RIGHT_TO_LEFT = frozenset(("R", "AL"))


def main() -> None:
    """Typeset the job, if there is one."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    # Without fonts of the machine WeasyPrint warns; that there are none is meant.
    warnings.simplefilter("ignore")
    try:
        import weasyprint.pdf
    except OSError:
        sys.exit(NO_PANGO)
    if job := sys.stdin.buffer.read():
        weasyprint.pdf.Stream = _readable_stream()
        sys.stdout.buffer.write(_typeset(json.loads(job)))


def _typeset(job: dict[str, Any]) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.logger import LOGGER
    from weasyprint.text.fonts import FontConfiguration

    LOGGER.addHandler(_Refusal(logging.WARNING))
    fetcher = _fetcher([Path(font) for font in job["fonts"]])
    fonts = FontConfiguration()
    css = CSS(string=job["css"], font_config=fonts, url_fetcher=fetcher)
    pdf: bytes = HTML(string=job["html"], url_fetcher=fetcher).write_pdf(
        font_config=fonts, stylesheets=[css], pdf_variant="pdf/ua-1", pdf_identifier=bytes.fromhex(job["identifier"])
    )
    return pdf


class _Refusal(logging.Handler):
    """A font that cannot be used would leave blanks where words are: no report is better than that one."""

    def emit(self, record: logging.LogRecord) -> None:
        """End the program on the one warning that matters; others tell of style."""
        if str(record.msg).startswith("Font-face"):
            sys.exit(record.getMessage())


def _fetcher(fonts: list[Path]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    allowed = {font.as_uri(): font for font in fonts}

    class Fonts(URLFetcher):  # type: ignore[misc]
        """Fetches these files, and ends the program when anything else is asked for."""

        def fetch(self, url: str, _headers: object = None) -> Any:
            """The font at `url`."""
            if url not in allowed:
                raise FatalURLFetchingError("The report asks for something to be fetched.")
            return URLFetcherResponse(url, allowed[url].read_bytes())

    return Fonts()


def _readable_stream() -> Any:
    from pydyf import Dictionary, String
    from weasyprint.pdf.stream import Stream

    class ReadableStream(Stream):  # type: ignore[misc]
        """A page whose words can be copied and read aloud as they were written.

        One glyph stands for several characters in most scripts of South and South-East Asia, and for others each time:
        the words are given with every line (ISO 32000-1, 14.9.4). Not where a line runs from right to left: readers
        expect its glyphs one by one, and would turn the words round.
        """

        @contextlib.contextmanager
        def marked(self, box: Any, tag: str) -> Iterator[None]:
            """Mark what is drawn within as `tag`, with its words."""
            text = getattr(box, "text", "")
            with super().marked(box, tag):
                if text.isascii() or not _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, text)):
                    yield
                    return
                self.begin_marked_content("Span", Dictionary({"ActualText": String(text)}))
                yield
                self.end_marked_content()

    return ReadableStream


if __name__ == "__main__":
    main()
