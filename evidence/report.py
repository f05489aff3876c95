"""The report that people read, on a screen (one HTML file without scripts, links or anything loaded) or on paper.

It is made of the same documents that the pack carries, so it can say nothing else than they do.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from evidence import paper
from evidence.decisions import standing
from evidence.differences import changes
from evidence.directions import direction, widened
from evidence.dossier import Dossier
from evidence.highlights import Piece, highlighted, inert, shown
from evidence.verify_standalone import document_text

_TEMPLATES = Path(__file__).parent / "templates"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
LABEL_NAMES = {
    "scam_centre": "recruitment into online-scam compounds and other forced criminality",
    "fake_job": "fraudulent job offer",
    "labour_exploitation": "recruitment into exploitative labour",
    "sexual_exploitation": "deceptive recruitment into prostitution",
    "organ_trade": "organ trade",
    "baby_trade": "sale of a child, illegal surrogacy or egg brokering",
    "forced_marriage": "bride brokering",
    "smuggling": "offer of irregular crossing or transport",
    "victim_distress": "somebody, or a relative, asks for help",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """Where a report is read: how it makes any text inert, its style, and how much it has room for (None: all).

    `orders_marks` tells of one that lays out text in two directions whatever is marked in it. `most_characters` bounds
    the text of a post, `most_value` any other value, `most_rows` the rows of every table.
    """

    inert: Callable[[str], str]
    orders_marks: bool
    css: str = ""
    most_posts: int | None = None
    most_rows: int | None = None
    most_characters: int | None = None
    most_value: int | None = None


SCREEN = Medium(inert=inert, orders_marks=True)


def report_html(dossier: Dossier, medium: Medium = SCREEN) -> bytes:
    """The report on the documents of one pack."""
    html = _template(medium).render(
        claims=dossier.claims,
        claims_sha256=hashlib.sha256(document_text(dossier.claims)).hexdigest(),
        captures={capture["file"]: capture for capture in dossier.claims["captures"]},
        posts=dossier.posts,
        custody=dossier.custody,
        labels=LABEL_NAMES,
        medium=medium,
    )
    return html.encode("utf-8", "replace")


@cache
def _template(medium: Medium) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=lambda value: _inert_value(value, medium),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "shown": lambda value: _shown(value, medium),
        "language": _language,
        "percent": _percent,
        "direction": lambda value: direction(str(value)),
    }
    environment.globals |= {
        "highlighted": lambda text, indicators: _pieces(text, indicators, medium),
        "left_out": lambda text: len(text) - len(paper.beginning(text, medium.most_characters)),
        "edits": lambda earlier, later: _edits(earlier, later, medium),
        "numbers": _numbers,
        "disagree": disagree,
    }
    return environment.get_template("report.html")


def disagree(decisions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the decisions that nobody took back differ in their outcome."""
    return len({one["outcome"] for one in standing(list(decisions))}) > 1


def _pieces(text: str, indicators: Iterable[Mapping[str, Any]], medium: Medium) -> list[Piece]:
    beginning = paper.beginning(text, medium.most_characters)
    return highlighted(beginning, indicators if medium.orders_marks else widened(beginning, indicators))


def _shown(value: object, medium: Medium) -> str:
    text = str(value)
    beginning = paper.beginning(text, medium.most_value)
    rest = len(text) - len(beginning)
    return shown(beginning) + (f" [{rest} more characters]" if rest else "")


def _edits(earlier: str, later: str, medium: Medium) -> list[dict[str, str]] | None:
    """What each edit took out and put in, in the order of the text; None where the texts are too long to compare."""
    found = changes(paper.beginning(earlier, medium.most_characters), paper.beginning(later, medium.most_characters))
    if found is None:
        return None
    rows: list[dict[str, str]] = []
    is_new = True
    for change in found:
        if change.kind != "same" and is_new:
            rows.append({"gone": "", "new": ""})
        is_new = change.kind == "same"
        if not is_new:
            rows[-1][change.kind] += change.text
    return rows


def _numbers(indicators: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A number for each code, in the order in which their first words stand in the text."""
    codes = dict.fromkeys(one["code"] for one in indicators)
    return {code: str(number) for number, code in enumerate(codes, 1)}


def _inert_value(value: Any, medium: Medium) -> Any:
    """Whatever the template writes, codes and attributes included, holds no character that acts."""
    if isinstance(value, Markup):
        return Markup(medium.inert(str(value)))  # noqa: S704 - it was escaped before, and gains plain letters alone
    return medium.inert(value) if isinstance(value, str) else value


def _language(code: object) -> str:
    """A value for `lang`: the code when it has the shape of one, else BCP 47's word for unknown."""
    return str(code) if _LANGUAGE.fullmatch(str(code)) else "und"


def _percent(share: float) -> str:
    return f"{share:.0%}"
