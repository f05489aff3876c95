"""`python -m tools.fuzz TARGET [-max_total_time=60] [FOLDER]`: libFuzzer against one parser, by hand alone.

Needs the extra `fuzz`; `tools.fuzz_seeds` makes a FOLDER to begin with. What stands behind TARGET is libFuzzer's; an
input takes five seconds at the most. What it finds lies in a file that it names, and belongs into a test.
"""

import sys

import atheris

# Not feedparser: expat stops entities that multiply at 8 MiB, and so instrumented those take it half a minute.
with atheris.instrument_imports(include=["crawlers", "protego", "email", "w3lib"]):
    from tests.crawlers.fuzz_targets import TARGETS


def main() -> None:
    """Run one target for as long as was asked."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        raise SystemExit(f"Name a target: {', '.join(TARGETS)}.")
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup([sys.argv[0], "-timeout=5", "-rss_limit_mb=1024", *sys.argv[1:]], lambda data: target(data) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
