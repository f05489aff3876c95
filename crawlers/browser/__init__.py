"""Pages that need JavaScript: Chromium makes them, without a network of its own, and the crawl fetches every part."""
