"""Takes the contacts out of a text: each becomes the placeholder (`<PHONE>`) that training knows.

What the identifiers find goes, places excepted, and what `classifier.masking` takes for a contact besides. No rule
finds the names of persons: a text that went through here may still name somebody.
"""

from collections.abc import Iterable

import regex

from classifier.cleaning import readable
from classifier.identifiers import REGION_OF_LANGUAGE, find_identifiers
from classifier.masking import contact_spans

Span = tuple[int, int, str]

# A handle may begin as a domain does: of `@x.example_99` all must go.
_TAIL = regex.compile(r"_[\w.-]*")

# A messenger's name that is nothing but letters, a short account number.
_OTHER = "<HANDLE>"


def deidentified(text: str, lang: str) -> str:
    """`text` without its contacts; `lang` suggests the country that local numbers are read in."""
    pieces: list[str] = []
    done = 0
    spans = (_whole(text, span) for span in _masked_spans(text) + _identified_spans(text, lang))
    for start, end, placeholder in _merged(sorted(spans)):
        pieces += (text[done:start], placeholder)
        done = end
    return "".join((*pieces, text[done:]))


def _identified_spans(text: str, lang: str) -> list[Span]:
    found = find_identifiers(text, region_hint=REGION_OF_LANGUAGE.get(lang))
    return [(one.start, one.end, _placeholder(one.value)) for one in found]


def _masked_spans(text: str) -> list[Span]:
    plain = readable(text)
    return [(*plain.original_span(start, end), placeholder) for start, end, placeholder in contact_spans(plain.text)]


def _placeholder(value: str) -> str:
    """The one that scoring would read in the contact's place, so that training reads the same."""
    return next((placeholder for _start, _end, placeholder in contact_spans(readable(value).text)), _OTHER)


def _whole(text: str, span: Span) -> Span:
    start, end, placeholder = span
    tail = _TAIL.match(text, end)
    return start - text.endswith("@", 0, start), tail.end() if tail else end, placeholder


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, joined where they overlap; the first of them gives the placeholder."""
    merged: list[Span] = []
    for start, end, placeholder in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, placeholder))
    return merged
