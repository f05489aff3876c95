"""Everything a training run reads, and the texts that each of its stages takes from it."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from classifier.lexicon import Lexicon
from classifier.masking import reading_form, without_marks
from classifier.training.benign import BenignPost, load_benign, ordinary_posts
from classifier.training.corpus import LabelledPost, folder_sha256, load_corpus
from classifier.training.parallel import Sentences, load_parallel
from classifier.training.tokenizing import balanced

# A tokenizer needs the manner of a long advert, not its length.
_TOKENIZER_CHARS = 400
# Indonesian has chatty posts at hand and Malay has none: chat itself would count as Indonesian.
_ONE_SIDED = frozenset({"id"})


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Posts, lexicon, and where given parallel text and ordinary posts; `digests` is the SHA-256 of each."""

    posts: list[LabelledPost]
    lexicon: Lexicon
    sentences: list[Sentences]
    benign: list[BenignPost]
    digests: dict[str, str]

    @classmethod
    def load(cls, corpus_dir: Path, lexicon_dir: Path, parallel: Path | None, benign: Path | None) -> "TrainingData":
        """Read the folders. Raises DataError and ModelError."""
        lexicon = Lexicon.load(lexicon_dir)
        digests = {"corpus": folder_sha256(corpus_dir, "*.jsonl"), "lexicon": lexicon.sha256}
        if parallel:
            digests["parallel"] = folder_sha256(parallel, "*.jsonl.gz")
        if benign:
            digests["benign"] = folder_sha256(benign, "*.jsonl.gz")
        return cls(
            posts=load_corpus(corpus_dir),
            lexicon=lexicon,
            sentences=load_parallel(parallel) if parallel else [],
            benign=load_benign(benign) if benign else [],
            digests=digests,
        )

    def counts(self) -> dict[str, int]:
        """How much there is of each."""
        return {
            "corpus_posts": len(self.posts),
            "hands": len({post.hand for post in self.posts}),
            "lexicon_wordings": len(self.lexicon.phrases),
            "parallel_groups": len(self.sentences),
        }

    def wordings(self) -> list[list[str]]:
        """The wordings of each concept that weighs, in reading form."""
        by_code: dict[str, list[str]] = {code: [] for code in self.lexicon.weighing}
        for phrase in self.lexicon.phrases:
            if phrase.code in by_code:
                by_code[phrase.code].append(reading_form(phrase.text))
        return list(by_code.values())

    def groups(self) -> list[list[str]]:
        """What the vectors rank: translations, or, without any, the two halves of each post."""
        if self.sentences:
            return [[without_marks(text) for text in group.texts.values()] for group in self.sentences]
        forms = [reading_form(post.text) for post in self.posts]
        return [[form[: len(form) // 2], form[len(form) // 2 :]] for form in forms]

    def tokenizer_texts(self, *, per_lang: int, seed: int) -> list[str]:
        """Balanced plain text, and the lexicon thrice: the field's words should be few pieces."""
        by_lang: dict[str, list[str]] = defaultdict(list)
        for lang, text in self._plain():
            by_lang[lang].append(text)
        plain = balanced(by_lang, per_lang=per_lang, seed=seed)
        return [reading_form(text) for text in plain] + 3 * [text for group in self.wordings() for text in group]

    def ordinary(self) -> list[BenignPost]:
        """Real posts, and translated sentences in the languages that have none."""
        return ordinary_posts(self.benign, self.sentences)

    def written(self) -> list[tuple[str, str]]:
        """(language, text) of the corpus."""
        return [(post.lang, post.text) for post in self.posts]

    def language_texts(self) -> list[tuple[str, str]]:
        """(language, text) of other texts to tell languages apart on."""
        return [(post.lang, post.text) for post in self.benign if post.lang not in _ONE_SIDED] + self._translated()

    def _plain(self) -> list[tuple[str, str]]:
        """The corpus's own text only where there is no other: its posts measure the heads."""
        elsewhere = [(post.lang, post.text[:_TOKENIZER_CHARS]) for post in self.benign] + self._translated()
        return elsewhere or self.written()

    def _translated(self) -> list[tuple[str, str]]:
        return [(lang, text) for group in self.sentences for lang, text in group.texts.items()]
