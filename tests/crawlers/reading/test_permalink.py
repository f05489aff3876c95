import pytest

from crawlers.reading.permalink import absolute_url, clean_permalink, is_same_site, is_within_site


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        pytest.param("https://Example.org/a?utm_source=x&id=7", "https://example.org/a?id=7", id="campaign tag"),
        pytest.param("https://example.org/a?refId=1&trk=2&searchId=3&rps=4", "https://example.org/a", id="board tags"),
        pytest.param("https://sg.jobstreet.com/7?ref=x&type=y&a=1", "https://sg.jobstreet.com/7?a=1", id="list"),
        pytest.param(
            "https://example.org/a?gh_src=1&ta_source=2&gh_jid=3", "https://example.org/a?gh_jid=3", id="ways"
        ),
        pytest.param("https://example.org/a?s=0123456789abcdef01", "https://example.org/a", id="session id"),
        pytest.param("https://example.org/a?s=nurse", "https://example.org/a?s=nurse", id="search word stays"),
        pytest.param(
            "https://example.org/a?b=2&a=1#part", "https://example.org/a?b=2&a=1", id="order stays, fragment goes"
        ),
        pytest.param("https://example.org/C%2B%2B?x=%20", "https://example.org/C%2B%2B?x=%20", id="escapes stay"),
        pytest.param("https://[broken", "https://[broken", id="broken address stays"),
    ],
)
def test_permalink_loses_what_a_visit_adds(url: str, wanted: str) -> None:
    assert clean_permalink(url) == wanted


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_permalink("https://example.org/a?utm_medium=&&q=1&fbclid=z")
    assert clean_permalink(once) == once


@pytest.mark.parametrize(
    ("other", "same", "within"),
    [
        ("https://www.example.org/x", True, True),
        ("https://jobs.example.org/x", False, True),
        ("https://example.org.evil.test/", False, False),
        ("https://evilexample.org/", False, False),
        ("not an address", False, False),
        ("https://[", False, False),
    ],
)
def test_only_the_same_host_is_the_same_site(other: str, same: bool, within: bool) -> None:
    assert is_same_site(other, "https://example.org/list") is same
    assert is_within_site(other, "https://www.example.org/list") is within


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[::1", "/" + "x" * 9_000, "", None],
)
def test_only_web_links_are_followed(link: str | None) -> None:
    assert absolute_url("https://example.org/a/", link) is None


def test_relative_link_becomes_absolute() -> None:
    assert absolute_url("https://example.org/a/", " ../b ") == "https://example.org/b"
