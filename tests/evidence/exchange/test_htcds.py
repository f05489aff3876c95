"""HTCDS rows: what an offer advertises, in the standard's words, and nobody's person."""

import csv
from io import StringIO

import pytest

from evidence.dossier import Dossier
from evidence.exchange.htcds import PERSON_COLUMNS, htcds
from tests.evidence.exchange.dossiers import CONTACTS, HOSTILE, contact, made_hostile


def rows(dossier: Dossier) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(htcds(dossier).decode(), newline="")))


def only(dossier: Dossier, *labels: str) -> Dossier:
    """The dossier with its first post alone, confirmed with these labels."""
    dossier.posts[0]["revisions"][0]["item"]["decisions"][-1]["labels"] = list(labels)
    return Dossier(claims=dossier.claims, captures=dossier.captures, posts=dossier.posts[:1], custody=dossier.custody)


def test_each_confirmed_post_of_the_case_is_one_offer(dossier: Dossier) -> None:
    assert [row["lw_PostId"] for row in rows(dossier)] == ["p-vi", "p-ar", "p-en", "p-km"]


def test_nothing_is_said_of_any_person(dossier: Dossier) -> None:
    assert not [row[column] for row in rows(dossier) for column in PERSON_COLUMNS if row[column]]
    assert all("no person is known" in row["lw_RowDescribes"] for row in rows(dossier))


def test_labels_that_a_reviewer_ticked_count_before_those_of_the_verdict(dossier: Dossier) -> None:
    assert [row["lw_Labels"] for row in rows(dossier)][:2] == ["scam_centre;fake_job", "scam_centre"]


def test_what_an_offer_advertises_is_coded(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["verdicts"][0]["indicators"] = [
        {"code": code, "start": 0, "end": 1, "text": "x"}
        for code in ("documents_held", "debt", "debt", "gambling_work")
    ]
    row = rows(only(dossier, "labour_exploitation"))[0]
    assert row["vic_MethodsOfControl"] == "WithholdsDocuments;DebtBondage"
    assert row["vic_TypeOfExploitation"] == "ForcedLabour"
    assert row["vic_ForcedLabourIndustry"] == "R_ArtsEntertainmentAndRecreation"
    assert row["lw_Indicators"] == "documents_held;debt;gambling_work"


def test_ways_of_recruitment_follow_from_the_source_and_the_contacts(dossier: Dossier) -> None:
    dossier.posts[0]["source"]["kind"] = "telegram"
    dossier.posts[0]["revisions"][0]["identifiers"] = [contact(type_, "x") for type_ in CONTACTS]
    dossier.posts[1]["source"]["kind"] = "mail"
    first, second = rows(dossier)[:2]
    assert first["vic_MethodOfRecruitment"] == "ThroughOnlineSocialNetworks"
    assert first["vic_RecruitmentWebsitesAndApps"] == "Telegram;WhatsApp;Line;WeChat;Other"
    assert second["vic_MethodOfRecruitment"] == "Other"


def test_places_are_those_that_the_offer_names(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["identifiers"] = [contact("place", name) for name in ("Poipet", "Bavet", "Poipet")]
    assert rows(dossier)[0]["vic_LocationOfExploitation"] == "Poipet;Bavet"


def test_a_call_for_help_is_no_offer(dossier: Dossier) -> None:
    assert rows(only(dossier, "victim_distress")) == []


def test_of_a_mixed_post_only_the_offer_is_told(dossier: Dossier) -> None:
    assert rows(only(dossier, "scam_centre", "victim_distress"))[0]["lw_Labels"] == "scam_centre"


def test_a_decision_that_was_taken_back_or_only_read_further_makes_no_offer(dossier: Dossier) -> None:
    decisions = dossier.posts[1]["revisions"][0]["item"]["decisions"]
    standing = decisions[-1]
    decisions += [
        {**standing, "id": 901, "outcome": "benign", "purpose": "second"},
        {**standing, "id": 902, "outcome": "benign"},
        {**standing, "id": 903, "outcome": "undone", "undoes": 902},
    ]
    assert "p-ar" in [row["lw_PostId"] for row in rows(dossier)]
    decisions.append({**standing, "id": 904, "outcome": "undone", "undoes": standing["id"]})
    assert "p-ar" not in [row["lw_PostId"] for row in rows(dossier)]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_stay_one_row_and_no_formula(dossier: Dossier, text: str) -> None:
    made = rows(made_hostile(dossier, text))
    assert len(made) == 4
    assert not [value for value in made[0].values() if value.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))]
