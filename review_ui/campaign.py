"""One decision on a whole campaign: its open posts beside the one that was read, and the form that decides on them."""

from dataclasses import dataclass

from starlette.responses import Response

from classifier.labels import LABELS
from evidence.differences import Change, differences
from review_ui import blinding
from review_ui.campaign_told import CampaignTold
from review_ui.desk import Page
from review_ui.fields import MAX_NOTE, fresh_key, row_id, ticked
from review_ui.items import hold_of
from review_ui.posts import lang_of, post_page
from review_ui.queue import decision_form, go_on
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
    lang: str
    text: str
    read_text: str
    is_severe: bool

    @property
    def changes(self) -> tuple[Change, ...]:
        """How it differs from the post that was read; nothing where most of it does: no one can read that word by word.

        Compared as the page is rendered, when nothing is locked.
        """
        found = differences(self.read_text, self.text)
        new = sum(len(change.text) for change in found if change.kind == "new")
        return found if 2 * new <= len(self.text) else ()


def show_campaign(visit: Visit) -> Page:
    """GET /items/{item_id}/campaign: the posts that a decision would go to, each of them an audit entry's."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    met = expose(visit, item)
    if met.is_over:
        return limit_page(visit, item, met, form_key=fresh_key())
    waiting = campaign_decisions.open_members(visit.session, visit.user, item, now=visit.now)
    members = _within_limit(visit, item, waiting)
    hold = hold_of(visit, item)
    is_hidden = blinding.is_hidden(visit, item)
    post = post_page(visit.session, item.revision, visit.desk.settings.concepts, item)
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="campaign.viewed",
        subject=f"item:{item.id}",
        details={"items": [member.item_id for member in members]},
    )
    values = {
        "post": blinding.blinded(post) if is_hidden else post,
        "hold": hold,
        "is_severe": met.is_severe,
        "members": members,
        "left_out": len(waiting) - len(members),
        "has_severe": met.is_severe or any(member.is_severe for member in members),
        "decision_key": fresh_key(),
        "longest_note": MAX_NOTE,
        "label_names": LABELS,
    }
    return Page("campaign.html", values)


def decide(visit: Visit) -> Page | Response:
    """POST /items/{item_id}/campaign: the same decision for the post that was read and every member that is ticked."""
    form = decision_form(visit, row_id(visit.path["item_id"]))
    chosen = {row_id(text) for text in ticked(visit.fields, _MEMBER)}
    made = campaign_decisions.decide_campaign(visit.session, visit.user, form, chosen, now=visit.now)
    done = len(made.propagated)
    return go_on(visit, CampaignTold(decided=1 + done, left_alone=len(chosen) - done, returned=made.returned))


def _within_limit(visit: Visit, item: QueueItem, waiting: list[QueueItem]) -> list[OpenMember]:
    """Those that may be shown: severe ones count like any other that is read, and stop at the limit of the day."""
    text = posts.full_text(item.revision)
    met = [(member, expose(visit, member)) for member in waiting]
    return [_open_member(member, text, found.is_severe) for member, found in met if not found.is_over]


def _open_member(member: QueueItem, text: str, is_severe: bool) -> OpenMember:
    revision = member.revision
    lang = lang_of(revision.verdicts[-1] if revision.verdicts else None)
    return OpenMember(member.id, revision.post.source.name, lang, posts.full_text(revision), text, is_severe)
