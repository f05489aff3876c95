"""`python -m benchmarks.hostile_pages [--kind K]... [--input WORDS]... [--mib N]`: what hostile pages cost parsers.

Every kind of source is given every input as a crawl gives it (`crawlers.bounded_reading`), for its posts and for where
it leads, each in a process of its own. Seconds are of the processor; megabytes are the peak of resident memory above
what the process had before. The aim is 5 s and 300 MB. Bodies are the largest that are read without limits, or `--mib`;
what a limit ended is "not read".
"""

import argparse
import gzip
import json
import multiprocessing
import os
import resource
from collections.abc import Callable

from crawlers.bounded_reading import READ_HERE_BYTES, PageTooCostlyError, read_bounded
from crawlers.kinds import KINDS
from tests.crawlers.fuzz_targets import TARGETS

AIM_S = 5.0
AIM_MB = 300.0
_LD = b'<html><script type="application/ld+json">%s</script>'


def _times(piece: bytes, size: int) -> bytes:
    return piece * max(1, size // len(piece))


def _advert(**fields: object) -> bytes:
    return _LD % json.dumps({"@type": "JobPosting", "title": "T"} | fields).encode()


def _nested(opening: bytes, closing: bytes, size: int) -> bytes:
    depth = size // (len(opening) + len(closing))
    return opening * depth + closing * depth


def _laughs(size: int) -> bytes:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    head = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">%s]>' % levels
    return head + b"<rss><channel>" + _times(b"<item><title>&l9;</title></item>", size) + b"</channel></rss>"


INPUTS: dict[str, Callable[[int], bytes]] = {
    "deep elements": lambda size: _nested(b"<div>", b"</div>", size),
    "elements never closed": lambda size: _times(b"<b><i><p>", size),
    "millions of links": lambda size: _times(b'<a href="/x">y</a>', size),
    "different links": lambda size: b"".join(b"<a href=/%d>y</a>" % number for number in range(size // 22)),
    "one huge attribute": lambda size: b'<a href="' + b"x" * size + b'">y</a>',
    "millions of attributes": lambda size: b"<p " + b"".join(b"a%d=1 " % n for n in range(size // 9)) + b">",
    "one huge text": lambda size: b"<p>" + _times(b"work abroad ", size),
    "half tags": lambda size: _times(b"<", size),
    "half comments": lambda size: _times(b"<!--", size),
    "half entities": lambda size: _times(b"&amp;lt;a", size),
    "JSON-LD nested": lambda size: _LD % _nested(b'{"a":', b"}", size),
    "JSON-LD lists": lambda size: _LD % _nested(b"[", b"]", size),
    "JSON-LD torn": lambda size: _LD % _times(b'{"@type":"JobPosting","title":"\\', size),
    "JSON-LD quotes": lambda size: _LD % _times(b'"', size),
    "JSON-LD many adverts": lambda size: _LD % (b"[" + _times(b'{"@type":"JobPosting"},', size) + b"0]"),
    "many blocks of JSON-LD": lambda size: _times(_LD % b'{"@type":"JobPosting","title":"T"}', size),
    "price of digits": lambda size: _advert(baseSalary={"value": "9" * size, "currency": "USD"}),
    "number of digits": lambda size: _LD % (b'{"@type":"JobPosting","title":"T","baseSalary":' + b"9" * size + b"}"),
    "date of digits": lambda size: _advert(datePosted="1/2 " * (size // 4)),
    "description escaped often": lambda size: _advert(title="T", description="&amp;" * (size // 5)),
    "description of tags": lambda size: _advert(title="T", description="<b>" * (size // 3)),
    "JSON nested": lambda size: _nested(b"[", b"]", size),
    "JSON of many objects": lambda size: b"[" + _times(b'{"id":1,"content":"x"},', size) + b"0]",
    "JSON of one text": lambda size: b'{"posts":[{"id":1,"cooked":"' + b"<p>x" * (size // 4) + b'"}]}',
    "XML entities": _laughs,
    "feed of items": lambda size: b"<rss><channel>" + _times(b"<item><title>T</title></item>", size),
    "feed of different items": lambda size: (
        b"<rss><channel>" + b"".join(b"<item><title>T%d</title></item>" % number for number in range(size // 35))
    ),
    "feed nested": lambda size: b"<rss><channel>" + _nested(b"<item>", b"</item>", size),
    "microdata nested": lambda size: _times(b'<div itemscope itemtype="http://schema.org/JobPosting">', size),
    "messages without end": lambda size: _times(b'<div class="tgme_widget_message" data-post="a/1"><time>', size),
    "forum posts nested": lambda size: _times(b'<article class="message message--post" data-content="post-1">', size),
    "invalid charset": lambda size: b'<meta charset="utf-7">' + _times(b"+ADw-", size),
    "bytes of no charset": lambda size: _times(bytes(range(128, 256)), size),
    "UTF-16 that is none": lambda size: b"\xff\xfe" + _times(b"\xd8\x00", size),
    "NUL bytes": lambda size: _times(b"\0", size),
    "gzip in gzip": lambda size: gzip.compress(gzip.compress(b"\0" * size)),
    "a sitemap without end": lambda size: b"<urlset>" + _times(b"<url><loc>https://a.test/</loc></url>", size),
    "a sitemap of different addresses": lambda size: (
        b"<urlset>" + b"".join(b"<url><loc>https://a.test/%d</loc></url>" % number for number in range(size // 46))
    ),
    "a sitemap that is packed": lambda size: gzip.compress(
        b"<urlset>" + _times(b"<url><loc>https://a.test/</loc></url>", 4 * size), 1
    ),
}


def main() -> None:
    """Print what missed the aim, and the costliest input of each kind."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kind", action="append", choices=[*_PARSERS])
    options.add_argument("--input", action="append", choices=[*INPUTS])
    options.add_argument("--mib", type=float, default=READ_HERE_BYTES / 2**20)
    chosen = options.parse_args()
    size = int(chosen.mib * 2**20)
    missed = 0
    for kind in chosen.kind or _PARSERS:
        costs = {}
        for name in chosen.input or INPUTS:
            seconds, megabytes, is_read = cost(kind, name, size)
            costs[name] = seconds, megabytes
            is_missed = seconds > AIM_S or megabytes > AIM_MB
            missed += is_missed
            told = ("" if is_read else "   not read") + ("   MISSED" if is_missed else "")
            print(f"{kind:12} {name:26} {seconds:6.1f} s {megabytes:6.0f} MB{told}", flush=True)
        slowest = max(costs, key=lambda name: costs[name][0])
        largest = max(costs, key=lambda name: costs[name][1])
        print(
            f"{kind:12} slowest: {slowest}, {costs[slowest][0]:.1f} s; largest: {largest}, {costs[largest][1]:.0f} MB"
        )
    print(f"{missed} missed the aim of {AIM_S:.0f} s and {AIM_MB:.0f} MB")


def cost(kind: str, name: str, size: int) -> tuple[float, float, bool]:
    """Seconds of the processor and megabytes that one input costs one kind, and whether it was read to its end."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_measure, args=(theirs, kind, name, size))
    child.start()
    theirs.close()
    try:
        seconds, megabytes, is_read = ours.recv()
        return seconds, megabytes, is_read
    except EOFError:
        return float("inf"), float("inf"), False
    finally:
        child.join()


def _measure(told: "multiprocessing.connection.Connection[object, object]", kind: str, name: str, size: int) -> None:
    body = INPUTS[name](size)
    # What making the input took is no cost of reading it.
    with open("/proc/self/clear_refs", "w") as peak:  # noqa: PTH123
        peak.write("5")
    before, began, is_read = _resident_mb("VmRSS"), sum(os.times()[:4]), True
    try:
        read_bounded(lambda: _PARSERS[kind](body), size)
    except PageTooCostlyError:
        is_read = False
    # A child's peak counts the pages that it shares with us.
    elsewhere = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1_024 / 1e6
    megabytes = max(_resident_mb("VmHWM"), elsewhere) - before
    told.send((sum(os.times()[:4]) - began, megabytes, is_read))


def _resident_mb(field: str) -> float:
    with open("/proc/self/status") as status:  # noqa: PTH123
        return next(float(line.split()[1]) * 1_024 / 1e6 for line in status if line.startswith(field))


_PARSERS = {name: TARGETS[name] for name in (*KINDS, "sitemap")}

if __name__ == "__main__":
    main()
