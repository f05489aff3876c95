"""The subword tokenizer of a release: a unigram model with byte fallback, taught on balanced plain text."""

import json
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence

from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace, Punctuation
from tokenizers.pre_tokenizers import Sequence as InTurn
from tokenizers.trainers import UnigramTrainer

PAD, UNKNOWN = "<pad>", "<unk>"
_BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
_LONGEST_PIECE = 12
# Far below every learnt piece, so that bytes serve letters that no piece holds and nothing else.
_BYTE_SCORE = -30.0


def train_tokenizer(texts: Sequence[str], *, pieces: int) -> Tokenizer:
    """A unigram tokenizer of at most `pieces` learnt pieces and 256 bytes; id 0 pads. Texts are in reading form.

    The trainer's scores differ in the last digits from run to run (its sums follow the order of its threads), so the
    pieces are counted once more, in whole numbers: equal texts give an equal tokenizer.
    """
    learner = Tokenizer(Unigram())
    learner.pre_tokenizer = _splitter()
    trainer = UnigramTrainer(
        vocab_size=pieces,
        special_tokens=[PAD, UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=_LONGEST_PIECE,
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer)
    learnt = {piece: round(score, 1) for piece, score in json.loads(learner.to_str())["model"]["vocab"]}
    roughly = _assembled(learnt)
    counts = Counter(number for found in roughly.encode_batch_fast(list(texts)) for number in found.ids)
    numbers = roughly.get_vocab()
    return _assembled({piece: math.log(counts[numbers[piece]] + 0.5) for piece in learnt})


def balanced(texts_by_lang: Mapping[str, Sequence[str]], *, per_lang: int, seed: int) -> list[str]:
    """At most `per_lang` texts of each language, in an order that `seed` decides."""
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    chosen = []
    for lang in sorted(texts_by_lang):
        texts = texts_by_lang[lang]
        chosen += chance.sample(list(texts), min(per_lang, len(texts)))
    chance.shuffle(chosen)
    return chosen


def _assembled(scores: Mapping[str, float]) -> Tokenizer:
    """A tokenizer of these pieces, best first, and the 256 bytes behind them, which the trainer cannot reserve."""
    pieces = [(piece, score) for piece, score in scores.items() if piece not in (PAD, UNKNOWN)]
    total = math.log(math.fsum(math.exp(score) for _, score in pieces))
    vocabulary = [(PAD, 0.0), (UNKNOWN, 0.0)]
    vocabulary += sorted(((piece, score - total) for piece, score in pieces), key=lambda ps: (-ps[1], ps[0]))
    vocabulary += [(piece, _BYTE_SCORE) for piece in _BYTES]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=1, byte_fallback=True))
    tokenizer.pre_tokenizer = _splitter()
    return tokenizer


def _splitter() -> InTurn:
    return InTurn([Metaspace(prepend_scheme="always"), Punctuation("isolated")])
