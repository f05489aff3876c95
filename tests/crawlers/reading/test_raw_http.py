import pytest

from crawlers.reading.raw_http import split_raw_answer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=cp1251\r\n"


@pytest.mark.parametrize(
    ("saved", "wanted"),
    [
        (HEAD + b"\r\n<p>x", ("text/html; charset=cp1251", b"<p>x")),
        (HEAD.replace(b"\r", b"") + b"\n<p>x", ("text/html; charset=cp1251", b"<p>x")),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n1;a=b\r\nx\r\n0\r\n\r\n",
            ("text/html; charset=cp1251", b"<p>x"),
        ),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n<p>put together",
            ("text/html; charset=cp1251", b"<p>put together"),
        ),
        (b"<p>HTTP/1.1 200 OK\r\n\r\nx", (None, b"<p>HTTP/1.1 200 OK\r\n\r\nx")),
        (b"HTTP/1.1 200 OK\r\nno head\r\n\r\nx", (None, b"HTTP/1.1 200 OK\r\nno head\r\n\r\nx")),
    ],
    ids=["head", "bare line feeds", "chunks", "chunks put together", "no head", "broken head"],
)
def test_head_and_body(saved: bytes, wanted: tuple[str | None, bytes]) -> None:
    assert split_raw_answer(saved) == wanted
