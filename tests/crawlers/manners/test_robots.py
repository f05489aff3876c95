import pytest

from crawlers.manners.robots import ROBOTS_LIMIT_BYTES, rules_of_answer
from tests.crawlers.loopback import Installation, Site, audit_of, captures_of, posting

AGENT = "Lurewatch/0.1 (+https://example.org/contact)"
RULES = b"User-agent: *\nDisallow: /private/\n\nUser-agent: lurewatch\nDisallow: /no-lurewatch\nCrawl-delay: 2\n"


@pytest.mark.parametrize(
    ("status", "body", "refusal", "decision"),
    [
        (200, b"User-agent: *\nDisallow: /\n", "robots.txt", "allowed"),
        (200, b"User-agent: *\nDisallow: /other\n", None, "allowed"),
        (200, b"", None, "allowed"),
        (200, b"\xff\xfe\x00<html>", None, "allowed"),
        (404, b"User-agent: *\nDisallow: /\n", None, "no_robots"),
        (403, b"", None, "no_robots"),
        (429, b"", "robots.txt cannot be had (status 429)", "no_robots"),
        (503, b"", "robots.txt cannot be had (status 503)", "no_robots"),
    ],
)
def test_answer_sets_the_rules(status: int, body: bytes, refusal: str | None, decision: str) -> None:
    rules = rules_of_answer(status, body)
    assert rules.refusal_of("https://example.org/ad", AGENT) == refusal
    assert rules.decision() == decision


def test_our_own_group_is_found_by_our_name() -> None:
    rules = rules_of_answer(200, RULES)
    assert rules.refusal_of("https://example.org/no-lurewatch", AGENT) == "robots.txt"
    assert rules.refusal_of("https://example.org/private/x", AGENT) is None
    assert rules.parsed is not None
    assert rules.parsed.crawl_delay(AGENT) == 2


def test_endless_rules_are_read_up_to_the_limit() -> None:
    filler = b"#" * ROBOTS_LIMIT_BYTES
    assert rules_of_answer(200, filler + b"\nUser-agent: *\nDisallow: /\n").refusal_of("https://e.test/", AGENT) is None


def test_refused_pages_are_not_asked_for_and_put_on_record(site: Site, installation: Installation) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private/\n", media_type="text/plain")
    site.add("/list", '<a href="/private/1">x</a><a href="/ad">y</a>')
    site.add("/private/1", posting())
    site.add("/ad", posting())
    (result,) = installation.crawl({"url": f"{site.base}/list"})["results"]
    assert (result["refused_robots"], result["posts_new"], result["errors"]) == (1, 1, 0)
    assert site.paths().count("/robots.txt") == 1
    assert "/private/1" not in site.paths()
    assert audit_of(installation, "crawl.refused") == [{"url": f"{site.base}/private/1", "why": "robots.txt"}]


def test_nothing_is_fetched_while_robots_txt_cannot_be_had(site: Site, installation: Installation) -> None:
    site.add("/robots.txt", "busy", status=500)
    (result,) = installation.crawl({"url": site.add("/ad", posting())})["results"]
    assert (result["refused_robots"], result["pages"]) == (1, 0)
    assert set(site.paths()) == {"/robots.txt"}
    assert [(capture.status, capture.robots) for capture in captures_of(installation)] == [(500, "not_applicable")] * 3
