"""The demo's site: a job board, a channel preview and a feed, served on loopback from `data/demo/`.

It stands in for the open web, so that the real spiders have something to read. Every advert in it is invented.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

CHANNEL = "lurewatch_demo"
MESSAGES_A_PAGE = 10
ROBOTS = "User-agent: *\nDisallow: /private/\nSitemap: {base}/sitemap.xml\n"

Page = tuple[str, str]


class DemoSite(ThreadingHTTPServer):
    """The site on a free port of 127.0.0.1; `base` is its address."""

    daemon_threads = True

    def __init__(self, folder: Path, *, now: datetime) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.pages = build_pages(folder, self.base, now=now)


@contextmanager
def serving(site: DemoSite) -> Iterator[DemoSite]:
    """Answer requests in a thread until the block ends."""
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


def register(base: str) -> str:
    """The `sources.toml` of a demo installation."""
    entries = [
        ("demo-board", "jobposting", f"{base}/jobs/", f'sitemap = "{base}/sitemap.xml"\n'),
        ("demo-channel", "telegram", f"{base}/s/{CHANNEL}", ""),
        ("demo-feed", "feed", f"{base}/feed.xml", ""),
    ]
    return "\n".join(
        f'[[source]]\nname = "{name}"\nkind = "{kind}"\nurl = "{url}"\n{extra}'
        'purpose = "Show the chain on invented adverts"\nlegal_basis = "None needed: our own pages"\n'
        'owner = "Lurewatch demo"\n'
        for name, kind, url, extra in entries
    )


def read_posts(folder: Path) -> list[dict[str, Any]]:
    """The site's adverts: place, slug, lang, title, text, days_ago, labels, and what a job posting adds."""
    return [json.loads(line) for line in (folder / "posts.jsonl").read_text(encoding="utf-8").splitlines()]


def build_pages(folder: Path, base: str, *, now: datetime) -> dict[str, Page]:
    """Every page of the site: path with query -> (media type, text)."""
    posts = [_dated(post, now) for post in read_posts(folder)]
    render = _renderer(folder / "templates", base)
    board, channel, feed = (
        [post for post in posts if post["place"] == place] for place in ("board", "channel", "feed")
    )
    pages = {
        "/robots.txt": ("text/plain", ROBOTS.format(base=base)),
        "/sitemap.xml": ("application/xml", render("sitemap.xml", board=board)),
        "/jobs/": ("text/html", render("jobs.html", board=board)),
        "/feed.xml": ("application/rss+xml", render("feed.xml", feed=feed)),
    }
    for post in board:
        pages[f"/jobs/{post['slug']}"] = ("text/html", render("job.html", post=post, posting=_posting(post, base)))
    return pages | dict(_channel_pages(channel, render))


def _dated(post: dict[str, Any], now: datetime) -> dict[str, Any]:
    at = (now - timedelta(days=post["days_ago"])).astimezone(UTC).replace(microsecond=0)
    html = "".join(f"<p>{escape(line)}</p>" for line in post["text"].splitlines())
    return post | {"posted_at": at.isoformat(), "rfc822": format_datetime(at, usegmt=True), "html": html}


def _renderer(templates: Path, base: str) -> Any:
    environment = Environment(loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined)
    return lambda name, **values: environment.get_template(name).render(base=base, **values)


def _posting(post: dict[str, Any], base: str) -> dict[str, Any]:
    posting = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": "Demo Jobs", "value": post["slug"]},
        "title": post["title"],
        "description": post["html"],
        "datePosted": post["posted_at"],
        "hiringOrganization": {"@type": "Organization", "name": post["employer"]},
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressLocality": post["city"], "addressCountry": post["country"]},
        },
        "url": f"{base}/jobs/{post['slug']}",
    }
    if post["salary"]:
        pay = post["salary"]
        value = {"@type": "QuantitativeValue", "minValue": pay["min"], "maxValue": pay["max"], "unitText": pay["unit"]}
        posting["baseSalary"] = {"@type": "MonetaryAmount", "currency": pay["currency"], "value": value}
    return posting


def _channel_pages(posts: list[dict[str, Any]], render: Any) -> Iterator[tuple[str, Page]]:
    oldest_first = sorted(posts, key=lambda post: post["posted_at"])
    messages = [post | {"number": number} for number, post in enumerate(oldest_first, start=1)]
    path = f"/s/{CHANNEL}"
    while messages:
        messages, page = messages[:-MESSAGES_A_PAGE], messages[-MESSAGES_A_PAGE:]
        before = page[0]["number"] if messages else None
        yield path, ("text/html", render("channel.html", channel=CHANNEL, messages=page, before=before))
        path = f"/s/{CHANNEL}?before={before}"


class _Handler(BaseHTTPRequestHandler):
    server: DemoSite

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        before = parse_qs(parts.query).get("before")
        page = self.server.pages.get(f"{parts.path}?before={before[0]}" if before else parts.path)
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = page[1].encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{page[0]}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the terminal for the demo's own lines."""
