"""`make bench`: posts judged a second, against the plainest thing that could be used instead.

The peer is scikit-learn's hashed character 2-to-5-grams and a logistic regression, which is what most notebooks for
this task come to. It gives one figure; a verdict gives language, nine labels, indicators and identifiers.
"""

import resource
import time
from collections.abc import Callable

from classifier.release import active_release
from classifier.training.corpus import load_corpus
from classifier.verdict import Classifier
from lurewatch import resources


def posts_a_second(judge: Callable[[list[str]], object], texts: list[str]) -> float:
    """The best of three runs over all texts, after one to warm up."""
    judge(texts[:50])
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        judge(texts)
        best = min(best, time.perf_counter() - started)
    return len(texts) / best


def main() -> None:
    """Print the figures and their ratio."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression

    corpus = load_corpus(resources.corpus())
    texts = [post.text for post in corpus]
    classifier = Classifier.load(active_release(resources.folder("models")), resources.lexicons())
    grams = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    peer = LogisticRegression().fit(grams.transform(texts), [bool(post.labels) for post in corpus])
    ours = posts_a_second(lambda some: list(classifier.score_many([("", text) for text in some])), texts)
    theirs = posts_a_second(lambda some: peer.predict_proba(grams.transform(some)), texts)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    mean = sum(map(len, texts)) / len(texts)
    print(f"verdicts {ours:.0f}/s, hashed n-grams + logistic regression {theirs:.0f}/s, ratio {ours / theirs:.2f}")
    print(f"{len(texts)} posts, mean {mean:.0f} characters; peak resident memory of this process {memory_mb:.0f} MB")


main()
