"""Pages that need JavaScript, made by a real Chromium out of a site on loopback, some of it hostile."""

import hashlib
import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawlers.browser.chromium import why_off
from crawlers.browser.parts import MAX_PARTS
from crawlers.warc import HTTP_FIDELITY
from tests.crawlers.loopback import (
    Answer,
    Installation,
    Site,
    StoredRecord,
    audit_of,
    captures_of,
    posting,
    posts_of,
    read_warc,
)
from tests.crawlers.test_resume import outcome_of, wait_until

OFF = why_off()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(OFF is not None, reason=f"NO BROWSER HERE: {OFF}"),
]
# What boards do: an empty document, a script, an answer in JSON, and the advert is there.
APP = """
fetch('/api' + location.pathname, {headers: {'X-Api-Version': '2'}}).then(answer => answer.json()).then(advert => {
  const script = document.createElement('script');
  script.type = 'application/ld+json';
  script.textContent = JSON.stringify(advert);
  document.body.append(script);
});
"""
SHELL = (
    '<html><head><link rel="stylesheet" href="/look.css"></head><body>{}<script src="/app.js"></script></body></html>'
)


def add_advert(site: Site, path: str, title: str, *, markup: str = "") -> str:
    """A page whose advert is there once its script has run; `markup` stands before that."""
    site.add("/look.css", "body { color: green }", media_type="text/css")
    site.add("/app.js", APP, media_type="text/javascript")
    advert = {"@context": "https://schema.org/", "@type": "JobPosting", "title": title, "description": "Pack boxes."}
    site.add(f"/api{path}", json.dumps(advert), media_type="application/json")
    return site.add(path, SHELL.format(markup), ETag='"1"')


def titles(installation: Installation) -> set[str | None]:
    return {post.revisions[-1].title for post in posts_of(installation)}


def records(installation: Installation) -> dict[str, list[StoredRecord]]:
    """What is in the WARC file of the pages, and in that of their parts."""
    read = {path.name: read_warc(path) for path in installation.captures_dir.glob("*.warc.gz")}
    return {("parts" if name.startswith("board-parts-") else "pages"): each for name, each in read.items()}


def test_page_is_read_as_the_browser_makes_it(site: Site, installation: Installation) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private\n", media_type="text/plain")
    add_advert(site, "/ad1", "Packer", markup='<img src="/private/look.png"><img src="/look.png">')
    add_advert(site, "/ad2", "Driver")
    site.add("/list", '<script>document.write(\'<a href="/ad1">1</a><a href="/ad2">2</a>\')</script>')
    (result,) = installation.crawl({"url": f"{site.base}/list", "browser": True})["results"]
    assert titles(installation) == {"Packer", "Driver"}
    assert (result["pages"], result["errors"], result["posts_seen"]) == (3, 0, 2)
    # What pages share is asked for once.
    assert sorted(site.paths()) == sorted(
        ["/robots.txt", "/list", "/ad1", "/ad2", "/app.js", "/look.css", "/look.png", "/api/ad1", "/api/ad2"]
    )
    heads = [head for path, head in site.asked if path.startswith("/api")]
    assert all(head["X-Api-Version"] == "2" and "Referer" not in head and "Cookie" not in head for head in heads)
    assert all(head["User-Agent"].startswith("Lurewatch/") for _, head in site.asked)
    must_be_kept_together(installation, f"{site.base}/ad1")


def must_be_kept_together(installation: Installation, url: str) -> None:
    """The answer as it came, its request, what the browser made of it and how that looked, one behind the other."""
    capture = next(each for each in captures_of(installation) if each.url == url)
    kept = records(installation)
    at = [each.fields["WARC-Record-ID"] for each in kept["pages"]].index(capture.warc_record_id)
    response, request, dom, view = kept["pages"][at : at + 4]
    assert b"Packer" not in response.payload
    assert response.fields["X-Capture-Fidelity"] == HTTP_FIDELITY
    assert request.fields["WARC-Concurrent-To"] == capture.warc_record_id
    told = [dom.fields[name] for name in ("WARC-Type", "WARC-Refers-To", "WARC-Target-URI")]
    assert told == ["conversion", capture.warc_record_id, f"urn:dom:{url}"]
    assert b'"title":"Packer"' in dom.payload
    told = [view.fields[name] for name in ("WARC-Type", "WARC-Concurrent-To", "WARC-Target-URI")]
    assert told == ["resource", capture.warc_record_id, f"urn:view:{url}"]
    assert view.payload.startswith(b"\x89PNG")
    entered = [[each["sha256"] for each in entry["records"]] for entry in audit_of(installation, "capture.rendered")]
    assert [hashlib.sha256(each.payload).hexdigest() for each in (dom, view)] in entered
    assert capture.id in {post.revisions[0].capture_id for post in posts_of(installation)}
    parts = {each.fields["WARC-Target-URI"] for each in kept["parts"][1:]}
    assert parts >= {url.replace(path, other) for path, other in [("/ad1", "/app.js"), ("/ad1", "/api/ad1")]}


@contextmanager
def listening() -> Iterator[tuple[socket.socket, socket.socket]]:
    """TCP and UDP on an address that no source has named; what arrives waits to be taken."""
    with socket.create_server(("127.0.0.2", 0)) as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.2", 0))
        for each in (stream, datagrams):
            each.setblocking(False)
        yield stream, datagrams


# Every way out of a page that we know of; at {tcp} and {udp} somebody listens.
WAYS_OUT = """
<link rel="preconnect" href="http://127.0.0.2:{tcp}"><link rel="dns-prefetch" href="http://127.0.0.2:{tcp}">
<link rel="prefetch" href="http://127.0.0.2:{tcp}/prefetch"><link rel="manifest" href="http://127.0.0.2:{tcp}/manifest">
<link rel="stylesheet" href="http://127.0.0.2:{tcp}/look"><script src="http://127.0.0.2:{tcp}/script"></script>
<script type="speculationrules">{{"prerender": [{{"urls": ["/prerendered"]}}]}}</script>
<img src="http://127.0.0.2:{tcp}/picture"><iframe src="http://127.0.0.2:{tcp}/frame"></iframe>
<iframe srcdoc="<img src='http://127.0.0.2:{tcp}/inside'>"></iframe><video src="http://127.0.0.2:{tcp}/film"></video>
<form action="http://127.0.0.2:{tcp}/form" method="post"><input name="a"></form>
<meta http-equiv="refresh" content="0; url=http://127.0.0.2:{tcp}/refresh">
<script>
const tries = [
  () => fetch('http://127.0.0.2:{tcp}/fetch'),
  () => fetch('/redirected'),
  () => fetch('/sent', {{method: 'POST', body: 'x'}}),
  () => fetch('http://169.254.169.254/latest/meta-data/'),
  () => fetch('http://[::ffff:10.0.0.1]/'),
  () => new WebSocket('ws://127.0.0.2:{tcp}/socket'),
  () => new WebTransport('https://127.0.0.2:{udp}/transport'),
  () => new EventSource('http://127.0.0.2:{tcp}/events'),
  () => navigator.sendBeacon('http://127.0.0.2:{tcp}/beacon', 'x'),
  () => navigator.serviceWorker.register('/worker.js'),
  () => new Worker(URL.createObjectURL(new Blob(
    ["fetch('http://127.0.0.2:{tcp}/worker'); new WebSocket('ws://127.0.0.2:{tcp}/worker')"]))),
  () => {{
    const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.2:{udp}'}},
      {{urls: 'turn:127.0.0.2:{tcp}?transport=tcp', username: 'a', credential: 'b'}}]}});
    peer.createDataChannel('x');
    peer.createOffer().then(offer => peer.setLocalDescription(offer));
  }},
];
const leaving = [
  () => window.open('http://127.0.0.2:{tcp}/window'),
  () => {{
    const link = document.createElement('a');
    link.href = 'http://127.0.0.2:{tcp}/download';
    link.download = 'x';
    document.body.append(link);
    link.click();
  }},
  () => document.querySelector('form').submit(),
  () => {{ location.href = 'http://127.0.0.2:{tcp}/away'; }},
  () => {{ location.href = 'file:///etc/passwd'; }},
  () => {{ alert(1); confirm(2); prompt(3); print(); }},
];
const attempt = way => {{ try {{ return way(); }} catch {{ }} }};
Promise.allSettled(tries.map(attempt)).then(() => leaving.forEach(attempt));
</script>
"""


def test_nothing_gets_out_of_a_hostile_page(site: Site, installation: Installation) -> None:
    site.add("/redirected", b"", status=302, Location="http://169.254.169.254/by-redirect")
    with listening() as (stream, datagrams):
        ports = {"tcp": stream.getsockname()[1], "udp": datagrams.getsockname()[1]}
        url = site.add("/ad", posting(title="Packer") + WAYS_OUT.format(**ports))
        source = {"url": url, "browser": True, "browser_hosts": ["169.254.169.254", "[::ffff:a00:1]"]}
        (result,) = installation.crawl(source)["results"]
        with pytest.raises(BlockingIOError):
            stream.accept()
        with pytest.raises(BlockingIOError):
            datagrams.recv(1)
    assert titles(installation) == {"Packer"}
    assert result["errors"] == 0
    assert (set(site.paths()), site.forms) == ({"/robots.txt", "/ad", "/redirected"}, [])
    refused = {(entry["url"], entry["why"]) for entry in audit_of(installation, "crawl.refused")}
    not_public = "the name leads to an address that is not public"
    assert ("http://169.254.169.254/latest/meta-data/", not_public) in refused
    assert ("http://169.254.169.254/by-redirect", not_public) in refused
    assert ("http://[::ffff:a00:1]/", not_public) in refused
    # Of a foreign host that is asked again and again, once.
    assert len([address for address, _ in refused if "127.0.0.2" in address]) == 1


ENDLESS = "<script>while (true) {}</script>"
HOARDING = "<script>const all = []; while (true) all.push(new Array(1e6).fill('x' + Math.random()));</script>"
RESTLESS = "<img src='/never.png'><script>setInterval(() => fetch('/tick?' + Math.random()), 1)</script>"


def test_pages_that_never_come_to_rest_are_stopped(site: Site, installation: Installation) -> None:
    pages = {"Endless": ENDLESS, "Hoarding": HOARDING, "Restless": RESTLESS, "Last": ""}
    for title, markup in pages.items():
        site.add(f"/{title}", posting(title=title) + markup)
    site.add("/list", "".join(f'<a href="/{title}">x</a>' for title in pages))
    # As boards without one serve it: that is no page either.
    site.add("/robots.txt", "<html>Not here</html>")
    is_over = threading.Event()

    def never(_head: object) -> Answer:
        is_over.wait(60)
        return 200, {}, b""

    site.pages["/never.png"] = never
    (result,) = installation.crawl({"url": f"{site.base}/list", "browser": True}, render_limit_s=1.0)["results"]
    is_over.set()
    assert titles(installation) == set(pages)
    # Whether hoarding brings the browser down in that time is the machine's to say; it is read as served then.
    assert result["errors"] <= 1
    assert len(audit_of(installation, "capture.rendered")) == 5 - result["errors"]
    assert len([path for path in site.paths() if path.startswith("/tick?")]) < MAX_PARTS


def test_a_page_that_was_in_the_browser_at_the_end_is_made_by_the_next_crawl(
    site: Site, installation: Installation
) -> None:
    is_over = threading.Event()
    url = add_advert(site, "/ad", "Packer")
    answer = site.pages["/api/ad"]

    def never(_head: object) -> Answer:
        is_over.wait(600)
        return 200, {}, b"late"

    site.pages["/api/ad"] = never
    source = {"url": url, "browser": True}
    with installation.start(source) as child:
        wait_until(lambda: "/api/ad" in site.paths())
        child.send_signal(signal.SIGTERM)
        result = outcome_of(child)
    is_over.set()
    assert (result["reason"], result["pages"], audit_of(installation, "capture.rendered")) == ("shutdown", 0, [])
    site.pages["/api/ad"] = answer
    (result,) = installation.crawl(source)["results"]
    assert (result["reason"], titles(installation)) == ("finished", {"Packer"})
    assert len(audit_of(installation, "capture.rendered")) == 1
