"""Evidence: makes sealed packs of a case, and verifies them without the store that they came from."""
