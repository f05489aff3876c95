"""What a redacted copy of a case would tell, to be read before it is handed over, and the marks of words to mask."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from evidence.contents import redacted_posts
from evidence.highlights import shown
from review_ui.case_acts import act
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.visits import Afterwards, Visit
from store import audit, cases, redaction_marks

MAX_WORDS = 200


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A version of a post as the copy tells it; `author` and `url` are "" where the post has none."""

    number: int
    lang: str
    author: str
    url: str
    text: str


def show_redacted(visit: Visit) -> Afterwards:
    """GET /cases/{number}/redacted; it shows posts, so the reading is an audit entry."""
    case, store = cases.case_by_number(visit.session, visit.path["number"]), visit.desk.store
    audit.append(visit.session, actor=visit.user.pseudonym, action="case.preview_viewed", subject=f"case:{case.id}")

    def read() -> Page:
        with store.reading() as session:
            return _page(session, case.number)

    return Afterwards(read)


def _page(session: Session, number: str) -> Page:
    posts, redactions = redacted_posts(session, cases.case_by_number(session, number))
    texts = [
        MaskedText(
            number=revision["number"],
            lang=revision["verdicts"][-1]["lang"] if revision["verdicts"] else "",
            author=shown(revision["author"] or ""),
            url=shown(post["post"]["url"] or ""),
            text=shown(revision["scored_text"]),
        )
        for post in posts
        for revision in post["revisions"]
    ]
    masks = {redaction.mask for redaction in redactions if redaction.kind != "digest"}
    return Page("redacted.html", {"number": number, "texts": texts, "masks": len(masks)})


def add_mark(visit: Visit) -> Response:
    """POST /cases/{number}/marks."""
    words = line(visit.fields, "words", longest=MAX_WORDS, required=True)
    kind = visit.fields.get("kind", "")
    return act(
        visit,
        lambda case: redaction_marks.add_mark(visit.session, visit.user, case, kind=kind, words=words, now=visit.now),
    )


def remove_mark(visit: Visit) -> Response:
    """POST /cases/{number}/marks/{mark_id}/removal."""
    mark_id = row_id(visit.path["mark_id"])
    return act(visit, lambda case: redaction_marks.remove_mark(visit.session, visit.user, case, mark_id, now=visit.now))
