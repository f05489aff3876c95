"""Skipping by the form: a reason, a day, a reader's language; and the languages that somebody reads."""

from datetime import UTC, datetime

import pytest

from store import readers, users
from tests.review_ui.office import Office


def _skip(office: Office, item_id: int, **fields: str) -> tuple[int, str]:
    form = {"outcome": "skipped", "idem_key": "k", **fields}
    answer = office.client("ana").post(f"/items/{item_id}/decision", data=form)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, (None, None, None)),
        ({"skip_reason": "heavy"}, ("heavy", None, None)),
        ({"skip_until": "2026-03-05"}, ("later", datetime(2026, 3, 5, tzinfo=UTC), None)),
        ({"skip_lang": "km"}, ("language", None, "km")),
        ({"skip_lang": "km", "skip_reason": "context"}, ("context", None, "km")),
    ],
    ids=["one key", "a reason", "a day", "a reader", "a reader and a reason"],
)
def test_what_a_skip_says_is_kept(staffed: Office, fields: dict[str, str], kept: tuple[object, ...]) -> None:
    item_id = staffed.post()
    assert _skip(staffed, item_id, **fields)[0] == 303
    (decision,) = staffed.decisions(item_id)
    assert (decision.reason, decision.snoozed_until, decision.needs_lang) == kept


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"skip_until": "soon"}, "is no day"),
        ({"skip_until": "2026-03-01"}, "no day within the next year"),
        ({"skip_until": "2030-01-01"}, "no day within the next year"),
        ({"skip_lang": "<b>xx"}, "&lt;b&gt;xx&#39; is not a language"),
        ({"skip_reason": "bored"}, "is not a reason"),
    ],
    ids=["no day", "today", "too far", "hostile", "unknown reason"],
)
def test_what_cannot_be_is_no_skip(staffed: Office, fields: dict[str, str], message: str) -> None:
    item_id = staffed.post()
    status, page = _skip(staffed, item_id, **fields)
    assert (status, message in page) == (400, True)
    assert staffed.decisions(item_id) == []


def test_a_day_is_not_read_where_nothing_is_skipped(staffed: Office) -> None:
    item_id = staffed.post()
    form = {"outcome": "benign", "idem_key": "k", "skip_until": "2026-03-01"}
    assert staffed.client("ana").post(f"/items/{item_id}/decision", data=form).status_code == 303


def test_the_list_of_snoozed_and_handed_on_items(staffed: Office) -> None:
    asleep, handed_on = staffed.post(), staffed.post()
    _skip(staffed, asleep, skip_until="2026-03-05", idem_key="1")
    _skip(staffed, handed_on, skip_lang="km", idem_key="2")
    client = staffed.client("vi")
    pages = {shown: client.get(f"/queue?shown={shown}").text for shown in ("open", "snoozed", "handed_on", "unread")}
    listed = {
        shown: [item for item in (asleep, handed_on) if f'href="/items/{item}"' in page]
        for shown, page in pages.items()
    }
    assert listed == {"open": [handed_on], "snoozed": [asleep], "handed_on": [handed_on], "unread": [handed_on]}
    assert "5 Mar 2026 00:00 UTC" in pages["snoozed"]
    assert "Needs a reader of Khmer" in pages["handed_on"]


def test_the_list_is_filtered(staffed: Office) -> None:
    likely, audited = staffed.post(), staffed.post(lane="audit")
    client = staffed.client("vi")
    page = client.get("/queue?lane=audit&lang=vi").text
    assert (f'href="/items/{audited}"' in page, f'href="/items/{likely}"' in page) == (True, False)
    assert "Nothing is on this list" in client.get("/queue?lang=km").text
    assert client.get("/queue?shown=<b>").status_code == 400
    assert client.get("/queue?lane=%00").status_code == 400


def test_ticked_languages_replace_what_was(staffed: Office) -> None:
    client = staffed.client("ana")
    for ticked in (["km", "th"], ["th", "xx"]):
        client.post("/languages", data={f"lang.{lang}": "1" for lang in ticked})
    page = client.get("/languages").text
    assert 'name="lang.th" value="1" autocomplete="off" checked' in page
    assert page.split("<main", 1)[1].split("</main>", 1)[0].count(" checked> ") == 1
    with staffed.store.reading() as session:
        user = users.user_by_name(session, "ana")
        assert user is not None
        assert readers.languages_of(session, user) == {"th"}
