"""Prints the SHA-256 of the PDF of a pack's report; started anew, for what a process might carry into it."""

import hashlib
import sys
from pathlib import Path

from evidence.report_pdf import report_pdf
from tests.evidence.house import dossier_of, unpack

content = report_pdf(dossier_of(unpack(Path(sys.argv[1])))).content
assert content is not None
sys.stdout.write(hashlib.sha256(content).hexdigest())
