"""Labelled posts for tests."""

from itertools import count
from typing import Any

from classifier.training.corpus import LabelledPost

_NUMBERS = count()


def make_post(text: str, *labels: str, **fields: Any) -> LabelledPost:
    """A post in English by the hand `one`, alone in its group unless `fields` says otherwise."""
    post_id = fields.pop("id", f"one-en-{next(_NUMBERS)}")
    kind = "distress" if labels == ("victim_distress",) else "lure" if labels else "hard_benign"
    values = {"lang": "en", "kind": kind, "platform": "forum", "hand": "one", "group": post_id} | fields
    return LabelledPost(id=post_id, text=text, labels=frozenset(labels), **values)
