"""The analyses: everything about a post, reviewers under pseudonyms alone."""

import json

import pytest
from sqlalchemy import text

from lurewatch.errors import EvidenceError
from store.parsed_post import ParsedPost
from store.posts import content_digest
from tests.evidence.house import TEXTS, Files, House, analysis_of


def test_a_post_tells_its_source_purpose_and_legal_basis(files: Files) -> None:
    source = json.loads(files[analysis_of(files, "p-vi")])["source"]
    assert (source["purpose"], source["legal_basis"]) == ("Watch for recruitment", "Police act, section 1")


def test_all_decisions_are_told_the_one_taken_back_included(files: Files) -> None:
    decisions = json.loads(files[analysis_of(files, "p-vi")])["revisions"][0]["item"]["decisions"]
    assert [decision["outcome"] for decision in decisions] == ["benign", "undone", "confirmed"]
    assert decisions[1]["undoes"] == decisions[0]["id"]
    assert [decision["labels"] for decision in decisions] == [None, None, ["scam_centre", "fake_job"]]
    assert all(decision["reviewer"].startswith("reviewer-") and decision["saw_score"] for decision in decisions)


def test_no_account_name_is_anywhere_in_the_pack(files: Files) -> None:
    assert not [name for name, content in files.items() if b"secret.username" in content]


def test_a_revision_gives_its_digest_and_the_text_that_was_scored(files: Files) -> None:
    revision = json.loads(files[analysis_of(files, "p-km")])["revisions"][0]
    post = ParsedPost(native_id="", title=revision["title"], text=revision["text"], author=revision["author"])
    assert content_digest(post) == revision["sha256"]
    assert revision["scored_text"] == f"ការងារ\n{TEXTS['km']}"
    assert revision["extra"] == {"views": 12}


def test_indicators_quote_the_scored_text(files: Files) -> None:
    verdict = json.loads(files[analysis_of(files, "p-ar")])["revisions"][0]["verdicts"][0]
    found = verdict["indicators"][0]
    assert TEXTS["ar"][found["start"] : found["end"]] == found["text"]


def test_an_edited_posts_later_revision_is_told_though_not_in_the_case(files: Files) -> None:
    revisions = json.loads(files[analysis_of(files, "p-en")])["revisions"]
    assert [revision["item"]["in_case"] for revision in revisions] == [True, False]


def test_a_revision_that_was_altered_in_the_store_is_refused(house: House) -> None:
    with house.store.transaction() as session:
        session.execute(text("UPDATE revision SET text = text || '!' WHERE id = 2"))
    with pytest.raises(EvidenceError, match="Revision 2 was altered"):
        house.export(house.folder / "pack.zip")
