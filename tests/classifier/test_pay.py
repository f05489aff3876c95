"""Amounts are read in every manner of writing them, and only pay far above what is usual at home stands out."""

from pathlib import Path

import pytest

from classifier.cleaning import clean
from classifier.pay import PayTable
from lurewatch import resources
from lurewatch.errors import ModelError

# (language, text) -> dollars a month, at the rates of the table.
AMOUNTS = {
    ("vi", "lương 25-30 triệu/tháng"): 1154,
    ("vi", "lương 1.500 usd"): 1500,
    ("th", "วันละ 650 บาท"): 520,
    ("th", "เดือนละ 3 หมื่นบาท"): 923,
    ("zh", "月薪2万元"): 2786,
    ("zh", "日薪300块"): 1086,
    ("en", "$3,000 a month"): 3000,
    ("en", "PHP 45,000 monthly"): 789,
    ("tl", "₱75k per month"): 1316,
    ("my", "တစ်လ ၁၅ သိန်း ကျပ်"): 341,
    ("id", "gaji Rp15 juta"): 920,
    ("hi", "₹85,000 महीना"): 988,
    ("km", "$800 ក្នុងមួយខែ"): 800,
    ("uz", "maosh 15 mln so'm"): 1190,
    ("ko", "월 800만원"): 5797,
    ("ja", "時給1,200円"): 1698,
    ("ru", "150 000 руб"): 1899,
    ("fr", "1 500 € par mois"): 1744,
    ("pt", "R$ 4.500,50 por mês"): 818,
    ("en", "$52,000 a year"): 4333,
    ("vi", "lương 12 triệu/tháng, 8 giờ/ngày"): 462,
    ("zh", "月薪6000元，每天8小时"): 836,
    ("ko", "월급 250만원, 하루 8시간"): 1812,
    ("en", "PHP 20,000 a month, 8 hours a day"): 351,
    ("th", "เงินเดือน 15,000 บาท หยุดวันอาทิตย์"): 462,
    ("sw", "TSh milioni 2"): 784,
    ("my", "လစာ သိန်း ၂၀"): 455,
    ("tr", "50 MİLYON TL"): 1_250_000,
    ("id", "Gaji USD 50 DAİLY"): 1300,
}


@pytest.fixture(scope="module")
def table() -> PayTable:
    return PayTable.load(resources.lexicons() / "pay.toml")


@pytest.mark.parametrize(("case", "dollars"), AMOUNTS.items(), ids=[text for _, text in AMOUNTS])
def test_an_amount_becomes_dollars_a_month(table: PayTable, case: tuple[str, str], dollars: int) -> None:
    lang, text = case
    [pay] = table.advertised(clean(text).text, lang)
    assert round(pay.dollars_a_month) == dollars


@pytest.mark.parametrize(
    "text", ["call 0900 000 031", "30 people, age 18-35", "room 12, floor 3", "2025-11-22", "", "$"]
)
def test_figures_without_a_currency_are_no_pay(table: PayTable, text: str) -> None:
    assert list(table.advertised(clean(text).text, "en")) == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("zh", "粉丝10万人", id="followers"),
        pytest.param("th", "ผู้ติดตาม 1 ล้านคน", id="million-people"),
        pytest.param("id", "speaker 1500W", id="watts"),
    ],
)
def test_a_great_figure_of_something_else_is_no_pay(table: PayTable, lang: str, text: str) -> None:
    assert list(table.advertised(clean(text).text, lang)) == []


def test_a_currency_belongs_to_one_figure(table: PayTable) -> None:
    assert [round(pay.dollars_a_month) for pay in table.advertised("call 012345678 $250", "km")] == [250]
    assert [round(pay.dollars_a_month) for pay in table.advertised("lương 500 USD 2000 người", "vi")] == [500]
    assert [round(pay.dollars_a_month) for pay in table.advertised("LH 0912345678\n$500", "vi")] == [500]


def test_a_shared_word_means_the_currency_of_its_language(table: PayTable) -> None:
    assert [pay.currency for pay in table.advertised("rs 5000", "ne")] == ["NPR"]
    assert [pay.currency for pay in table.advertised("rs 5000", "ur")] == ["PKR"]
    assert [pay.currency for pay in table.advertised("rs 5000", "fr")] == []


@pytest.mark.parametrize(
    ("lang", "text", "count"),
    [
        pytest.param("vi", "lương 50 triệu", 1, id="far-above"),
        pytest.param("vi", "lương 9 triệu", 0, id="usual"),
        pytest.param("km", "pay $1500", 1, id="another-currency"),
        pytest.param("fr", "9 000 € par mois", 0, id="no-home-country"),
        pytest.param("en", "PHP 90,000 a month", 1, id="country-of-the-currency"),
    ],
)
def test_pay_is_measured_against_home(table: PayTable, lang: str, text: str, count: int) -> None:
    assert len(table.far_above(clean(text), lang)) == count


def test_a_survey_goes_before_the_minimum_and_a_missing_country_has_no_figure(table: PayTable) -> None:
    assert table.usual("VN") == pytest.approx(7_700_000 / 26_000)
    assert table.usual("LA") == pytest.approx(2 * 2_500_000 / 21_600)
    assert table.usual("KH", "domestic") == table.usual("KH")
    assert table.usual("AQ") is None


def test_every_row_names_its_source_year_and_bounds(table: PayTable) -> None:
    assert len(table.rows) >= 40
    for row in table.rows:
        assert row.source
        assert 0 < row.low <= row.high
        assert 2015 < row.year < 2030
        assert row.basis in {"minimum", "average"}


@pytest.mark.parametrize(
    "text",
    ["", "pay = 3", "[currency.USD]\nwords = ['usd']", "[currency.USD]\nper_dollar = 0"],
    ids=["empty", "odd", "no rate", "zero"],
)
def test_a_broken_table_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "pay.toml").write_text(text, "utf-8")
    with pytest.raises(ModelError, match=r"pay\.toml is no table of pay"):
        PayTable.load(tmp_path / "pay.toml")


def test_long_hostile_figures_are_read_in_linear_time(table: PayTable) -> None:
    assert list(table.advertised("1" * 20_000 + "-" * 20_000 + "1 ." * 20_000, "en")) == []
