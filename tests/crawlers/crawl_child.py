"""One crawl in a process of its own: takes a task as JSON, prints the outcome as the last line."""

import json
import logging
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from crawlers import settings
from crawlers.pipeline import PostPipeline
from crawlers.register import RegisteredSource
from crawlers.run import CrawlOptions, crawl
from crawlers.source_spider import CapturedPage
from lurewatch.errors import LurewatchError
from store.database import Store

AUDIT_KEY = b"test key of thirty-two bytes !!!"


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    task = json.loads(sys.argv[1])
    if limit := task["options"].pop("file_size_limit", None):
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    settings._SETTINGS |= task["options"].pop("settings", {})
    if task["options"].pop("die_after_posts", False):
        _die_after_posts()
    store = Store(task["store"], audit_key=AUDIT_KEY)
    progress: list[dict[str, object]] = []
    outcome: dict[str, object] = {"error": None, "results": []}
    try:
        results = crawl(
            [RegisteredSource(**source) for source in task["sources"]],
            store=store,
            captures_dir=Path(task["captures"]),
            frontier_dir=Path(task["captures"]).with_name("frontier"),
            options=CrawlOptions(**task["options"]),
            on_progress=lambda step: progress.append(asdict(step)),
        )
        outcome["results"] = [asdict(result) for result in results]
    except LurewatchError as error:
        outcome["error"] = {"code": error.code, "line": str(error)}
    sys.stdout.write(json.dumps(outcome | {"progress": progress}) + "\n")
    sys.stdout.flush()
    os._exit(0)


def _die_after_posts() -> None:
    """Kill this process as soon as a page's posts are in the store."""
    keep = PostPipeline._keep

    def keep_and_die(pipeline: PostPipeline, pages: list[CapturedPage]) -> None:
        keep(pipeline, pages)
        os.kill(os.getpid(), signal.SIGKILL)

    PostPipeline._keep = keep_and_die  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    main()
