"""Numbers and addresses by their shape: what is somebody's is found, sums and dates are left."""

import time

import pytest

from evidence.personal_data import found_in, number_forms, number_key


def kinds(text: str, lang: str | None = "en") -> set[tuple[str, str]]:
    return {(one.kind, text[one.start : one.end]) for one in found_in(text, lang)}


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("call 0355 512 345 now", "vi", ("number", "0355 512 345")),
        ("or +84 (355) 512-345", None, ("number", "+84 (355) 512-345")),
        ("โทร ๐๘๑-๐๐๐-๐๐๐๐", "th", ("number", "๐๘๑-๐๐๐-๐๐๐๐")),
        ("اتصل ٠٥٠٠٠٠٠١٢٣", "ar", ("number", "٠٥٠٠٠٠٠١٢٣")),
        ("加我 13800138000", "zh", ("number", "13800138000")),
        ("write nha@home.example.test", "en", ("mail", "nha@home.example.test")),
        ("write nha(at)home.example.test", "en", ("mail", "nha(at)home.example.test")),
        ("hộ chiếu: C7654321", "vi", ("document", "C7654321")),
        ("паспорт 4500 123456", "ru", ("number", "4500 123456")),
        ("เลขบัตรประชาชน 1-0000-00000-00-0", "th", ("number", "1-0000-00000-00-0")),
        ("STK 12345678 ACB", "vi", ("bank", "12345678")),
        ("IBAN GB33BUKB20201555555555", "en", ("bank", "GB33BUKB20201555555555")),
    ],
)
def test_it_finds(text: str, lang: str | None, found: tuple[str, str]) -> None:
    assert found in kinds(text, lang)


@pytest.mark.parametrize(
    "text",
    [
        "lương 15.000.000 VND một tháng",
        "pay 1200000000 kyat",
        "Rp 150000000 per bulan",
        "on 01.03.2026 09:00, 2026-03-01T12:00:00Z, 2025-2026",
        "https://social.example.test/groups/123456789012/posts/987654321098",
        "24/7, 8 hours, 1200 dollars, 12 000 000 soʻm",
        "GB00BUKB20201555555555X",
    ],
)
def test_it_leaves(text: str) -> None:
    assert kinds(text) == set()


def test_a_number_is_one_however_it_is_dialled() -> None:
    assert number_key("0355 512 345", "VN") == number_key("+84355512345", None) == "+84355512345"
    assert {"84355512345", "0084355512345", "355512345"} <= number_forms("0355512345", "VN")
    assert number_forms("0355 512 345", None) == {"0355 512 345"}


@pytest.mark.parametrize("piece", ["0", "1 ", "a@", "a.", "chị ", "Chị Anh ", "+(", "A1", "www.", "hộ chiếu "])
def test_a_hostile_text_is_read_in_time(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    began = time.process_time()
    found_in(text, None)
    assert time.process_time() - began < 20
