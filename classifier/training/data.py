"""Everything a training run reads, and the texts that each of its stages takes from it."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from classifier.lexicon import Lexicon
from classifier.masking import reading_form, without_marks
from classifier.training.benign import BenignPost, load_benign
from classifier.training.context import Reading
from classifier.training.corpus import (
    LabelledPost,
    folder_sha256,
    frozen_hands,
    load_corpus,
    load_rows,
    refuse_repeats,
)
from classifier.training.labelled import LabelledRow, load_labelled, taught_suspects
from classifier.training.parallel import Sentences, load_parallel
from classifier.training.tokenizing import balanced

# A tokenizer needs the manner of a long advert, not its length.
_PLAIN_CHARS = 400
# Indonesian has chatty posts at hand and Malay has none: chat itself would count as Indonesian.
_ONE_SIDED = frozenset({"id"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a training run reads: folders of labelled posts and of lexicons, and what else there is.

    `parallel`: parallel text; `benign`: real posts, benign ones and what others called lures; `base`: a Hugging Face
    encoder, tuned in place of an own; `labels`: files of decided posts, from `lurewatch labels export`.
    """

    corpus: Path
    lexicon: Path
    parallel: Path | None = None
    benign: Path | None = None
    base: Path | None = None
    labels: tuple[Path, ...] = ()

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each, over the names and contents of its files."""
        parts = {
            "corpus": (self.corpus, "*.jsonl"),
            "parallel": (self.parallel, "*.jsonl.gz"),
            "benign": (self.benign, "*.jsonl.gz"),
            "base": (self.base, "*.*"),
        }
        found = {name: folder_sha256(folder, pattern) for name, (folder, pattern) in parts.items() if folder}
        return found | {
            f"labels {number}": hashlib.sha256(path.read_bytes()).hexdigest()
            for number, path in enumerate(self.labels, 1)
            if path.is_file()
        }


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Posts, lexicon, and where given parallel text and real posts; `digests` is the SHA-256 of each.

    The posts of `frozen` hands are not among them: releases are compared on those. Of the real posts that others called
    lures a part is kept back too, to be measured on.
    """

    posts: list[LabelledPost]
    frozen: frozenset[str]
    lexicon: Lexicon
    sentences: list[Sentences]
    benign: list[BenignPost]
    suspects: list[LabelledRow]
    digests: dict[str, str]

    @classmethod
    def load(cls, sources: Sources) -> "TrainingData":
        """Read everything. Raises DataError and ModelError."""
        lexicon, frozen = Lexicon.load(sources.lexicon), frozen_hands(sources.corpus)
        posts = load_corpus(sources.corpus) + [post for path in sources.labels for post in load_rows(path)]
        refuse_repeats(posts, "The corpus with the exported labels")
        return cls(
            posts=[post for post in posts if post.hand not in frozen],
            frozen=frozen,
            lexicon=lexicon,
            sentences=load_parallel(sources.parallel) if sources.parallel else [],
            benign=load_benign(sources.benign) if sources.benign else [],
            suspects=taught_suspects(load_labelled(sources.benign)) if sources.benign else [],
            digests={"lexicon": lexicon.sha256} | sources.digests(),
        )

    def counts(self) -> dict[str, int]:
        """How much there is of each."""
        return {
            "corpus_posts": len(self.posts),
            "hands": len({post.hand for post in self.posts}),
            "lexicon_wordings": len(self.lexicon.phrases),
            "parallel_groups": len(self.sentences),
            "real_suspect_posts": len(self.suspects),
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

    def reading(self, *, per_lang: int, seed: int) -> Reading:
        """What the contextual layers are taught on; no label is among it."""
        plain = balanced(self._by_language(), per_lang=per_lang, seed=seed)
        ideas: dict[str, dict[str, str]] = defaultdict(dict)
        for post in self.posts:
            if post.disguise_of is None:
                ideas[post.group][post.lang] = reading_form(post.text)
        return Reading(
            texts=[reading_form(text) for text in plain] + [text for idea in ideas.values() for text in idea.values()],
            sentences=self.groups(),
            ideas=[list(idea.values()) for idea in ideas.values() if len(idea) > 1],
        )

    def tokenizer_texts(self, *, per_lang: int, seed: int) -> list[str]:
        """Balanced plain text, and the lexicon thrice: the field's words should be few pieces."""
        plain = balanced(self._by_language(), per_lang=per_lang, seed=seed)
        return [reading_form(text) for text in plain] + 3 * [text for group in self.wordings() for text in group]

    def written(self) -> list[tuple[str, str]]:
        """(language, text) of the corpus; of a decided post the language is what a release took it for."""
        return [(post.lang, post.text) for post in self.posts if post.decided_at is None]

    def language_texts(self) -> list[tuple[str, str]]:
        """(language, text) of other texts to tell languages apart on."""
        return [(post.lang, post.text) for post in self.benign if post.lang not in _ONE_SIDED] + self._translated()

    def _by_language(self) -> dict[str, list[str]]:
        by_lang: dict[str, list[str]] = defaultdict(list)
        for lang, text in self._plain():
            by_lang[lang].append(text)
        return by_lang

    def _plain(self) -> list[tuple[str, str]]:
        """The corpus's own text only where there is no other: its posts measure the heads."""
        elsewhere = [(post.lang, post.text[:_PLAIN_CHARS]) for post in self.benign] + self._translated()
        return elsewhere or self.written()

    def _translated(self) -> list[tuple[str, str]]:
        return [(lang, text) for group in self.sentences for lang, text in group.texts.items()]
