"""A contact of the corpus may be nobody's."""

import pytest

from classifier.checks.contacts import assignable_contacts

INVENTED = (
    "write to hr@firm.example or see https://jobs.example.com/apply",
    "t.me/nobody_here_0000 or https://wa.me/85500000412",
    "call +855 00 000 412",
    "call +1 202 555 0143",
    "salary 12,000,000 a month, 2 places",
    "",
)
ASSIGNABLE = {
    "see https://jobs.gmail.com/apply": "jobs.gmail.com",
    "write to somebody@firma.co": "firma.co",
    "www.travel.net is open": "travel.net",
    "look at travel-jobs.com today": "travel-jobs.com",
    "see http://8.8.8.8/x": "8.8.8.8",
    "call +44 20 7946 1234": "+44 20 7946 1234",
    "not reserved: https://example.com.evil.io": "example.com.evil.io",
}


def test_a_local_number_is_read_as_its_language_writes_it() -> None:
    assert assignable_contacts("gọi 0912 345 678", "vi") == ["0912 345 678"]
    assert assignable_contacts("gọi 0900 000 031", "vi") == []


def test_hostile_text_is_read_in_linear_time() -> None:
    assert assignable_contacts("-www.1" * 5000) == []


@pytest.mark.parametrize("text", INVENTED)
def test_reserved_names_and_impossible_numbers_pass(text: str) -> None:
    assert assignable_contacts(text) == []


@pytest.mark.parametrize(("text", "contact"), ASSIGNABLE.items())
def test_a_contact_that_might_be_somebodys_is_named(text: str, contact: str) -> None:
    assert assignable_contacts(text) == [contact]
