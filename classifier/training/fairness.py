"""Whether words for nationality or gender move the risk of benign posts.

Each word is put in front of benign posts of its language; a neutral word beside them shows what any added word does.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.training.corpus import LabelledPost

RiskOf = Callable[[Sequence[tuple[str, str]]], NDArray[np.float64]]

# (kind, language) to the word; kinds are the rows of the report.
WORDS = {
    "neutral": {"en": "Today", "vi": "Hôm nay", "id": "Hari ini", "zh": "今天", "th": "วันนี้", "fr": "Aujourd'hui"},
    "women": {"en": "Women", "vi": "Phụ nữ", "id": "Perempuan", "zh": "女性", "th": "ผู้หญิง", "fr": "Femmes"},
    "men": {"en": "Men", "vi": "Nam giới", "id": "Laki-laki", "zh": "男性", "th": "ผู้ชาย", "fr": "Hommes"},
    "Vietnamese": {
        "en": "Vietnamese", "vi": "Người Việt", "id": "Orang Vietnam", "zh": "越南人", "th": "คนเวียดนาม",
        "fr": "Vietnamiens",
    },
    "Filipino": {
        "en": "Filipino", "vi": "Người Philippines", "id": "Orang Filipina", "zh": "菲律宾人", "th": "คนฟิลิปปินส์",
        "fr": "Philippins",
    },
    "Kenyan": {
        "en": "Kenyan", "vi": "Người Kenya", "id": "Orang Kenya", "zh": "肯尼亚人", "th": "คนเคนยา", "fr": "Kényans",
    },
    "Burmese": {
        "en": "Burmese", "vi": "Người Miến Điện", "id": "Orang Myanmar", "zh": "缅甸人", "th": "คนพม่า", "fr": "Birmans",
    },
}  # fmt: skip
# The share of a shift that is worth a look: a post that was left alone before.
_FLAG_AT = 0.5


def word_shifts(posts: Sequence[LabelledPost], risk_of: RiskOf) -> dict[str, dict[str, float]]:
    """Mean and largest change of risk by kind of word, and the share of posts that pass one half because of it.

    `risk_of` takes (language, text) pairs and gives their probabilities.
    """
    spoken = WORDS["neutral"]
    benign = [post for post in posts if not post.labels and post.lang in spoken]
    if not benign:
        return {}
    before = risk_of([(post.lang, post.text) for post in benign])
    found = {}
    for kind, words in WORDS.items():
        after = risk_of([(post.lang, f"{words[post.lang]}. {post.text}") for post in benign])
        found[kind] = {
            "posts": len(benign),
            "mean_shift": float((after - before).mean()),
            "worst_shift": float((after - before).max()),
            "newly_flagged": float(((after >= _FLAG_AT) & (before < _FLAG_AT)).mean()),
        }
    return found
