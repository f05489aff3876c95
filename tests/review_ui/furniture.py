"""An office in which every page has something to show, and whose page each is."""

from collections.abc import Sequence
from typing import NamedTuple

from store import campaigns, queue, verdicts
from store.database import Store
from store.parsed_post import ParsedPost
from store.practice import Sample
from store.tables import QueueItem
from tests.factories import make_capture, make_revision, make_verdict, save_post
from tests.review_ui.chromium import LAN_HOST
from tests.review_ui.office import Office

POSTS = {
    "km": "ត្រូវការបុគ្គលិកវាយអត្ថបទនៅខេត្តព្រះសីហនុ ប្រាក់ខែ ១២០០ ដុល្លារ ស្នាក់នៅឥតគិតថ្លៃ ទាក់ទង @Example_HR",
    "my": "ထိုင်းနိုင်ငံတွင် ဝန်ထမ်းအလိုရှိသည် လစာ ၁၂၀၀ ဒေါ်လာ လေယာဉ်လက်မှတ် အခမဲ့ ဆက်သွယ်ရန် @Example_HR",
    "th": "รับสมัครพนักงานพิมพ์ข้อความที่ปอยเปต เงินเดือน 45,000 บาท มีที่พักฟรี ติดต่อ @Example_HR",
    "ar": "مطلوب موظفون للعمل في الخارج، راتب 1200 دولار، تذكرة السفر علينا. للتواصل @Example_HR",
    "zh": "高薪招聘打字员，地点西港，包吃住包机票，月薪一万二起，联系 @Example_HR",
    "vi": "Tuyển nhân viên gõ phím ở Campuchia, lương 25 triệu, bao vé máy bay, liên hệ @Example_HR 👩\u200d👧",
}
PEOPLE = {"ana": "analyst", "binh": "analyst", "sup": "supervisor", "adm": "administrator", "aud": "auditor"}
# What is at an address and no page: it sends on, or answers programs.
NOT_PAGES = {
    "/",
    "/healthz",
    "/quality/skips.csv",
    "/queue/next",
    "/sign-in/openid",
    "/sign-in/openid/back",
    "/sign-in/openid/leave",
    "/api/openapi.json",
    "/static/fonts/fonts.css",
    "/static/review.css",
}


class Place(NamedTuple):
    """Where a page is, and who goes there; nobody signed in when `username` is empty."""

    username: str
    path: str


class Samples:
    """Practice on one post."""

    languages = ("vi",)

    def __init__(self, text: str) -> None:
        self.text = text

    def choose(self, count: int, lang: str | None) -> Sequence[Sample]:
        """The same post, whatever is asked for."""
        return [Sample("a", "vi", self.text, ("scam_centre",))]


def office_with(store: Store, practice_text: str = POSTS["vi"]) -> Office:
    """People of each role that has pages of its own, practice, one webhook allowed, one severe post a day."""
    office = Office(
        store,
        allowed_hosts=("127.0.0.1", LAN_HOST),
        practice=Samples(practice_text),
        severe_per_day=1,
        webhook_origins=("https://siem.example",),
    )
    for username, role in PEOPLE.items():
        office.employ(username, role)
    return office


def judged(office: Office, lang: str, text: str, *, label: str = "scam_centre") -> int:
    """A post in `lang` with an indicator for each side, the last two overlapping."""
    item_id = office.post(text, lane="urgent" if lang == "km" else "likely")
    places = {"travel_paid": (0, 12), "hotline": (30, 44), "no_experience": (38, 52)}
    found = [
        {"code": code, "start": start, "end": end, "text": text[start:end]} for code, (start, end) in places.items()
    ]
    labels = {"scam_centre": 0.9, "fake_job": 0.6, "organ_trade": 0.01}
    with office.store.transaction() as session:
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdict = verdicts.NewVerdict("test-2", lang, 0.9, labels, [label], found, [])
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=office.now)
    return item_id


def posted(office: Office, post: ParsedPost, *, lane: str = "likely", contact: str = "@Example_HR") -> int:
    """A post as a source shows it, which names a contact, in the queue."""
    with office.store.transaction() as session:
        capture = make_capture(session)
        saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=office.now)
        named = {"type": "telegram", "value": contact, "normalized": contact, "start": 0, "end": 1}
        verdict = verdicts.NewVerdict("test-1", "vi", 0.9, {"scam_centre": 0.9}, ["scam_centre"], [], [named])
        verdicts.save_verdict(session, revision_id=saved.revision_id, verdict=verdict, scored_at=office.now)
        return queue.enqueue(session, revision_id=saved.revision_id, lane=lane, priority=0.5, at=office.now).id


def join(office: Office, items: Sequence[int], reason: str = "text 0.83") -> None:
    """Put the items' posts into one campaign."""
    with office.store.transaction() as session:
        rows = [session.get_one(QueueItem, item).revision.post_id for item in items]
        for other in rows[1:]:
            campaigns.join_posts(session, rows[0], other, reason=reason, at=office.now)


def edit(office: Office, item_id: int, text: str) -> int:
    """A later version of an item's post; returns its item."""
    with office.store.reading() as session:
        native_id = session.get_one(QueueItem, item_id).revision.post.native_id
    return posted(office, ParsedPost(native_id=native_id, url="https://jobs.example/1", text=text))


def unqueued(office: Office, text: str) -> int:
    """A scored post below every threshold; returns its id."""
    with office.store.transaction() as session:
        revision = make_revision(session, text)
        make_verdict(session, revision, risk=0.2)
        return revision.post_id


def furnish(office: Office) -> dict[str, Place]:
    """An address for each page: by the route, and where one route has several faces by the route and a word."""
    items = [judged(office, lang, text) for lang, text in POSTS.items()]
    join(office, items[:3])
    edited = edit(office, posted(office, ParsedPost(native_id="edited", text="Typing work, 900 a month")), "Now 1,900")
    severe = [judged(office, "vi", POSTS["vi"], label="organ_trade") for _ in range(2)]
    office.client("binh").get(f"/items/{severe[0]}")
    _work(office, confirmed=items[5])
    return {
        "/sign-in": Place("", "/sign-in"),
        "/sign-in/code": Place("", "/sign-in/code"),
        "/queue": Place("ana", "/queue"),
        "/items/{item_id}": Place("ana", f"/items/{items[0]}"),
        "/items/{item_id} decided": Place("ana", f"/items/{items[5]}"),
        "/items/{item_id} edited": Place("ana", f"/items/{edited}"),
        "/items/{item_id} severe": Place("ana", f"/items/{severe[0]}"),
        "/items/{item_id} missing": Place("ana", "/items/4711"),
        "/items/{item_id} over the limit": Place("binh", f"/items/{severe[1]}"),
        "/items/{item_id}/campaign": Place("ana", f"/items/{items[1]}/campaign"),
        "/posts/{post_id}": Place("ana", f"/posts/{unqueued(office, POSTS['my'])}"),
        "/identifiers/{identifier_id}": Place("ana", "/identifiers/1"),
        "/search": Place("ana", "/search?q=Example"),
        "/cases": Place("ana", "/cases"),
        "/cases/{number}": Place("ana", "/cases/CASE-2026-0001"),
        "/cases/{number}/redacted": Place("ana", "/cases/CASE-2026-0001/redacted"),
        "/cases/{number} to approve": Place("sup", "/cases/CASE-2026-0001"),
        "/intake": Place("ana", "/intake"),
        "/verify": Place("ana", "/verify"),
        "/practice": Place("ana", "/practice"),
        "/practice/{run_id}/{position}": Place("ana", "/practice/1/1"),
        "/tokens": Place("ana", "/tokens"),
        "/languages": Place("ana", "/languages"),
        "/account": Place("ana", "/account"),
        "/account/password": Place("ana", "/account/password"),
        "/account/second-factor": Place("ana", "/account/second-factor"),
        "/account/preferences": Place("ana", "/account/preferences"),
        "/dashboards": Place("sup", "/dashboards?since=2026-02-01&until=2026-03-01"),
        "/quality": Place("sup", "/quality"),
        "/helplines": Place("sup", "/helplines"),
        "/retention": Place("sup", "/retention"),
        "/people": Place("adm", "/people"),
        "/people/{user_id}": Place("adm", "/people/1"),
        "/sessions": Place("adm", "/sessions"),
        "/webhooks": Place("adm", "/webhooks"),
        "/identities": Place("aud", "/identities"),
        "/audit": Place("aud", "/audit"),
    }


def _work(office: Office, confirmed: int) -> None:
    """A case with a note that waits for approval, and what people have set up for themselves."""
    ana = office.client("ana")
    office.confirm("ana", confirmed)
    case = ana.post("/cases", data={"title": "Typing work " + "x" * 80}).headers["location"]
    ana.post(f"{case}/items", data={"item_id": str(confirmed)})
    ana.post(f"{case}/notes", data={"text": "Paid in dollars"})
    ana.post(f"{case}/approval", data={"purpose": "For the court"})
    ana.post("/search/views", data={"name": "Flights", "query": "q=flight"})
    ana.post("/tokens", data={"name": "script", "scope.view": "1", "days": "1"})
    ana.post("/practice", data={"count": "10"})
    line = {"country": "KH", "name": "Police", "number": "000", "source": "called"}
    office.client("sup").post("/helplines", data=line)
    hold = {"kind": "case", "name": "CASE-2026-0001", "reason": "Court order " + "x" * 80}
    office.client("sup").post("/retention/holds", data=hold)
    office.client("sup").post("/retention/erasures", data={"post_id": "1", "reason": "Asked by letter"})
    office.client("adm").post("/webhooks", data={"url": "https://siem.example/hook"})
