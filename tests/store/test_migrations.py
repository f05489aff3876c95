"""Every migration goes up and down, empty and with data, and the head is what the tables say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from store import (
    accounting,
    approvals,
    batches,
    case_notes,
    cases,
    erasing,
    erasure_requests,
    hand_overs,
    handed_in,
    helplines,
    holds,
    leases,
    practice,
    queue,
    recipients,
    redaction_marks,
    tokens,
    webhooks,
)
from store.database import Store
from store.standing import standing_decision
from store.tables import Base, Case, Decision, Post, Revision, Tombstone, User
from tests.factories import NOW, make_form, make_item, make_user

SCRIPTS = ScriptDirectory("store/migrations")
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]


def _fill(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, role="supervisor")
        item = make_item(session)
        queue.decide(session, user, make_form(item), now=NOW)
        case = cases.open_case(session, user, title="Typing work", now=NOW)
        cases.add_item(session, user, case, item, now=NOW)
        queue.decide(session, user, make_form(make_item(session), "benign"), now=NOW)
        queue.undo(session, user, idem_key="undo", now=NOW)
        _fill_case(session, user, case)
        batch = batches.seal_batch(session, now=NOW)
        assert batch is not None
        about = {"query": b"q", "response": b"r", "chain": "", "stamped_at": NOW, "good_until": NOW}
        batches.record_stamp(session, batch.id, authority="national", **about)


def _fill_case(session: Session, user: User, case: Case) -> None:
    """A pack that was approved and handed over, a corrected note, and an item that was taken out and put in again."""
    item = case.items[0].item
    cases.remove_item(session, user, case, item.id, reason="by mistake", now=NOW)
    cases.add_item(session, user, case, item, now=NOW)
    approvals.ask(session, user, case, purpose="For the court", now=NOW)
    approval = approvals.rule(session, make_user(session, "second", "supervisor"), case, "approved", now=NOW)
    about = {"file_name": "p.zip", "sha256": "a" * 64, "signer": "b" * 64, "exported_by": user.pseudonym}
    cases.record_pack(session, case, size_bytes=7, approval_id=approval.id, now=NOW, **about)
    form = hand_overs.HandOverForm(sha256="a" * 64, recipient="Court", purpose="Trial", way="courier", handed_at=NOW)
    hand_overs.record_hand_over(session, user, case, form, now=NOW)
    redaction_marks.add_mark(session, user, case, kind="name", words="Mai Lan", now=NOW)
    recipients.add(session, name="District court", key="age1", actor="command line", now=NOW)
    note = case_notes.write_note(session, user, case, text="Paid", now=NOW)
    case_notes.write_note(session, user, case, text="Not paid", corrects_id=note.id, now=NOW)


def test_head_equals_the_tables(store: Store) -> None:
    assert store.schema_differences() == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_goes_up_and_down_again(empty_store: Store, revision: str) -> None:
    empty_store.upgrade(revision)
    below = SCRIPTS.get_revision(revision).down_revision or "base"
    empty_store.downgrade(below)
    if below == "base":
        assert set(inspect(empty_store.engine).get_table_names()) <= {"alembic_version"}
    empty_store.upgrade("head")
    assert empty_store.schema_differences() == []


def test_upgrading_again_keeps_the_data(store: Store) -> None:
    _fill(store)
    store.upgrade()
    with store.reading() as session:
        for table in (User, Post, Revision, Decision, Case):
            assert session.scalars(select(table)).first() is not None


def test_downgrade_with_data_and_up_again(store: Store) -> None:
    _fill(store)
    store.downgrade("base")
    store.upgrade()
    assert set(inspect(store.engine).get_table_names()) >= set(Base.metadata.tables)


def test_labels_of_decisions_are_new_and_older_decisions_have_none(store: Store) -> None:
    with store.transaction() as session:
        user, item = make_user(session), make_item(session)
        form = replace(make_form(item), labels=("smuggling",))
        assert queue.decide(session, user, form, now=NOW).labels == ["smuggling"]
    store.downgrade("0001")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT outcome FROM decision")).scalars().all() == ["confirmed"]
    store.upgrade()
    with store.reading() as session:
        assert session.scalars(select(Decision.labels)).all() == [None]
        assert session.scalars(select(Decision.outcome).where(Decision.labels.is_(None))).all() == ["confirmed"]


def test_what_was_read_twice_keeps_its_first_decision(store: Store) -> None:
    with store.transaction() as session:
        user, other, third = (make_user(session, name) for name in ("an", "binh", "chi"))
        item = make_item(session)
        queue.decide(session, user, make_form(item, "benign"), now=NOW)
        for reader, purpose in ((other, "second"), (third, "golden")):
            leases.take(session, item.id, reader, now=NOW, purpose=purpose)
            queue.decide(session, reader, make_form(item), now=NOW)
        queue.undo(session, third, idem_key="undo", now=NOW)
    store.downgrade("0004")
    store.upgrade()
    with store.reading() as session:
        standing = standing_decision(session, item.id)
        assert standing is not None
        assert standing.outcome == "benign"
        assert [one.outcome for one in session.scalars(select(Decision))] == ["benign"]


def test_older_cases_are_open_and_what_was_taken_out_does_not_come_back(store: Store) -> None:
    _fill(store)
    store.downgrade("0002")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_item")).scalar() == 1
        assert connection.execute(text("SELECT sha256 FROM pack")).scalars().all() == ["a" * 64]
    store.upgrade()
    with store.reading() as session:
        (case,) = cases.all_cases(session)
        assert (case.state, len(case.entries), len(case.items)) == ("open", 1, 1)


def test_what_programs_and_newcomers_left_goes_with_its_tables(store: Store) -> None:
    with store.transaction() as session:
        admin, user = make_user(session, "adm", "administrator"), make_user(session)
        end = NOW + timedelta(days=1)
        token = tokens.issue_own(session, user, name="script", scopes=["view"], expires_at=end, now=NOW)
        row = tokens.bearer(session, token, "view", now=NOW)
        tokens.keep_answer(session, row, "key", "0" * 64, {}, now=NOW)
        url = "https://siem.example/"
        webhooks.add_webhook(session, admin, url=url, sealed_secret="sealed", allowed=[url], now=NOW)
        make_item(session, "urgent")
        given = handed_in.Given(content=b"help", media_type="text/plain", giver="hotline")
        row = handed_in.record(session, user, given, capture_id=1, sha256="0" * 64, now=NOW)
        handed_in.link_posts(session, row, [1])
        practice.begin(session, user, [practice.Sample("a", "vi", "text", ())], now=NOW)
        listing = helplines.Listing(country="KH", name="Police", number="000", source="called")
        helplines.add(session, admin, listing, now=NOW)
    store.downgrade("0002")
    store.upgrade()
    assert store.schema_differences() == []


def test_what_was_erased_and_held_goes_with_its_tables_and_its_numbers_do_not_come_back(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, role="supervisor")
        item = make_item(session)
        queue.decide(session, user, make_form(item, "benign"), now=NOW)
        post_id = make_item(session).revision.post_id
        holds.place(session, "post", str(post_id), reason="Court order", actor="sup", now=NOW)
        erased = item.revision.post_id
        erasure_requests.ask(session, make_item(session).revision.post_id, reason="Asked", actor="inv", now=NOW)
        erasing.erase_post(session, erased, because="Asked", request_id=None, actor="sup", now=NOW)
    store.downgrade("0012")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM post")).scalar() == 2
    store.upgrade()
    assert store.schema_differences() == []
    with store.transaction() as session:
        last = session.scalars(select(Post.id).order_by(Post.id.desc())).first()
        assert last is not None
        erasing.erase_post(session, last, because="Asked", request_id=None, actor="sup", now=NOW)
    with store.transaction() as session:
        assert make_item(session).revision.post_id > last


def test_older_tombstones_name_the_entry_of_their_erasure(store: Store) -> None:
    with store.transaction() as session:
        posts = [make_item(session).revision.post_id for _ in range(2)]
        for post_id in posts:
            erasing.erase_post(session, post_id, because="Asked", request_id=None, actor="sup", now=NOW)
        named = {stone.post_id: stone.entry_seq for stone in session.scalars(select(Tombstone))}
    store.downgrade("0016")
    store.upgrade()
    with store.reading() as session:
        assert {stone.post_id: stone.entry_seq for stone in session.scalars(select(Tombstone))} == named
        assert len(set(named.values())) == 2
        assert accounting.gap(session) is None


def test_one_head_only() -> None:
    assert len(SCRIPTS.get_heads()) == 1
