"""Everything under data/ of a pack for one case: captures, analyses, custody, claims, report, and the verifier."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from evidence.analysis import capture_document, captures_of, items_of, post_document, posts_of
from evidence.claims import Export, claims_document
from evidence.custody import custody_about
from evidence.dossier import Dossier
from evidence.exchange.files import exchange_files
from evidence.inclusion import batch_subjects, inclusion_files, inclusion_proofs
from evidence.keys import SigningKey
from evidence.pack_file import PackFile
from evidence.recorded import unrecorded_revisions
from evidence.records import cut_capture
from evidence.report import report_html
from evidence.report_pdf import REPORT_PDF, report_pdf
from evidence.verify_standalone import CLAIMS_FILE, CUSTODY_FILE, HEAD_FILE, Origin, document_text, parse_public_key
from evidence.wacz import wacz_file
from lurewatch.errors import EvidenceError
from store.parsed_post import rfc3339
from store.standing import standing_decision
from store.tables import Capture, Case, Post


def case_contents(session: Session, export: Export, captures_dir: Path, key: SigningKey) -> list[PackFile]:
    """The payload of the pack; EvidenceError when anything it needs is missing, altered or not confirmed."""
    case = export.case
    _must_be_confirmed(session, case)
    posts = posts_of(case)
    captures = captures_of(posts)
    names = {capture.id: f"captures/{number:04d}.wacz" for number, capture in enumerate(captures, 1)}
    cuts = [(capture_document(one, names[one.id]), cut_capture(one, captures_dir)) for one in captures]
    added = {entry.item_id: entry for entry in case.items}
    documents = [post_document(session, added, post, names) for post in posts]
    proofs = inclusion_proofs(session, captures)
    custody = custody_about(session, [*_subjects(session, case, posts, captures), *batch_subjects(proofs)])
    claims = claims_document(export, cuts, list(added), custody)
    claims["unrecorded_revisions"] = unrecorded_revisions(session, posts)
    dossier = Dossier(
        claims=claims, captures=tuple(document for document, _ in cuts), posts=tuple(documents), custody=custody
    )
    pdf = report_pdf(dossier)
    if pdf.gap:
        claims["gaps"] = [pdf.gap]
    origin = _origin(export, key)
    return [
        *(wacz_file(document, cut.slices, origin, key) for document, cut in cuts),
        *_analyses(posts, documents),
        PackFile(CUSTODY_FILE, (custody.as_lines(),)),
        PackFile(HEAD_FILE, (document_text(custody.head),)),
        PackFile(CLAIMS_FILE, (document_text(claims),)),
        *inclusion_files(proofs),
        *exchange_files(dossier),
        *([PackFile(REPORT_PDF, (pdf.content,))] if pdf.content else []),
        PackFile("data/report.html", (report_html(dossier),)),
        PackFile("data/README_VERIFY.txt", ((files("evidence") / "templates" / "README_VERIFY.txt").read_bytes(),)),
        PackFile("data/verify.py", ((files("evidence") / "verify_standalone.py").read_bytes(),)),
    ]


def _origin(export: Export, key: SigningKey) -> Origin:
    return Origin(
        case=export.case.number,
        organisation=export.organisation,
        software=export.software,
        created=rfc3339(export.exported_at),
        spki=parse_public_key(key.public_pem),
    )


def _must_be_confirmed(session: Session, case: Case) -> None:
    if not case.items:
        raise EvidenceError(f"Case {case.number} is empty.", hint="Put confirmed items into it first.")
    for entry in case.items:
        standing = standing_decision(session, entry.item_id)
        if standing is None or standing.outcome != "confirmed":
            raise EvidenceError(
                f"Item {entry.item_id} of case {case.number} does not stand confirmed.",
                hint="Have it decided again; only confirmed items are exported.",
            )


def _subjects(session: Session, case: Case, posts: list[Post], captures: list[Capture]) -> list[str]:
    items = (f"item:{item.id}" for item in items_of(session, posts))
    return [f"case:{case.id}", *(f"capture:{capture.id}" for capture in captures), *items]


def _analyses(posts: Sequence[Post], documents: Sequence[dict[str, Any]]) -> list[PackFile]:
    made = []
    for number, (post, document) in enumerate(zip(posts, documents, strict=True), 1):
        try:
            content = document_text(document)
        except ValueError as error:
            raise EvidenceError(
                f"Post {post.id} cannot be written as JSON: {error}.", hint="No pack was made; report this."
            ) from error
        made.append(PackFile(f"data/analysis/{number:04d}.json", (content,)))
    return made
