"""Inputs made to be slow: none may hold up a queue."""

import time

from classifier.verdict import Classifier

INPUTS = {
    "1 MB of adverts": "Tuyển dụng việc nhẹ lương cao, liên hệ 0900 000 031 ngay " * 18_000,
    "1 MB of one letter": "a" * 1_000_000,
    "1 MB without a space": "高薪急招" * 250_000,
    "300,000 emojis": "🔥" * 300_000,
    "20,000 brackets": "(" * 20_000,
    "brackets in pairs": "[(" * 5_000 + ")]" * 5_000,
    "digits": "1" * 20_000,
    "digits apart": "0-" * 10_000,
    "colons": "::::" * 5_000,
    "full stops": "." * 20_000,
    "half links": "http://" * 3_000,
    "half hosts": "a.co." * 4_000,
    "at-signs": "@a" * 10_000,
    "half mail addresses": ("a" * 64 + "@") * 300,
    "words for messengers": "telegram zalo line id " * 900,
    "words for accounts": "stk 1 " * 3_000,
    "telephone numbers": "+84 900 000 031/" * 1_200,
    "bank accounts": "DE89 3704 " * 2_000,
    "amounts": "$1 " * 6_000,
    "piled-up accents": "a" + "\u0301" * 20_000,
    "direction marks": "\u202e" * 20_000,
    "letters of two scripts": "аa" * 10_000,
    "blank lines": " \n" * 10_000,
    "one phrase again and again": "không cần kinh nghiệm " * 900,
}


def slowest(classifier: Classifier) -> tuple[str, float]:
    """The input that takes the longest, and its seconds."""
    seconds = {name: _seconds(classifier, text) for name, text in INPUTS.items()}
    name = max(seconds, key=lambda each: seconds[each])
    return name, seconds[name]


def _seconds(classifier: Classifier, text: str) -> float:
    started = time.perf_counter()
    classifier.score("", text)
    return time.perf_counter() - started
