"""Collection: Scrapy spiders for public sources and importers for exports, each byte sealed before it is read.

Reads public pages only, never signs in, never talks to anybody. Imports `store` and `lurewatch.errors` alone.
"""
