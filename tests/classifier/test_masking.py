"""Contacts and figures become symbols, accents go, and no text takes long."""

import time

import pytest

from classifier.masking import EMAIL, HANDLE, PHONE, URL, mask, reading_form


@pytest.mark.parametrize(
    ("raw", "placeholder"),
    [
        pytest.param("gọi 0900 000 031 nhé", "gọi <PHONE> nhé", id="phone"),
        pytest.param("call +855 00 000 412 now", "call <PHONE> now", id="international-phone"),
        pytest.param("ဖုန်း ၀၉၀၀၀၀၀၀၀၃၁ ပါ", "ဖုန်း <PHONE> ပါ", id="burmese-digits"),
        pytest.param("mail hr.team@jobs.example.com today", "mail <EMAIL> today", id="email"),
        pytest.param("ติดต่อ @hr_abc01 ค่ะ", "ติดต่อ @<HANDLE> ค่ะ", id="handle"),
        pytest.param("see https://jobs.example.org/a?b=1 ok", "see <URL> ok", id="url"),
        pytest.param("tele t.me/abc nha", "tele <URL> nha", id="bare-domain"),
    ],
)
def test_a_contact_reads_like_its_placeholder(raw: str, placeholder: str) -> None:
    assert mask(raw) == mask(placeholder)


@pytest.mark.parametrize("symbol", [URL, EMAIL, HANDLE, PHONE])
def test_a_price_is_no_contact(symbol: str) -> None:
    assert symbol not in mask("lương 20.000.000đ hoặc 1,500 USD từ 12/11/2026")


def test_figures_do_not_tell_how_much() -> None:
    assert mask("pay 300 a week") == mask("pay 9,000 a week") == "pay 0 a week"


def test_words_before_a_full_stop_are_no_domain() -> None:
    assert mask("việc nhẹ nhàng.liên hệ ngay.ib") == "việc nhẹ nhàng.liên hệ ngay.ib"


def test_vietnamese_reads_the_same_without_its_accents() -> None:
    assert reading_form("Tuyển người làm việc nhẹ, LƯƠNG cao đi ngay") == reading_form(
        "tuyen nguoi lam viec nhe, luong cao di ngay"
    )


def test_marks_of_other_scripts_stay() -> None:
    assert reading_form("ทำงานที่นี่ काम करें") == "ทำงานที่นี่ काम करें"


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("a1_." * 250_000, id="handle-like"),
        pytest.param("1 " * 500_000, id="phone-like"),
        pytest.param("a.b" * 330_000, id="domain-like"),
        pytest.param("a@" * 500_000, id="mail-like"),
        pytest.param("http://" * 140_000, id="url-like"),
    ],
)
def test_a_megabyte_does_not_hang(hostile: str) -> None:
    started = time.process_time()
    mask(hostile)
    # A guard against quadratic work, which would take minutes; under two seconds on a quiet core.
    assert time.process_time() - started < 10
