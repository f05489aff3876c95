"""Decisions become rows that training reads: the last standing word, agreed, de-identified, nothing frozen."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from classifier.training.corpus import LabelledPost, load_rows
from lurewatch.cli import lurewatch
from lurewatch.errors import ConfigurationError
from lurewatch.installation import Installation
from lurewatch.labels import DISAGREEMENT, FROZEN, NO_LABEL, NO_LANGUAGE, export_labels
from store import audit, campaigns, golden, queue, settling
from store.campaign_decisions import decide_campaign
from store.database import Store
from store.rules import QueueRules
from store.tables import QueueItem, User, Verdict
from tests.factories import NOW, make_form, make_item, make_revision, make_user, make_verdict

TEXT = "Tuyển người gõ phím ở nước ngoài, bao vé máy bay, số {}. Telegram @vi_du_hr, gọi 0900 000 123"
OTHERS = ("Cần thợ may làm tại xưởng gần nhà", "Bán xe đạp cũ còn tốt ở quận ba", "Quán phở tuyển phụ bếp ca sáng")


def decide(session: Session, user: User, item: QueueItem, outcome: str, **given: Any) -> None:
    values = {"idem_key": f"{user.id} {item.id} {outcome}", **given}
    queue.decide(session, user, queue.DecisionForm(item_id=item.id, outcome=outcome, **values), now=NOW)


def two_on_one(session: Session, user: User, other: User, item: QueueItem, *words: dict[str, Any]) -> None:
    """Two people's standing decisions on one item, as a second review would leave them."""
    for person, word in zip((user, other), words, strict=True):
        item.state = "open"
        decide(session, person, item, **word)


def test_a_confirmed_post_becomes_a_row(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        item = make_item(session, text=TEXT.format("một"))
        decide(session, user, item, "confirmed", labels=("scam_centre", "fake_job"), saw_score=False)
        (row,) = export_labels(session).rows
    assert row["text"] == "Tuyển người gõ phím ở nước ngoài, bao vé máy bay, số một. Telegram <HANDLE>, gọi <PHONE>"
    assert (row["lang"], row["labels"], row["kind"], row["platform"]) == (
        "vi", ["scam_centre", "fake_job"], "lure", "jobposting",
    )  # fmt: skip
    assert row["id"] == f"{row['group']}-1"
    assert row["provenance"] == {
        "how": "direct",
        "reviewers": [user.pseudonym],
        "decisions": 1,
        "blind": True,
        "decided_at": "2026-03-01T12:00:00Z",
        "release": "test-1",
        "lane": "likely",
        "labels_from": "reviewer",
    }


def test_nothing_names_where_a_post_came_from(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        item = make_item(session, text=TEXT.format("một"))
        item.revision.author = "Ms Invented Recruiter"
        decide(session, make_user(session, "secret.account"), item, "confirmed", labels=("fake_job",))
        line = json.dumps(export_labels(session).rows, ensure_ascii=False)
        post = item.revision.post
    for told in (
        post.native_id,
        post.url,
        post.source.name,
        "Recruiter",
        "secret.account",
        "vi_du_hr",
        "0900",
        "jobs.",
    ):
        assert told is not None
        assert told not in line


@pytest.mark.parametrize(
    ("outcome", "lane", "labels", "expected"),
    [
        ("benign", "likely", None, ([], "hard_benign", "reviewer")),
        ("benign", "audit", None, ([], "benign", "reviewer")),
        ("confirmed", "likely", None, (["scam_centre"], "lure", "verdict")),
        ("confirmed", "urgent", ("victim_distress",), (["victim_distress"], "distress", "reviewer")),
    ],
    ids=["benign", "benign of the sample", "from before labels were asked for", "a call for help"],
)
def test_the_kind_and_whose_labels_they_are(
    sqlite_store: Store, outcome: str, lane: str, labels: tuple[str, ...] | None, expected: tuple[list[str], str, str]
) -> None:
    with sqlite_store.transaction() as session:
        decide(session, make_user(session), make_item(session, lane), outcome, labels=labels)
        (row,) = export_labels(session).rows
    assert (row["labels"], row["kind"], row["provenance"]["labels_from"]) == expected


@pytest.mark.parametrize("outcome", ["unsure", "skipped", "escalated"])
def test_what_is_no_decision_is_no_row(sqlite_store: Store, outcome: str) -> None:
    with sqlite_store.transaction() as session:
        decide(session, make_user(session), make_item(session), outcome)
        make_item(session)
        made = export_labels(session)
    assert (made.rows, made.left_out) == ([], {})


def test_an_undone_decision_does_not_count_and_the_last_word_does(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, taken_back, changed = make_user(session), make_item(session), make_item(session, text=OTHERS[0])
        decide(session, user, taken_back, "confirmed", labels=("smuggling",))
        queue.undo(session, user, idem_key="u1", now=NOW)
        decide(session, user, changed, "confirmed", labels=("smuggling",), idem_key="k1")
        queue.undo(session, user, idem_key="u2", now=NOW)
        decide(session, user, changed, "benign", idem_key="k2")
        (row,) = export_labels(session).rows
    assert (row["text"], row["labels"]) == (OTHERS[0], [])


def test_what_says_nothing_to_learn_from_is_left_out_and_counted(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        decide(session, user, make_item(session, text=OTHERS[0]), "confirmed", labels=())
        unscored = make_revision(session, OTHERS[1])
        decide(
            session, user, queue.enqueue(session, revision_id=unscored.id, lane="likely", priority=1, at=NOW), "benign"
        )
        unknown = make_item(session, text=OTHERS[2])
        session.query(Verdict).filter_by(revision_id=unknown.revision_id).update({"lang": "und"})
        decide(session, user, unknown, "benign")
        session.expire_all()
        made = export_labels(session)
    assert (made.rows, made.left_out) == ([], {NO_LABEL: 1, NO_LANGUAGE: 2})


@pytest.mark.parametrize(
    ("words", "labels", "reviewers"),
    [
        (({"outcome": "confirmed", "labels": ("smuggling",)}, {"outcome": "benign"}), None, 0),
        (
            ({"outcome": "confirmed", "labels": ("smuggling",)}, {"outcome": "confirmed", "labels": ("fake_job",)}),
            None,
            0,
        ),
        (({"outcome": "confirmed", "labels": ("fake_job",)}, {"outcome": "confirmed"}), ["fake_job"], 1),
        (({"outcome": "benign"}, {"outcome": "benign"}), [], 2),
        (({"outcome": "unsure"}, {"outcome": "benign"}), [], 1),
    ],
    ids=["outcomes differ", "labels differ", "own labels before the verdict's", "both benign", "one unsure"],
)
def test_two_people_on_one_post(
    sqlite_store: Store, words: tuple[dict[str, Any], ...], labels: list[str] | None, reviewers: int
) -> None:
    with sqlite_store.transaction() as session:
        user, other = make_user(session, "an"), make_user(session, "binh")
        two_on_one(session, user, other, make_item(session), *words)
        made = export_labels(session)
    if labels is None:
        assert (made.rows, made.left_out) == ([], {DISAGREEMENT: 2})
    else:
        (row,) = made.rows
        assert (row["labels"], len(row["provenance"]["reviewers"])) == (labels, reviewers)


def test_copies_are_one_row_and_contradictions_between_them_none(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        first = make_item(session, text="GẤP! Tuyển người gõ phím, gọi 0900 000 123")
        copy = make_item(session, text="Gấp! tuyển người gõ phím, gọi 0900 000 999")
        decide(session, user, first, "confirmed", labels=("fake_job",))
        decide(session, user, copy, "confirmed", labels=("fake_job",))
        (row,) = export_labels(session).rows
        assert row["provenance"]["decisions"] == 2
        queue.undo(session, user, idem_key="u", now=NOW)
        decide(session, user, copy, "benign", idem_key="again")
        made = export_labels(session)
    assert (made.rows, made.left_out) == ([], {DISAGREEMENT: 2})


def test_posts_of_a_campaign_share_a_group_and_ids_stay(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), [make_item(session, text=text) for text in OTHERS]
        campaigns.join_posts(session, items[0].revision.post_id, items[1].revision.post_id, reason="text", at=NOW)
        for item in items:
            decide(session, user, item, "benign")
        one, two, alone = export_labels(session).rows
        again = export_labels(session).rows
    assert one["group"] == two["group"] != alone["group"]
    assert len({row["hand"] for row in again}) == 1
    assert [row["id"] for row in again] == [one["id"], two["id"], alone["id"]]


def test_another_key_gives_other_ids(tmp_path: Path) -> None:
    ids = set()
    for number, key in enumerate((b"a" * 32, b"b" * 32)):
        with Store(f"sqlite:///{tmp_path / str(number)}", audit_key=key) as store:
            store.upgrade()
            with store.transaction() as session:
                item = make_item(session)
                item.revision.post.native_id = "the same"
                decide(session, make_user(session), item, "benign")
                (row,) = export_labels(session).rows
                ids |= {row["id"], row["hand"]}
    assert len(ids) == 4


def test_frozen_posts_and_their_campaigns_are_left_out(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), [make_item(session, text=text) for text in OTHERS]
        decide(session, user, items[0], "benign")
        (tmp_path / "frozen.jsonl").write_text(json.dumps(export_labels(session).rows[0]), "utf-8")
        campaigns.join_posts(session, items[0].revision.post_id, items[1].revision.post_id, reason="text", at=NOW)
        for item in items[1:]:
            decide(session, user, item, "benign")
        made = export_labels(session, load_rows(tmp_path / "frozen.jsonl"))
    assert [row["text"] for row in made.rows] == [OTHERS[2]]
    assert made.left_out == {FROZEN: 2}


def frozen_now(session: Session, path: Path) -> list[LabelledPost]:
    """What an export into DIR/frozen would keep."""
    path.write_text("\n".join(map(json.dumps, export_labels(session).rows)), "utf-8")
    return load_rows(path)


def edited(session: Session, item: QueueItem, text: str) -> QueueItem:
    """The post once more with another text, queued anew."""
    revision = make_revision(session, text, item.revision.post.native_id)
    make_verdict(session, revision)
    return queue.enqueue(session, revision_id=revision.id, lane="likely", priority=0.9, at=NOW)


def test_revisions_of_a_post_are_two_rows_of_one_group(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, item = make_user(session), make_item(session, text=OTHERS[0])
        decide(session, user, item, "benign")
        for each in (edited(session, item, OTHERS[1]), make_item(session, text=OTHERS[2])):
            decide(session, user, each, "benign")
        first, second, other = export_labels(session).rows
    assert first["id"] != second["id"]
    assert first["group"] == second["group"] != other["group"]


def test_an_edited_revision_of_a_frozen_post_is_left_out(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        user, item = make_user(session), make_item(session, text=OTHERS[0])
        decide(session, user, item, "benign")
        frozen = frozen_now(session, tmp_path / "frozen.jsonl")
        for each in (edited(session, item, OTHERS[1]), make_item(session, text=OTHERS[2])):
            decide(session, user, each, "benign")
        made = export_labels(session, frozen)
    assert [row["text"] for row in made.rows] == [OTHERS[2]]
    assert made.left_out == {FROZEN: 2}


@pytest.mark.parametrize("joins", ["never", "before", "after"])
def test_what_is_frozen_stays_so_when_its_decision_was_taken_back(
    sqlite_store: Store, tmp_path: Path, joins: str
) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), [make_item(session, text=text) for text in OTHERS]
        pair = [item.revision.post_id for item in items[:2]]
        if joins == "before":
            campaigns.join_posts(session, *pair, reason="text", at=NOW)
        decide(session, user, items[0], "benign")
        frozen = frozen_now(session, tmp_path / "frozen.jsonl")
        queue.undo(session, user, idem_key="u", now=NOW)
        if joins == "after":
            campaigns.join_posts(session, *pair, reason="text", at=NOW)
        later = edited(session, items[0], "Cần thợ may có tay nghề, làm tại xưởng")
        for item in (later, *items[1:]):
            decide(session, user, item, "benign", idem_key=f"again {item.id}")
        made = export_labels(session, frozen)
    expected = OTHERS[1:] if joins == "never" else OTHERS[2:]
    assert [row["text"] for row in made.rows] == list(expected)


def test_a_copy_that_reviewers_disagree_on_still_names_its_frozen_campaign(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        user, other = make_user(session, "an"), make_user(session, "binh")
        items = [make_item(session, text=text) for text in OTHERS[:2]]
        decide(session, user, items[0], "benign")
        frozen = frozen_now(session, tmp_path / "frozen.jsonl")
        campaigns.join_posts(session, *(item.revision.post_id for item in items), reason="text", at=NOW)
        items[0].state = "open"
        decide(session, other, items[0], "confirmed", labels=("smuggling",))
        decide(session, user, items[1], "benign")
        made = export_labels(session, frozen)
    assert (made.rows, made.left_out) == ([], {DISAGREEMENT: 2, FROZEN: 1})


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """One with two decided posts."""
    made = Installation.at(tmp_path / "house", {})
    with made.open_store() as store, store.transaction() as session:
        user = make_user(session)
        decide(session, user, make_item(session), "confirmed", labels=("scam_centre",))
        decide(session, user, make_item(session, text=OTHERS[0]), "benign")
        queue.claim_next(session, user, now=NOW + timedelta(hours=1))
    return made


def test_the_file_is_what_training_loads_and_the_chain_knows_its_digest(
    installation: Installation, tmp_path: Path
) -> None:
    import hashlib

    out = tmp_path / "rows.jsonl"
    done = call("labels", "export", "-o", out, "--recipient", "desk 4", "--dir", installation.directory)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "2 rows. Left out: nothing." in done.stderr
    posts = load_rows(out)
    assert sorted(post.labels for post in posts) == [frozenset(), {"scam_centre"}]
    assert {post.decided_at for post in posts} == {"2026-03-01T12:00:00Z"}
    with installation.open_store() as store, store.reading() as session:
        (entry,) = audit.entries_about(session, ["labels"])
        assert (entry.actor, entry.action) == ("command line", "labels.exported")
        digest, whom = hashlib.sha256(out.read_bytes()).hexdigest(), {"recipient": "desk 4", "purpose": "to train on"}
        assert entry.details == {"rows": 2, "sha256": digest, "left_out": {}, **whom}


def test_without_a_file_the_rows_go_to_standard_output(installation: Installation) -> None:
    done = call("labels", "export", "--dir", installation.directory)
    assert [json.loads(line)["lang"] for line in done.stdout.splitlines()] == ["vi", "vi"]


def test_what_lies_in_the_frozen_folder_is_left_out(installation: Installation) -> None:
    (installation.directory / "frozen").mkdir()
    call("labels", "export", "-o", installation.directory / "frozen" / "first.jsonl", "--dir", installation.directory)
    done = call("labels", "export", "--dir", installation.directory)
    assert done.stdout == ""
    assert "0 rows. Left out: 2 frozen" in done.stderr


def test_a_second_export_does_not_take_the_place_of_the_frozen_rows(installation: Installation) -> None:
    out = installation.directory / "frozen" / "first.jsonl"
    assert call("labels", "export", "-o", out, "--dir", installation.directory).exit_code == 0
    content = out.read_bytes()
    done = call("labels", "export", "-o", out, "--dir", installation.directory)
    assert isinstance(done.exception, ConfigurationError)
    assert "Give a new name" in done.exception.hint
    assert out.read_bytes() == content
    with installation.open_store() as store, store.reading() as session:
        assert len(audit.entries_about(session, ["labels"])) == 1


@pytest.mark.parametrize("place", ["frozen/../frozen/first.jsonl", "alias/first.jsonl", "link.jsonl"])
def test_no_byway_leads_to_the_frozen_rows(installation: Installation, place: str) -> None:
    directory = installation.directory
    out = directory / "frozen" / "first.jsonl"
    call("labels", "export", "-o", out, "--dir", directory)
    (directory / "alias").symlink_to(directory / "frozen")
    (directory / "link.jsonl").symlink_to(out)
    done = call("labels", "export", "-o", directory / place, "--dir", directory)
    assert isinstance(done.exception, ConfigurationError)
    assert len(load_rows(out)) == 2


def test_a_new_name_in_the_frozen_folder_and_an_old_one_elsewhere_are_written(
    installation: Installation, tmp_path: Path
) -> None:
    directory = installation.directory
    call("labels", "export", "-o", directory / "frozen" / "first.jsonl", "--dir", directory)
    with installation.open_store() as store, store.transaction() as session:
        item = make_item(session, text=OTHERS[1])
        # A contact in common would make it a post of the frozen campaign.
        for identifier in item.revision.identifiers:
            identifier.normalized = "somebody_else"
        decide(session, make_user(session, "binh"), item, "benign")
    for out in (tmp_path / "rows.jsonl", tmp_path / "rows.jsonl", directory / "frozen" / "second.jsonl"):
        assert call("labels", "export", "-o", out, "--dir", directory).exit_code == 0
        assert [post.text for post in load_rows(out)] == [OTHERS[1]]


def test_an_export_of_nothing_into_the_frozen_folder_stands_in_no_later_one_s_way(tmp_path: Path) -> None:
    house = Installation.at(tmp_path / "house", {})
    with house.open_store():
        pass
    out = house.directory / "frozen" / "first.jsonl"
    assert call("labels", "export", "-o", out, "--dir", house.directory).exit_code == 0
    with house.open_store() as store, store.transaction() as session:
        decide(session, make_user(session), make_item(session, text=OTHERS[0]), "benign")
    assert "1 rows" in call("labels", "export", "--dir", house.directory).stderr
    assert call("labels", "export", "-o", out, "--dir", house.directory).exit_code == 0
    assert [post.text for post in load_rows(out)] == [OTHERS[0]]


def test_no_installation_no_export(tmp_path: Path) -> None:
    assert "no installation" in str(call("labels", "export", "--dir", tmp_path / "typo").exception)


def campaign_of(session: Session, *texts: str) -> list[QueueItem]:
    items = [make_item(session, text=text) for text in texts]
    for item in items[1:]:
        campaigns.join_posts(session, items[0].revision.post_id, item.revision.post_id, reason="text", at=NOW)
    return items


def test_what_came_of_a_campaign_says_so_and_a_word_on_the_text_itself_outranks_it(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, other, items = make_user(session), make_user(session, "other"), campaign_of(session, *OTHERS)
        form = queue.DecisionForm(items[0].id, "confirmed", "campaign", labels=("fake_job",), saw_score=False)
        decide_campaign(session, user, form, [item.id for item in items], now=NOW)
        rows = {row["text"]: row for row in export_labels(session).rows}
        assert [rows[text]["provenance"]["how"] for text in OTHERS] == ["direct", "propagated", "propagated"]
        assert rows[OTHERS[1]]["provenance"]["blind"] is True
        copy = make_item(session, text=OTHERS[1])
        decide(session, other, copy, "benign")
        row = next(row for row in export_labels(session).rows if row["text"] == OTHERS[1])
    assert (row["labels"], row["provenance"]["how"]) == ([], "direct")


def test_a_word_that_settles_a_disagreement_counts_before_those_that_disagree(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, other, item = make_user(session), make_user(session, "other"), make_item(session)
        decide(session, user, item, "benign")
        assert queue.claim_next(session, other, now=NOW, rules=QueueRules(second_share=1)) is item
        decide(session, other, item, "confirmed", labels=("fake_job",))
        settling.settle(session, make_user(session, "sup", "supervisor"), make_form(item, "confirmed"), now=NOW)
        made = export_labels(session)
    assert made.left_out == {}
    assert [row["labels"] for row in made.rows] == [["fake_job"]]


@pytest.mark.parametrize(("purpose", "left_out"), [("second", {DISAGREEMENT: 2}), ("golden", {})])
def test_a_second_reading_is_a_word_and_a_golden_one_a_test(
    sqlite_store: Store, purpose: str, left_out: dict[str, int]
) -> None:
    with sqlite_store.transaction() as session:
        user, other, item = make_user(session), make_user(session, "other"), make_item(session)
        decide(session, user, item, "benign")
        golden.mark(session, make_user(session, "sup", "supervisor"), item, "benign", now=NOW)
        rules = QueueRules(second_share=purpose == "second", golden_share=purpose == "golden")
        assert queue.claim_next(session, other, now=NOW, rules=rules) is item
        decide(session, other, item, "confirmed", labels=("fake_job",))
        made = export_labels(session)
    assert made.left_out == left_out
    assert len(made.rows) == (0 if left_out else 1)
