"""What is handed over is sealed, kept, scored and, where somebody asks for help, at the top of the queue."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from classifier.verdict import Classifier
from lurewatch.errors import AccessError, DataError, ModelError
from lurewatch.installation import Installation
from lurewatch.intake import Intake
from store import audit, queue
from store.database import Store
from store.handed_in import Given
from store.tables import Capture, HandedIn, Post, QueueItem, Revision, Source
from tests.factories import NOW, make_user

HELP = "我从园区跑出来了,护照没了,身上只剩200泰铢,躲在菜市场后面,求求你们救救我,谁知道求助热线快告诉我"
PLAIN = "Bán xe đạp cũ còn tốt, giá 900 nghìn, xem xe tại quận 3 sau 18 giờ."


def _no_model() -> Classifier:
    raise ModelError("There is no release.", hint="Train one.")


def _given(text: str = PLAIN, **changes: object) -> Given:
    values = {"content": text.encode(), "media_type": "text/plain", "giver": "hotline"}
    return Given(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def intake(sqlite_store: Store, tmp_path: Path) -> Intake:
    """An intake whose posts wait for a release."""
    captures = tmp_path / "captures"
    captures.mkdir()
    return Intake(sqlite_store, captures, load_classifier=_no_model, audit_sample=0.0)


@pytest.mark.model
def test_a_call_for_help_is_urgent(sqlite_store: Store, tmp_path: Path) -> None:
    installation = Installation.at(tmp_path, {})
    installation.captures_dir.mkdir()
    intake = Intake(
        sqlite_store, installation.captures_dir, load_classifier=installation.load_classifier, audit_sample=0.0
    )
    with sqlite_store.transaction() as session:
        user = make_user(session)
    taken = intake.take_in(user, _given(HELP), now=NOW)
    assert intake.take_in(user, _given(PLAIN), now=NOW).items == ()
    with sqlite_store.reading() as session:
        assert session.get_one(QueueItem, taken.items[0]).lane == "urgent"


def test_it_is_sealed_as_it_came(sqlite_store: Store, intake: Intake, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    given = _given('{"text": "one"}\n{"text": "two"}\n', media_type="application/jsonl")
    taken = intake.take_in(user, given, now=NOW)
    assert taken.posts == 2
    with sqlite_store.reading() as session:
        kept = session.get_one(HandedIn, taken.handed_in_id)
        capture = session.get_one(Capture, kept.capture_id)
        assert capture.provenance == "handed_over"
        assert capture.sha256 == kept.sha256 == hashlib.sha256(given.content).hexdigest()
        assert (tmp_path / "captures" / capture.warc_path).stat().st_size > 0
        assert session.scalar(select(func.count()).select_from(Post)) == 2


def test_the_same_text_from_two_givers_is_one_post_of_each(sqlite_store: Store, intake: Intake) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    for giver in ("hotline", "hotline", "partner"):
        intake.take_in(user, _given(giver=giver), now=NOW)
    with sqlite_store.reading() as session:
        assert session.scalar(select(func.count()).select_from(HandedIn)) == 3
        assert session.scalar(select(func.count()).select_from(Post)) == 2


def test_of_an_image_the_hash_alone_is_kept(sqlite_store: Store, intake: Intake, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    image = b"\xff\xd8\xff\xe0 invented"
    intake.take_in(user, _given(content=image), now=NOW)
    with sqlite_store.reading() as session:
        kept = session.scalars(select(HandedIn)).one()
        assert (kept.capture_id, kept.media_type) == (None, "image/jpeg")
        assert kept.sha256 == hashlib.sha256(image).hexdigest()
    assert list((tmp_path / "captures").iterdir()) == []


def test_a_name_needs_consent_and_stays_out_of_the_chain(sqlite_store: Store, intake: Intake) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    with pytest.raises(DataError, match="only if they consent"):
        intake.take_in(user, _given(giver_name="Maya Example"), now=NOW)
    intake.take_in(user, _given(giver_name="Maya Example", has_consented=True), now=NOW)
    with sqlite_store.reading() as session:
        (entry,) = audit.entries_about(session, ["handed_in:1"])
        assert "Maya" not in str(entry.details)
        assert session.get_one(HandedIn, 1).giver_name == "Maya Example"


def test_the_table_itself_refuses_a_name_without_consent(sqlite_store: Store, intake: Intake) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    intake.take_in(user, _given(), now=NOW)
    with pytest.raises(IntegrityError), sqlite_store.transaction() as session:
        session.get_one(HandedIn, 1).giver_name = "Maya Example"


@pytest.mark.parametrize("changes", [{"content": b" \n"}, {"giver": "recruiter"}], ids=["empty", "giver"])
def test_what_makes_no_sense_is_refused_before_anything_is_kept(
    sqlite_store: Store, intake: Intake, changes: dict[str, object]
) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    with pytest.raises(DataError):
        intake.take_in(user, _given(**changes), now=NOW)
    with sqlite_store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Capture)) == 0


def test_a_viewer_takes_nothing_in(sqlite_store: Store, intake: Intake) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session, role="viewer")
    with pytest.raises(AccessError, match="take in what is handed over"):
        intake.take_in(user, _given(), now=NOW)
    with sqlite_store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Source)) == 0
        assert session.scalar(select(func.count()).select_from(Capture)) == 0


@pytest.mark.parametrize(
    "given",
    [
        _given(content=b"\xff\x00 no text"),
        _given('{"text": "one"}\n{"text":', media_type="application/jsonl"),
        _given('{"text": "x", "posted_at": "0001-01-01T00:00+14:00"}', media_type="application/jsonl"),
    ],
    ids=["bytes", "line", "time"],
)
def test_what_cannot_be_read_is_sealed_and_on_record(sqlite_store: Store, intake: Intake, given: Given) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    with pytest.raises(DataError):
        intake.take_in(user, given, now=NOW)
    with sqlite_store.reading() as session:
        row = session.scalars(select(HandedIn)).one()
        assert session.get_one(Capture, row.capture_id).sha256 == row.sha256
        assert session.scalar(select(func.count()).select_from(Post)) == 0


def test_a_fault_while_posts_are_kept_leaves_no_record_without_them(
    sqlite_store: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise OSError("The disk is full.")

    with sqlite_store.transaction() as session:
        user = make_user(session)
    monkeypatch.setattr("store.recording.save_posts", fail)
    with pytest.raises(OSError, match="disk is full"):
        intake.take_in(user, _given(), now=NOW)
    with sqlite_store.reading() as session:
        assert session.scalar(select(func.count()).select_from(HandedIn)) == 0


def test_the_same_text_again_names_the_item_that_it_has(sqlite_store: Store, intake: Intake) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
    intake.take_in(user, _given(), now=NOW)
    with sqlite_store.transaction() as session:
        revision = session.scalars(select(Revision)).one()
        item = queue.enqueue(session, revision_id=revision.id, lane="urgent", priority=1, at=NOW)
    assert intake.take_in(user, _given(), now=NOW).items == (item.id,)
