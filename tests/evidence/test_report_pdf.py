"""The report on paper: complete, legible in every script without a font of the machine, inert, the same each time."""

import copy
import getpass
import hashlib
import io
import json
import logging
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from evidence import report_pdf as printing
from evidence.dossier import Dossier
from evidence.report import report_html
from evidence.report_pdf import PAPER, report_pdf, typesetter_fault
from tests.evidence.house import Files, dossier_of, unpack
from tests.evidence.scripts import SCRIPTS
from tests.review_ui.hostile import PAYLOADS

pytestmark = pytest.mark.skipif(bool(typesetter_fault()), reason="there is no Pango on this machine (README)")
# Names in a PDF that make a reader run, load, open or carry something.
ACTIVE = {
    "/AA", "/EmbeddedFiles", "/EF", "/GoToE", "/GoToR", "/ImportData", "/JS", "/JavaScript", "/Launch", "/Movie",
    "/OpenAction", "/RichMedia", "/Sound", "/SubmitForm", "/URI", "/XFA",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """A report's PDF, opened by two readers."""

    content: bytes
    pages: tuple[str, ...]
    pdf: pikepdf.Pdf

    @property
    def words(self) -> str:
        return "\n".join(self.pages)


def printed(dossier: Dossier) -> Printed:
    content = report_pdf(dossier).content
    assert content is not None
    pages = tuple(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    return Printed(content, pages, pikepdf.Pdf.open(io.BytesIO(content)))


def with_texts(dossier: Dossier, texts: dict[str, str]) -> Dossier:
    """One post for each text, which stands in every field that is collected or written by people."""
    posts = []
    for text in texts.values():
        document = copy.deepcopy(dossier.posts[0])
        document["post"] |= {"native_id": text, "url": text}
        document["source"] |= {"name": text, "purpose": text, "legal_basis": text}
        (revision,) = document["revisions"]
        revision |= {"scored_text": text, "author": text, "location": text, "salary": text}
        revision["verdicts"][0]["indicators"] = [{"code": text[:40], "start": 2, "end": 9, "text": text[2:9]}]
        revision["identifiers"].append({"type": "link", "value": text, "normalized": text, "start": 0, "end": 1})
        revision["item"]["decisions"][0]["note"] = text
        posts.append(document)
    return Dossier(claims=dossier.claims, captures=dossier.captures, posts=tuple(posts), custody=dossier.custody)


@pytest.fixture(scope="module")
def dossier(golden_pack: Path) -> Dossier:
    return dossier_of(unpack(golden_pack))


@pytest.fixture(scope="module")
def golden(dossier: Dossier) -> Printed:
    return printed(dossier)


@pytest.fixture(scope="module")
def every_script(dossier: Dossier) -> Printed:
    return printed(with_texts(dossier, SCRIPTS))


@pytest.fixture(scope="module")
def hostile(dossier: Dossier) -> Printed:
    return printed(with_texts(dossier, PAYLOADS))


@pytest.fixture(params=["golden", "every_script", "hostile"])
def any_of_them(request: pytest.FixtureRequest) -> Printed:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Printed)
    return found


# -- What it tells ---------------------------------------------------------------------------------------------------


def test_the_first_page_says_whose_it_is_and_what_it_claims(golden: Printed) -> None:
    for words in ("Unredacted", "CASE-2026-0001", "Unit 7", "reviewer-0000aaaa", "Not claimed", "Not captured"):
        assert words in golden.pages[0], words


def test_every_page_has_its_number_the_case_and_what_ties_it_to_the_pack(golden: Printed, files: Files) -> None:
    digest = hashlib.sha256(files["data/claims.json"]).hexdigest()
    for number, page in enumerate(golden.pages, 1):
        assert f"page {number} of {len(golden.pages)}" in page
        assert "CASE-2026-0001" in page
        assert digest in page


def test_it_tells_what_the_page_for_screens_tells(golden: Printed) -> None:
    for words in (
        "What weighed for and against it",
        "+1.25",
        "marks and",
        "Reviewers did not agree",
        "What was edited since version 1",
        "Only this week!",
        "case.opened",
        "python3 verify.py PACK.zip --trust FINGERPRINT",
    ):
        assert words in golden.words.replace("\r\n", " ").replace("\n", " "), words


def test_the_numbers_of_many_marks_are_drawn_and_not_named(dossier: Dossier) -> None:
    copied = copy.deepcopy(dossier)
    verdict = copied.posts[0]["revisions"][0]["verdicts"][0]
    verdict["indicators"] = [{"code": f"code_{n}", "start": n, "end": n + 1, "text": "x"} for n in range(12)]
    page = report_html(copied, PAPER).decode()
    assert 'data-numbers="12"' in page
    assert "SUPERSCRIPT" not in page


def test_nobody_is_called_trafficker_or_victim(golden: Printed) -> None:
    words = golden.words.lower()
    assert "trafficker" not in words
    assert "victim" not in words.replace("victim_distress", "")


# -- Every script, without a font of the machine ---------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_words_can_be_copied_out_again(every_script: Printed, script: str) -> None:
    first, *_ = re.split("[ ،，]", SCRIPTS[script])
    assert first in every_script.words


def _fonts(made: Printed) -> set[str]:
    found = (one for one in made.pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one)
    return {str(one["/BaseFont"]).split("+")[-1].lower() for one in found}


def test_no_font_but_ours_is_in_it(every_script: Printed) -> None:
    families = {name.removeprefix("lurewatch-") for name in _fonts(every_script)}
    assert {"khmer", "myanmar", "thai", "lao", "arabic", "tamil", "sinhala", "hangul", "ethiopic"} <= families
    assert all(name.startswith("lurewatch-") for name in _fonts(every_script))


def test_the_machine_s_fonts_are_not_asked(dossier: Dossier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Pango would take the machine's coloured emoji for these.
    (tmp_path / "fonts.conf").write_text("<fontconfig><dir>/usr/share/fonts</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    made = printed(with_texts(dossier, {"signs": "\u2764\ufe0f \u2708\ufe0f"}))
    assert all(name.startswith("lurewatch-") for name in _fonts(made))


# -- The same each time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_makes_the_same_bytes(golden: Printed, golden_pack: Path, seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.evidence.report_child", golden_pack],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd()), "TZ": "Asia/Bangkok"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(golden.content).hexdigest()


def test_its_only_date_and_name_are_the_export_s(golden: Printed, files: Files) -> None:
    assert set(golden.pdf.docinfo.keys()) == {"/Title", "/Producer", "/Creator", "/CreationDate"}
    assert str(golden.pdf.docinfo["/CreationDate"]) == "D:20260303120000Z"
    digest = hashlib.sha256(files["data/claims.json"]).hexdigest()
    assert bytes(golden.pdf.trailer["/ID"][0]).decode("latin-1") == bytes.fromhex(digest[:32]).decode("latin-1")


# -- Inert -------------------------------------------------------------------------------------------------------------


def _names(found: Any) -> Iterator[str]:
    """The keys and names within one object of a PDF."""
    if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in found.items():
            yield key
            yield from _names_beside(value)
    elif isinstance(found, pikepdf.Array):
        for value in found:
            yield from _names_beside(value)


def _names_beside(value: Any) -> Iterator[str]:
    if isinstance(value, pikepdf.Name):
        yield str(value)
    elif not getattr(value, "is_indirect", False):
        yield from _names(value)


def test_it_runs_loads_and_carries_nothing(any_of_them: Printed) -> None:
    names = {name for found in any_of_them.pdf.objects for name in _names(found)}
    assert "/StructTreeRoot" in names
    assert not names & ACTIVE
    assert "/Annots" not in names


def test_it_tells_nothing_of_the_machine(any_of_them: Printed) -> None:
    streams = [found.read_bytes() for found in any_of_them.pdf.objects if isinstance(found, pikepdf.Stream)]
    everything = any_of_them.content + b"".join(streams)
    for place in (str(Path.home()), str(Path.cwd()), "/tmp/", "weasyprint-"):
        assert place.encode() not in everything
    described = bytes(any_of_them.pdf.Root["/Metadata"].read_bytes()).decode() + str(dict(any_of_them.pdf.docinfo))
    assert not re.search(rf"\b({platform.node()}|{getpass.getuser()})\b", described)


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_text_is_told_as_text(hostile: Printed, name: str) -> None:
    assert f"Post {list(PAYLOADS).index(name) + 1}: " in hostile.words


@pytest.mark.parametrize(
    "text",
    [
        "A" * 1_000_000,
        "a" + "\u0301\u0302" * 500_000,
        "\u202e\u2066" * 500_000,
        "\n" * 1_000_000,
        "مطلوب house " * 90_000,
        "ត្រូវការ" * 120_000,
        "👩\u200d" * 300_000,
    ],
    ids=["a word", "a pile of marks", "bidi", "line ends", "both directions", "khmer", "signs without a font"],
)
def test_a_million_characters_are_cut_off_and_counted(dossier: Dossier, text: str) -> None:
    made = with_texts(dossier, {"long": text})
    html = report_html(made, PAPER).decode()
    assert len(html) < 120_000
    assert f" of {len(text)} code points are left out here: see <code>data/analysis/0001.json</code>" in html
    assert "more characters]" in html


@pytest.mark.slow
def test_an_excessive_post_is_typeset_in_seconds(dossier: Dossier) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    found = printed(with_texts(dossier, {"long": "مطلوب house\u202e" * 90_000}))
    assert "code points are left out here" in found.words
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 20


def test_long_tables_and_large_cases_say_what_they_leave_out(dossier: Dossier) -> None:
    document = copy.deepcopy(dossier.posts[0])
    revision = document["revisions"][0]
    revision["identifiers"] *= 150
    many = Dossier(claims=dossier.claims, captures=dossier.captures, posts=(document,), custody=dossier.custody)
    assert "50 more rows: see <code>data/analysis/0001.json</code>" in report_html(many, PAPER).decode()
    assert "more rows" not in report_html(many).decode()
    huge = Dossier(claims=dossier.claims, captures=dossier.captures, posts=(document,) * 101, custody=dossier.custody)
    assert "This case has 101 posts, more than are told on paper" in report_html(huge, PAPER).decode()


# -- For everybody who reads -------------------------------------------------------------------------------------------


def test_it_is_tagged_and_has_a_title_a_language_and_bookmarks(golden: Printed) -> None:
    root = golden.pdf.Root
    assert (str(root["/Lang"]), bool(root["/MarkInfo"]["/Marked"])) == ("en", True)
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert str(golden.pdf.docinfo["/Title"]) == "Evidence pack CASE-2026-0001"
    with golden.pdf.open_outline() as outline:
        titles = [item.title for part in outline.root for item in (part, *part.children)]
    assert "What is claimed, and what is not" in titles
    assert "Post 1: p-vi" in titles
    assert b'pdfuaid:part="1"' in bytes(root["/Metadata"].read_bytes()).replace(b"ns0:", b"pdfuaid:")


# -- Where it cannot be made -------------------------------------------------------------------------------------------


def _program(folder: Path, text: str) -> Path:
    program = folder / "program.py"
    program.write_text(text)
    return program


def test_without_pango_the_gap_is_named_and_a_warning_logged(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    without = f"""
import runpy, sys
class Missing:
    def find_spec(self, name, *_):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, Missing())
runpy.run_path({str(printing._PROGRAM)!r}, run_name="__main__")
"""
    monkeypatch.setattr(printing, "_PROGRAM", _program(tmp_path, without))
    with caplog.at_level(logging.WARNING):
        made = report_pdf(dossier)
    assert made.content is None
    assert made.gap == "report.pdf: the library Pango is missing on the machine that makes packs."
    assert caplog.messages == [made.gap]
    assert typesetter_fault() == made.gap


def test_a_typesetter_that_dies_gives_no_pdf_and_quotes_nothing(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dies = "import os, signal, sys; sys.stderr.write(sys.stdin.read()); os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(printing, "_PROGRAM", _program(tmp_path, dies))
    made = report_pdf(dossier)
    assert (made.content, made.gap) == (None, "report.pdf: typesetting ended with status -11.")
    assert caplog.messages == [made.gap]


def test_a_typesetter_that_hangs_is_ended(dossier: Dossier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(printing, "_PROGRAM", _program(tmp_path, "import time; time.sleep(600)"))
    monkeypatch.setattr(printing, "_MOST_WAIT_S", 1)
    assert report_pdf(dossier).gap == "report.pdf: typesetting did not end within 1 seconds."


def test_the_typesetter_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LUREWATCH_AUDIT_KEY", "secret")
    monkeypatch.setattr(printing, "_PROGRAM", _program(tmp_path, "import os; print(dict(os.environ))"))
    told = printing._run(b"").content
    assert told is not None
    assert b"FONTCONFIG_FILE" in told
    assert b"secret" not in told


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="file:///etc/hostname">',
        '<img src="data:image/png;base64,AAAA">',
        '<link rel="stylesheet" href="https://evil.example.test/s.css">',
        '<p style="background: url(http://127.0.0.1:9/x)">x</p>',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
    ids=["picture", "file", "data", "style sheet", "background", "attachment"],
)
def test_the_typesetter_fetches_nothing(html: str) -> None:
    job = {"html": f"<html lang=en><title>x</title>{html}", "css": "", "fonts": [], "identifier": "00" * 16}
    assert printing._run(json.dumps(job).encode()).content is None
