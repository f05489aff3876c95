import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.egress import is_allowed_address, refusal_of_url
from tests.crawlers.loopback import Installation, Site

PUBLIC = [
    "93.184.215.14",
    "8.8.8.8",
    "2606:2800:220:1:248:1893:25c8:1946",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
]
LOOPBACK = ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"]
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "100::1", "2001:db8::1", "2001::1", "3fff::1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::808:808",
    "2002:a00:1::1", "2002:7f00:1::1",
]  # fmt: skip
UNREADABLE = ["", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "1.2.3.4.5", "example.org"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed_address(address, allow_loopback=False)


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_is_allowed_only_where_that_is_set(address: str) -> None:
    assert not is_allowed_address(address, allow_loopback=False)
    assert is_allowed_address(address, allow_loopback=True)


@pytest.mark.parametrize("address", [*NOT_PUBLIC, *UNREADABLE])
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_other_addresses_are_refused_always(address: str, allow_loopback: bool) -> None:
    assert not is_allowed_address(address, allow_loopback=allow_loopback)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="192.168.0.0/16"))
def test_private_addresses_are_refused_in_every_disguise(address: object) -> None:
    for shown in (f"{address}", f"::ffff:{address}", f"64:ff9b::{address}"):
        assert not is_allowed_address(shown, allow_loopback=True)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org/a", None),
        ("http://example.org:80/", None),
        ("https://example.org:443/", None),
        ("http://example.org:8080/", "port 8080"),
        ("http://127.0.0.1:6379/", "port 6379"),
        (f"https://example.org/{'a' * 9_000}", "longer than 8000"),
        ("ftp://example.org/", "scheme 'ftp'"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("data:text/html,x", "scheme 'data'"),
        ("http:///a", "no host"),
        ("http://127.0.0.1:80@example.org/", "a user name"),
        ("http://[::1", "cannot be read"),
        ("http://example.org:99999/", "cannot be read"),
    ],
)
def test_address_text_is_judged_first(url: str, why: str | None) -> None:
    refusal = refusal_of_url(url, allow_loopback=False)
    assert (refusal is None) if why is None else (why in (refusal or ""))


@pytest.mark.parametrize(
    ("url", "free"), [("http://127.0.0.1:8123/", True), ("http://[::1]:8123/", True), ("http://10.0.0.1:8123/", False)]
)
def test_any_port_is_open_on_loopback_alone(url: str, free: bool) -> None:
    assert (refusal_of_url(url, allow_loopback=True) is None) is free


DISGUISES = [
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "localhost",
    "LOCALHOST",
    "0.0.0.0",
    "::ffff:127.0.0.1",
    "::1",
]
PROBE = """
import json, sys
from twisted.internet import asyncioreactor; asyncioreactor.install()
from twisted.internet import reactor, defer
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol
from crawlers.egress import GuardedResolver
port, allow, hosts = json.loads(sys.argv[1])
GuardedResolver(reactor, allow_loopback=allow).install_on_reactor()
outcome = {}
async def probe():
    for host in hosts:
        try:
            protocol = await HostnameEndpoint(reactor, host, port, timeout=2).connect(Factory.forProtocol(Protocol))
            protocol.transport.loseConnection()
            outcome[host] = "connected"
        except Exception as error:
            outcome[host] = type(error).__name__
    reactor.stop()
reactor.callWhenRunning(lambda: defer.ensureDeferred(probe()))
reactor.run()
print(json.dumps([outcome, sorted(GuardedResolver.refused_hosts)]))
"""


def probe(port: int, *, allow_loopback: bool) -> tuple[dict[str, str], list[str]]:
    task = json.dumps([port, allow_loopback, DISGUISES])
    done = subprocess.run([sys.executable, "-c", PROBE, task], capture_output=True, text=True, timeout=60, check=True)
    outcome, refused = json.loads(done.stdout.splitlines()[-1])
    return outcome, refused


def test_resolver_hands_out_no_internal_address(site: Site) -> None:
    outcome, refused = probe(site.port, allow_loopback=False)
    assert set(outcome.values()) == {"DNSLookupError"}
    assert "localhost" in refused


def test_resolver_hands_out_loopback_where_that_is_set(site: Site) -> None:
    outcome, _refused = probe(site.port, allow_loopback=True)
    assert outcome["127.0.0.1"] == outcome["2130706433"] == outcome["localhost"] == "connected"
    assert outcome["0.0.0.0"] == "DNSLookupError"


def test_crawl_refuses_internal_addresses_and_counts_them(installation: Installation) -> None:
    hosts = ["127.0.0.1", "2130706433", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"]
    sources = [{"name": host, "kind": "feed", "url": f"http://{host}/feed"} for host in hosts]
    outcome = installation.crawl(*sources, allow_loopback=False)
    assert [(result["refused_egress"], result["captures"], result["errors"]) for result in outcome["results"]] == [
        (1, 0, 0)
    ] * len(hosts)


REDIRECTS = [
    "http://169.254.169.254/latest/",
    "http://0.0.0.0:{port}/canary",
    "http://10.0.0.1/",
    "http://[fd00::1]/",
    "http://127.0.0.1:{port}@10.1.1.1/",
]


def test_redirect_to_an_internal_address_is_refused(site: Site, installation: Installation) -> None:
    for number, target in enumerate(REDIRECTS):
        site.add(f"/{number}", b"", status=302, Location=target.format(port=site.port))
    sources = [
        {"name": f"f{number}", "kind": "feed", "url": f"{site.base}/{number}"} for number in range(len(REDIRECTS))
    ]
    outcome = installation.crawl(*sources)
    assert [result["refused_egress"] for result in outcome["results"]] == [1] * len(REDIRECTS)
    assert "/canary" not in site.paths()


def test_redirect_to_a_file_reaches_no_file(site: Site, installation: Installation, tmp_path: Path) -> None:
    bait = tmp_path / "bait.xml"
    bait.write_text("<rss><channel><item><title>bait</title></item></channel></rss>")
    site.add("/feed", b"", status=302, Location=f"file://{bait}")
    (result,) = installation.crawl({"kind": "feed", "url": f"{site.base}/feed"})["results"]
    assert (result["posts_seen"], result["captures"]) == (0, 2)


def test_proxies_of_the_environment_are_not_used(
    site: Site, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.add("/feed", "<rss><channel><item><title>T</title></item></channel></rss>", media_type="application/rss+xml")
    (result,) = installation.crawl({"kind": "feed", "url": f"{site.base}/feed"})["results"]
    assert result["posts_new"] == 1
