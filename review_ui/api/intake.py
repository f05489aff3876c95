"""The call that hands something over: texts, with the kind of giver. It is sealed and scored before the answer."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from review_ui.api.calls import Call, CallerOf, IdempotencyKey
from review_ui.api.shapes import Text, Wanted
from review_ui.intake import LONGEST_TEXT, receiver
from store.handed_in import GIVERS, Given

router = APIRouter()


class HandedPost(Wanted):
    """One post as it was handed over."""

    text: Annotated[Text, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]
    title: Annotated[Text, Field(max_length=1_000)] | None = None
    url: Annotated[Text, Field(max_length=2_000)] | None = None
    author: Annotated[Text, Field(max_length=500)] | None = None
    location: Annotated[Text, Field(max_length=500)] | None = None


class IntakeWanted(Wanted):
    """What is handed over. The giver's name is refused without their consent."""

    giver: Literal[GIVERS]  # type: ignore[valid-type]
    posts: Annotated[list[HandedPost], Field(min_length=1, max_length=100)]
    giver_name: Annotated[Text, Field(max_length=200)] | None = None
    has_consented: bool = False
    note: Annotated[Text, Field(max_length=2_000)] = ""


class IntakeTaken(BaseModel):
    """What came of it; `items` are those in the queue."""

    handed_in_id: int
    posts: int
    items: list[int]


@router.post("/intake", response_model=IntakeTaken)
def take_in(caller: CallerOf, wanted: IntakeWanted, key: IdempotencyKey) -> Any:
    """Take in up to 100 posts; the JSON lines that are sealed as evidence are made of `posts`, one a line."""
    return caller.once_outside("intake", key, wanted, lambda call: _take_in(call, wanted))


def _take_in(call: Call, wanted: IntakeWanted) -> dict[str, Any]:
    lines = [json.dumps(post.model_dump(exclude_none=True), ensure_ascii=False) for post in wanted.posts]
    given = Given(
        content="\n".join(lines).encode(),
        media_type="application/jsonl",
        giver=wanted.giver,
        giver_name=wanted.giver_name or None,
        has_consented=wanted.has_consented,
        note=wanted.note,
    )
    taken = receiver(call.desk).take_in(call.user, given, now=call.now)
    return {"handed_in_id": taken.handed_in_id, "posts": taken.posts, "items": list(taken.items)}
