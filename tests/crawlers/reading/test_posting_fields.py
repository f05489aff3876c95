from typing import Any

import pytest

from crawlers.reading.posting_fields import as_text, is_remote, read_identifier, read_location, read_salary


def place(**address: Any) -> dict[str, Any]:
    return {"@type": "Place", "address": {"@type": "PostalAddress", **address}}


@pytest.mark.parametrize(
    ("posting", "wanted"),
    [
        ({"jobLocation": place(addressLocality="Lodz", addressRegion="-", addressCountry="PL")}, "Lodz, PL"),
        (
            {"jobLocation": [place(addressCountry="PL"), place(addressCountry="CZ"), place(addressCountry="PL")]},
            "PL; CZ",
        ),
        ({"jobLocation": place(addressCountry={"@type": "Country", "name": "Brasil"})}, "Brasil"),
        ({"jobLocation": "Anywhere"}, "Anywhere"),
        ({"jobLocation": {"address": "Main Street 1"}}, "Main Street 1"),
        ({"jobLocation": [place(addressCountry=f"C{n}") for n in range(30)]}, "remote"),
        ({"jobLocation": None, "jobLocationType": "TELECOMMUTE"}, "remote"),
        ({"jobLocation": place(addressLocality=None)}, None),
        ({"jobLocation": [[["deep"]], 7]}, "deep; 7"),
        ({"jobLocation": {"address": [{"addressLocality": "Hue"}, {"addressLocality": "Vinh"}]}}, "Hue; Vinh"),
        ({"jobLocation": {"address": {"name": "63 - Hue"}}}, "63 - Hue"),
        ({}, None),
    ],
)
def test_location_shapes(posting: dict[str, Any], wanted: str | None) -> None:
    assert read_location(posting) == wanted


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        (1500, "1500"),
        ("2 000 zł", "2 000 zł"),
        ({"currency": "USD", "value": 900}, "900 USD"),
        (
            {"currency": "RUR", "value": {"minValue": 100, "maxValue": 200, "unitText": "MONTH"}},
            "100-200 RUB per MONTH",
        ),
        ({"currency": "eur", "minValue": 10.5, "unitText": "HOUR"}, "10.5 EUR per HOUR"),
        ({"currency": "USD", "value": {"value": 50000, "unitCode": "ANN"}}, "50000 USD per YEAR"),
        ({"currency": "USD", "value": {"minValue": 5, "maxValue": 5}}, "5 USD"),
        ([{"currency": "USD", "value": 7}], "7 USD"),
        ({"currency": "USD", "value": [{"minValue": 5, "maxValue": 6}]}, "5-6 USD"),
        ({"price": 500, "priceCurrency": "USD"}, "500 USD"),
        ({"currency": "USD"}, None),
        ({"value": {"value": {"value": 1}}}, None),
        (None, None),
        (True, None),
    ],
)
def test_salary_shapes(stated: Any, wanted: str | None) -> None:
    assert read_salary({"baseSalary": stated}) == wanted


@pytest.mark.parametrize(
    ("posting", "wanted"),
    [
        ({"jobLocationType": "TELECOMMUTE"}, True),
        ({"additionalProperty": [{"name": "type", "value": "TELECOMMUTE"}]}, True),
        ({"additionalProperty": ["TELECOMMUTE"]}, True),
        ({"jobLocationType": "OFFICE"}, False),
        ({}, False),
    ],
)
def test_remote_marks(posting: dict[str, Any], wanted: bool) -> None:
    assert is_remote(posting) is wanted


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ({"@type": "PropertyValue", "name": "x", "value": "A-1"}, "A-1"),
        ({"value": 77}, "77"),
        ({"value": None}, ""),
        ("plain", "plain"),
        ([{"value": "first"}, {"value": "second"}], "first"),
        ([], ""),
        (None, ""),
    ],
)
def test_identifier_shapes(stated: Any, wanted: str) -> None:
    assert read_identifier({"identifier": stated}) == wanted


@pytest.mark.parametrize(
    "value", [{"@value": "Inn"}, {"name": ["Inn", "Bar"]}, {"name": None, "legalName": "Inn"}, {"name": "Inn"}]
)
def test_objects_are_told_by_their_name(value: Any) -> None:
    assert as_text(value) == "Inn"


@pytest.mark.parametrize(
    ("value", "wanted"), [("-", ""), ("N/A", ""), (False, ""), ({"name": {"x": 1}}, ""), (["a", None, 2], "a, 2")]
)
def test_empty_words_are_nothing(value: Any, wanted: str) -> None:
    assert as_text(value) == wanted
