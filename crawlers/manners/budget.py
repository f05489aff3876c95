"""What a crawl may cost: pages asked for and bytes received, by one source and by all of a run together.

Seconds are Scrapy's to count (`CLOSESPIDER_TIMEOUT`): they go on while nothing is asked. Whatever is spent first ends
the crawl of a source; robots.txt costs bytes and is no page.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """A limit and what was spent of it; `name` stands before the reason that a crawl ended for.

    Pages of one source are counted by its frontier, which outlives this process.
    """

    size_bytes: int
    pages: int | None = None
    name: str = ""
    pages_asked: int = 0
    bytes_received: int = 0

    def exhausted(self) -> str | None:
        """Why nothing more may be asked for, as the reason of the crawl's end; None while something is left."""
        if self.pages is not None and self.pages_asked >= self.pages:
            return f"{self.name}max_pages"
        if self.bytes_received >= self.size_bytes:
            return f"{self.name}max_bytes"
        return None
