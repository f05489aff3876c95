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
    "www.travel.net is open": "www.travel.net",
    "call +44 20 7946 1234": "+44 20 7946 1234",
    "not reserved: https://example.com.evil.io": "example.com.evil.io",
}


@pytest.mark.parametrize("text", INVENTED)
def test_reserved_names_and_impossible_numbers_pass(text: str) -> None:
    assert assignable_contacts(text) == []


@pytest.mark.parametrize(("text", "contact"), ASSIGNABLE.items())
def test_a_contact_that_might_be_somebodys_is_named(text: str, contact: str) -> None:
    assert assignable_contacts(text) == [contact]
