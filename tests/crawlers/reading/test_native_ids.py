from crawlers.reading.native_ids import LONGEST, bounded_id, digest_id


def test_digest_tells_shifted_borders_apart() -> None:
    assert digest_id("ab", "c") != digest_id("a", "bc")


def test_digest_takes_half_surrogates() -> None:
    assert len(digest_id("\ud800")) == 64


def test_only_long_ids_are_replaced() -> None:
    assert bounded_id("x" * LONGEST) == "x" * LONGEST
    assert bounded_id("x" * (LONGEST + 1)) == digest_id("x" * (LONGEST + 1))
