"""The report as a PDF: the same page as report.html, typeset by a program that is shut off from everything else.

Pango and HarfBuzz are handed hostile text, so they run in a process of their own (`evidence.typesetting`). The
machine's fonts and settings are kept from it: the same dossier gives the same bytes wherever the same libraries are.
"""

import json
import logging
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from evidence import paper
from evidence.apart import run_apart
from evidence.dossier import Dossier
from evidence.report import Medium, report_html
from evidence.typefaces import FOLDER, Typeface, needed, typefaces
from evidence.typesetting import MOST_CPU_S, NO_PANGO
from evidence.verify_standalone import document_text

REPORT_PDF = "data/report.pdf"
_PROGRAM = Path(__file__).with_name("typesetting.py")
# The processor's time is what is limited; this is for a machine that does ten other things.
_MOST_WAIT_S = 10 * MOST_CPU_S
_log = logging.getLogger(__name__)


def _css() -> str:
    families = ", ".join(dict.fromkeys(f'"{face.family}"' for face in typefaces()))
    rules = (Path(__file__).parent / "templates" / "paper.css").read_text("utf-8")
    return f"{rules}@page {{ font-family: {families}; }}\nbody, code, .hash {{ font-family: {families}; }}\n"


# A sheet takes a tenth of a second: a case that would fill hundreds is told post by post in report.html alone.
PAPER = Medium(
    inert=paper.printable,
    orders_marks=False,
    css=_css(),
    most_posts=100,
    most_rows=100,
    most_characters=8_000,
    most_value=400,
)


@dataclass(frozen=True, slots=True)
class ReportPdf:
    """The PDF, or why there is none: a sentence for what the pack does not hold."""

    content: bytes | None
    gap: str | None = None


def report_pdf(dossier: Dossier) -> ReportPdf:
    """The report on the documents of one pack; where it cannot be made, a warning is logged and the gap is named."""
    html = report_html(dossier, PAPER).decode()
    faces = needed(html)
    job = {
        "html": html,
        "css": "\n".join(map(_font_face, faces)),
        "fonts": [str(FOLDER / face.file) for face in faces],
        "identifier": sha256(document_text(dossier.claims)).hexdigest()[:32],
    }
    made = _run(json.dumps(job).encode())
    if made.gap:
        _log.warning("%s", made.gap)
    return made


def typesetter_fault() -> str | None:
    """Why no PDF can be made on this machine, or None."""
    return _run(b"").gap


def _run(job: bytes) -> ReportPdf:
    try:
        done = run_apart(_PROGRAM, job, most_wait_s=_MOST_WAIT_S, FONTCONFIG_FILE=str(FOLDER / "fonts.conf"))
    except subprocess.TimeoutExpired:
        return ReportPdf(None, f"report.pdf: typesetting did not end within {_MOST_WAIT_S} seconds.")
    if done.returncode == NO_PANGO:
        return ReportPdf(None, "report.pdf: the library Pango is missing on the machine that makes packs.")
    if done.returncode:
        return ReportPdf(None, f"report.pdf: typesetting ended with status {done.returncode}.")
    return ReportPdf(done.stdout)


def _font_face(face: Typeface) -> str:
    uri = (FOLDER / face.file).as_uri()
    return f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; src: url("{uri}"); }}'
