"""Posts that nearly repeat each other without saying so: Jaccard of their character 5-grams over 0.5.

Exact over all pairs: the posts of one corpus are few enough for a sparse product, done in blocks of rows.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from classifier.training.corpus import LabelledPost

SIMILAR = 0.5
_GRAM = 5
_BLOCK = 1000


def near_repeats(posts: Sequence[LabelledPost]) -> list[tuple[str, str, float]]:
    """(id, id, similarity) of posts of different groups that are more than half alike, most alike first."""
    found = [
        (posts[one].id, posts[other].id, similarity)
        for one, other, similarity in similar_pairs([post.text for post in posts])
        if posts[one].group != posts[other].group
    ]
    return sorted(found, key=lambda pair: -pair[2])


def similar_pairs(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """(place, place, similarity) of texts that are more than half alike."""
    from sklearn.feature_extraction.text import CountVectorizer

    texts = [" ".join(text.split()) for text in texts]
    if not any(len(text) >= _GRAM for text in texts):
        return
    vectorizer = CountVectorizer(analyzer="char", ngram_range=(_GRAM, _GRAM), binary=True, dtype=np.int32)
    rows = vectorizer.fit_transform(texts)
    sizes = np.asarray(rows.sum(axis=1)).ravel()
    for start in range(0, rows.shape[0], _BLOCK):
        common = (rows[start : start + _BLOCK] @ rows.T).tocoo()
        one, other = common.row + start, common.col
        similarity = common.data / (sizes[one] + sizes[other] - common.data)
        for at in np.flatnonzero((similarity > SIMILAR) & (one < other)):
            yield int(one[at]), int(other[at]), float(similarity[at])
