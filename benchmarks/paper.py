"""`python -m benchmarks.paper --posts N`: what it costs to typeset the PDF report of a pack.

The case is that of `benchmarks.packs`: posts of 300 characters in all languages of the corpus, of which paper tells at
most 100. Memory is that of the process that typesets; it reads the fonts anew for each report.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import pypdfium2

from benchmarks.packs import fill
from evidence.report_pdf import PAPER, report_pdf
from tests.evidence.house import dossier_of, open_house, unpack


def main() -> None:
    """Print pages, seconds, and the peak of resident memory."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--posts", type=int, default=PAPER.most_posts)
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Path(folder) / "house", new=True)
        fill(house, options.parse_args().posts)
        dossier = dossier_of(unpack(house.export(Path(folder) / "pack.zip").path))
        house.store.close()
    began, busy = time.perf_counter(), _children_s()
    made = report_pdf(dossier)
    seconds, busy_s = time.perf_counter() - began, _children_s() - busy
    if made.content is None:
        print(made.gap)
        return
    pages = len(pypdfium2.PdfDocument(made.content))
    print(f"{pages} pages, {len(made.content) / 1e3:.0f} kB, in {seconds:.1f} s ({busy_s:.1f} of the processor)")
    print(f"{pages / busy_s:.0f} pages a second of the processor")
    peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"peak resident memory of the typesetter {peak_kib * 1024 / 1e6:.0f} MB")


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
