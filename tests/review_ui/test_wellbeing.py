"""Limits, breaks, blur and preferences: what they change, and what they must not stand before."""

import re
from datetime import timedelta

import pytest

from lurewatch.errors import DataError
from review_ui.manner import BREAK_AFTER, is_break_due
from review_ui.preferences import KEYS, preference_form
from store import campaigns, verdicts
from store.database import Store
from store.preferences import Preference
from store.tables import AuditEntry, QueueItem
from tests.factories import NOW
from tests.review_ui.office import Office

TEXT = "Invented severe post"


def _severe(office: Office, label: str = "organ_trade", priority: float = 0.9, lane: str = "likely") -> int:
    item_id = office.post(TEXT, lane=lane, priority=priority)
    with office.store.transaction() as session:
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdict = verdicts.NewVerdict("test-2", "en", 0.9, {label: 0.9}, [label], [], [])
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=office.now)
    return item_id


@pytest.fixture
def limited(sqlite_store: Store) -> Office:
    """An office where two severe posts a day are enough."""
    office = Office(sqlite_store, severe_per_day=2)
    office.employ("ana")
    office.employ("binh")
    return office


def test_over_the_limit_the_text_is_not_shown(limited: Office) -> None:
    client = limited.client("ana")
    items = [_severe(limited) for _ in range(3)]
    pages = [client.get(f"/items/{item}").text for item in items]
    assert [TEXT in page for page in pages] == [True, True, False]
    assert "Enough for today" in pages[2]


def test_an_item_again_counts_once_and_the_next_day_is_new(limited: Office) -> None:
    items = [_severe(limited) for _ in range(3)]
    client = limited.client("ana")
    for _ in range(4):
        assert TEXT in client.get(f"/items/{items[0]}").text
    assert TEXT in client.get(f"/items/{items[1]}").text
    limited.wait(hours=12)
    assert TEXT in limited.client("ana").get(f"/items/{items[2]}").text


def test_each_person_is_counted_by_themselves(limited: Office) -> None:
    items = [_severe(limited) for _ in range(3)]
    for item in items:
        limited.client("ana").get(f"/items/{item}")
    assert TEXT in limited.client("binh").get(f"/items/{items[2]}").text


def test_other_posts_and_those_who_ask_for_help_have_no_limit(limited: Office) -> None:
    client = limited.client("ana")
    for item in [_severe(limited) for _ in range(3)]:
        client.get(f"/items/{item}")
    for label in ("scam_centre", "victim_distress"):
        assert TEXT in client.get(f"/items/{_severe(limited, label)}").text


def test_what_is_too_much_is_handed_on_to_somebody_else(limited: Office) -> None:
    items = [_severe(limited, priority=priority) for priority in (0.9, 0.8, 0.7)]
    ana, binh = limited.client("ana"), limited.client("binh")
    for item in items[:2]:
        ana.get(f"/items/{item}")
    assert "Hand it on" in ana.get(f"/items/{items[2]}").text
    answer = ana.post(f"/items/{items[2]}/decision", data={"outcome": "skipped", "idem_key": "hand-on"})
    assert answer.status_code == 303
    assert TEXT in binh.get(f"/items/{items[2]}").text


def test_at_the_limit_the_next_item_is_one_that_may_still_be_read(limited: Office) -> None:
    first, second = _severe(limited), _severe(limited)
    ana = limited.client("ana")
    for item in (first, second):
        ana.get(f"/items/{item}")
        ana.post(f"/items/{item}/decision", data={"outcome": "benign", "idem_key": f"k{item}"})
    urgent, ordinary = _severe(limited, lane="urgent"), limited.post(priority=0.1)
    assert ana.get("/queue/next").headers["location"] == f"/items/{ordinary}"
    assert "Others get the next ones" in ana.get("/queue").text
    binh = limited.client("binh")
    assert binh.get("/queue/next").headers["location"] == f"/items/{urgent}"
    assert "Others get the next ones" not in binh.get("/queue").text


def test_at_the_limit_what_was_shown_today_comes_up_again(limited: Office) -> None:
    shown = [_severe(limited, priority=priority) for priority in (0.3, 0.2)]
    ana = limited.client("ana")
    for item in shown:
        ana.get(f"/items/{item}")
    limited.wait(minutes=40)
    _severe(limited, priority=0.9)
    assert limited.client("ana").get("/queue/next").headers["location"] == f"/items/{shown[0]}"


def test_at_the_limit_a_call_for_help_comes_all_the_same(limited: Office) -> None:
    ana = limited.client("ana")
    for item in [_severe(limited) for _ in range(2)]:
        ana.get(f"/items/{item}")
        ana.post(f"/items/{item}/decision", data={"outcome": "benign", "idem_key": f"k{item}"})
    call = _severe(limited, "victim_distress", lane="urgent")
    assert ana.get("/queue/next").headers["location"] == f"/items/{call}"


def test_where_only_severe_ones_wait_the_list_says_why_nothing_comes(limited: Office) -> None:
    ana = limited.client("ana")
    for item in [_severe(limited) for _ in range(2)]:
        ana.get(f"/items/{item}")
        ana.post(f"/items/{item}/decision", data={"outcome": "benign", "idem_key": f"k{item}"})
    left = _severe(limited)
    assert ana.get("/queue/next").headers["location"] == "/queue"
    assert limited.client("binh").get("/queue/next").headers["location"] == f"/items/{left}"


def test_one_more_is_seen_by_ones_own_wish_and_that_is_kept(limited: Office) -> None:
    items = [_severe(limited) for _ in range(4)]
    client = limited.client("ana")
    for item in items[:2]:
        client.get(f"/items/{item}")
    client.post(f"/items/{items[2]}/all-the-same")
    assert [TEXT in client.get(f"/items/{item}").text for item in items[2:]] == [True, False]
    with limited.store.reading() as session:
        assert session.query(AuditEntry).filter_by(action="limit.passed").count() == 1


@pytest.mark.parametrize(("own", "shown"), [("1", 1), ("", 2), ("5", 2), ("0", 2)])
def test_the_stricter_limit_counts(limited: Office, own: str, shown: int) -> None:
    client = limited.client("ana")
    client.post("/account/preferences", data={"severe_per_day": own})
    items = [_severe(limited) for _ in range(3)]
    assert [TEXT in client.get(f"/items/{item}").text for item in items].count(True) == shown


def test_without_a_limit_there_is_none(sqlite_store: Store) -> None:
    office = Office(sqlite_store, severe_per_day=0)
    office.employ("ana")
    client = office.client("ana")
    assert all(TEXT in client.get(f"/items/{_severe(office)}").text for _ in range(3))


def test_severe_text_is_blurred_until_it_is_asked_for_unless_somebody_wants_otherwise(limited: Office) -> None:
    client, item = limited.client("ana"), _severe(limited)
    page = client.get(f"/items/{item}").text
    assert 'id="reveal"' in page
    assert 'class="post severe"' in page
    client.post("/account/preferences", data={"greyscale": "1"})
    page = client.get(f"/items/{item}").text
    assert 'id="reveal"' not in page
    assert 'class="greyscale"' in page


def test_lists_mark_the_words_of_severe_posts_alone(limited: Office) -> None:
    limited.post("Việc nhẹ lương cao")
    _severe(limited)
    client = limited.client("ana")
    for page in (client.get("/queue").text, client.get("/search?state=open").text):
        assert page.count('class="collected severe"') == 1


def test_lists_beside_a_post_mark_severe_ones_too(limited: Office) -> None:
    limited.employ("inv", "investigator")
    own, severe = limited.post("Việc nhẹ lương cao"), _severe(limited)
    with limited.store.transaction() as session:
        first, second = (session.get_one(QueueItem, item).revision.post_id for item in (own, severe))
        campaigns.join_posts(session, first, second, reason="same words", at=limited.now)
    client = limited.client("ana")
    page = client.get(f"/items/{own}").text
    (identifier,) = set(re.findall(r"/identifiers/\d+", page))
    limited.confirm("ana", severe)
    case = client.post("/cases", data={"title": "Typing work", "item_id": str(severe)}).headers["location"]
    for shown in (page, client.get(identifier).text, limited.client("inv").get(case).text):
        assert shown.count('class="collected severe"') == 1
    assert 'class="post severe"' not in page


def test_after_two_hours_a_break_is_advised_and_ten_minutes_away_are_one(limited: Office) -> None:
    client = limited.client("ana")
    for _ in range(14):
        limited.wait(minutes=9)
        page = client.get("/queue").text
    assert "worked for two hours" in page
    assert client.post("/break", data={"next": "/cases"}).headers["location"] == "/cases"
    assert "worked for two hours" not in client.get("/queue").text
    for _ in range(4):
        limited.wait(minutes=9)
        page = client.get("/queue").text
    assert "worked for two hours" in page
    limited.wait(minutes=10)
    assert "worked for two hours" not in client.get("/queue").text


@pytest.mark.parametrize(
    ("after", "due"), [(timedelta(0), False), (BREAK_AFTER - timedelta(seconds=1), False), (BREAK_AFTER, True)]
)
def test_the_rule_of_breaks(after: timedelta, due: bool) -> None:
    assert is_break_due(NOW, NOW + after) is due


def test_preferences_are_kept_and_shown(limited: Office) -> None:
    client = limited.client("ana")
    client.post(
        "/account/preferences", data={"language": "vi", "key.KeyY": "g", "key.KeyN": "1", "severe_per_day": "7"}
    )
    page = client.get("/account/preferences").text
    assert '<html lang="vi"' in page
    assert 'value="vi" lang="vi" selected' in page
    assert 'name="key.KeyY" value="g"' in page
    assert 'data-keys="{&#34;KeyN&#34;: &#34;Digit1&#34;, &#34;KeyY&#34;: &#34;KeyG&#34;}"' in page
    assert 'data-keys="{}"' in limited.client("binh").get("/queue").text
    client.post("/account/preferences", data={"keys_off": "1"})
    assert 'data-keys="off"' in client.get("/queue").text


def test_two_things_may_change_places() -> None:
    chosen = preference_form({"key.KeyY": "n", "key.KeyN": "y"})
    assert chosen.keys == {"KeyY": "KeyN", "KeyN": "KeyY"}


def test_an_empty_form_turns_everything_off_and_leaves_the_keys() -> None:
    assert preference_form({}) == Preference(blur_text=False, blur_media=False)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"key.KeyY": "n"}, "do two things"),
        ({"key.KeyY": "?"}, "not a key"),
        ({"key.KeyY": "ក"}, "not a key"),
        ({"key.KeyY": "²"}, "not a key"),
        ({"language": "<script>"}, "not a language of this application"),
        ({"language": "../../etc"}, "not a language of this application"),
        ({"severe_per_day": "-1"}, "not a number"),
        ({"severe_per_day": "9999"}, "not a number"),
        ({"severe_per_day": "٣"}, "not a number"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_refused(fields: dict[str, str], why: str) -> None:
    with pytest.raises(DataError, match=why):
        preference_form(fields)


def test_every_key_is_one_key() -> None:
    assert all(code.startswith("Key") and len(code) == 4 for code in KEYS)
