import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.markup import decode_page, guess_charset, one_line, text_of_markup, unescape_markup


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs"),
        pytest.param("<ul><li>a</li><li>b</li></ul>", "a\nb", id="list"),
        pytest.param("one<br>two<br/>three", "one\ntwo\nthree", id="br"),
        pytest.param("call +84<b>123</b>456", "call +84123456", id="bold inside a number"),
        pytest.param("<span>@sample</span><span>_hr</span>", "@sample_hr", id="spans join as in a browser"),
        pytest.param("plain\r\nlines\n\nstay", "plain\nlines\n\nstay", id="plain text"),
        pytest.param("<b>bold</b>\nnext", "bold\nnext", id="inline markup keeps line breaks"),
        pytest.param("a &lt; b &amp; c", "a < b & c", id="entities"),
        pytest.param("<p>shown</p><script>hidden()</script><style>p{}</style><!-- no -->", "shown", id="no script"),
        pytest.param("1 < 2 and 3 > 2", "1 < 2 and 3 > 2", id="near miss: signs are no tags"),
        pytest.param("", "", id="empty"),
    ],
)
def test_text_reads_as_a_browser_shows_it(markup: str, wanted: str) -> None:
    assert text_of_markup(markup) == wanted


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("&lt;p&gt;x&lt;/p&gt;", "<p>x</p>"),
        ("&amp;lt;p&amp;gt;x&amp;lt;/p&amp;gt;", "<p>x</p>"),
        ("<p>a &lt;b&gt; c</p>", "<p>a &lt;b&gt; c</p>"),
        ("5 &lt; 6", "5 &lt; 6"),
    ],
    ids=["once", "twice", "shown code stays", "a sign stays"],
)
def test_whole_descriptions_are_unescaped(given_text: str, wanted: str) -> None:
    assert unescape_markup(given_text) == wanted


def test_title_becomes_one_line() -> None:
    assert one_line(" Cook\n<br> &amp;  waiter ") == "Cook & waiter"


@pytest.mark.parametrize(
    ("body", "header", "wanted"),
    [
        ("žluť".encode("cp1250"), "text/html; charset=windows-1250", "žluť"),
        ("งานใหม่".encode(), None, "งานใหม่"),
        (b'<meta charset="koi8-r">' + "работа".encode("koi8-r"), None, '<meta charset="koi8-r">работа'),
        (b"\xff\xfeh\x00i\x00", "text/html", "hi"),
        (b"a\xffb", "text/html; charset=utf-8", "a�b"),
        (b"plain", "text/html; charset=no-such-charset", "plain"),
    ],
    ids=["header", "utf-8", "meta", "byte order mark", "bad byte", "unknown charset"],
)
def test_charset_is_taken_from_where_it_is_stated(body: bytes, header: str | None, wanted: str) -> None:
    assert decode_page(body, header) == wanted


def test_undeclared_charset_is_guessed() -> None:
    body = ("<p>" + "ต้องการพนักงานขายหลายตำแหน่ง เงินเดือนดี ติดต่อฝ่ายบุคคล " * 5).encode("tis-620")
    assert guess_charset(body) in ("tis_620", "cp874", "iso8859_11")


@given(st.binary(max_size=300))
def test_no_bytes_make_decoding_raise(body: bytes) -> None:
    assert isinstance(text_of_markup(decode_page(body, None)), str)


@given(st.text(alphabet="<>/&;abp !-\ud800\x00\n\"'=", max_size=200))
def test_no_markup_makes_text_raise(markup: str) -> None:
    assert isinstance(text_of_markup(unescape_markup(markup)), str)


@pytest.mark.parametrize("hostile", ["<div>" * 20_000, "<a " * 200_000, "&lt;" * 200_000, "<" * 400_000])
def test_hostile_markup_is_read_in_time(hostile: str) -> None:
    started = time.monotonic()
    text_of_markup(unescape_markup(hostile))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "unicode_escape", "hex", "no-such"])
@pytest.mark.parametrize("place", ["header", "meta"])
def test_a_charset_that_is_none_is_passed_over(name: str, place: str) -> None:
    body = "<p>Tuyển dụng \\u0041</p>"
    head = f"<meta charset={name}>" if place == "meta" else ""
    content_type = f"text/html; charset={name}" if place == "header" else None
    assert decode_page((head + body).encode(), content_type) == head + body


def test_a_charset_that_takes_quadratic_time_is_not_used() -> None:
    began = time.monotonic()
    decode_page(b"a" * 200_000 + b"-" + b"aaaa" * 200_000, "text/html; charset=punycode")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("cp1252", "Texte;Auteur\nRecrute serveurs à l'étranger, logé et nourri, salaire élevé;Zoé"),
        ("cp1252", "Se buscan jóvenes para trabajar en Asia, alojamiento gratis\nMañana entrevistas"),
        ("cp1252", "¿Buscas trabajo? Mañana llámanos, que la compañía busca jóvenes"),
        ("cp1252", "Kitchen help wanted, £500 a week – café in town, lodging in 20 m³, ask the manager"),
        ("cp1252", "Vagas no exterior, salário alto, moradia grátis, não precisa de experiência"),
        ("cp1254", "Yurt dışında iş fırsatı, yüksek maaş, konaklama ücretsiz, deneyim gerekmez"),
        ("cp1250", "Hledáme kuchaře do zahraničí, vysoký plat, žádné zkušenosti"),
        ("cp1258", "Tuyê\u0309n nhân viên la\u0300m viê\u0323c ta\u0323i nươ\u0301c ngoa\u0300i, lương cao"),
        ("cp1251", "Требуются сотрудники для работы за границей, высокая зарплата"),
        ("gb18030", "高薪招聘客服人员，包吃包住，无需学历"),
    ],
)
def test_charset_is_guessed_by_the_letters(charset: str, text: str) -> None:
    body = text.encode(charset)
    assert body.decode(guess_charset(body) or "ascii") == text


def test_texts_that_were_cut_within_a_letter_stay_utf8() -> None:
    body = "Tuyển nhân viên phục vụ, lương cao. ".encode() * 9
    assert guess_charset(body + "ể".encode()[:2] + body) == "utf-8"
