"""What the audit chain tells of a case and of what leaves the house has its words, whatever the code writes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from review_ui.timeline import SAYS
from store import approvals
from store.holdings import EXPORTS

# Who looks is left out of the timeline; what is brought to be verified is no case's.
LOOKS = {"case.viewed", "case.listed", "case.preview_viewed"}
BROUGHT = {"pack.verified", "pack.matched"}
ROOMS = ("store", "evidence", "review_ui", "lurewatch", "crawlers")


def _calls() -> Iterator[ast.Call]:
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            yield from (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def _written() -> set[str]:
    """Every action that the code enters in the chain, as far as its name stands there whole."""
    found = {f"case.{action}" for _state, action in approvals._AFTER.values()}
    for call in _calls():
        given = [*call.args, *(one.value for one in call.keywords)]
        texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        found |= {text for text in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}
        if isinstance(call.func, ast.Name) and call.func.id in ("change_state", "_turn"):
            found |= {f"case.{text}" for text in texts[-1:]}
    return found


def test_everything_that_happens_to_a_case_is_told() -> None:
    of_cases = {action for action in _written() if action.startswith(("case.", "pack."))}
    others = {action for action in of_cases if action.endswith((".html", ".id", ".jsonld", ".zip"))}
    assert {"case.opened", "case.reopened", "case.approved", "pack.stamped"} <= of_cases
    assert of_cases - others - LOOKS - BROUGHT == set(SAYS)


def test_everything_that_leaves_is_told() -> None:
    leaving = {action for action in _written() if action.endswith((".exported", ".handed_over"))}
    assert "statistics.exported" in leaving
    assert leaving == set(EXPORTS)
