"""`make messages`: finds what the review application says, and brings the catalogues in review_ui/locales up to date.

What templates mark with _(), ngettext() or {% trans %} is found by Jinja's own extractor. Sentences of the code need no
mark: a text that begins with a capital, has a blank and ends with a full stop is one, with its f-string's places as
placeholders. Names of codes come from review_ui/terms.py, indicators from the lexicons. New messages come out empty.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from review_ui.languages import ENGLISH, LANGUAGES, LOCALES, SAID, english
from review_ui.terms import TERMS

TEMPLATES = Path("review_ui/templates")
# What these say is for the operator, in a log or on a terminal; it stays English.
OPERATORS = {
    *("audit.py", "capture_erasing.py", "captures.py", "database.py", "sources.py", "tables.py"),
}
STORE = (path for path in Path("store").glob("*.py") if path.name not in OPERATORS)
CODE = sorted(
    (
        *Path("review_ui").glob("*.py"),
        *STORE,
        *(Path("evidence") / f"{name}.py" for name in ("contents", "encryption", "examination", "matching", "verify")),
        Path("crawlers/importers/handed_over.py"),
    )
)
CONCEPTS = Path("data/lexicons/concepts.toml")
_FIRST = datetime(2026, 11, 22, tzinfo=UTC)
_SENTENCE = re.compile(r"(?s)[A-Z%'].*\s.*[.!?]")
_OPTIONS = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "false", "silent": "false"}


def extracted() -> Catalog:
    """Everything there is to translate, in a fixed order."""
    catalogue = _new(None)
    for path in sorted(TEMPLATES.rglob("*.html")):
        with path.open("rb") as file:
            for _line, function, message, _comments in babel_extract(file, ("_", "gettext", "ngettext"), [], _OPTIONS):
                texts = [message] if isinstance(message, str) else [text for text in message if text]
                catalogue.add(tuple(texts) if function == "ngettext" else texts[0], locations=[(str(path), 0)])
    for path in CODE:
        for sentence in sentences(
            ast.parse(path.read_text("utf-8")), only_errors=path.parts[0] in ("store", "evidence")
        ):
            catalogue.add(sentence, context=SAID, locations=[(str(path), 0)])
    for term in TERMS:
        catalogue.add(english(term), context=SAID, locations=[("review_ui/terms.py", 0)])
    for concept in tomllib.loads(CONCEPTS.read_text("utf-8")).values():
        catalogue.add(concept["says"], context=SAID, locations=[(str(CONCEPTS), 0)])
    return catalogue


def sentences(tree: ast.AST, *, only_errors: bool) -> Iterator[str]:
    """The sentences of a module but docstrings; `only_errors`: those alone that calls of an ...Error hold."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = (call for call in ast.walk(tree) if isinstance(call, ast.Call) and _is_error(call))
    for root in calls if only_errors else (tree,):
        yield from _said(root, docstrings)


def update() -> None:
    """Write every catalogue anew: what is no longer said goes, what is new stands empty."""
    template = extracted()
    for language in LANGUAGES.values():
        if language == ENGLISH:
            continue
        path = LOCALES / f"{language.tag}.po"
        catalogue = _read(path, language.locale)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, omit_header=False, include_lineno=False)
        missing = sum(not _is_translated(message.string) for message in catalogue if message.id)
        print(f"{path}: {len(catalogue)} messages, {missing} to translate")


def _said(node: ast.AST, docstrings: set[int]) -> Iterator[str]:
    if id(node) in docstrings:
        return
    text = _text(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _said(child, docstrings)
    elif _SENTENCE.fullmatch(text):
        yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(_place(part) if isinstance(part, ast.FormattedValue) else part.value for part in node.values)  # type: ignore[attr-defined]


def _place(part: ast.FormattedValue) -> str:
    name = re.sub(r"\W+", "_", ast.unparse(part.value)).strip("_")
    return f"%({name})s"


def _is_error(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id.endswith(("Error", "Exception"))


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return _new(locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _new(locale: str | None) -> Catalog:
    """An empty catalogue; no dates and names in its head, which would change with every run."""
    return Catalog(
        locale=locale,
        header_comment="# What Lurewatch's review application says; `make messages` keeps it complete.",
        project="Lurewatch",
        version="1",
        msgid_bugs_address="see the repository",
        creation_date=_FIRST,
        revision_date=_FIRST,
        last_translator="see the repository's history",
        language_team="Lurewatch",
        fuzzy=False,
    )


def _is_translated(string: str | tuple[str, ...] | list[str]) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


if __name__ == "__main__":
    update()
