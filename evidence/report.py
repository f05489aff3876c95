"""The report that people read: one HTML file without scripts, links or anything that is loaded.

It is made of the same documents that the pack carries, so it can say nothing else than they do.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from evidence.dossier import Dossier
from evidence.highlights import highlighted, inert, shown

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


def report_html(dossier: Dossier) -> bytes:
    """The report on the documents of one pack."""
    html = _template().render(claims=dossier.claims, posts=dossier.posts, custody=dossier.custody, labels=LABEL_NAMES)
    return html.encode("utf-8", "replace")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_inert_value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"shown": shown, "language": _language, "percent": _percent}
    environment.globals |= {"highlighted": highlighted}
    return environment.get_template("report.html")


def _inert_value(value: Any) -> Any:
    """Whatever the template writes, codes and attributes included, holds no character that acts."""
    if isinstance(value, Markup):
        return Markup(inert(str(value)))  # noqa: S704 - it was escaped before, and gains plain letters alone
    return inert(value) if isinstance(value, str) else value


def _language(code: object) -> str:
    """A value for `lang`: the code when it has the shape of one, else BCP 47's word for unknown."""
    return str(code) if _LANGUAGE.fullmatch(str(code)) else "und"


def _percent(share: float) -> str:
    return f"{share:.0%}"
