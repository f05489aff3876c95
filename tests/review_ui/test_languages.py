"""The interface in its languages: everything is translated, places and markup agree, and each browser gets its own."""

import re
from datetime import UTC, datetime

import lxml.html
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from lurewatch.errors import DataError
from review_ui.languages import ENGLISH, LANGUAGES, LOCALES, SAID, negotiated, speech_of
from review_ui.terms import TERMS
from tests.review_ui.office import Office
from tools.messages import extracted, sentences

OTHERS = [tag for tag in LANGUAGES if tag != ENGLISH.tag]
_PLACES = re.compile(r"%\(\w+\)s|</?[a-z]+[^>]*>|`[^`]+`")


@pytest.fixture(scope="module")
def everything() -> Catalog:
    return extracted()


def _catalogue(tag: str) -> Catalog:
    with (LOCALES / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=LANGUAGES[tag].locale)


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("tag", OTHERS)
def test_everything_said_is_translated_and_nothing_else(everything: Catalog, tag: str) -> None:
    ours = {_key(message): message for message in _catalogue(tag) if message.id}
    assert ours.keys() == {_key(message) for message in everything if message.id}
    assert [key for key, message in ours.items() if not all(_forms(message)) or message.fuzzy] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_places_and_markup_are_those_of_the_english(tag: str) -> None:
    for message in _catalogue(tag):
        if message.id:
            said = sorted(_PLACES.findall(_key(message)[1]))
            assert all(sorted(_PLACES.findall(form)) == said for form in _forms(message)), message.id


@pytest.mark.parametrize("tag", OTHERS)
def test_each_plural_form_is_there(tag: str) -> None:
    catalogue = _catalogue(tag)
    plurals = [message for message in catalogue if message.pluralizable]
    assert plurals
    assert {len(_forms(message)) for message in plurals} == {catalogue.num_plurals}


def test_names_of_codes_are_found_by_the_filter() -> None:
    speech = speech_of("fr")
    assert speech.words("scam_centre") == "centre d’escroquerie"
    same = {"urgent", "moderate", "document", "photo", "incertain"}
    assert all(speech.words(term) != term.replace("_", " ") for term in TERMS if " " in term.replace("_", " "))
    assert speech.words("urgent") in same
    assert speech.words("no_such_code") == "no such code"


def test_a_finished_sentence_is_translated_with_what_was_filled_in() -> None:
    said = speech_of("vi").said("Item 12 is with another reviewer now.")
    assert said == "Mục 12 đang do người khác xét."


def test_words_that_are_filled_in_are_translated_and_errors_said_whole() -> None:
    said = speech_of("fr").said
    assert said("'' is not a decision. ") == "'' is not a decision. "
    assert said("Send one of confirmed, benign.").endswith(": confirmé, anodin.")
    refused = DataError("The field giver name is missing.", hint="Go on.")
    assert said(refused) == "Le champ « nom de la personne qui remet » est vide. Continuez."


@pytest.mark.parametrize("text", ["Item is with another reviewer now.", "", "12", "%(item_id)s", "Nobody said this."])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert speech_of("vi").said(text) == text


def test_a_sentence_with_hostile_values_is_taken_as_text() -> None:
    hostile = "'\\n<b>%(name)s is not a label. '"
    assert hostile in speech_of("fr").said(f"{hostile} is not a label.")


def test_sentences_of_the_code_are_found_without_marks() -> None:
    source = (
        '"""A docstring. It is none."""\n'
        'raise DataError(f"Item {item.id!r} is gone.", hint="Go on.")\n'
        'kind = "a_code"\n'
        'x = "Not an error. But said."\n'
    )
    tree = __import__("ast").parse(source)
    assert list(sentences(tree, only_errors=True)) == ["Item %(item_id)s is gone.", "Go on."]
    assert list(sentences(tree, only_errors=False))[-1] == "Not an error. But said."


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("vi", "vi"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.5, th;q=0.8", "th"),
        ("zh-CN", "zh-Hans"),
        ("ZH-hans", "zh-Hans"),
        ("km, vi;q=0.3", "vi"),
        ("vi;q=0, fr;q=0.1", "fr"),
        ("*", "en"),
        (";;;q=,,\x00" * 90, "en"),
    ],
)
def test_the_browser_gets_the_first_language_there_is(header: str, tag: str) -> None:
    assert negotiated(header).tag == tag


def test_dates_and_numbers_are_as_people_write_them() -> None:
    at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
    assert [speech_of(tag).instant(at) for tag in ("en", "fr", "zh-Hans")] == [
        "1 Mar 2026 09:05 UTC",
        "1 mars 2026 09:05 UTC",
        "2026年3月1日 09:05 UTC",
    ]
    assert [speech_of(tag).number(12345) for tag in ("en", "vi")] == ["12,345", "12.345"]


def test_languages_are_named_and_unknown_codes_stay() -> None:
    assert speech_of("fr").language_name("km") == "khmer"
    assert speech_of("fr").language_name("not a code") == "not a code"


def test_the_choice_outlasts_the_browser_s_wish_and_leads_back(staffed: Office) -> None:
    client = staffed.client("ana")
    answer = client.post("/language", data={"language": "th", "back": "/cases?x=1"})
    assert answer.headers["location"] == "/cases?x=1"
    page = lxml.html.document_fromstring(client.get("/queue", headers={"accept-language": "fr"}).content)
    assert (page.get("lang"), page.get("dir")) == ("th", "ltr")
    assert page.xpath("//h1")[0].text == "คิว"
    assert page.xpath("//button[@aria-current]")[0].get("value") == "th"


def test_the_choice_leads_to_no_other_host(office: Office) -> None:
    answer = office.client().post("/language", data={"language": "vi", "back": "//evil.example/"})
    assert answer.headers["location"] == "/queue"


def test_an_unknown_language_is_refused_in_the_browser_s(office: Office) -> None:
    answer = office.client().post("/language", data={"language": "xx"}, headers={"accept-language": "fr"})
    assert answer.status_code == 400
    assert "n’est pas une langue de cette application" in answer.text


def test_a_cookie_of_somebody_s_own_making_is_no_language(office: Office) -> None:
    client = office.client()
    client.cookies.set("lurewatch-language", "../../etc/passwd")
    assert lxml.html.document_fromstring(client.get("/sign-in").content).get("lang") == "en"


def test_the_context_is_kept_apart_from_templates(everything: Catalog) -> None:
    assert {message.context for message in everything if message.id} == {None, SAID}
