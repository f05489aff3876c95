"""`make bench`: what `lurewatch score` costs, beside two peers on the same texts and this machine.

A verdict gives language, nine labels, indicators and identifiers; the peers give one figure or one vector a post.
"""

import importlib.util
import os
from pathlib import Path

from benchmarks import deciding, hashed_ngrams, hostile, large_encoder, scoring
from benchmarks.filling import filled_url, parser
from benchmarks.posts import CHARS, posts
from classifier.release import Release, active_release
from classifier.verdict import Classifier
from lurewatch import resources

_STEPS = (1, 2, 4)
_STEP_POSTS = 500
_FEW = 64
_STEPS_EACH = 100


def main() -> None:
    """Print every figure, and what is skipped."""
    texts = posts()
    run = scoring.score(texts)
    ours = run.posts / run.seconds
    print(f"{os.cpu_count()} cores, {run.posts} posts of {CHARS} characters")
    print(f"lurewatch score: {ours:.0f} posts/s with its start; peak resident memory {run.memory_mb:.0f} MB")
    print(f"start-up: {scoring.start_up():.2f} s")
    _print_linearity(texts)
    _print_hashed_ngrams(texts, ours)
    _print_large_encoder(texts[:_FEW], ours)
    _print_deciding()
    name, seconds = hostile.slowest(Classifier.load(_release(), resources.lexicons()))
    print(f"slowest of {len(hostile.INPUTS)} hostile inputs: {name}, {seconds:.2f} s")


def _print_linearity(texts: list[str]) -> None:
    runs = [scoring.score(texts[: step * _STEP_POSTS]) for step in _STEPS]
    print("linearity: " + ", ".join(f"{run.posts} posts {run.seconds:.2f} s" for run in runs))


def _print_hashed_ngrams(texts: list[str], ours: float) -> None:
    if _is_missing("sklearn"):
        return
    peer = hashed_ngrams.posts_a_second(texts)
    print(f"hashed n-grams + logistic regression: {peer:.0f} posts/s, ours is {ours / peer:.2f} times as fast")


def _print_large_encoder(texts: list[str], ours: float) -> None:
    if _is_missing("torch"):
        return
    peer, pieces = large_encoder.posts_a_second(texts, Release.load(_release()).tokenizer)
    print(
        f"encoder of XLM-R base's shape: {peer:.1f} posts/s ({len(texts)} posts of {pieces:.0f} pieces), "
        f"ours is {ours / peer:.0f} times as fast"
    )


def _print_deciding() -> None:
    chosen = parser(None).parse_args([])
    with filled_url(chosen) as url:
        print(f"deciding, {chosen.posts:,} posts:")
        for reviewers in (1, 8, 24):
            deciding.show(deciding.sustained(url, reviewers, _STEPS_EACH))


def _release() -> Path:
    return active_release(resources.folder("models"))


def _is_missing(module: str) -> bool:
    missing = importlib.util.find_spec(module) is None
    if missing:
        print(f"skipped: a peer that needs {module}; install the extra `train`")
    return missing


main()
