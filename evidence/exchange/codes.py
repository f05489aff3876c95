"""What our labels and indicators are called in other agencies' classifications: a table, read from `codes.toml`.

A post is an offer, so a code says what it advertises; none is ever a finding about a person.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

# By field of the scheme, the codes that one label or indicator stands for.
Fields = Mapping[str, list[str]]


@cache
def code_table() -> dict[str, dict[str, dict[str, Fields]]]:
    """codes.toml: `labels`, `indicators`, `kinds` and `contacts`, each by our name and then by scheme."""
    return tomllib.loads((files("evidence.exchange") / "codes.toml").read_text("utf-8"))


def coded(scheme: str, **names: Iterable[str]) -> dict[str, list[str]]:
    """The codes of `scheme` by field, each once, for names by section (labels=...); unknown ones stand for none."""
    found: dict[str, dict[str, None]] = {}
    for section, given in names.items():
        for name in given:
            for field, values in code_table()[section].get(name, {}).get(scheme, {}).items():
                found.setdefault(field, {}).update(dict.fromkeys(values))
    return {field: list(values) for field, values in found.items()}
