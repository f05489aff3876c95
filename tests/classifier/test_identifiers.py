"""Identifiers are found as people write them, brought to one form, and figures that are none are left out."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.identifiers import (
    REGION_OF_LANGUAGE,
    TYPES,
    WINDOW_CHARS,
    Identifier,
    PlaceEntry,
    PlaceFinder,
    find_identifiers,
    specificity,
    windows,
)
from lurewatch.errors import ModelError

GAZETTEER = Path(__file__).parents[2] / "data" / "lexicons" / "places.toml"


def found(text: str, region: str | None = None) -> set[tuple[str, str]]:
    return {(one.type, one.normalized) for one in find_identifiers(text, region_hint=region)}


PHONES = {
    "international": ("Call +855 00 000 412", None, "+85500000412"),
    "local": ("gọi 0900 000 031", "VN", "+84900000031"),
    "local, country unknown": ("gọi 0900 000 031", None, "0900000031"),
    "dots": ("0900.000.031", "VN", "+84900000031"),
    "Thai digits": ("โทร ๐๙๐ ๐๐๐ ๐๔๑๒", "TH", "+66900000412"),
    "Burmese digits": ("ဖုန်း ၀၉ ၄၀၀ ၀၀၀ ၀၃၁", "MM", "+959400000031"),
    "Khmer digits": ("ទូរស័ព្ទ ០១២ ០០០ ៤១២", "KH", "+85512000412"),
    "Bengali digits": ("ফোন: ০১৭০০-০০০০৩১", "BD", "+8801700000031"),
    "Devanagari digits": ("फोन +९७७ ९८०-०००००३१", None, "+9779800000031"),
    "Arabic-Indic digits": ("هاتف +٩٦٦ ٥٠ ٠٠٠ ٠٠٣١", None, "+966500000031"),
    "full-width digits": ("電話 ０９０-００００-０４１２", "JP", "+819000000412"),
    "keycaps": ("0️⃣9️⃣0️⃣0️⃣0️⃣0️⃣0️⃣0️⃣3️⃣1️⃣", "VN", "+84900000031"),
    "letter O for zero": ("gọi O9O2 345 031", "VN", "+84902345031"),
    "zero-width space": ("+855\u200b 00 000 412", None, "+85500000412"),
}


@pytest.mark.parametrize(("text", "region", "normalized"), PHONES.values(), ids=PHONES.keys())
def test_phone(text: str, region: str | None, normalized: str) -> None:
    assert found(text, region) == {("phone", normalized)}


NO_PHONES = {
    "sums": ("lương 15.000.000 - 20.000.000đ hoặc 12000000 vnd", "VN"),
    "dollars": ("from 10000000 USD to $20000000", "US"),
    "years": ("kinh nghiệm 2023-2024", "VN"),
    "date": ("ngày 12/05/2024 và 2024-05-12", "VN"),
    "opening hours": ("08.00-16.00 น.", "TH"),
    "month": ("ខែ 06-2018", "KH"),
    "age, shift, headcount": ("18-35 tuổi, 8h-17h, 20 người", "VN"),
    "part of a code": ("mã AB0900000031", "VN"),
}


@pytest.mark.parametrize(("text", "region"), NO_PHONES.values(), ids=NO_PHONES.keys())
def test_other_figures_are_no_phone(text: str, region: str) -> None:
    assert found(text, region) == set()


CONTACTS = {
    "bare handle": ("gặp @Example_HR nhé", ("telegram", "example_hr")),
    "telegram word": ("Telegram: hr_kk88", ("telegram", "hr_kk88")),
    "telegram, short": ("tg: Example_Rab", ("telegram", "example_rab")),
    "telegram in Thai": ("ติดต่อ telegram: jobkk99", ("telegram", "jobkk99")),
    "telegram in Chinese": ("飞机 @abcde1", ("telegram", "abcde1")),
    "telegram in Russian": ("пишите в тг @Example_Rab", ("telegram", "example_rab")),
    "telegram link": ("https://t.me/Example_Jobs.", ("telegram", "example_jobs")),
    "telegram preview link": ("t.me/s/example_jobs/412", ("telegram", "example_jobs")),
    "telegram invitation": ("t.me/+AbCdEf123456_x", ("telegram", "+AbCdEf123456_x")),
    "telegram scheme": ("tg://resolve?domain=example_jobs", ("telegram", "example_jobs")),
    "whatsapp link": ("wa.me/85500000412", ("whatsapp", "+85500000412")),
    "whatsapp link with a text": (
        "https://api.whatsapp.com/send?phone=85500000412&text=hi",
        ("whatsapp", "+85500000412"),
    ),
    "whatsapp group": ("https://chat.whatsapp.com/AbCdEfGhIjK123", ("whatsapp", "AbCdEfGhIjK123")),
    "line id": ("LINE ID: somchai.job", ("line", "somchai.job")),
    "line official": ("แอดไลน์ @abc123x", ("line", "abc123x")),
    "line in full width": ("ＬＩＮＥ：ａｂｃ＿１２３", ("line", "abc_123")),
    "line link": ("https://line.me/R/ti/p/@abc1234", ("line", "abc1234")),
    "zalo link": ("zalo.me/0900000031", ("zalo", "+84900000031")),
    "zalo group": ("zalo.me/g/abcdef123", ("zalo", "g/abcdef123")),
    "wechat": ("加V：abc_kf88", ("wechat", "abc_kf88")),
    "wechat, plain name": ("微信 hrexample", ("wechat", "hrexample")),
    "wechat in Latin": ("WeChat ID: meizhuang00", ("wechat", "meizhuang00")),
    "email": ("CV to HR@Example.com!", ("email", "hr@example.com")),
    "email, disarmed": ("hr [at] example [dot] com", ("email", "hr@example.com")),
    "link": ("see HTTPS://Example.org:443/Job/?utm_source=x&id=5#top", ("url", "https://example.org/Job?id=5")),
    "link, disarmed": ("hxxps://Example[.]com/a", ("url", "https://example.com/a")),
    "link without scheme": ("kitakana.example", ("url", "http://kitakana.example")),
    "bitcoin": ("1111111111111111111114oLvT2", ("wallet", "1111111111111111111114oLvT2")),
    "bitcoin, bech32": (
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ),
    "bitcoin, taproot": (
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
        ("wallet", "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
    ),
    "ethereum in lower case": (
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        ("wallet", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ),
    "tron": ("USDT TRC20: T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", ("wallet", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb")),
    "iban": ("IBAN GB82 WEST 1234 5698 7654 32 CALL ME", ("bank_account", "GB82WEST12345698765432")),
    "account in Vietnamese": ("stk Vietcombank 0011 0000 00412", ("bank_account", "0011000000412")),
    "account in Thai": ("เลขบัญชี กสิกร 000-0-00041-2", ("bank_account", "0000000412")),
    "account in Indonesian": ("rekening BCA 000 0000 412", ("bank_account", "0000000412")),
    "card in Chinese": ("银行卡 6222 0000 0000 0000 412", ("bank_account", "6222000000000000412")),
}


@pytest.mark.parametrize(("text", "contact"), CONTACTS.values(), ids=CONTACTS.keys())
def test_contact(text: str, contact: tuple[str, str]) -> None:
    assert found(text) == {contact}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Zalo 0900 000 031", "zalo"),
        ("0900 000 031 (zalo)", "zalo"),
        ("WhatsApp: 0900 000 031", "whatsapp"),
        ("واتساب 0900 000 031", "whatsapp"),
    ],
    ids=["behind the word", "before the word", "whatsapp", "whatsapp in Arabic"],
)
def test_number_of_a_messenger_is_a_phone_too(text: str, kind: str) -> None:
    assert found(text, "VN") == {("phone", "+84900000031"), (kind, "+84900000031")}


def test_one_number_serves_every_messenger_named() -> None:
    kinds = {kind for kind, _ in found("Zalo/Tele/Whatsapp: 0900000031", "VN")}

    assert kinds == {"phone", "whatsapp", "zalo"}


def test_number_with_country_code_but_no_plus_is_read_behind_a_messenger() -> None:
    assert ("whatsapp", "+85512000412") in found("whatsapp 855 12 000 412")


NO_CONTACTS = {
    "handle of another network": "follow us on instagram @some_person",
    "handle before another network": "@some_person (tiktok)",
    "address is no handle": "hr@localhost",
    "sentence behind the word": "telegram: contact me now",
    "channel without a name": "Follow our Telegram channel for updates",
    "production line": "the production line: workers needed",
    "words without a space": "đi làm xa.Ai quan tâm ib",
    "telegram page that is no account": "t.me/share/url?x=1".replace("t.me", "T.me"),
    "ethereum with a wrong checksum": "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "bitcoin with a wrong checksum": "1111111111111111111114oLvT3",
    "bech32 with a wrong checksum": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "tron with a wrong checksum": "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwc",
    "iban with a wrong checksum": "GB83 WEST 1234 5698 7654 32",
    "number without words for an account": "mã số 8888 7777 1234 5678",
}


@pytest.mark.parametrize("text", NO_CONTACTS.values(), ids=NO_CONTACTS.keys())
def test_near_miss_is_no_contact(text: str) -> None:
    assert {kind for kind, _ in found(text)} <= {"url"}


def test_bare_handle_after_the_word_for_telegram_is_telegrams() -> None:
    assert found("IG: @some_person, telegram @example_hr") == {("telegram", "example_hr")}


def test_offsets_quote_the_original() -> None:
    text = "🔥 ＩＤ：@Example_HR\u200b!"

    (handle,) = find_identifiers(text)

    assert handle == Identifier("telegram", "@Example_HR", "example_hr", 5, 16)


def make_places() -> PlaceFinder:
    return PlaceFinder(
        [
            PlaceEntry("Sihanoukville", "KH", ("Sihanoukville", "西港", "ព្រះសីហនុ")),
            PlaceEntry("Golden Triangle SEZ", "LA", ("Golden Triangle SEZ", "Golden Triangle")),
        ]
    )


@pytest.mark.parametrize("text", ["đi SIHANOUKVILLE làm", "去西港上班", "នៅក្រុងព្រះសីហនុ", "S i h a n o u k v i l l e"])
def test_place_has_one_name_in_every_script(text: str) -> None:
    (place,) = find_identifiers(text, places=make_places())

    assert (place.type, place.normalized) == ("place", "Sihanoukville")
    assert text[place.start : place.end] == place.value


def test_longest_spelling_of_a_place_wins() -> None:
    (place,) = find_identifiers("Golden Triangle SEZ", places=make_places())

    assert place.value == "Golden Triangle SEZ"


def test_shipped_gazetteer_knows_the_hubs() -> None:
    places = PlaceFinder.load(GAZETTEER).places

    assert {"Sihanoukville", "Myawaddy", "Golden Triangle SEZ", "Bangkok"} <= set(places)
    assert all(len(place.country) == 2 and place.spellings for place in places.values())


def test_shipped_gazetteer_does_not_take_words_for_places() -> None:
    text = "She is my muse; use the clark kent costume. Mong là được"

    assert find_identifiers(text, places=PlaceFinder.load(GAZETTEER)) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [("place = [", r"places\.toml cannot be read"), ('[[place]]\nname = "X"\n', r"places\.toml, place 1: needs name")],
    ids=["not TOML", "incomplete"],
)
def test_broken_gazetteer_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "places.toml"
    path.write_text(content, "utf-8")

    with pytest.raises(ModelError, match=message):
        PlaceFinder.load(path)


SPECIFICITIES = {
    "place": (("place", "Bangkok"), 0.0),
    "toll-free number": (("phone", "+18005550100"), 0.0),
    "host that everybody uses": (("url", "https://www.facebook.com"), 0.0),
    "role address": (("email", "info@example.com"), 0.0),
    "wallet": (("wallet", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"), 1.0),
}


@pytest.mark.parametrize(("contact", "weight"), SPECIFICITIES.values(), ids=SPECIFICITIES.keys())
def test_specificity(contact: tuple[str, str], weight: float) -> None:
    assert specificity(Identifier(contact[0], "", contact[1], 0, 0)) == weight


def test_page_on_a_crowded_host_is_specific() -> None:
    assert TYPES["url"].specificity("https://facebook.com/example.jobs") > 0


@pytest.mark.parametrize("text", [text for text, _ in CONTACTS.values()], ids=list(CONTACTS))
def test_normalized_form_is_valid_and_has_a_caption(text: str) -> None:
    for one in find_identifiers(text):
        if "/" not in one.normalized or one.type == "url":
            assert TYPES[one.type].caption(one.normalized)
        if one.type not in {"whatsapp", "zalo"}:
            assert TYPES[one.type].validate(one.normalized)


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
@given(text=st.text(max_size=40))
@settings(max_examples=40)
def test_cleaning_never_raises(kind: object, text: str) -> None:
    TYPES[kind.name].clean(text, "VN")  # type: ignore[attr-defined]
    TYPES[kind.name].specificity(text)  # type: ignore[attr-defined]
    TYPES[kind.name].caption(text or "x")  # type: ignore[attr-defined]


def test_every_region_is_a_country_code() -> None:
    assert all(len(region) == 2 and region.isupper() for region in REGION_OF_LANGUAGE.values())


def test_windows_cover_a_long_text_and_end_between_words() -> None:
    text = "word " * 10_000
    spans = list(windows(text))

    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end - start <= WINDOW_CHARS and text[end - 1] == " " for start, end in spans)


def test_windows_cover_a_text_without_spaces() -> None:
    assert list(windows("x" * 45_000)) == [(0, 20_000), (20_000, 40_000), (40_000, 45_000)]


def test_offsets_behind_the_first_window_are_those_of_the_text() -> None:
    text = "word " * 8_000 + "@Example_HR"

    (handle,) = find_identifiers(text)

    assert text[handle.start : handle.end] == "@Example_HR"


HOSTILE = {
    "at-signs": "@" * 60_000,
    "digits": "1 " * 30_000,
    "leads": "telegram 🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥" * 3_000,
    "links": "http://a.b/" * 5_000,
    "mail": "a@b." * 15_000,
    "iban": "GB82 " * 12_000,
    "account words": "stk " * 15_000,
    "base58": "1" + "B" * 60_000,
    "brackets": "(0)" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    before = time.process_time()

    find_identifiers(text, region_hint="VN")

    # 0.1 to 1.5 s on a quiet core.
    assert time.process_time() - before < 15


@given(
    st.text(max_size=80)
    | st.text(alphabet="@+0123456789 .-()/:tgmewazlo lineid微信加v๐၀О\u200b\ud800[]🔥1️⃣", max_size=80),
    st.sampled_from([None, "VN", "TH"]),
)
@settings(max_examples=150)
def test_any_text_gives_quotes_of_itself(text: str, region: str | None) -> None:
    for one in find_identifiers(text, region_hint=region):
        assert text[one.start : one.end] == one.value
        assert one.value


def test_digits_that_python_does_not_know_stay_as_they_are() -> None:
    """U+116D0 is a digit of Unicode 16: its tables are newer in one library than in another."""
    assert find_identifiers("\U000116d0\U000116d1 call 0900 000 031", region_hint="VN") is not None
