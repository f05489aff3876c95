"""Pure reading of what a page or feed holds: bytes and strings in, values out. Nothing here reaches a network."""
