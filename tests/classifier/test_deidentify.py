"""Contacts become placeholders, wording and places stay, and a model reads the same as before."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.deidentify import deidentified
from classifier.identifiers import find_identifiers
from classifier.masking import mask

CONTACTS = {
    "phone": ("call +84 900 000 123 now", "call <PHONE> now"),
    "local phone": ("gọi 0900 000 123 nhé", "gọi <PHONE> nhé"),
    "phone in other digits": ("ဖုန်း ၀၉၄၂၀၀၀၀၁၂၃ ခေါ်ပါ", "ဖုန်း <PHONE> ခေါ်ပါ"),
    "phone with hidden signs": ("call 0900\u200b000\u200b123", "call <PHONE>"),
    "telegram": ("liên hệ Telegram @Example_HR ngay", "liên hệ Telegram <HANDLE> ngay"),
    "telegram link": ("join t.me/example_hr today", "join <URL> today"),
    "a name alone": ("wechat: renshiqing", "wechat: <HANDLE>"),
    "a handle of no known messenger": ("DM @anna_99 on the app", "DM <HANDLE> on the app"),
    "a handle like a domain": ("DM @anna.example_99 on the app", "DM <URL> on the app"),
    "mail": ("mail HR@House.Example.org!", "mail <EMAIL>!"),
    "link": ("see https://jobs.example.test/x?id=1", "see <URL>"),
    "wallet": ("BTC bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq only", "BTC <HANDLE> only"),
    "account": ("STK 0123456789 Vietcombank", "STK <PHONE> Vietcombank"),
    "masked before": ("call <PHONE> or <HANDLE>", "call <PHONE> or <HANDLE>"),
}


@pytest.mark.parametrize(("text", "expected"), CONTACTS.values(), ids=CONTACTS.keys())
def test_a_contact_becomes_its_placeholder(text: str, expected: str) -> None:
    assert deidentified(text, "vi") == expected


@pytest.mark.parametrize(
    "text",
    ["Lương 1.000.000 đồng, phỏng vấn 12/11/2026", "Sihanoukville, Campuchia", "8 giờ - 17 giờ, 45,000 บาท", "", "🙂"],
)
def test_figures_dates_and_places_stay(text: str) -> None:
    assert deidentified(text, "vi") == text


def test_a_capital_that_grows_when_folded_moves_nothing() -> None:
    assert deidentified("İİİİ ŞEHİR İLANI @ornek_hr İİ", "tr") == "İİİİ ŞEHİR İLANI <HANDLE> İİ"


def joined(parts: Iterable[str]) -> str:
    return " ".join(parts)


@given(st.lists(st.one_of(st.sampled_from([text for text, _ in CONTACTS.values()]), st.text(max_size=20))).map(joined))
def test_nothing_that_is_found_is_left(text: str) -> None:
    left = deidentified(text, "vi")
    assert [one.value for one in find_identifiers(left, region_hint="VN")] == []


@pytest.mark.parametrize(
    "name", ["phone", "local phone", "telegram", "telegram link", "mail", "link", "wallet", "account"]
)
def test_a_model_reads_what_it_would_have_read(name: str) -> None:
    text, _ = CONTACTS[name]
    assert mask(deidentified(text, "vi")) == mask(text)
