"""The page Retention: who sees what, and erasing with two people, captures included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from store import cases, handed_in, redaction_marks, users
from store.handed_in import Given
from store.holds import standing
from store.tables import ErasureRequest, Post
from tests.evidence.house import NOW, House, furnish, open_house
from tests.review_ui.office import Office

REASON = "Asked by letter of 1 March"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation with a case of four posts."""
    house = open_house(tmp_path / "house", new=True)
    furnish(house)
    yield house
    house.store.close()


@pytest.fixture
def keeping(house: House) -> Office:
    """An office on it with two supervisors, an investigator, an auditor and an administrator."""
    office = Office(house.store, exporter=house.exporter, retention_days=180)
    office.employ("sub", "supervisor")
    for role in ("supervisor", "investigator", "auditor", "administrator"):
        office.employ(role[:3], role)
    return office


def _ask(office: Office, name: str, post_id: int = 1) -> int:
    answer = office.client(name).post("/retention/erasures", data={"post_id": str(post_id), "reason": REASON})
    assert answer.status_code == 303, answer.text
    with office.store.reading() as session:
        return max(session.scalars(select(ErasureRequest.id)), default=0)


def _rule(office: Office, name: str, request_id: int, outcome: str) -> int:
    return office.client(name).post(f"/retention/erasures/{request_id}/ruling", data={"outcome": outcome}).status_code


def test_a_second_person_erases_post_and_capture(keeping: Office, house: House) -> None:
    files = len(list(house.captures_dir.iterdir()))
    request_id = _ask(keeping, "sup")
    assert "Erase post 1" not in keeping.client("sup").get("/retention").text
    assert _rule(keeping, "sup", request_id, "erased") == 403
    assert "Erase post 1" in keeping.client("sub").get("/retention").text
    assert _rule(keeping, "sub", request_id, "erased") == 303
    with keeping.store.reading() as session:
        assert session.get(Post, 1) is None
        assert len(cases.case_by_number(session, "CASE-2026-0001").items) == 3
    assert len(list(house.captures_dir.iterdir())) == files - 1
    assert "0 by age, 1 on request" in keeping.client("aud").get("/retention").text


def test_marks_and_images_are_counted_and_never_shown(keeping: Office) -> None:
    with keeping.store.transaction() as session:
        user = users.user_by_name(session, "inv")
        assert user is not None
        case = cases.case_by_number(session, "CASE-2026-0001")
        redaction_marks.add_mark(session, user, case, kind="name", words="Mai Lan", now=NOW)
        given = Given(b"image", "image/png", "hotline", "Trầm Nhã", has_consented=True)
        handed_in.record(session, user, given, capture_id=None, sha256="0" * 64, now=NOW)
    page = keeping.client("aud").get("/retention").text
    assert "Case CASE-2026-0001: 1 marked, 0 taken back" in page
    assert "of which the hash alone is kept: 1." in page
    assert "Mai Lan" not in page
    assert "Trầm Nhã" not in page


def test_a_refused_request_leaves_everything(keeping: Office) -> None:
    assert _rule(keeping, "sup", _ask(keeping, "inv"), "refused") == 303
    with keeping.store.reading() as session:
        assert session.get(Post, 1) is not None


def test_a_hold_is_placed_and_lifted_with_reasons(keeping: Office) -> None:
    client = keeping.client("inv")
    form = {"kind": "case", "name": "CASE-2026-0001", "reason": "Court order"}
    assert client.post("/retention/holds", data={**form, "reason": " "}).status_code == 400
    assert client.post("/retention/holds", data=form).status_code == 303
    assert keeping.client("sup").post("/retention/erasures", data={"post_id": "1", "reason": "x"}).status_code == 403
    assert client.post("/retention/holds/1/lifting", data={"reason": "Trial over"}).status_code == 303
    with keeping.store.reading() as session:
        assert standing(session) == []
        assert users.user_by_name(session, "inv") is not None


def test_reasons_and_requests_are_not_for_those_who_only_look(keeping: Office) -> None:
    form = {"kind": "post", "name": "2", "reason": "About somebody"}
    keeping.client("inv").post("/retention/holds", data=form)
    _ask(keeping, "inv")
    for name in ("aud", "adm"):
        page = keeping.client(name).get("/retention").text
        assert "Hold 1" in page
        assert "Police act, section 1" in page
        assert not [word for word in ("About somebody", REASON, "Erase a post", "/retention/holds") if word in page]
    page = keeping.client("sup").get("/retention").text
    assert "About somebody" in page
    assert REASON in page


def test_what_people_type_is_text(keeping: Office) -> None:
    form = {"kind": "post", "name": "2", "reason": "<script>alert(1)</script>"}
    client = keeping.client("inv")
    client.post("/retention/holds", data=form)
    page = client.get("/retention").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    hostile = {"kind": "<b>user", "name": "2' OR 1=1", "reason": "x"}
    assert client.post("/retention/holds", data=hostile).status_code == 400
    assert client.post("/retention/holds", data={**hostile, "kind": "source"}).status_code == 404
