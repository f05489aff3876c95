"""Everything under data/ of a pack for one case: captures, analyses, custody, claims, report, and the verifier."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from evidence.analysis import analysis_name, capture_document, post_documents
from evidence.claims import Export, claims_document, releases_told
from evidence.commitments import case_key, salts_document
from evidence.custody import Custody, custody_about, entries_told, entry_record
from evidence.decisions import followed
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
from store.batches import Inclusion
from store.case_contents import contents_of
from store.parsed_post import rfc3339
from store.redaction_marks import marks_of
from store.tables import Capture, Case


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
    case, found = export.case, contents_of(session, export.case)
    names = _capture_names(found.captures)
    documents = post_documents(found, names)
    _must_be_confirmed(case, documents)
    cuts = [(capture_document(one, names[one.id]), cut_capture(one, captures_dir)) for one in found.captures]
    proofs = inclusion_proofs(session, found.captures)
    custody = custody_about(session, [f"case:{case.id}", *found.subjects, *batch_subjects(proofs)], found.posts)
    claims = claims_document(export, cuts, list(found.entries), custody)
    claims["unrecorded_revisions"] = unrecorded_revisions(session, found.posts)
    claims["releases"] = releases_told(export, documents)
    dossier = Dossier(
        claims=claims, captures=tuple(document for document, _ in cuts), posts=tuple(documents), custody=custody
    )
    return dossier, [cut for _, cut in cuts], proofs


def redacted_posts(session: Session, case: Case) -> tuple[tuple[dict[str, Any], ...], list[Redaction]]:
    """The analysis documents of a case as a redacted copy tells them, to be read before one is made."""
    found = contents_of(session, case)
    entries = entries_told(session, [f"case:{case.id}", *found.subjects], found.posts)
    records = [entry_record(entry) for entry in entries]
    head = {"hash": records[-1]["hash"]}
    dossier = Dossier(
        claims={"case": {"title": case.title}, "custody": {"head": head}},
        captures=(),
        posts=tuple(post_documents(found, _capture_names(found.captures))),
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
    # Typesetting is another process: meanwhile those files are made that tell nothing of it.
    with ThreadPoolExecutor(1) as beside:
        typeset = beside.submit(report_pdf, dossier)
        pairs = zip(dossier.captures, cuts, strict=True)
        captures = [wacz_file(document, cut.slices, origin, key) for document, cut in pairs]
        analyses = _analyses(dossier.posts)
        pdf = typeset.result()
    if pdf.gap:
        dossier.claims["gaps"] = [pdf.gap]
    return [
        *captures,
        *analyses,
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


def _must_be_confirmed(case: Case, documents: Sequence[Mapping[str, Any]]) -> None:
    items = [revision["item"] for document in documents for revision in document["revisions"]]
    in_case = [item for item in items if item and item["in_case"]]
    if not in_case:
        raise EvidenceError(f"Case {case.number} is empty.", hint="Put confirmed items into it first.")
    for item in in_case:
        standing = followed(item)
        if standing is None or standing["outcome"] != "confirmed":
            raise EvidenceError(
                f"Item {item['id']} of case {case.number} does not stand confirmed.",
                hint="Have it decided again; only confirmed items are exported.",
            )


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
