"""Everything under data/ of a pack for one case: captures, analyses, custody, claims, report, and the verifier."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from evidence.analysis import analysis_name, capture_document, captures_of, items_of, post_document, posts_of
from evidence.claims import Export, claims_document, releases_told
from evidence.commitments import case_key, salts_document
from evidence.custody import Custody, custody_about, entry_record
from evidence.derived_capture import derived_capture
from evidence.dossier import Dossier
from evidence.exchange.files import exchange_files
from evidence.inclusion import batch_subjects, inclusion_files, inclusion_proofs
from evidence.keys import SigningKey
from evidence.pack_file import PackFile
from evidence.recorded import unrecorded_revisions
from evidence.records import CutCapture, cut_capture
from evidence.redaction import redacted
from evidence.redaction_list import Redaction
from evidence.report import report_html
from evidence.report_pdf import REPORT_PDF, report_pdf
from evidence.rules import Mark
from evidence.verify_standalone import (
    CLAIMS_FILE,
    CUSTODY_FILE,
    HEAD_FILE,
    ORIGINAL,
    REDACTIONS_FILE,
    SALTS_FILE,
    Origin,
    document_text,
    parse_public_key,
)
from evidence.wacz import wacz_file
from lurewatch.errors import EvidenceError
from store import audit
from store.batches import Inclusion
from store.parsed_post import rfc3339
from store.redaction_marks import marks_of
from store.standing import standing_decision
from store.tables import Capture, Case, Post


def case_contents(session: Session, export: Export, captures_dir: Path, key: SigningKey) -> list[PackFile]:
    """The payload of the pack; EvidenceError when anything it needs is missing, altered or not confirmed.

    A redacted copy hides what the rules find and what people marked in the case.
    """
    dossier, cuts, proofs = case_dossier(session, export, captures_dir)
    origin, secret = _origin(export, key), case_key(session.info["audit_key"], export.case.number)
    if export.variant == ORIGINAL:
        salts = PackFile(SALTS_FILE, (document_text(salts_document(secret, export.case.number)),))
        return [*_files(dossier, cuts, proofs, origin, key), salts]
    copy, redactions = redacted(dossier, case_marks(session, export.case), secret)
    derived = [
        derived_capture(cut, capture, _read_from(copy, capture))
        for cut, capture in zip(cuts, copy.captures, strict=True)
    ]
    listed = {"redactions": [redaction.as_record() for redaction in redactions]}
    told = _still_told(copy, proofs)
    return [*_files(copy, derived, told, origin, key), PackFile(REDACTIONS_FILE, (document_text(listed),))]


def case_marks(session: Session, case: Case) -> list[Mark]:
    """What people marked to be masked in a case."""
    return [Mark(mark.words, mark.kind, mark.added_by.pseudonym) for mark in marks_of(session, case)]


def case_dossier(
    session: Session, export: Export, captures_dir: Path
) -> tuple[Dossier, list[CutCapture], list[Inclusion]]:
    """What is told of a case, unredacted, with its captures' records and proofs; EvidenceError as `case_contents`."""
    case = export.case
    _must_be_confirmed(session, case)
    posts = posts_of(case)
    captures = captures_of(posts)
    names = _capture_names(captures)
    cuts = [(capture_document(one, names[one.id]), cut_capture(one, captures_dir)) for one in captures]
    added = {entry.item_id: entry for entry in case.items}
    documents = [post_document(session, added, post, names) for post in posts]
    proofs = inclusion_proofs(session, captures)
    custody = custody_about(session, [*_subjects(session, case, posts, captures), *batch_subjects(proofs)])
    claims = claims_document(export, cuts, list(added), custody)
    claims["unrecorded_revisions"] = unrecorded_revisions(session, posts)
    claims["releases"] = releases_told(export, documents)
    dossier = Dossier(
        claims=claims, captures=tuple(document for document, _ in cuts), posts=tuple(documents), custody=custody
    )
    return dossier, [cut for _, cut in cuts], proofs


def redacted_posts(session: Session, case: Case) -> tuple[tuple[dict[str, Any], ...], list[Redaction]]:
    """The analysis documents of a case as a redacted copy tells them, to be read before one is made."""
    posts = posts_of(case)
    captures = captures_of(posts)
    names = _capture_names(captures)
    added = {entry.item_id: entry for entry in case.items}
    entries = audit.entries_about(session, _subjects(session, case, posts, captures))
    records = [entry_record(entry) for entry in entries]
    head = {"hash": records[-1]["hash"]}
    dossier = Dossier(
        claims={"case": {"title": case.title}, "custody": {"head": head}},
        captures=(),
        posts=tuple(post_document(session, added, post, names) for post in posts),
        custody=Custody(records, head),
    )
    copy, redactions = redacted(dossier, case_marks(session, case), case_key(session.info["audit_key"], case.number))
    return copy.posts, redactions


def _capture_names(captures: Sequence[Capture]) -> dict[int, str]:
    return {capture.id: f"captures/{number:04d}.wacz" for number, capture in enumerate(captures, 1)}


def _files(
    dossier: Dossier, cuts: Sequence[CutCapture], proofs: Sequence[Inclusion], origin: Origin, key: SigningKey
) -> list[PackFile]:
    """What originals and redacted copies have alike."""
    pdf = report_pdf(dossier)
    if pdf.gap:
        dossier.claims["gaps"] = [pdf.gap]
    captures = zip(dossier.captures, cuts, strict=True)
    return [
        *(wacz_file(document, cut.slices, origin, key) for document, cut in captures),
        *_analyses(dossier.posts),
        PackFile(CUSTODY_FILE, (dossier.custody.as_lines(),)),
        PackFile(HEAD_FILE, (document_text(dossier.custody.head),)),
        PackFile(CLAIMS_FILE, (document_text(dossier.claims),)),
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


def _read_from(dossier: Dossier, capture: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    revisions = (revision for post in dossier.posts for revision in post["revisions"])
    return [revision for revision in revisions if revision["capture"]["file"] == capture["file"]]


def _still_told(copy: Dossier, proofs: Sequence[Inclusion]) -> list[Inclusion]:
    """The proofs in batches whose root a copy still tells: the paths of others lead over masked hashes."""
    told = {record["details"].get("root") for record in copy.custody.records}
    return [proof for proof in proofs if proof.batch.root in told]


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


def _analyses(documents: Sequence[Mapping[str, Any]]) -> list[PackFile]:
    made = []
    for number, document in enumerate(documents, 1):
        try:
            content = document_text(document)
        except ValueError as error:
            post_id = document["post"]["id"]
            raise EvidenceError(
                f"Post {post_id} cannot be written as JSON: {error}.",
                hint="No pack was made; report this.",
            ) from error
        made.append(PackFile(f"data/{analysis_name(number)}", (content,)))
    return made
