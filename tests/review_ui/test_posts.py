"""The page of a post: all that is known of it is there, and whatever the post says stays text."""

import re
import shutil
from pathlib import Path

import lxml.html
import pytest

from review_ui.contacts import CONTACTS_SHOWN
from review_ui.posts import VERSIONS_SHOWN
from store import campaigns, posts, queue, sources, verdicts
from store.absences import mark_gone
from store.database import Store
from store.parsed_post import ParsedPost
from store.tables import Identifier, QueueItem, Revision, Source
from tests.conftest import AUDIT_KEY
from tests.factories import NOW, make_capture, save_post
from tests.review_ui.hostile import PAYLOADS
from tests.review_ui.office import Office

Skeleton = list[tuple[str, tuple[str, ...]]]


@pytest.fixture(scope="module")
def harmless(empty_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Skeleton:
    """What the page of the hostile posts looks like when they say nothing special."""
    path = shutil.copy(empty_tables, tmp_path_factory.mktemp("harmless") / "lurewatch.db")
    office = Office(Store(f"sqlite:///{path}", audit_key=AUDIT_KEY))
    office.employ("ana")
    office.employ("binh")
    skeleton = _skeleton(_page(office, _hostile_everywhere(office, "harmless words")))
    office.store.close()
    return skeleton


def _post(store: Store, text: str, *, native_id: str = "p1", **fields: object) -> int:
    """A scored and queued revision with one indicator after the first word, and one contact; returns its item."""
    with store.transaction() as session:
        capture = make_capture(session)
        post = ParsedPost(native_id=native_id, text=text, **fields)  # type: ignore[arg-type]
        saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
        revision = session.get_one(Revision, saved.revision_id)
        full, start = posts.full_text(revision), 5
        verdict = verdicts.NewVerdict(
            release="test-1",
            lang="km",
            risk=0.9,
            labels={"scam_centre": 0.9, "fake_job": 0.6, "organ_trade": 0.0},
            flagged=["scam_centre"],
            indicators=[{"code": "travel_paid", "start": start, "end": start + 4, "text": full[start : start + 4]}],
            identifiers=[{"type": "telegram", "value": text, "normalized": "example_hr", "start": 0, "end": 4}],
        )
        verdicts.save_verdict(session, revision_id=revision.id, verdict=verdict, scored_at=NOW)
        return queue.enqueue(session, revision_id=revision.id, lane="likely", priority=0.9, at=NOW).id


def _page(office: Office, item_id: int, username: str = "ana") -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(office.client(username).get(f"/items/{item_id}").content)


def _text(page: lxml.html.HtmlElement) -> str:
    return str(page.get_element_by_id("post-text").text_content())


def _skeleton(page: lxml.html.HtmlElement) -> Skeleton:
    """Every element with its attributes' names, and the values of those that act; changing numbers are left out.

    So is what depends on the words of a post: the names of unseen characters and the differences of versions.
    """
    worded = set(page.xpath("//*[@class='unseen']/descendant-or-self::* | //details[@class='version']/div/*"))
    assert {element.tag for element in worded} <= {"p", "span", "code", "del", "ins"}
    return [
        (element.tag, tuple(sorted(f"{name}={_acting(name, value)}" for name, value in element.attrib.items())))
        for element in page.iter(lxml.etree.Element)
        if element not in worded
    ]


def _acting(name: str, value: str) -> str:
    is_ours = name in {"class", "id", "name", "type", "rel", "src", "href", "action", "method", "data-key", "hx-boost"}
    return re.sub(r"\d+", "N", value) if is_ours else ""


def _hostile_everywhere(office: Office, payload: str) -> int:
    fields = dict.fromkeys(("author", "url", "location", "salary"), payload)
    item_id = _post(office.store, f"lure {payload}", **fields)
    _post(office.store, f"earlier {payload}", native_id="p2", **fields)
    other = _post(office.store, f"other {payload}", native_id="p2", title=f"Title {payload}", **fields)
    with office.store.transaction() as session:
        first, second = (session.get_one(QueueItem, number).revision for number in (item_id, other))
        campaigns.join_posts(session, first.post_id, second.post_id, reason=f"same words: {payload}", at=NOW)
        session.get_one(Source, first.post.source_id).name = payload[:100] or "x"
        session.get_one(Source, first.post.source_id).purpose = payload
    form = {"outcome": "unsure", "idem_key": "u", "note": payload[:2000]}
    office.client("binh").post(f"/items/{other}/decision", data=form)
    return other


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_post_is_text_and_nothing_else(staffed: Office, harmless: Skeleton, payload: str) -> None:
    item_id = _hostile_everywhere(staffed, payload)
    page = _page(staffed, item_id)
    assert _text(page) == f"Title {payload}\nother {payload}".strip()
    assert _skeleton(page) == harmless
    client = staffed.client("vi")
    listed = lxml.html.document_fromstring(client.get("/queue").content)
    assert listed.xpath("//main//script | //main//img | //main//@onerror | //main//svg | //main//style") == []


def test_the_reasons_are_marked_in_the_text(staffed: Office) -> None:
    page = _page(staffed, _post(staffed.store, "fly: ប្រាក់ខែ ខ្ពស់"))
    (mark,) = page.xpath("//*[@id='post-text']/mark")
    assert (mark.get("id"), mark.get("data-reasons")) == ("mark-1", "1")
    (reason,) = page.xpath("//*[@class='reasons']/li")
    assert (reason.get("value"), reason.xpath(".//a/@href")) == ("1", ["#mark-1"])
    assert (mark.text, mark.get("class"), mark.get("title")) == ("ប្រា", "for", "Travel is paid by the recruiter")


def test_the_text_says_its_language_and_finds_its_direction(staffed: Office) -> None:
    text = _page(staffed, _post(staffed.store, "text with an indicator")).get_element_by_id("post-text")
    assert (text.get("lang"), text.get("dir")) == ("km", "auto")


def test_probabilities_are_words(staffed: Office) -> None:
    page = _page(staffed, _post(staffed.store, "text with an indicator"))
    labels = [" ".join(line.text_content().split()) for line in page.xpath("//ul[@class='labels']/li")]
    assert labels == ["High scam centre flagged", "Medium fake job", "Low: organ trade"]
    assert re.search(r"0\.\d", str(page.get_element_by_id("main").text_content())) is None


def test_provenance_is_told_and_the_address_is_no_link(staffed: Office) -> None:
    item_id = _post(
        staffed.store,
        "text with an indicator",
        url="https://jobs.example/7",
        author="Invented HR",
        location="Poipet",
        salary="1200",
    )
    page = _page(staffed, item_id)
    told = str(page.xpath("//dl[@class='provenance']")[0].text_content())
    for fact in (
        "Watch for recruitment",
        "hxxps://jobs[.]example/7",
        "Invented HR",
        "Poipet",
        "1200",
        "robots.txt: allowed",
        "100 bytes",
    ):
        assert fact in told
    with staffed.store.reading() as session:
        assert session.get_one(QueueItem, item_id).revision.capture.sha256 in told
    assert {link.split("/")[1].split("?")[0] for link in page.xpath("//main//a/@href") if link.startswith("/")} <= {
        "cases",
        "identifiers",
        "items",
        "languages",
    }
    assert {link for link in page.xpath("//a/@href") if not link.startswith("/")} == {"#main", "#mark-1"}


def test_contacts_say_how_many_other_posts_name_them(staffed: Office) -> None:
    items = [_post(staffed.store, f"text {number} indicator", native_id=f"p{number}") for number in range(3)]
    _post(staffed.store, "text 0 indicator again", native_id="p0")
    page = _page(staffed, items[1])
    (row,) = page.xpath("//table[@class='facts-table']/tbody/tr")
    assert [" ".join(cell.text_content().split()) for cell in row] == ["telegram", "text 1 indicator", "2"]
    (link,) = row.xpath(".//a/@href")
    listed = lxml.html.document_fromstring(staffed.client("vi").get(link).content)
    assert listed.xpath("//td[contains(@class, 'words')]/a/@href") == [
        f"/items/{item}" for item in (items[2], items[1], items[0] + 3)
    ]


def test_a_contact_of_everybody_is_marked_as_one(staffed: Office) -> None:
    item_id = _post(staffed.store, "text with an indicator")
    with staffed.store.transaction() as session:
        revision = session.get_one(QueueItem, item_id).revision
        session.add(
            Identifier(
                revision_id=revision.id,
                type="email",
                value="info@jobs.test",
                normalized="info@jobs.test",
                start=9,
                end=9,
            )
        )
    told = [" ".join(row.text_content().split()) for row in _page(staffed, item_id).xpath("//tbody/tr")]
    assert told == ["telegram text with an indicator 0", "email info@jobs[.]test 0 everybody's, links nothing"]


def test_many_contacts_are_cut_off_and_counted(staffed: Office) -> None:
    item_id = _post(staffed.store, "text with an indicator")
    with staffed.store.transaction() as session:
        revision = session.get_one(QueueItem, item_id).revision
        session.add_all(
            Identifier(revision_id=revision.id, type="line", value=f"x{at}", normalized=f"x{at}", start=9, end=9)
            for at in range(CONTACTS_SHOWN + 1)
        )
    page = _page(staffed, item_id)
    assert len(page.xpath("//table[@class='facts-table']/tbody/tr")) == CONTACTS_SHOWN
    assert "2 more are named and not listed." in page.text_content()


def test_other_versions_are_kept_in_sight(staffed: Office) -> None:
    _post(staffed.store, "text that came first")
    page = _page(staffed, _post(staffed.store, "text that was edited"))
    (version,) = page.xpath("//details[@class='version']")
    assert "Version 1" in version.text_content()
    (shown,) = version.xpath("div")
    assert "".join(shown.xpath("text() | del//text()")) == "text that came first"
    assert "".join(shown.xpath("text() | ins//text()")) == "text that was edited"


def test_a_post_edited_all_the_time_shows_its_newest_versions(staffed: Office) -> None:
    for number in range(VERSIONS_SHOWN + 2):
        item_id = _post(staffed.store, f"text number {number}")
    page = _page(staffed, item_id)
    assert len(page.xpath("//details[@class='version']")) == VERSIONS_SHOWN
    assert "1 older version is not listed." in page.text_content()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("text 0.83", "linked by its words; likeness: High"),
        ("telegram example_hr", "linked by the contact example_hr"),
        ("url https://jobs.example/7", "linked by the contact hxxps://jobs[.]example/7"),
        ("an analyst said so", "linked because: an analyst said so"),
    ],
)
def test_the_campaign_names_its_members_and_reasons(staffed: Office, reason: str, told: str) -> None:
    items = [_post(staffed.store, f"text {number} indicator", native_id=f"p{number}") for number in range(2)]
    with staffed.store.transaction() as session:
        pair = [session.get_one(QueueItem, item).revision.post_id for item in items]
        campaigns.join_posts(session, *pair, reason=reason, at=NOW)
    page = _page(staffed, items[0])
    assert "Campaign of 2 posts" in page.text_content()
    (member,) = page.xpath("//ul[@class='members']/li")
    assert member.xpath("a/@href") == [f"/items/{items[1]}"]
    assert told in " ".join(member.text_content().split())
    assert "text 1 indicator" in member.text_content()


def test_a_call_for_help_goes_to_rescue(staffed: Office) -> None:
    item_id = _post(staffed.store, "text with an indicator")
    assert "route to rescue" not in _page(staffed, item_id).text_content()
    with staffed.store.transaction() as session:
        verdict = verdicts.NewVerdict("test-2", "km", 0.1, {"victim_distress": 0.9}, ["victim_distress"], [], [])
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=NOW)
    told = _page(staffed, item_id).text_content()
    assert "Somebody may be asking for help: route to rescue, not to prosecution." in told


def test_what_weighed_is_told_in_words(staffed: Office) -> None:
    item_id = _post(staffed.store, "text with an indicator")
    reasons = [
        {"code": "whole_text", "weight": 2.5, "side": "for"},
        {"code": "hotline", "weight": -0.9, "side": "against"},
    ]
    _judge_again(staffed, item_id, answer="flagged", reasons=reasons)
    weights = [
        " ".join(line.text_content().split()) for line in _page(staffed, item_id).xpath("//ul[@class='weights']/li")
    ]
    assert weights == [
        "For, strong What the encoder makes of the whole text",
        "Against, moderate Names an official hotline",
    ]


def test_too_little_text_is_told_as_such_and_has_no_band(staffed: Office) -> None:
    item_id = _post(staffed.store, "text with an indicator")
    _judge_again(staffed, item_id, answer="not_enough", reasons=[])
    page = _page(staffed, item_id)
    assert page.xpath("//h1//*[contains(@class, 'band')]/text()") == ["not enough text"]
    assert "says nothing for or against the post" in page.text_content()


def test_unseen_characters_are_named(staffed: Office) -> None:
    page = _page(staffed, _post(staffed.store, "text \u202eDSU 000 with an indicator"))
    (told,) = page.xpath("//p[@class='unseen']")
    assert "U+202E right-to-left override × 1" in " ".join(told.text_content().split())


@pytest.mark.parametrize(
    ("media", "told"),
    [
        ({"photo": 2}, "photo × 2"),
        ([{"kind": "photo"}, {"kind": "photo", "description": "x"}], "photo × 2"),
        (["photo", "poll"], "photo, poll"),
        ("odd", None),
        ({}, None),
    ],
)
def test_media_are_named_and_not_shown(staffed: Office, media: object, told: str | None) -> None:
    page = _page(staffed, _post(staffed.store, "text with an indicator", extra={"media": media}))
    shown = [" ".join(line.text_content().split()) for line in page.xpath("//div[dt='Pictures and files']/dd")]
    assert len(shown) == (0 if told is None else 1)
    assert told is None or shown[0].startswith(f"{told} (not fetched")
    assert page.xpath("//img") == []


def _judge_again(office: Office, item_id: int, **said: object) -> None:
    with office.store.transaction() as session:
        verdict = verdicts.NewVerdict("test-2", "km", 0.1, {"fake_job": 0.1}, [], [], [], **said)  # type: ignore[arg-type]
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=NOW)


def test_since_when_a_post_is_gone_is_told(staffed: Office) -> None:
    item_id = _post(staffed.store, "Cooks wanted")
    assert "Gone since" not in _page(staffed, item_id).text_content()
    with staffed.store.transaction() as session:
        post = session.get_one(QueueItem, item_id).revision.post
        mark_gone(session, [post.id], capture_id=1, seen_at=NOW, reason="status 404", actor="crawler")
    assert "Gone since" in _page(staffed, item_id).text_content()


def test_a_post_that_nothing_has_judged_is_shown(staffed: Office) -> None:
    with staffed.store.transaction() as session:
        source = sources.ensure_source(
            session, name="s", kind="feed", url=None, purpose="p", legal_basis="l", owner="o"
        )
        capture = make_capture(session, source_id=source.id)
        post = ParsedPost(native_id="p", text="")
        saved = save_post(session, source_id=source.id, capture_id=capture.id, post=post, seen_at=NOW)
        item = queue.enqueue(session, revision_id=saved.revision_id, lane="audit", priority=0.0, at=NOW)
    page = _page(staffed, item.id)
    assert _text(page) == ""
    assert "not scored" in page.text_content()
    assert "(no text)" in staffed.client("vi").get("/queue").text


def test_reviewers_are_shown_by_pseudonym(staffed: Office) -> None:
    item_id = _post(staffed.store, "text with an indicator")
    staffed.confirm("binh", item_id)
    page = staffed.client("ana").get(f"/items/{item_id}").text
    assert re.search(r"<strong>confirmed</strong> by reviewer-[0-9a-f]{8}", page)
    assert "binh" not in page
