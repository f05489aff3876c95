"""Calls about the queue and cases: list, claim, read, decide, take back, open, put in."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter

from lurewatch.errors import DataError, NotFoundError
from review_ui import blinding
from review_ui.api import records
from review_ui.api.calls import Call, CallerOf, IdempotencyKey
from review_ui.api.shapes import (
    After,
    CaseLine,
    CaseOpened,
    CaseWanted,
    Claimed,
    DecisionMade,
    DecisionWanted,
    Filed,
    FilingWanted,
    Id,
    ItemLine,
    ItemShape,
    Lane,
    Limit,
    Page,
    page_of,
)
from review_ui.queue import refuse_unknown_release
from review_ui.skipping import skip_of
from store import cases, pages, queue
from store.queue import Skip
from store.tables import Case, Decision, QueueItem

router = APIRouter()


@router.get("/queue", response_model=Page[ItemLine])
def list_queue(caller: CallerOf, after: After = 0, limit: Limit = 50, lane: Lane | None = None) -> Any:
    """Open items in the order in which they were queued, without their text."""
    with caller.at_work("view") as call:
        found = pages.open_items_after(call.session, after, limit=limit, lane=lane, apart=blinding.apart(call))
        call.note("queue.listed", "queue", items=[item.id for item in found])
        hidden = blinding.hidden_among(call, [item.revision_id for item in found])
        rows = [(item.id, records.item_line(call, item, is_hidden=item.revision_id in hidden)) for item in found]
        return page_of(rows, limit)


@router.post("/queue/claim", response_model=Claimed)
def claim_next(caller: CallerOf) -> Any:
    """Lease the most pressing item, or the one held already: sending this twice claims once."""
    with caller.at_work("decide") as call:
        item = queue.claim_next(call.session, call.user, now=call.now, rules=call.desk.settings.rules)
        return {"item": _read(call, item) if item else None}


@router.get("/items/{item_id}", response_model=ItemShape)
def read_item(caller: CallerOf, item_id: Id) -> Any:
    """One item with its post; reading claims nothing and is kept in the audit chain."""
    with caller.at_work("view") as call:
        return _read(call, queue.item_of(call.session, item_id))


@router.post("/items/{item_id}/claim", response_model=Claimed)
def claim_item(caller: CallerOf, item_id: Id) -> Any:
    """Lease a named item; 409 when it is decided or with somebody else."""
    with caller.at_work("decide") as call:
        return {"item": _read(call, queue.claim_item(call.session, call.user, item_id, now=call.now))}


@router.post("/items/{item_id}/decisions", response_model=DecisionMade)
def decide(caller: CallerOf, item_id: Id, wanted: DecisionWanted, key: IdempotencyKey) -> Any:
    """Add a decision; 409 when the item was decided meanwhile or is leased to somebody else."""
    with caller.at_work("decide") as call:
        return call.once(key, wanted, lambda: _made(_decide(call, item_id, wanted, key)))


@router.post("/undo", response_model=DecisionMade)
def undo(caller: CallerOf, key: IdempotencyKey) -> Any:
    """Take back the latest decision of the token's account that still stands."""
    with caller.at_work("decide") as call:
        own = call.own_key(key)
        return call.once(key, None, lambda: _made(queue.undo(call.session, call.user, idem_key=own, now=call.now)))


@router.get("/cases", response_model=Page[CaseLine])
def list_cases(caller: CallerOf, after: After = 0, limit: Limit = 50) -> Any:
    """Every case."""
    with caller.at_work("view") as call:
        found = pages.cases_after(call.session, after, limit=limit)
        call.note("cases.listed", "cases", cases=[case.id for case in found])
        return page_of([(case.id, records.case_line(case)) for case in found], limit)


@router.post("/cases", response_model=CaseOpened)
def open_case(caller: CallerOf, wanted: CaseWanted, key: IdempotencyKey) -> Any:
    """Open an empty case."""
    with caller.at_work("open_case") as call:
        return call.once(key, wanted, lambda: {"number": _open(call, wanted).number})


@router.get("/cases/{number}", response_model=CaseLine)
def read_case(caller: CallerOf, number: str) -> Any:
    """One case with the ids of its items."""
    with caller.at_work("view") as call:
        case = _case(call, number)
        call.note("case.viewed", f"case:{case.id}")
        return records.case_line(case)


@router.post("/cases/{number}/items", response_model=Filed)
def add_item(caller: CallerOf, number: str, wanted: FilingWanted, key: IdempotencyKey) -> Any:
    """Put a confirmed item into a case."""
    with caller.at_work("open_case") as call:
        return call.once(key, wanted, lambda: _file(call, number, wanted.item_id))


def _read(call: Call, item: QueueItem) -> dict[str, Any]:
    call.note("post.viewed", f"item:{item.id}")
    return records.item_record(call, item)


def _decide(call: Call, item_id: int, wanted: DecisionWanted, key: str) -> Decision:
    is_hidden = blinding.is_hidden(call, queue.item_of(call.session, item_id))
    form = queue.DecisionForm(
        item_id=item_id,
        outcome=wanted.outcome,
        idem_key=call.own_key(key),
        note=wanted.note,
        saw_score=wanted.saw_score and not is_hidden,
        release=wanted.release,
        labels=None if wanted.labels is None else tuple(dict.fromkeys(wanted.labels)),
        skip=_skip(wanted, call.now),
        blind=is_hidden,
    )
    refuse_unknown_release(call.session, form)
    return queue.decide(call.session, call.user, form, now=call.now)


def _skip(wanted: DecisionWanted, now: datetime) -> Skip:
    """What a skip says, by the rules of the page's form; DataError where the call is none."""
    asked = wanted.model_dump(mode="json", include={"skip_reason", "skip_until", "skip_lang"}, exclude_none=True)
    if asked and wanted.outcome != "skipped":
        raise DataError(f"{next(iter(asked))} does not go with {wanted.outcome}.", hint="Send it with skipped alone.")
    return skip_of(asked, now)


def _made(decision: Decision) -> dict[str, Any]:
    return {"decision_id": decision.id, "item_id": decision.item_id, "outcome": decision.outcome}


def _open(call: Call, wanted: CaseWanted) -> Case:
    return cases.open_case(call.session, call.user, title=wanted.title, now=call.now)


def _file(call: Call, number: str, item_id: int) -> dict[str, Any]:
    case = _case(call, number)
    item = queue.item_of(call.session, item_id)
    cases.add_item(call.session, call.user, case, item, now=call.now)
    return {"number": case.number, "item_id": item.id}


def _case(call: Call, number: str) -> Case:
    if "\x00" in number:  # PostgreSQL takes none, not even to look for.
        raise NotFoundError("There is no such case.", hint="GET /cases lists them.")
    return cases.case_by_number(call.session, number)
