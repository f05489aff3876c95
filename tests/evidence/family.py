"""A case with people in it who must not be named: an offer with a third person's number, and a call for help."""

from typing import Any

from store import cases, posts, queue, verdicts
from store.parsed_post import ParsedPost
from store.tables import Revision
from tests.evidence.house import NOW, House, add_page
from tests.factories import save_post

NUMBER = "CASE-2026-0002"
# Invented: an offer whose contact stays, with a third person's name and number in it, and a call for help.
OFFER = (
    "Tuyển gõ phím, liên hệ chị Trầm Nhã. Telegram @bamboo_hr_test. Số của em gái: 0355 512 345, "
    "hộ chiếu C7654321, lương 15.000.000 VND, mail tramnha@home.example.test"
)
HELP = "Cứu em, em là Quách Mỵ, số em +84 355 598 765, https://social.example.test/quachmy, Telegram @quach.my"
SECRETS = ["Trầm Nhã", "0355 512 345", "C7654321", "tramnha@home.example.test", "Đinh Hạ", "Quách Mỵ", "quachmy"]


def add(house: House, session: Any, user: Any, case: Any, post: ParsedPost, **judged: Any) -> None:
    """A confirmed post in the case."""
    capture = add_page(house, session, post.text, url=post.url or "")
    saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
    revision = session.get_one(Revision, saved.revision_id)
    text = posts.full_text(revision)
    told = {"lang": "vi", "risk": 0.9, "labels": {"fake_job": 0.9}, "flagged": ["fake_job"], "identifiers": []}
    indicators = [{"code": "high_pay", "start": 3, "end": len(text), "text": text[3:]}]
    verdict = verdicts.NewVerdict(**(told | {"release": "test-1", "indicators": indicators} | judged))
    verdicts.save_verdict(session, revision_id=revision.id, scored_at=NOW, verdict=verdict)
    item = queue.enqueue(session, revision_id=revision.id, lane="likely", priority=0.9, at=NOW)
    form = queue.DecisionForm(
        item_id=item.id, outcome="confirmed", idem_key=f"family-{item.id}", note="Gọi 0355512345 rồi"
    )
    queue.decide(session, user, form, now=NOW)
    cases.add_item(session, user, case, item, now=NOW)


def named(text: str, kind: str, value: str, normalized: str) -> dict[str, str | int]:
    start = text.index(value)
    return {"type": kind, "value": value, "normalized": normalized, "start": start, "end": start + len(value)}


def settle(house: House) -> None:
    """A further case: an offer with third persons in it, and a call for help."""
    with house.store.transaction() as session:
        user = cases.case_by_number(session, "CASE-2026-0001").opened_by
        case = cases.open_case(session, user, title="About Ms Trầm Nhã", now=NOW)
        offer = ParsedPost(
            native_id="p-offer",
            text=OFFER,
            author="Đinh Hạ",
            url="https://jobs.example.test/%C4%90inh-H%E1%BA%A1/1",
            extra={"author_id": "user700700700", "signature": "ĐINH  HẠ", "views": 12},
        )
        contact = [named(OFFER, "telegram", "@bamboo_hr_test", "bamboo_hr_test")]
        add(house, session, user, case, offer, identifiers=contact)
        call = ParsedPost(
            native_id="quachmy/77", text=HELP, author="Quách Mỵ", url="https://social.example.test/quachmy/77"
        )
        contacts = [
            named(HELP, "phone", "+84 355 598 765", "+84355598765"),
            named(HELP, "telegram", "@quach.my", "quach.my"),
            named(HELP, "url", "https://social.example.test/quachmy", "social.example.test/quachmy"),
        ]
        add(house, session, user, case, call, identifiers=contacts, flagged=["victim_distress"])
