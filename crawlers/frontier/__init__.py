"""What is still to be read of a source, kept so that a crawl that is killed goes on where it was."""
