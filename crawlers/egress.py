"""The address guard: no connection to an address that is not public, whatever name or redirect leads there.

It works at the two lowest points, so that nothing goes round it: every name is resolved by `GuardedResolver`, which
hands out allowed addresses only, and every request passes `GuardedDownloadHandler`. The demo alone may admit loopback.
"""

import asyncio
from collections.abc import Coroutine
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.crawl_control import record_refusal
from crawlers.head_limit import bound_heads
from crawlers.manners.pace import heed
from crawlers.manners.turns import pause_after_s
from crawlers.reading.permalink import LONGEST_URL, bare_host

Address = IPv4Address | IPv6Address

# A slow answer must not hold up a stop; what is nearly there is let in.
_LAST_MOMENT_S = 2.0
_LOOK_EVERY_S = 0.5
PORTS = {"http": 80, "https": 443}
# RFC 6052: the IPv4 address stands in the last 32 bits.
NAT64_NETWORK = IPv6Network("64:ff9b::/96")
# Special purpose by the IANA registries (RFC 6890) but called global by `ipaddress` in one Python or another.
SPECIAL_NETWORKS = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),
)


class EgressRefusedError(IgnoreRequest):
    """A request that would leave for an address, port or scheme that is not allowed. Never retried."""


def is_allowed_address(address: str | Address, *, allow_loopback: bool) -> bool:
    """Whether a connection to `address` may be made: globally routable unicast, or loopback where that is allowed.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) decides for it; what does not parse is refused.
    """
    try:
        outer = ip_address(address)
    except ValueError:
        return False
    mapped = outer.ipv4_mapped if isinstance(outer, IPv6Address) else None
    if (mapped or outer).is_loopback:
        return allow_loopback
    return _is_public(mapped or _tunnelled(outer) or outer)


def _tunnelled(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64_NETWORK:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _is_public(address: Address) -> bool:
    if any(address in network for network in SPECIAL_NETWORKS):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def refusal_of_url(url: str, *, allow_loopback: bool) -> str | None:
    """Why `url` may not be requested, judged by its text alone; None when only its name is left to resolve."""
    if len(url) > LONGEST_URL:
        return f"the address is longer than {LONGEST_URL} characters"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "the address cannot be read"
    if parts.scheme not in PORTS:
        return f"scheme {parts.scheme!r} is not http or https"
    if not host:
        return "there is no host"
    # Readers of addresses disagree on where the host begins behind one.
    if "@" in parts.netloc:
        return "there is a user name in it"
    if port not in (None, 80, 443) and not (allow_loopback and _names_loopback(host)):
        return f"port {port} is not 80 or 443"
    return None


def _names_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_key(host: str) -> str:
    # Twisted resolves the decoded form of an internationalised name, Scrapy's URLs hold the encoded one.
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


@implementer(IResolutionReceiver)
class _FilteringReceiver:
    """Passes allowed addresses on; what was held back is remembered by the resolver under the host's name."""

    def __init__(self, receiver: Any, host: str, resolver: "GuardedResolver") -> None:
        self._receiver = receiver
        self._host = host
        self._resolver = resolver

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        literal = getattr(address, "host", "")
        if is_allowed_address(literal, allow_loopback=self._resolver.allow_loopback):
            self._receiver.addressResolved(address)
        else:
            self._resolver.refused_hosts.add(_host_key(self._host))

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Scrapy's TWISTED_DNS_RESOLVER: asks the system, for literals too, and hands out allowed addresses only.

    Connections are made to what it hands out, so a name cannot change its address between check and use.
    """

    refused_hosts: set[str] = set()  # noqa: RUF012  one process resolves for one crawl

    def __init__(self, reactor: Any, *, allow_loopback: bool) -> None:
        self.reactor = reactor
        self.allow_loopback = allow_loopback
        self._system = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "GuardedResolver":
        """How Scrapy builds it."""
        return cls(reactor, allow_loopback=crawler.settings.getbool("EGRESS_ALLOW_LOOPBACK"))

    def install_on_reactor(self) -> None:
        """Put it before everything that connects by name."""
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """See twisted's IHostnameResolver, whose callers name the arguments."""
        filtering = _FilteringReceiver(resolutionReceiver, hostName, self)
        return self._system.resolveHostName(filtering, hostName, portNumber, addressTypes, transportSemantics)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, behind the guard; robots.txt, redirects and retries all come through it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        bound_heads(self._pool)
        self._allow_loopback = crawler.settings.getbool("EGRESS_ALLOW_LOOPBACK")
        self._delay_s = crawler.settings.getfloat("DOWNLOAD_DELAY")

    async def download_request(self, request: Request) -> Response:
        """Fetch, or raise EgressRefusedError before anything leaves."""
        request.meta.pop("proxy", None)
        refusal = refusal_of_url(request.url, allow_loopback=self._allow_loopback)
        if refusal:
            raise self._refuse(request, refusal)
        try:
            return await self._fetch_in_turn(request)
        except CannotResolveHostError as error:
            if _host_key(urlsplit(request.url).hostname or "") in GuardedResolver.refused_hosts:
                raise self._refuse(request, "the name leads to an address that is not public") from error
            raise

    async def _fetch_in_turn(self, request: Request) -> Response:
        # Here, because robots.txt, redirects and retries all come by.
        pause_s = pause_after_s(request.meta, delay_s=self._delay_s)
        turns = self._crawler.spider.context.turns  # type: ignore[union-attr]
        is_part = request.meta.get("is_part", False)
        async with turns.turn(bare_host(request.url), self._crawler, pause_s=pause_s, at_once=is_part):
            response = await self._unless_stopped(super().download_request(request))
            heed(self._crawler, request, response)
            return response

    async def _unless_stopped(self, fetching: Coroutine[Any, Any, Response]) -> Response:
        """The answer; IgnoreRequest when the crawl is stopped and it does not come within a moment."""
        task = asyncio.ensure_future(fetching)
        while not task.done():
            timeout_s = _LOOK_EVERY_S if self._crawler.crawling else _LAST_MOMENT_S
            await asyncio.wait({task}, timeout=timeout_s)
            if not task.done() and timeout_s == _LAST_MOMENT_S:
                task.cancel()
                raise IgnoreRequest("The crawl was stopped before the answer was there.")
        return task.result()

    def _refuse(self, request: Request, why: str) -> EgressRefusedError:
        # The page for whose sake robots.txt was asked is put on record by the robots gate.
        if not request.meta.get("is_robots_request"):
            record_refusal(self._crawler, request.url, why, counter="egress/refused")
        return EgressRefusedError(why)
