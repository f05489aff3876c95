import json
import signal
import time
from pathlib import Path

import pytest

from crawlers.register import RegisteredSource
from crawlers.run import CrawlOptions, crawl
from crawlers.settings import scrapy_settings
from lurewatch.errors import ConfigurationError
from store.database import Store
from tests.crawlers.loopback import (
    Installation,
    Site,
    captures_of,
    gzipped,
    make_source,
    posting,
    posts_of,
    read_record,
)
from tests.crawlers.test_telegram_preview import message, text


def channel_page(numbers: range, before: int | None) -> str:
    more = f'<a class="tme_messages_more js-messages_more" data-before="{before}"></a>' if before else ""
    adverts = "".join(message(text(f"Advert {number}"), number=number) for number in numbers)
    return f"<html><body>{more}{adverts}</body></html>"


def test_sitemap_index_leads_to_postings(site: Site, installation: Installation) -> None:
    index = f"<sitemapindex><sitemap><loc>{site.base}/a.xml.gz</loc></sitemap></sitemapindex>"
    pages = "".join(
        f"<url><loc>{url}</loc></url>" for url in (f"{site.base}/ad1", f"{site.base}/ad2", "https://example.org/x")
    )
    sitemap = site.add("/map.xml", index, media_type="application/xml")
    site.add("/a.xml.gz", gzipped(f"<urlset>{pages}</urlset>"), media_type="application/gzip")
    site.add("/ad1", posting(identifier="1"))
    site.add("/ad2", posting(identifier="2"))
    (result,) = installation.crawl({"url": f"{site.base}/list", "sitemap": sitemap})["results"]
    assert sorted(post.native_id for post in posts_of(installation)) == ["1", "2"]
    assert (result["posts_new"], result["errors"]) == (2, 0)
    assert "/list" not in site.paths()


def test_list_page_and_sitemap_of_robots_lead_to_postings(site: Site, installation: Installation) -> None:
    robots = f"Sitemap: {site.base}/map.xml\nSitemap: https://elsewhere.example.org/map.xml\n"
    site.add("/robots.txt", robots, media_type="text/plain")
    site.add("/map.xml", f"<urlset><url><loc>{site.base}/ad3</loc></url></urlset>", media_type="application/xml")
    site.add("/list", '<a href="/page2">more</a><a href="https://example.org/">elsewhere</a><a href="/x.pdf">m</a>')
    site.add("/page2", '<a href="/ad1#top">x</a><a href="/ad1">y</a><a href="/list">back</a>')
    site.add("/ad1", posting(identifier="1"))
    site.add("/ad3", posting(identifier="3"))
    outcome = installation.crawl({"url": f"{site.base}/list"})
    assert sorted(post.native_id for post in posts_of(installation)) == ["1", "3"]
    assert outcome["results"][0]["refused_egress"] == 0
    assert sorted(site.paths()) == ["/ad1", "/ad3", "/list", "/map.xml", "/page2", "/robots.txt"]


def test_channel_is_read_back_to_its_beginning_and_then_up_to_what_is_known(
    site: Site, installation: Installation
) -> None:
    source = {"kind": "telegram", "url": f"{site.base}/s/sample_jobs"}
    site.add("/s/sample_jobs", channel_page(range(5, 7), 5))
    site.add("/s/sample_jobs?before=5", channel_page(range(3, 5), 3))
    site.add("/s/sample_jobs?before=3", channel_page(range(1, 3), None))
    (first,) = installation.crawl(source)["results"]
    assert (first["posts_new"], first["pages"]) == (6, 3)
    site.asked.clear()
    site.add("/s/sample_jobs", channel_page(range(6, 9), 6))
    (second,) = installation.crawl(source)["results"]
    assert (second["posts_new"], second["posts_seen"], second["pages"]) == (2, 3, 1)
    assert site.paths() == ["/robots.txt", "/s/sample_jobs"]


def test_repeated_cursor_ends_the_reading(site: Site, installation: Installation) -> None:
    site.add("/s/sample_jobs", channel_page(range(9, 11), 9))
    site.add("/s/sample_jobs?before=9", channel_page(range(7, 9), 9))
    (result,) = installation.crawl({"kind": "telegram", "url": f"{site.base}/s/sample_jobs"})["results"]
    assert (result["posts_new"], result["pages"], result["reason"]) == (4, 2, "finished")


def test_channel_without_a_preview_is_left_alone(site: Site, installation: Installation) -> None:
    site.add("/s/private", b"", status=302, Location="/private")
    site.add("/private", "<html><body>Telegram: Contact @private</body></html>")
    (result,) = installation.crawl({"kind": "telegram", "url": f"{site.base}/s/private"})["results"]
    assert (result["posts_seen"], result["errors"], result["captures"]) == (0, 0, 3)
    assert site.paths().count("/s/private") == 1


def test_sources_run_together_and_progress_is_told(site: Site, installation: Installation) -> None:
    board = {"name": "board", "url": site.add("/ad", posting())}
    feed_url = site.add("/feed", "<rss><channel><item><title>T</title></item></channel></rss>")
    feed = {"name": "feed", "kind": "feed", "url": feed_url}
    off = {"name": "off", "kind": "feed", "url": f"{site.base}/off", "enabled": False}
    outcome = installation.crawl(board, feed, off)
    assert [result["source"] for result in outcome["results"]] == ["board", "feed"]
    assert {(step["source"], step["pages"], step["posts_new"]) for step in outcome["progress"]} == {
        ("board", 1, 1),
        ("feed", 1, 1),
    }
    assert all(step["pages_limit"] == 200 for step in outcome["progress"])
    assert len(list(installation.captures_dir.glob("*.warc.gz"))) == 2


def test_log_names_nothing_that_was_collected(site: Site, installation: Installation) -> None:
    site.add("/list-of-secrets", '<a href="/secret-ad">x</a><a href="/secret-gone">y</a>')
    site.add("/secret-ad", posting(title="Secret title", description="Secret text"))
    log = installation.crawl({"url": f"{site.base}/list-of-secrets"})["log"]
    assert "secret" not in log.lower()
    assert site.base not in log


def test_spider_failure_on_one_page_costs_no_other(site: Site, installation: Installation) -> None:
    site.add("/list", '<a href="/broken">x</a><a href="/ad">y</a>')
    site.pages["/broken"] = (500, {}, b"error")
    site.add("/ad", posting())
    (result,) = installation.crawl({"url": f"{site.base}/list"})["results"]
    assert (result["posts_new"], result["errors"]) == (1, 1)


def test_term_signal_stops_cleanly(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/p{number}">x</a>' for number in range(500)))
    with installation.start({"url": f"{site.base}/list"}, delay_s=0.2) as child:
        deadline = time.monotonic() + 120
        while len(site.paths()) < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        output, _log = child.communicate(timeout=120)
    (result,) = json.loads(output.splitlines()[-1])["results"]
    assert child.returncode == 0
    assert result["reason"] == "shutdown"
    captures = captures_of(installation)
    assert len(captures) == result["captures"] < 100
    for capture in captures:
        read_record(installation.captures_dir, capture)


def test_nothing_is_crawled_without_a_contact(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No contact address"):
        crawl([], store=sqlite_store, captures_dir=tmp_path, frontier_dir=tmp_path, options=CrawlOptions(contact=" "))


def test_a_browser_that_is_not_there_stops_the_crawl_before_it_begins(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.run.why_off", lambda: "there is no Chromium")
    plain, made = (RegisteredSource(**make_source(name=name, browser=name == "made")) for name in ("plain", "made"))
    with pytest.raises(
        ConfigurationError, match="Source 'made' asks for a browser, which is off: there is no Chromium"
    ):
        crawl(
            [plain, made],
            store=sqlite_store,
            captures_dir=tmp_path,
            frontier_dir=tmp_path,
            options=CrawlOptions(contact="us"),
        )


def test_settings_stand_in_alphabetical_order() -> None:
    from crawlers import settings

    assert list(settings._SETTINGS) == sorted(settings._SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REMOTE_CONTROL_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("DOWNLOAD_MAXSIZE", 32 * 1024 * 1024),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("AUTOTHROTTLE_ENABLED", True),
        ("EGRESS_ALLOW_LOOPBACK", False),
        ("DOWNLOAD_DELAY", 3.0),
    ],
)
def test_safeguards_are_set(name: str, value: object) -> None:
    made = scrapy_settings(contact="https://example.org", allow_loopback=False, delay_s=3.0, render_limit_s=15.0)
    assert made[name] == value


def test_source_entry_of_the_tests_is_complete() -> None:
    assert set(make_source()) == {"name", "kind", "url", "purpose", "legal_basis", "owner"}
