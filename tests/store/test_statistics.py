"""Intervals and drift, against SciPy and by hand."""

import math

import pytest
from scipy.stats import binomtest, chi2

from store.statistics import RISK_BINS, Share, drift


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (0, 30), (30, 30), (7, 12), (450, 1000), (1, 100_000)])
def test_the_interval_is_wilsons(hits: int, n: int) -> None:
    peer = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert Share(hits, n).interval == pytest.approx((peer.low, peer.high), abs=1e-6)


def test_nothing_counted_says_nothing() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


def test_the_same_spread_is_steady() -> None:
    spread = [500, 200, 100, 50, 40, 30, 30, 20, 20, 10]
    found = drift(spread, [count // 2 for count in spread])
    assert (found.word, found.n) == ("steady", 500)
    assert found.index == pytest.approx(0.0, abs=1e-4)


def test_the_index_is_the_sum_by_hand() -> None:
    first, later = [100] + [0] * 9, [50, 50] + [0] * 8
    expected = [100.5 / 105, 0.5 / 105, *[0.5 / 105] * 8]
    found = [50.5 / 105, 50.5 / 105, *[0.5 / 105] * 8]
    by_hand = sum((b - a) * math.log(b / a) for a, b in zip(expected, found, strict=True))
    assert drift(first, later).index == pytest.approx(by_hand)
    assert drift(first, later).word == "moved much"


def test_what_chance_explains_is_steady() -> None:
    found = drift([30, 20, 0, 0, 0, 0, 0, 0, 0, 0], [20, 30, 0, 0, 0, 0, 0, 0, 0, 0])
    assert found.index > 0.1
    assert found.noise == pytest.approx(chi2.ppf(0.95, RISK_BINS - 1) * (1 / 50 + 1 / 50), rel=1e-3)
    assert found.word == "steady"


def test_a_small_move_of_many_posts_is_moved() -> None:
    assert drift([5_000, 5_000] + [0] * 8, [3_200, 6_800] + [0] * 8).word == "moved"


@pytest.mark.parametrize(("first", "later"), [(49, 5_000), (5_000, 49), (0, 100), (100, 0)])
def test_few_posts_prove_nothing(first: int, later: int) -> None:
    assert drift([first] + [0] * 9, [0] * 9 + [later]).word == "too few"
