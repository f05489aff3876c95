"""A tiny encoder and tokenizer with weights drawn by chance."""

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import ElectraConfig, ElectraModel, PreTrainedModel

WORDS = [
    "cook",
    "wanted",
    "flight",
    "typists",
    "passport",
    "free",
    "border",
    "library",
    "monday",
    "police",
    "warn",
    "room",
    "paid",
]


def make_tokenizer() -> Tokenizer:
    """One piece a word."""
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(["<pad>", "<unk>", *WORDS])}, "<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer


def make_encoder(*, seed: int = 0) -> PreTrainedModel:
    """Two layers of sixteen."""
    torch.manual_seed(seed)
    config = ElectraConfig(
        vocab_size=len(WORDS) + 2, embedding_size=8, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    return ElectraModel(config).eval()
