"""One module for each kind of public source: a pure `parse_page` on bytes and the spider that uses it."""
