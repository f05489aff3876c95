"""What goes in and out of the API as JSON. Collected text is data in it: whoever shows it escapes it."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from classifier.labels import LABELS
from classifier.language import LANGUAGES
from review_ui.skipping import REASONS
from store.lanes import LANES
from store.parsed_post import storable
from store.queue import OUTCOMES
from store.tables import GREATEST_ID

LONGEST_PAGE = 200

T = TypeVar("T")
Id = Annotated[int, Field(ge=1, le=GREATEST_ID)]
After = Annotated[int, Field(ge=0, le=GREATEST_ID, description="The `next` of the page before; 0 for the first.")]
Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE)]
Text = Annotated[str, AfterValidator(storable)]
Lane = Literal[LANES]  # type: ignore[valid-type]
Outcome = Literal[OUTCOMES]  # type: ignore[valid-type]
Label = Literal[LABELS]  # type: ignore[valid-type]
SKIP_REASONS = tuple(REASONS)


class Wanted(BaseModel):
    """What a caller sends: a key that is not known is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """The one shape of every error: a stable code, what is wrong, and what to do."""

    code: str
    message: str
    hint: str


class Page(BaseModel, Generic[T]):
    """Part of a list; `next` is what to send as `after` for the rest, null at the end."""

    rows: list[T]
    next: int | None


class IndicatorShape(BaseModel):
    """A concept and the words that show it; offsets are code points of the text."""

    code: str
    start: int
    end: int
    text: str


class IdentifierShape(BaseModel):
    """A contact or place that the text names."""

    type: str
    value: str
    normalized: str
    start: int
    end: int


class ReasonShape(BaseModel):
    """What weighed in `risk`: a concept's code or a part of the classifier, and what it added to the log-odds."""

    code: str
    weight: float
    side: str


class VerdictShape(BaseModel):
    """What one release said. `risk` and `labels` are calibrated probabilities.

    `answer` is flagged, nothing_found or not_enough; null, as `reasons`, where an old release's was not kept.
    """

    release: str
    scored_at: datetime
    lang: str
    risk: float
    labels: dict[str, float]
    flagged: list[str]
    answer: str | None = None
    reasons: list[ReasonShape] | None = None
    indicators: list[IndicatorShape]


class VerdictRow(VerdictShape):
    """A verdict in the list of all."""

    verdict_id: int
    post_id: int
    revision: int


class RevisionShape(BaseModel):
    """What a post said at one time; `text` is what was scored, title included."""

    number: int
    seen_at: datetime
    text: str
    author: str | None
    posted_at: datetime | None
    location: str | None
    salary: str | None
    sha256: str


class PostShape(BaseModel):
    """A post with all its revisions and the queue items they have."""

    post_id: int
    source: str
    native_id: str
    url: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    revisions: list[RevisionShape]
    items: list[int]


class ItemLine(BaseModel):
    """An open item in the list; its text is read with the item."""

    item_id: int
    lane: str
    state: str
    queued_at: datetime
    snoozed_until: datetime | None
    needs_lang: str | None


class DecisionShape(BaseModel):
    """A decision on record; `by` is a pseudonym."""

    decision_id: int
    outcome: str
    by: str
    decided_at: datetime
    note: str
    labels: list[str] | None
    skip_reason: str | None
    skip_until: datetime | None
    skip_lang: str | None


class ItemShape(ItemLine):
    """One item with the revision that it is about, the newest verdict and every decision."""

    post_id: int
    source: str
    url: str | None
    revision: RevisionShape
    verdict: VerdictShape | None
    identifiers: list[IdentifierShape]
    decisions: list[DecisionShape]


class Claimed(BaseModel):
    """The item that the caller holds now; null when nothing waits."""

    item: ItemShape | None


class DecisionWanted(Wanted):
    """A decision to make. `labels` are kept with a confirmation alone.

    A skip may have a reason, a day before which the item sleeps, or a language whose readers alone are offered it.
    """

    outcome: Outcome
    note: Annotated[Text, Field(max_length=2_000)] = ""
    saw_score: bool = True
    release: Annotated[Text, Field(max_length=100)] | None = None
    labels: list[Label] | None = Field(None, max_length=len(LABELS))
    skip_reason: Literal[SKIP_REASONS] | None = None  # type: ignore[valid-type]
    skip_until: date | None = None
    skip_lang: Literal[LANGUAGES] | None = None  # type: ignore[valid-type]


class DecisionMade(BaseModel):
    """The row that was added."""

    decision_id: int
    item_id: int
    outcome: str


class CaseWanted(Wanted):
    """A case to open."""

    title: Annotated[Text, Field(min_length=1, max_length=200, pattern=r"\S")]


class CaseLine(BaseModel):
    """A case in the list."""

    case_id: int
    number: str
    title: str
    opened_by: str
    opened_at: datetime
    items: list[int]


class CaseOpened(BaseModel):
    """The number of the new case."""

    number: str


class FilingWanted(Wanted):
    """The confirmed item to put into a case."""

    item_id: Id


class Filed(BaseModel):
    """What was put where."""

    number: str
    item_id: int


class MemberShape(BaseModel):
    """A post of a campaign and why it is in it."""

    post_id: int
    reason: str
    joined_at: datetime


class CampaignShape(BaseModel):
    """Posts that say the same or share a rare contact."""

    campaign_id: int
    created_at: datetime
    members: list[MemberShape]


def page_of(rows: list[tuple[int, dict[str, Any]]], limit: int) -> dict[str, Any]:
    """A page of (key, row); a full one is taken to have more behind it."""
    return {"rows": [row for _key, row in rows], "next": rows[-1][0] if len(rows) == limit else None}
