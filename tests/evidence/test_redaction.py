"""A redacted copy: what must not be told is in none of its files, what the report is about stays, and it verifies."""

import copy as copies
import json
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from evidence.dossier import Dossier
from evidence.redaction import redacted
from evidence.report import report_html
from evidence.report_pdf import typesetter_fault
from evidence.rules import Mark
from evidence.verify import verify_pack
from evidence.verify_standalone import INCLUSION_FILE, MASK, WARC_NAME
from store import cases, redaction_marks
from store.batches import seal_batch
from store.parsed_post import ParsedPost
from tests.evidence.family import HELP, NUMBER, OFFER, SECRETS, add
from tests.evidence.house import NOW, Files, House, dossier_of, unpack, unpack_wacz
from tests.review_ui.hostile import PAYLOADS

KEY = b"c" * 32
DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "០១២៣៤៥៦៧៨៩"]


def readable(files: Files) -> str:
    """Everything in a pack, captures unpacked."""
    pages = []
    for name, content in files.items():
        if name.startswith("data/captures/"):
            inner = unpack_wacz(content)
            for record in ArchiveIterator(BytesIO(inner.pop(WARC_NAME)), check_digests="raise"):
                pages += [str(record.rec_headers), str(record.http_headers), record.raw_stream.read().decode()]
            pages.append(readable(inner))
        else:
            pages.append(content.decode(errors="replace"))
    return "\n".join(pages)


def spellings(secret: str) -> Iterator[str]:
    joined = (secret.replace(" ", between) for between in ("", ".", "-", "_"))
    yield from (secret, quote(secret), secret.upper(), unicodedata.normalize("NFD", secret), *joined)


def sealed(house: House) -> str:
    """The root of a batch of what was captured last."""
    with house.store.transaction() as session:
        batch = seal_batch(session, now=NOW)
        assert batch
        return batch.root


def whole_dossier(files: Files) -> Dossier:
    return copies.deepcopy(dossier_of(files))


@pytest.fixture(scope="session")
def fresh_dossier(golden_files: Files) -> Callable[[], Dossier]:
    """Makes a copy of the golden pack's dossier, to be changed."""
    return lambda: whole_dossier(golden_files)


def told(dossier: Dossier) -> str:
    """All that a dossier tells, as JSON and as a report."""
    parts = [dossier.claims, dossier.captures, dossier.posts, dossier.custody.records]
    return json.dumps(parts, ensure_ascii=False) + report_html(dossier).decode()


def test_no_secret_is_in_any_file_however_it_is_written(copy: Files) -> None:
    text = readable(copy)
    for secret in SECRETS:
        assert not [one for one in spellings(secret) if one in text], secret
    assert "quach.my" not in text
    assert "355598765" not in text


def test_no_secret_is_in_the_report_on_paper(copy: Files) -> None:
    if typesetter_fault():
        pytest.skip("there is no Pango on this machine (README)")
    pages = pypdfium2.PdfDocument(copy["data/report.pdf"])
    words = " ".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "Redacted copy" in words
    assert not [secret for secret in SECRETS if secret in words]


def test_the_reported_contact_stays(copy: Files) -> None:
    assert "@bamboo_hr_test" in json.loads(copy["data/analysis/0001.json"])["revisions"][0]["text"]


def test_the_copy_verifies_and_says_what_only_the_original_shows(masked: Path, family_house: House) -> None:
    report = verify_pack(masked, trusted_signer=family_house.key.fingerprint)
    assert report.holds
    details = {claim.name: claim.detail for claim in report.claims}
    assert "the digests of 2 versions are masked" in details["analysis"]
    assert "7 entries are masked" in details["custody"]
    assert details["redactions"].startswith("a redacted copy: ")


def test_the_same_case_gives_the_same_bytes(
    masked: Path, family_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # Its report on paper, too.
    again = family_house.export(tmp_path / "again.zip", number=NUMBER, variant="redacted")
    assert again.path.read_bytes() == masked.read_bytes()


def test_one_person_has_one_mask_in_text_address_and_profile(copy: Files) -> None:
    document = json.loads(copy["data/analysis/0001.json"])
    revision = document["revisions"][0]
    assert revision["author"] == revision["extra"]["signature"]
    assert revision["author"] in document["post"]["url"]
    assert revision["extra"]["views"] == 12


def test_what_leads_to_a_call_for_help_is_masked_wherever_it_stands(copy: Files) -> None:
    document = json.loads(copy["data/analysis/0002.json"])
    assert MASK.search(document["post"]["native_id"])
    assert "social.example.test/" not in document["post"]["url"]
    assert all(MASK.search(one["value"]) for one in document["revisions"][0]["identifiers"])
    assert "/quachmy" not in copy["data/custody.jsonl"].decode()


def test_captures_are_made_of_masked_texts_and_name_their_originals(copy: Files) -> None:
    document = json.loads(copy["data/analysis/0001.json"])["revisions"][0]["capture"]
    records = list(ArchiveIterator(BytesIO(unpack_wacz(copy[f"data/{document['file']}"])[WARC_NAME])))
    assert [record.rec_type for record in records] == ["warcinfo", "resource", "request"]
    headers = records[1].rec_headers
    assert headers.get_header("X-Redacted-Copy-Of") == document["warc_record_id"]
    assert headers.get_header("X-Refers-To-Payload-Digest") == f"sha256:{document['sha256']}"
    assert OFFER not in readable(copy)
    assert HELP not in readable(copy)


def test_the_report_begins_with_what_it_is(copy: Files, files: Files) -> None:
    assert '<p class="warning">Redacted copy' in copy["data/report.html"].decode()
    assert '<p class="warning">Unredacted' in files["data/report.html"].decode()


def test_what_a_person_marked_is_masked_and_named_with_them(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        case = cases.case_by_number(session, "CASE-2026-0001")
        redaction_marks.add_mark(session, case.opened_by, case, kind="other", words="house_hr_blue", now=NOW)
        actor = case.opened_by.pseudonym
    files = unpack(house.export(tmp_path / "p.zip", variant="redacted").path)
    assert "house_hr_blue" not in readable(files)
    entries = json.loads(files["data/redactions.json"])["redactions"]
    assert {entry["actor"] for entry in entries if entry["mask"] == "[other 1]"} == {actor}


def test_an_import_with_something_masked_does_not_show_its_digest(golden_house: House, tmp_path: Path) -> None:
    files = unpack(golden_house.export(tmp_path / "p.zip", variant="redacted").path)
    documents = [json.loads(files[name]) for name in files if name.startswith("data/analysis/")]
    captures = [revision["capture"] for document in documents for revision in document["revisions"]]
    shown = {capture["provenance"]: capture["sha256"] for capture in captures}
    assert MASK.fullmatch(shown["platform_export"])
    assert len(shown["public_crawl"]) == 64


def test_the_digests_of_masked_versions_are_masked_where_the_chain_tells_of_their_reading(files: Files) -> None:
    dossier = whole_dossier(files)
    named = next(one for post in dossier.posts for one in post["revisions"] if one["author"])
    other = next(one for post in dossier.posts for one in post["revisions"] if not one["author"])
    told = {"posts": 2, "revisions": {str(named["id"]): "e" * 64, str(other["id"]): "f" * 64}}
    dossier.custody.records.append({"seq": 99, "action": "capture.read", "details": told, "prev_hash": "", "hash": ""})
    masked, _ = redacted(dossier, [], KEY)
    digests = masked.custody.records[-1]["details"]["revisions"]
    assert MASK.fullmatch(digests[str(named["id"])])
    assert digests[str(other["id"])] == "f" * 64


def test_roots_and_proofs_over_masked_entries_stay_with_the_original(house: House, tmp_path: Path) -> None:
    roots = [sealed(house)]
    with house.store.transaction() as session:
        user = cases.case_by_number(session, "CASE-2026-0001").opened_by
        case = cases.open_case(session, user, title="Typing work", now=NOW)
    for text in ("Typing work abroad", "Typing work, flight paid"):
        with house.store.transaction() as session:
            add(house, session, user, case, ParsedPost(native_id=text, text=text))
        roots.append(sealed(house))
    pack = house.export(tmp_path / "p.zip", number=NUMBER, variant="redacted").path
    files = unpack(pack)
    assert [json.loads(line)["batch"] for line in files[INCLUSION_FILE].splitlines()] == [2]
    assert [root in readable(files) for root in roots] == [False, True, False]
    details = {claim.name: claim.detail for claim in verify_pack(pack).claims}
    assert details["inclusion"] == "1 of 2 captures: only the original holds proofs of masked entries"


def test_a_caller_for_helps_messenger_number_is_masked_however_it_is_dialled(files: Files) -> None:
    dossier = whole_dossier(files)
    post = next(one for one in dossier.posts if one["revisions"][0]["verdicts"][0]["lang"] == "vi")
    revision = post["revisions"][0]
    post["post"]["native_id"] = "7"
    revision["text"] = revision["scored_text"] = "Cứu em, zalo 0355598765, ở tầng 7"
    revision["identifiers"][0].update(type="zalo", value="0355598765", normalized="+84355598765")
    revision["verdicts"][0].update(flagged=["victim_distress"], indicators=[])
    dossier.posts[-1]["revisions"][0]["salary"] = "7 tr, gọi 84 355 598 765"
    masked, _ = redacted(dossier, [], KEY)
    now = next(one for one in masked.posts if one["post"]["id"] == post["post"]["id"])
    assert now["revisions"][0]["text"] == "Cứu em, zalo [number 1], ở tầng 7"
    assert MASK.fullmatch(now["post"]["native_id"])
    assert masked.posts[-1]["revisions"][0]["salary"] == "7 tr, gọi [number 1]"


def test_a_text_that_looks_like_a_mask_is_masked_itself(files: Files) -> None:
    dossier = whole_dossier(files)
    dossier.posts[0]["revisions"][0]["salary"] = "[name 1] or [number 22]"
    masked, redactions = redacted(dossier, [], KEY)
    assert masked.posts[0]["revisions"][0]["salary"] == "[lookalike 1] or [lookalike 2]"
    assert {one.kind for one in redactions if one.field.endswith("/salary")} == {"lookalike"}


def test_without_people_only_authors_go(files: Files) -> None:
    masked, _ = redacted(whole_dossier(files), [], KEY)
    texts = [revision["text"] for post in masked.posts for revision in post["revisions"]]
    assert texts == [revision["text"] for post in dossier_of(files).posts for revision in post["revisions"]]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_texts_stay_texts(files: Files, payload: str) -> None:
    dossier = whole_dossier(files)
    revision = dossier.posts[0]["revisions"][0]
    revision["text"] = revision["scored_text"] = f"{payload} 0355 512 345 {payload}"
    revision["author"], revision["verdicts"] = payload, []
    masked, _ = redacted(dossier, [Mark("evil", "name", "reviewer-1")], KEY)
    assert "0355 512 345" not in told(masked)
    assert "evil" not in json.dumps(masked.posts[0]["revisions"])


def test_in_text_from_right_to_left_marks_move_with_their_words(files: Files) -> None:
    dossier = whole_dossier(files)
    revision = next(one for post in dossier.posts for one in post["revisions"] if one["verdicts"][0]["lang"] == "ar")
    text = "أختي نوارة مفقودة، رقمها ٠٥٠٠٠٠٠١٢٣، راتب مرتفع"
    start = text.index("راتب")
    revision["text"] = revision["scored_text"] = text
    revision["verdicts"][0]["indicators"] = [
        {"code": "high_pay", "start": start, "end": len(text), "text": text[start:]}
    ]
    masked, _ = redacted(dossier, [], KEY)
    now = next(one for post in masked.posts for one in post["revisions"] if one["id"] == revision["id"])
    (found,) = now["verdicts"][0]["indicators"]
    assert now["scored_text"][found["start"] : found["end"]] == found["text"] == "راتب مرتفع"
    assert "نوارة" not in now["text"]


@settings(deadline=None, max_examples=25)
@given(
    number=st.text("123456789", min_size=9, max_size=9),
    digits=st.sampled_from(DIGITS),
    separator=st.sampled_from(["", " ", ".", "-", "\u00a0", "\u200b", " - "]),
    is_encoded=st.booleans(),
    around=st.text(st.characters(exclude_categories=("Cs", "Nd")), max_size=20),
)
def test_a_number_that_is_masked_once_is_masked_in_every_spelling(
    fresh_dossier: Callable[[], Dossier], number: str, digits: str, separator: str, is_encoded: bool, around: str
) -> None:
    written = separator.join(digits[int(digit)] for digit in f"0{number}")
    written = quote(written) if is_encoded else written
    dossier = fresh_dossier()
    revision = dossier.posts[0]["revisions"][0]
    revision["text"] = revision["scored_text"] = f"gọi 0{number}"
    revision["salary"], revision["location"] = (
        f"{around} {written} {around}",
        "https://x.example.test/" + quote(quote(written, safe="%")),
    )
    masked, _ = redacted(dossier, [], KEY)
    now = masked.posts[0]["revisions"][0]
    for name in ("text", "scored_text", "salary", "location"):
        assert MASK.search(now[name])
        plain = unicodedata.normalize("NFKC", now[name])
        figures = "".join(str(unicodedata.digit(sign)) for sign in plain if sign.isdigit())
        assert number not in figures
