"""Every Scrapy setting that differs from Scrapy's own default, in alphabetical order, each with its reason."""

from importlib.metadata import version
from typing import Any

from crawlers.browser.chromium import browser_settings
from crawlers.warc import LARGEST_WARC_BYTES

MAX_BODY_BYTES = 32 * 1024 * 1024
PARTS_SLOT = "parts"
PARTS_AT_ONCE = 4

_SETTINGS: dict[str, Any] = {
    # A slow answer means a busy server: ask it less often.
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_MAX_DELAY": 60.0,
    "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
    # A page is one item; Scrapy would start a hundred tasks for each page to hand it on.
    "CONCURRENT_ITEMS": 1,
    # Some are sealed together and read while the host answers the next; `HostTurns` lets a host have one at a time.
    # A source that asks for a browser has one (`crawlers.run`).
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    # Reading public pages needs no session, and a cookie would tie our visits together.
    "COOKIES_ENABLED": False,
    "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
    # The guarded resolver sees every resolution; a cache before it would not matter, but would hide a change.
    "DNSCACHE_ENABLED": False,
    "DOWNLOADER_MIDDLEWARES": {
        # Above all others, so that a page is made of the last answer; off unless the source asks for a browser.
        "crawlers.browser.rendering.Rendering": 5,
        # The site gate and the robots gate stand in their places, and put what they refuse on record.
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
        "crawlers.crawl_control.FailureCount": 10,
        "crawlers.manners.site_gate.SiteGate": 90,
        "crawlers.manners.robots.RobotsGate": 100,
        "crawlers.manners.conditional.ConditionalMiddleware": 520,
        "crawlers.manners.pace.Pace": 560,
        "crawlers.unpacking.Unpacking": 590,
        # Below unpacking and redirects (600): the server's own bytes, every answer.
        "crawlers.capture.CaptureMiddleware": 895,
    },
    "DOWNLOAD_DELAY": 3.0,
    # http and https alone, behind the address guard; a page must not make us read a file or an FTP server.
    "DOWNLOAD_HANDLERS": {
        "data": None,
        "file": None,
        "ftp": None,
        "http": "crawlers.egress.GuardedDownloadHandler",
        "https": "crawlers.egress.GuardedDownloadHandler",
        "s3": None,
    },
    # Scrapy's default is 1 GiB. A body above the cap is refused, never cut: half a page is no evidence.
    "DOWNLOAD_MAXSIZE": MAX_BODY_BYTES,
    # A page and its parts are one visit; each host is still asked one thing at a time.
    "DOWNLOAD_SLOTS": {PARTS_SLOT: {"concurrency": PARTS_AT_ONCE, "delay": 0.0, "jitter": 0.0}},
    # Covers resolving the name as well: the system's resolver has no limit of its own.
    "DOWNLOAD_TIMEOUT": 60,
    # A page from a server that cannot prove its name is no evidence of that name.
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_WARNSIZE": 0,
    "EXTENSIONS": {
        "crawlers.look_again.LookAgain": 0,
        "scrapy.extensions.feedexport.FeedExporter": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.remote_control.RemoteControl": None,
        "scrapy.extensions.telnet.TelnetConsole": None,
        "crawlers.stop_switch.StopWatch": 100,
    },
    # Proxies from the environment would bypass the address guard.
    "HTTPPROXY_ENABLED": False,
    "ITEM_PIPELINES": {"crawlers.pipeline.PostPipeline": 100},
    "LOG_FORMATTER": "crawlers.quiet_log.QuietLogFormatter",
    # The caller configures logging; Scrapy adds no handler of its own.
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOG_LEVEL": "WARNING",
    "LOG_VERSIONS": [],
    # A redirect in a page's markup is the page's wish, not the server's answer.
    "METAREFRESH_ENABLED": False,
    "REDIRECT_MAX_TIMES": 5,
    # Where we came from is nobody's business.
    "REFERRER_POLICY": "no-referrer",
    # Executes code that arrives over a socket; on by default in Scrapy 2.19.
    "REMOTE_CONTROL_ENABLED": False,
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
    "RETRY_HTTP_CODES": [408, 429, 500, 502, 503, 504],
    "RETRY_TIMES": 2,
    # The robots gate replaces Scrapy's middleware: it keeps the decision and refuses when robots.txt is out of reach.
    "ROBOTSTXT_OBEY": False,
    # What is still to be read outlives the process, and is never kept as pickles.
    "SCHEDULER": "crawlers.frontier.scheduler.FrontierScheduler",
    "STATS_DUMP": False,
    "TELNETCONSOLE_ENABLED": False,
    "TWISTED_DNS_RESOLVER": "crawlers.egress.GuardedResolver",
    # Ours: a file that has come so far is closed and another begun.
    "WARC_LARGEST_BYTES": LARGEST_WARC_BYTES,
}


def scrapy_settings(*, contact: str, allow_loopback: bool, delay_s: float, render_limit_s: float) -> dict[str, Any]:
    """The settings of one crawl; `contact` is where the owner of a crawled site can reach us."""
    own = {
        "AUTOTHROTTLE_START_DELAY": delay_s,
        "DOWNLOAD_DELAY": delay_s,
        "EGRESS_ALLOW_LOOPBACK": allow_loopback,
        "RENDER_LIMIT_S": render_limit_s,
        "USER_AGENT": f"Lurewatch/{version('lurewatch')} (+{contact})",
    }
    return _SETTINGS | browser_settings() | own
