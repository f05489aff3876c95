"""One module for each export format: a pure reader from a file to posts."""
