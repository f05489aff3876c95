"""IC-TIP rows: categories in words, called so, of what an offer advertises."""

import csv
from io import StringIO

import pytest

from evidence.dossier import Dossier
from evidence.exchange.ictip import ictip
from tests.evidence.exchange.dossiers import HOSTILE, made_hostile


def rows(dossier: Dossier) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(ictip(dossier).decode(), newline="")))


def test_each_row_says_that_these_are_no_codes(dossier: Dossier) -> None:
    assert {row["scheme"] for row in rows(dossier)} == {"IC-TIP categories, in words: not its codes"}


def test_an_offer_is_told_by_act_means_purpose_and_form(dossier: Dossier) -> None:
    row = rows(dossier)[1]
    assert row["acts_advertised"] == "recruitment"
    assert row["means_advertised"] == "deception"
    assert row["purposes_advertised"] == "forced labour or services"
    assert row["forms_advertised"] == "exploitation of criminal activities"


def test_smuggling_has_no_purpose_of_exploitation(dossier: Dossier) -> None:
    dossier.posts[0]["revisions"][0]["item"]["decisions"][-1]["labels"] = ["smuggling"]
    row = rows(dossier)[0]
    assert (row["acts_advertised"], row["purposes_advertised"], row["forms_advertised"]) == ("transportation", "", "")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_stay_one_row(dossier: Dossier, text: str) -> None:
    assert len(rows(made_hostile(dossier, text))) == 4
