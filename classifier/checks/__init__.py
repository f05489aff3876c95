"""What keeps the corpus and the lexicons good: each check gives findings, which `lurewatch corpus check` prints."""
