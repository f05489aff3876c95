"""Undoes disguise in a collected text and keeps the way back to the original offsets.

First step of the classifier: everything after it reads `CleanText.text` and quotes the original through
`CleanText.original_span`. Case is kept; folding is the matcher's business. The text is never interpreted.
"""

from classifier.cleaning import characters, lookalikes, spelling
from classifier.cleaning.trace import CleanText, Trace

__all__ = ["CleanText", "clean", "readable"]


def readable(text: str) -> CleanText:
    """The text without invisible characters and compatibility forms, Zawgyi as Unicode, reversed lines turned round.

    Contacts are read from this form: wording is untouched, for an address or a number must not be "corrected".
    """
    trace = Trace(text)
    for rule in characters.RULES:
        trace.apply(rule(trace.text))
    return trace.finish()


def clean(text: str) -> CleanText:
    """The text with its disguises undone; linear in the length of the text.

    Ordinary text in any language comes through as Unicode's NFKC makes it, except that Thai and Lao SARA AM
    stay whole and lone accents stay alone (NFKC splits both, which no keyboard or lexicon does).
    """
    trace = Trace(text)
    for rule in (*characters.RULES, *lookalikes.RULES, *spelling.RULES):
        trace.apply(rule(trace.text))
    return trace.finish()
