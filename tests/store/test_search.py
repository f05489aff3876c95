"""Searching finds any part of a text in every script, narrows and orders it, and refuses what makes no sense."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError
from store import campaigns, leases, queue, search, search_index, verdicts
from store.database import Store
from store.parsed_post import ParsedPost
from store.search_conditions import Search
from store.tables import Revision, User
from tests.factories import NOW, make_capture, make_form, make_item, make_revision, make_source, make_user, save_post

# Language -> a post, parts of it that must find it (one or two characters among them), and one that must not.
TEXTS = {
    "vi": ("Việc nhẹ lương cao ở Đà Nẵng", ("lương cao", "luong cao", "DA NANG", "ẹ l", "đà"), "luồng cao"),
    "zh": ("高薪急招打字员，包吃住", ("急招", "招", "打字员", "，包"), "招急"),
    "en": ("Free flight to Poipet, 100% legal_work", ("FLIGHT", "100%", "l_w", "fl"), "0%0"),
    "th": ("รับสมัครพนักงาน มีที่พักฟรี น้ำใจดี", ("พนักงาน", "งาน", "นํ้าใจ", "ที"), "พนกงาน"),
    "id": ("Gaji besar, tiket ditanggung", ("tiket", "r, t", "ti"), "tikit"),
    "ms": ("Kerja mudah di luar negara", ("kerja mudah", "lu"), "kerja-mudah"),
    "tl": ("Libreng tirahan at pamasahe", ("tirahan at", "ng"), "tirahang"),
    "my": ("ထိုင်းနိုင်ငံ လစာ ၁၂၀၀", ("လစာ", "1200", "စာ", "နိုင်"), "လစ၁"),
    "km": ("ប្រាក់ខែ ១២០០ ដុល្លារ", ("ប្រាក់ខែ", "ខែ", "1200", "ខ"), "ខេ"),
    "lo": ("ເງິນເດືອນສູງ ນ້ຳໃຈ", ("ເງິນເດືອນ", "ນໍ້າ", "ເງ"), "ເງນ"),
    "hi": ("विदेश में नौकरी, वेतन १२००", ("नौकरी", "1200", "वे"), "नोकरी"),
    "bn": ("বিদেশে চাকরি, বেতন ১২০০", ("চাকরি", "1200", "বে"), "চকরি"),
    "ne": ("विदेशमा काम, तलब राम्रो", ("तलब", "काम,", "का"), "तालब"),
    "ur": ("بیرون ملک نوکری", ("نوکری", "نوكري", "مل"), "نکری"),
    "ta": ("வெளிநாட்டில் வேலை", ("வேலை", "வே"), "வெலை"),
    "si": ("විදේශ රැකියා", ("රැකියා", "රැ"), "රකියා"),
    "am": ("የውጭ ሀገር ሥራ", ("ሥራ", "ስራ", "ሀገር"), "ሽራ"),
    "sw": ("Kazi nje ya nchi", ("nje ya", "ka"), "njeya"),
    "fr": ("Bien payé, logé", ("payé", "paye", "lo"), "payer"),
    "es": ("Sueldo de año nuevo", ("año", "ano nuevo", "ñ"), "anno"),
    "pt": ("Salário alto, passagem incluída", ("salario", "incluída", "á"), "salarios"),
    "ru": ("Работа за границей", ("работа", "ЗА ГРАНИЦЕЙ", "за"), "работы"),
    "uz": ("Oʻzbekiston fuqarolariga ish", ("o'zbek", "O’ZBEK", "sh"), "ozbak"),
    "ar": ("عـمل في الخارج", ("عمل", "الخارج", "في"), "عامل"),
    "ko": ("해외 취업 모집", ("취업", "모", "외 취"), "취직"),
    "ja": ("海外でｶﾞｲﾄﾞ募集", ("ガイド", "募集", "で"), "ハイド"),
    "tr": ("İSTANBUL'da IŞIK", ("istanbul", "ışık", "IŞIK", "iş"), "istenbul"),
}
Finder = Callable[..., list[int]]


@pytest.fixture
def finder(store: Store) -> Finder:
    """Ids of the revisions that a search finds, in its order, for a viewer."""
    with store.transaction() as session:
        user = make_user(session, "vi", "viewer")
    return lambda text="", **wanted: [hit.revision.id for hit in _results(store, user, text, **wanted).hits]


def _results(store: Store, user: User, text: str = "", **wanted: object) -> search.Results:
    with store.reading() as session:
        return search.find(session, user, Search(text=text, **wanted), limit_s=60)  # type: ignore[arg-type]


def _add(store: Store, *texts: str) -> list[int]:
    with store.transaction() as session:
        return [make_revision(session, text).id for text in texts]


def test_finds_parts_of_a_text_in_each_language(store: Store, finder: Finder) -> None:
    ids = dict(zip(TEXTS, _add(store, *(text for text, _parts, _other in TEXTS.values())), strict=True))
    for lang, (_text, parts, other) in TEXTS.items():
        for part in parts:
            assert ids[lang] in finder(part), (lang, part)
        assert ids[lang] not in finder(other), (lang, other)


def test_every_short_part_is_found_and_nothing_else(store: Store, finder: Finder) -> None:
    first, second = _add(store, "ab", "xaybz 招")
    assert finder("b") == [second, first]
    assert finder("ab") == [first]
    assert finder("招") == [second]
    assert finder("q") == []


@pytest.mark.parametrize("part", ["ab", "招聘", "kết"])
def test_a_part_that_stands_everywhere_is_found_without_the_index(
    store: Store, finder: Finder, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = _add(store, *(f"{part} {number}" for number in range(5)))
    _add(store, "other")
    monkeypatch.setattr(search, "NARROW_TEXT", 3)
    assert finder(part) == ids[::-1]
    assert finder(part, lang="vi") == []


@pytest.mark.parametrize("order", search.ORDERS)
@pytest.mark.parametrize("narrow", [50_000, 0])
def test_all_trigrams_of_a_text_are_not_the_text(
    store: Store, finder: Finder, order: str, narrow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "NARROW_TEXT", narrow)
    monkeypatch.setattr(search, "_LOT", 1)
    _, whole, _ = _add(store, "abcd bcde", "xabcdex", "bcde abcd")
    assert finder("abcde", order=order) == [whole]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '"a" OR "b"',
        "a* NEAR(b)",
        "forms:a",
        "%",
        "_",
        "\\",
        "a\\",
        "'; DROP TABLE post; --",
        "{}",
        "^a",
        "-a",
        "a AND",
    ],
)
def test_operators_and_wild_cards_are_letters(store: Store, finder: Finder, text: str) -> None:
    _add(store, "plain words", "abc")
    held = _add(store, f"before {text} behind")
    assert finder(text) == held


def test_a_long_text_is_sought_whole(store: Store, finder: Finder) -> None:
    text = "".join(f"word{number} " for number in range(30)).strip()[:200]
    (held,) = _add(store, text + " and more")
    _add(store, text.replace("word11", "wort11"))
    assert finder(text) == [held]


def test_too_long_a_text_is_refused(store: Store, finder: Finder) -> None:
    with pytest.raises(DataError, match="has 100000 characters"):
        finder("a" * 100_000)


@pytest.mark.parametrize("text", ["\u200b", "\u202e\u202c", "\u00ad"])
def test_a_text_that_nobody_sees_is_refused(finder: Finder, text: str) -> None:
    with pytest.raises(DataError, match="no character"):
        finder(text)


def test_the_administrator_may_not_search(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "adm", "administrator")
    with pytest.raises(AccessError):
        _results(store, user, "a")


def test_author_place_and_pay_are_found(store: Store, finder: Finder) -> None:
    with store.transaction() as session:
        capture = make_capture(session)
        post = ParsedPost(native_id="1", text="x", title="Typist", author="Boss Li", location="Bavet", salary="900 USD")
        saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
    for part in ("typist", "boss li", "bavet", "900 usd"):
        assert finder(part) == [saved.revision_id]


def test_a_disguised_text_is_found_by_what_it_says_once_it_is_judged(store: Store, finder: Finder) -> None:
    (held,) = _add(store, "l.ư.ơ.n.g c.a.o")
    assert finder("lương cao") == []
    with store.transaction() as session:
        search_index.index_cleaned(session, session.get_one(Revision, held), "lương cao")
    assert finder("lương cao") == finder("luong cao") == finder("l.ư.ơ") == [held]


def test_an_edit_is_found_beside_what_it_replaced(store: Store, finder: Finder) -> None:
    with store.transaction() as session:
        first = make_revision(session, "old words", "same").id
        second = make_revision(session, "new words", "same").id
    assert finder("words") == [second, first]
    assert finder("words", has_later=True) == [first]
    assert finder("words", has_later=False) == [second]


def _judged(session: Session, text: str, **changes: object) -> Revision:
    revision = make_revision(session, text)
    values = {
        "release": "r1",
        "lang": "vi",
        "risk": 0.9,
        "labels": {},
        "flagged": [],
        "indicators": [],
        "identifiers": [],
    }
    verdicts.save_verdict(
        session,
        revision_id=revision.id,
        verdict=verdicts.NewVerdict(**(values | changes)),  # type: ignore[arg-type]
        scored_at=NOW,
    )
    return revision


def test_narrows_by_what_the_newest_verdict_says(store: Store, finder: Finder) -> None:
    indicator = {"code": "travel_paid", "start": 0, "end": 1, "text": "x"}
    with store.transaction() as session:
        high = _judged(session, "x one", risk=0.9, flagged=["smuggling"], indicators=[indicator]).id
        flagged = _judged(session, "x two", risk=0.2, lang="km", flagged=["fake_job"]).id
        low = _judged(session, "x three", risk=0.1).id
        unjudged = make_revision(session, "x four").id
    assert finder(lang="km") == [flagged]
    assert finder(label="smuggling") == [high]
    assert finder(indicator="travel_paid") == [high]
    assert finder(state="unjudged") == [unjudged]
    assert finder(risk_from=0.8, flagged_risk=0.5) == [high]
    assert finder(risk_from=0.5, risk_below=0.8, flagged_risk=0.5) == [flagged]
    assert finder(risk_below=0.5, flagged_risk=0.5) == [low]
    assert finder("x", order="risk") == [high, flagged, low, unjudged]
    with store.transaction() as session:
        revision = session.get_one(Revision, high)
        newer = verdicts.NewVerdict("r2", "en", 0.3, {}, [], [], [])
        verdicts.save_verdict(session, revision_id=revision.id, verdict=newer, scored_at=NOW)
    assert finder(label="smuggling") == finder(indicator="travel_paid") == []
    assert finder(lang="en") == [high]


def test_narrows_by_identifier_source_and_campaign(store: Store, finder: Finder) -> None:
    named = {"type": "telegram", "value": "@Example_HR", "normalized": "example_hr", "start": 0, "end": 1}
    with store.transaction() as session:
        first, second = _judged(session, "one", identifiers=[named]), _judged(session, "two")
        campaign = campaigns.join_posts(session, second.post_id, first.post_id, reason="same", at=NOW)
        source = make_source(session, "elsewhere")
    assert finder(identifiers=("example_hr",), identifier_type="telegram") == [first.id]
    assert finder(identifiers=("example_hr", "x")) == [first.id]
    assert finder(identifiers=("example_hr",), identifier_type="zalo") == []
    assert finder(campaign_id=campaign.id) == [second.id, first.id]
    assert finder(campaign_id=campaign.id + 1) == finder(source_id=source.id) == []


def test_narrows_by_the_days(store: Store, finder: Finder) -> None:
    with store.transaction() as session:
        capture = make_capture(session)
        post = ParsedPost(native_id="1", text="dated", posted_at=NOW - timedelta(days=3))
        saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
    held = [saved.revision_id]
    day = timedelta(days=1)
    assert finder(posted_from=NOW - 3 * day, posted_before=NOW - 2 * day) == held
    assert finder(posted_from=NOW - 2 * day) == finder(posted_before=NOW - 3 * day) == []
    assert finder(seen_from=NOW, seen_before=NOW + day) == held
    assert finder(seen_from=NOW + day) == finder(seen_before=NOW) == []


def test_narrows_by_what_people_decided(store: Store) -> None:
    with store.transaction() as session:
        ana, binh = make_user(session, "ana"), make_user(session, "binh")
        open_, confirmed, benign, undone = (make_item(session, lane="urgent") for _ in range(4))
        queue.decide(session, ana, make_form(confirmed), now=NOW)
        queue.decide(session, binh, make_form(benign, "benign"), now=NOW)
        leases.take(session, benign.id, ana, now=NOW, purpose="second")
        queue.decide(session, ana, make_form(benign), now=NOW)
        queue.decide(session, ana, make_form(undone), now=NOW)
        queue.undo(session, ana, idem_key="undo", now=NOW)
        revisions = [item.revision_id for item in (open_, confirmed, benign, undone)]
    found = {
        name: {hit.revision.id for hit in _results(store, ana, **wanted).hits}  # type: ignore[arg-type]
        for name, wanted in {
            "open": {"state": "open"},
            "decided": {"state": "decided"},
            "confirmed": {"state": "confirmed"},
            "benign": {"state": "benign"},
            "mine": {"decided_by_me": True},
            "urgent": {"lane": "urgent", "state": "open"},
            "likely": {"lane": "likely"},
        }.items()
    }
    assert found["open"] == found["urgent"] == {revisions[0], revisions[3]}
    assert found["decided"] == {revisions[1], revisions[2]}
    assert found["confirmed"] == {revisions[1]}
    assert found["mine"] == {revisions[1], revisions[2]}
    assert found["benign"] == {revisions[2]}
    assert found["likely"] == set()


@pytest.mark.parametrize("order", search.ORDERS)
@pytest.mark.parametrize("narrow", [20_000, 2])
def test_pages_hold_each_hit_once_in_order_while_others_come_in(
    store: Store, order: str, narrow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    monkeypatch.setattr(search, "NARROW", narrow)
    monkeypatch.setattr(search, "NARROW_TEXT", narrow)
    monkeypatch.setattr(search, "_LOT", 2)
    with store.transaction() as session:
        user = make_user(session)
        texts = ["hit", "hit hit", "a hit", "hit", "hit and many words"]
        held = [_judged(session, text, risk=risk / 10).id for text, risk in zip(texts, (5, 3, 5, 9, 1), strict=True)]
    pages, after = [], ""
    for _ in range(3):
        results = _results(store, user, "hit", order=order, after=after)
        pages.append([hit.revision.id for hit in results.hits])
        after = results.next
        _add(store, "hit hit hit")
    expected = {
        "newest": held[::-1],
        "risk": [held[3], held[2], held[0], held[1], held[4]],
        "best": [held[3], held[0], held[1], held[2], held[4]],
    }
    found = [id_ for page in pages for id_ in page]
    if order == "risk":
        found = [id_ for id_ in found if id_ in held]
    assert found == expected[order]


def test_counts_up_to_a_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 3)
    with store.transaction() as session:
        user = make_user(session)
    _add(store, *(f"hit {number}" for number in range(3)))
    assert _results(store, user, "hit").total == 3
    assert _results(store, user, "missing").total == 0
    _add(store, "hit 3", "hit 4")
    assert _results(store, user, "hit").total == 4


@pytest.mark.parametrize("after", ["x", "1_2_3", "-1", "99999999999999999999", "1_", "nan"])
def test_a_damaged_place_is_refused(finder: Finder, after: str) -> None:
    with pytest.raises(DataError, match="damaged"):
        finder("a", after=after)
