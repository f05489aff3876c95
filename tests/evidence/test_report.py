"""The report: readable, complete, and inert whatever the posts hold."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evidence.report import disagree, report_html
from tests.evidence.house import TEXTS, Files, analysis_of, dossier_of

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=https://evil.example.test/p.png onerror=alert(1)>',
    "</p><style>@import 'https://evil.example.test/s.css'</style>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% include '/etc/hosts' %}",
    "\u202eevil\u202c \u2066x",
    "<!-- --!> ]]> <svg/onload=alert(1)>",
    "\x00\x1b]0;title\x07",
]


class Reader(HTMLParser):
    """Collects elements, attributes and text, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: bytes) -> Reader:
    reader = Reader()
    reader.feed(html.decode())
    reader.close()
    return reader


def test_the_report_in_the_pack_is_made_of_the_documents_in_the_pack(files: Files) -> None:
    assert report_html(dossier_of(files)) == files["data/report.html"]


@pytest.mark.parametrize("lang", TEXTS)
def test_every_language_is_shown_under_its_own_name(files: Files, lang: str) -> None:
    reader = read(files["data/report.html"])
    assert ("p", "lang", lang) in reader.attributes
    assert TEXTS[lang].split(",")[0].split(" https")[0][:30] in reader.words


def test_it_says_on_top_that_it_is_unredacted(files: Files) -> None:
    body = files["data/report.html"].decode().split("<body>")[1]
    assert body.lstrip().startswith('<p class="warning">Unredacted: this pack contains personal data')


def test_it_loads_nothing_and_runs_nothing(files: Files) -> None:
    reader = read(files["data/report.html"])
    assert not reader.elements & {"script", "img", "link", "iframe", "object", "embed", "a", "form", "svg", "base"}
    assert not [name for _, name, _ in reader.attributes if name in ("src", "href", "style") or name.startswith("on")]
    policy = next(value for tag, name, value in reader.attributes if (tag, name) == ("meta", "content") and value)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "@import" not in files["data/report.html"].decode()
    assert "url(" not in files["data/report.html"].decode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_inert_wherever_they_stand(files: Files, text: str) -> None:
    dossier = dossier_of(files)
    clean = read(report_html(dossier))
    document = dossier.posts[0]
    document["post"] |= {"native_id": text, "url": text}
    document["source"] |= {"name": text, "purpose": text, "legal_basis": text}
    revision = document["revisions"][0]
    revision |= {"scored_text": text + revision["scored_text"], "author": text, "location": text, "salary": text}
    revision["verdicts"][0]["indicators"].append({"code": text, "start": 0, "end": len(text), "text": text})
    revision["verdicts"][0]["lang"] = text
    revision["identifiers"].append({"type": text, "value": text, "normalized": text, "start": 0, "end": 1})
    revision["item"]["decisions"][0]["note"] = text
    claims = dossier.claims
    claims["case"]["title"] = claims["organisation"] = claims["exported_by"] = text
    reader = read(report_html(dossier))
    assert reader.elements == clean.elements
    assert {(tag, name) for tag, name, _ in reader.attributes} == {(tag, name) for tag, name, _ in clean.attributes}
    assert not set(reader.words) & set("\u202e\u202c\u2066\x00\x1b\x07")


def test_links_are_defanged_everywhere(files: Files) -> None:
    html = files["data/report.html"].decode()
    assert "hxxps://jobs[.]example[.]test/" in html
    assert "://jobs.example.test" not in html.replace("hxxps", "")
    assert "house.example.org" not in html


def test_people_are_never_called_traffickers_or_victims(files: Files) -> None:
    words = read(files["data/report.html"]).words.lower()
    assert "trafficker" not in words
    assert "victim" not in words.replace("victim_distress", "")
    assert "recruitment indicators" in words


def test_it_tells_what_reviewers_had_seen_and_that_they_differ(files: Files) -> None:
    dossier = dossier_of(files)
    decisions = dossier.posts[0]["revisions"][0]["item"]["decisions"]
    words = read(report_html(dossier)).words
    assert "the text, and score, marks and reasons of release test-1" in words
    decisions[0] |= {"saw_score": False, "blind": True}
    assert "the text alone (drawn to be read blind)" in read(report_html(dossier)).words


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([(1, "confirmed", None)], False),
        ([(1, "confirmed", None), (2, "unsure", None)], True),
        ([(1, "benign", None), (2, "undone", 1), (3, "confirmed", None)], False),
        ([(1, "benign", None), (2, "confirmed", None), (3, "undone", 1)], False),
    ],
    ids=["one", "two that differ", "one taken back", "taken back later"],
)
def test_reviewers_differ_in_what_nobody_took_back(
    decisions: list[tuple[int, str, int | None]], expected: bool
) -> None:
    given = [{"id": number, "outcome": outcome, "undoes": undoes} for number, outcome, undoes in decisions]
    assert disagree(given) is expected


def test_it_tells_what_was_edited(files: Files) -> None:
    html = report_html(dossier_of(files)).decode()
    told = html.split("What was edited since version 1")[1].split("</table>")[0]
    assert "Only this week!" in told
    assert "Typing jobs" not in told


def test_what_the_pack_lacks_is_told(files: Files) -> None:
    dossier = dossier_of(files)
    assert "Missing from this pack" not in read(report_html(dossier)).words
    dossier.claims["gaps"] = ["report.pdf: there is no Pango."]
    assert "Missing from this packreport.pdf: there is no Pango." in read(report_html(dossier)).words.replace("\n", "")


def test_the_report_names_a_gap(files: Files) -> None:
    dossier = dossier_of(files)
    dossier.claims["captures"][0]["gaps"] = ["the request was not found"]
    assert "missing: the request was not found" in read(report_html(dossier)).words


def test_a_post_without_a_verdict_or_a_queue_item_is_shown(files: Files) -> None:
    dossier = dossier_of(files)
    dossier.posts[0]["revisions"][0] |= {"verdicts": [], "item": None}
    assert ("p", "lang", "und") in read(report_html(dossier)).attributes


def test_both_versions_of_an_edited_post_are_shown(files: Files, golden_pack: Path) -> None:
    document = json.loads(files[analysis_of(files, "p-en")])
    assert [revision["number"] for revision in document["revisions"]] == [1, 2]
    assert "Only this week!" in read(files["data/report.html"]).words
