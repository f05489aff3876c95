"""No page leaves a word or a code untranslated: every page, full of content, in a language of other letters."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import lxml.html
import pytest
from babel.messages.pofile import read_po
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from review_ui.languages import COOKIE, LANGUAGES, LOCALES, speech_of
from review_ui.terms import TERMS
from store import approvals, campaigns, cases, helplines, users, verdicts
from store.database import Store
from store.helplines import Listing
from store.tables import QueueItem, User, WebhookMessage
from tests.factories import NOW, make_revision, make_verdict
from tests.review_ui.mirrored import mirrored
from tests.review_ui.office import Office, Said
from tests.review_ui.test_intake import intake_of
from tests.review_ui.test_practice import Posts

PACK = Path(__file__).parents[1] / "evidence" / "kept" / "lurewatch-pack-2.zip"
# Names, units and abbreviations that are the same everywhere, and the names of the invented people, cases and sources.
KEPT = {
    *("Lurewatch", "UTC", "SHA", "QR", "API", "JSON", "http", "https", "robots", "txt", "jsonl", "kB", "RTL"),
    *("Firefox", "Chrome", "Linux", "English", "board", "Unit", "siem", "example", "hook", "zip", "test", "VN"),
}
# What a translation into other letters may leave as it is.
THE_SAME = {
    *("Lurewatch", "Webhook", "webhook", "OpenID", "Telegram", "WhatsApp", "Zalo", "WeChat", "Idempotency", "Wilson"),
    *("http", "https", "txt", "jsonl", "keys", "posts", "campaigns", "luong", "cao", "age", "data"),
}
CONCEPTS = {
    "travel_paid": Said("for", "Flight, ticket or pick-up paid or arranged by the recruiter"),
    "hotline": Said("against", "A hotline or a place to report to"),
}
_NAMES = re.compile(
    r"reviewer-[0-9a-f]{8}|\b[0-9a-f]{16}\b|CASE-\d{4}-\d{4}|https?://\S+|\b(?:ana|binh|vi|inv|sup|adm|aud)\b"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z_]+")
# What people or posts say, commands, keys, and what is in a language of its own.
_OTHERS = (
    ".collected, bdi, code, q, kbd, script, style, title, textarea, [lang]:not(html), .secret, [name=source] option"
)
_SPOKEN = ("title", "aria-label", "placeholder", "alt")


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office that has everything, in a language of other letters."""
    intake, origins = intake_of(sqlite_store, tmp_path), ("https://siem.example",)
    office = Office(sqlite_store, intake=intake, practice=Posts(), webhook_origins=origins, concepts=CONCEPTS)
    roles = {"ana": "analyst", "binh": "analyst", "inv": "investigator", "sup": "supervisor"}
    for name, role in {**roles, "adm": "administrator", "aud": "auditor", "vi": "viewer"}.items():
        office.employ(name, role)
    with mirrored(tmp_path, monkeypatch) as tag:
        monkeypatch.setattr(Office, "client", _speaking(tag))
        yield office


def _speaking(tag: str):  # type: ignore[no-untyped-def]
    make = Office.client

    def client(self: Office, username: str | None = None) -> TestClient:
        browser = make(self, username)
        browser.cookies.set(COOKIE, tag)
        return browser

    return client


def _left(page: str) -> set[str]:
    """The words of a page that stand in Latin letters and are no names."""
    document = lxml.html.document_fromstring(page)
    said = [value for node in document.iter() for name, value in node.items() if name in _SPOKEN]
    for node in document.cssselect(_OTHERS):
        node.drop_tree()
    body = document.body
    assert isinstance(body, HtmlElement)
    said += [str(text) for text in body.itertext()]
    return {word for text in said for word in _WORD.findall(_NAMES.sub("", text))} - KEPT


def _without_language(page: str) -> list[str]:
    """What was collected and is shown without a language (which may be unknown) or a direction of its own."""
    found = lxml.html.document_fromstring(page).cssselect(".collected")
    directed = (one for one in found if one.get("lang") is not None)
    fit = [one for one in directed if one.get("dir") == "auto" or one.tag == "bdi" or one.cssselect("bdi")]
    return [lxml.html.tostring(one, encoding="unicode")[:80] for one in found if one not in fit]


def _person(office: Office, username: str) -> User:
    with office.store.reading() as session:
        found = users.user_by_name(session, username)
    assert found is not None
    return found


def _decide(office: Office, username: str, **form: str) -> int:
    item_id = office.post()
    answer = office.client(username).post(f"/items/{item_id}/decision", data={"idem_key": f"k{item_id}"} | form)
    assert answer.status_code == 303, answer.text
    return item_id


def _judged(office: Office, item_id: int, flagged: list[str]) -> None:
    with office.store.transaction() as session:
        revision_id = session.get_one(QueueItem, item_id).revision_id
        labels = {"scam_centre": 0.9, "fake_job": 0.6, "victim_distress": 0.1}
        found = [{"code": code, "start": 0, "end": 5, "text": "Tuyển"} for code in ("travel_paid", "hotline")]
        verdict = verdicts.NewVerdict("test-2", "vi", 0.9, labels, flagged, found, [])
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=office.now)


def _items(office: Office) -> list[str]:
    """The pages of items that were decided on in every way, and of a post that was never queued."""
    lang = {"skip_lang": "km", "skip_until": "2026-03-09", "skip_reason": "context"}
    ids = [
        _decide(office, "ana", outcome="confirmed", labels_asked="1", **{"label.victim_distress": "1"}, note="n"),
        _decide(office, "ana", outcome="skipped", **lang),
        _decide(office, "ana", outcome="escalated"),
        office.post(lane="uncertain"),
        office.post(lane="audit"),
        office.post(lane="urgent"),
    ]
    for item_id, flagged in zip(ids, (["scam_centre"], ["organ_trade"], ["victim_distress"]), strict=False):
        _judged(office, item_id, flagged)
    with office.store.transaction() as session:
        rows = [session.get_one(QueueItem, item).revision.post_id for item in ids[:3]]
        campaigns.join_posts(session, rows[0], rows[1], reason="text 0.83", at=office.now)
        campaigns.join_posts(session, rows[0], rows[2], reason="telegram example_hr", at=office.now)
        below = make_revision(session)
        make_verdict(session, below, risk=0.2)
        helplines.add(session, users.user_by_name(session, "sup"), _HELPLINE, now=office.now)  # type: ignore[arg-type]
        unseen = make_revision(session, "hid\u200bden \u202ewords")
    return [f"/items/{item}" for item in ids] + [f"/posts/{row.post_id}" for row in (below, unseen)]


_HELPLINE = Listing(country="VN", name="111", number="000", source="111", note="", verified_on=None)


def _cases(office: Office) -> list[str]:
    """A case in each state, with all that can be in one."""
    pages = []
    for state in ("open", "in_review", "approved", "closed"):
        item_id, other = _decide(office, "ana", outcome="confirmed"), _decide(office, "ana", outcome="confirmed")
        client = office.client("ana")
        page = client.post("/cases", data={"title": "1", "item_id": str(item_id)}).headers["location"]
        client.post(f"{page}/items", data={"item_id": str(other)})
        client.post(f"{page}/items/{other}/removal", data={"reason": "1"})
        client.post(f"{page}/notes", data={"text": "1"})
        if state == "closed":
            client.post(f"{page}/closing", data={"reason": "1"})
        elif state != "open":
            client.post(f"{page}/approval", data={"purpose": "1"})
        if state == "approved":
            office.client("sup").post(f"{page}/ruling", data={"outcome": "approved"})
            _hand_out(office, page)
        pages.append(page)
    return [*pages, "/cases"]


def _hand_out(office: Office, page: str) -> None:
    with office.store.transaction() as session:
        case = cases.case_by_number(session, page.rpartition("/")[2])
        by = _person(office, "sup").pseudonym
        pack = {"file_name": "1.zip", "sha256": "ab" * 32, "size_bytes": 1, "signer": "1", "exported_by": by}
        approval = approvals.require(session, case)
        cases.record_pack(session, case, **pack, now=NOW, approval_id=approval.id)  # type: ignore[arg-type]
    form = {"sha256": "ab" * 32, "recipient": "1", "purpose": "1", "way": "in_person", "handed_at": "2026-03-01T10:00"}
    assert office.client("sup").post(f"{page}/hand-overs", data=form).status_code == 303


def _machines(office: Office) -> None:
    """A webhook that is dead, a token, a handover, a run of practice."""
    adm, ana = office.client("adm"), office.client("ana")
    adm.post("/webhooks", data={"url": "https://siem.example/hook"})
    office.post(lane="urgent")
    with office.store.transaction() as session:
        for message in session.query(WebhookMessage):
            message.state, message.last_problem = "dead", "It answered 500."
    adm.post("/tokens", data={"name": "1", "scope.view": "1", "scope.decide": "1", "days": "1", "role": "viewer"})
    ana.post("/intake", data={"giver": "returnee", "text": "1"})
    ana.post("/practice", data={"count": "10"})
    ana.post("/practice/1/1", data={"outcome": "confirmed", "label.victim_distress": "1"})


OWN = ("/account", "/account/password", "/account/second-factor", "/account/preferences")
PAGES = {
    "ana": ("/queue", "/queue?shown=snoozed", "/search", "/search?q=Tuy", "/search?q=a%00", "/languages", "/intake"),
    "binh": ("/items/4/campaign", "/identifiers/1", "/practice", *OWN),
    "sup": ("/quality", "/dashboards", "/helplines", "/tokens", "/verify"),
    "adm": ("/people", "/people/1", "/sessions", "/tokens", "/webhooks"),
    "aud": ("/identities", "/dashboards?since=2026-03-01&until=2026-05-01"),
}
# Who is refused what: the page that says so is a page like the others.
REFUSED = (
    ("ana", "/items/4711", {}),
    ("ana", "/nowhere", {}),
    ("ana", "/queue?shown=x", {}),
    ("ana", "/search?posted_from=x", {}),
    ("ana", "/dashboards", {}),
    ("ana", "/items/1/decision", {"outcome": "benign", "idem_key": "k"}),
    ("ana", "/items/4/decision", {"outcome": "skipped", "idem_key": "k", "skip_until": "2020-01-01"}),
    ("ana", "/items/4/decision", {"outcome": "", "idem_key": "k"}),
    ("ana", "/cases", {"title": " "}),
    ("ana", "/cases/CASE-2026-0002/items", {"item_id": "1"}),
    ("ana", "/cases/CASE-2026-0004/closing", {"reason": "1"}),
    ("ana", "/cases/CASE-2026-0002/ruling", {"outcome": "approved"}),
    ("sup", "/cases/CASE-2026-0002/ruling", {"outcome": "returned"}),
    ("ana", "/intake", {"giver": "hotline", "text": " "}),
    ("ana", "/intake", {"giver": "hotline", "text": "1", "giver_name": "1"}),
    ("ana", "/practice/1/2", {"outcome": "confirmed"}),
    ("ana", "/verify", {"pack": "1"}),
    ("inv", "/cases/CASE-2026-0003/recipients", {"name": "1", "key": "1"}),
    ("ana", "/account/password", {"password": "wrong"}),
    ("ana", "/account/password", {"password": "correct horse battery staple", "new": "1", "again": "1"}),
    ("ana", "/account/second-factor", {"code": "1"}),
    ("ana", "/account/preferences", {"severe_per_day": "x"}),
    ("ana", "/tokens", {"name": "1", "days": "1"}),
    ("aud", "/identities", {"pseudonym": "1", "purpose": "1"}),
    ("adm", "/people", {"username": "ana", "role": "analyst"}),
    ("adm", "/people/5/role", {"role": "analyst"}),
    ("adm", "/webhooks", {"url": "https://evil.example/"}),
    ("", "/sign-in", {"username": "ana", "password": "wrong"}),
)


def test_no_page_leaves_a_word_untranslated(office: Office) -> None:
    pages = [*_items(office), *_cases(office)]
    _machines(office)
    office.wait(days=1, hours=9)
    left = {path: words for path in ("/sign-in",) if (words := _left(office.client().get(path).text))}
    for name, paths in (PAGES | {"inv": tuple(pages), "ana": (*PAGES["ana"], *pages, "/practice/1/1")}).items():
        client = office.client(name)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code in (200, 400), path
            assert _without_language(answer.text) == [], path
            if words := _left(answer.text):
                left[path] = words
    assert left == {}, left


def test_no_refusal_leaves_a_word_untranslated(office: Office) -> None:
    _items(office)
    _cases(office)
    _machines(office)
    left = {}
    for name, path, form in REFUSED:
        client = office.client(name or None)
        answer = client.post(path, data=form) if form else client.get(path)
        assert 400 <= answer.status_code < 500, path
        if words := _left(answer.text):
            left[f"{path} {form}"] = words
    assert left == {}, left


def test_what_is_found_of_a_pack_leaves_no_word_untranslated(office: Office) -> None:
    answer = office.client("ana").post("/verify", files={"pack": ("1.zip", PACK.read_bytes())})
    assert answer.status_code == 200
    assert _left(answer.text) == set()
    answer = office.client("ana").post("/verify", files={"pack": ("1.zip", b"1")})
    assert answer.status_code == 400
    assert _left(answer.text) == set()


@pytest.mark.parametrize("tag", ["th", "zh-Hans"])
def test_translations_into_other_letters_have_no_english_left(tag: str) -> None:
    with (LOCALES / f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGES[tag].locale)
    kept = re.compile(r"%\(\w+\)s|<[^>]+>|`[^`]+`|https?://\S+|\{.*\}|\b[A-Z]{2,}\b|\b\w+[_.-]\w+\b")
    left = {
        str(message.id): words
        for message in catalogue
        if message.id and (words := set(re.findall(r"[A-Za-z]{3,}", kept.sub("", str(message.string)))) - THE_SAME)
    }
    assert left == {}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nobody_is_called_a_victim_or_a_trafficker(tag: str) -> None:
    wrong = re.compile(r"(?i)victim|trafficker|nạn nhân|victime|trafiquant|เหยื่อ|ผู้เสียหาย|受害|人贩|kẻ buôn")
    speech = speech_of(tag)
    assert [term for term in TERMS if wrong.search(speech.words(term))] == []


def test_the_wait_before_a_further_try_is_said_whole(office: Office) -> None:
    client = office.client()
    for _ in range(6):
        answer = client.post("/sign-in", data={"username": "ana", "password": "wrong"})
    assert answer.status_code == 429
    assert _left(answer.text) == set()
    assert timedelta(seconds=int(answer.headers["retry-after"])) <= timedelta(minutes=15)
