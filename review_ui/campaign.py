"""One decision on a whole campaign: its open posts beside the one that was read, and the form that decides on them."""

from dataclasses import dataclass

from starlette.responses import Response

from classifier.labels import LABELS
from review_ui import blinding
from review_ui.desk import Page
from review_ui.differences import Change, differences
from review_ui.fields import row_id
from review_ui.items import hold_of
from review_ui.posts import post_page
from review_ui.queue import MAX_NOTE, decision_form, fresh_key, go_on
from review_ui.visits import Visit
from review_ui.wellbeing import expose, limit_page
from store import audit, campaign_decisions, posts, queue
from store.tables import QueueItem

_MEMBER = "member."


@dataclass(frozen=True, slots=True)
class OpenMember:
    """A post of the campaign that waits too."""

    item_id: int
    source: str
    text: str
    read_text: str

    @property
    def changes(self) -> tuple[Change, ...]:
        """How it differs from the post that was read; compared as the page is rendered, when nothing is locked."""
        return differences(self.read_text, self.text)


def show_campaign(visit: Visit) -> Page:
    """GET /items/{item_id}/campaign: the posts that a decision would go to, each of them an audit entry's."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    met = expose(visit, item)
    if met.is_over:
        return limit_page(visit, item, met, form_key=fresh_key())
    hold = hold_of(visit, item)
    members = campaign_decisions.open_members(visit.session, visit.user, item, now=visit.now)
    is_hidden = blinding.is_hidden(visit, item)
    post = post_page(visit.session, item, visit.desk.settings.concepts)
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="campaign.viewed",
        subject=f"item:{item.id}",
        details={"items": [member.id for member in members]},
    )
    text = posts.full_text(item.revision)
    values = {
        "post": blinding.blinded(post) if is_hidden else post,
        "hold": hold,
        "is_severe": met.is_severe,
        "members": [_open_member(member, text) for member in members],
        "decision_key": fresh_key(),
        "longest_note": MAX_NOTE,
        "label_names": LABELS,
    }
    return Page("campaign.html", values)


def decide(visit: Visit) -> Response:
    """POST /items/{item_id}/campaign: the same decision for the post that was read and every member that is ticked."""
    form = decision_form(visit, row_id(visit.path["item_id"]))
    campaign_decisions.decide_campaign(visit.session, visit.user, form, _ticked(visit), now=visit.now)
    return go_on(visit)


def _ticked(visit: Visit) -> list[int]:
    return [row_id(name.removeprefix(_MEMBER)) for name in visit.fields if name.startswith(_MEMBER)]


def _open_member(member: QueueItem, text: str) -> OpenMember:
    revision = member.revision
    return OpenMember(member.id, revision.post.source.name, posts.full_text(revision), text)
