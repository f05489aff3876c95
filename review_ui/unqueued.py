"""The page of a post that was never queued: read like an item, decided on by nobody, put into the queue by hand."""

from starlette.responses import Response

from review_ui.desk import Page
from review_ui.fields import row_id
from review_ui.posts import is_severe, post_page
from review_ui.visits import Visit, see_other
from store import audit, posts, queue, verdicts


def show_post(visit: Visit) -> Page | Response:
    """GET /posts/{post_id}: the newest version, an audit entry; a post that was queued has its item's page instead."""
    post_id = row_id(visit.path["post_id"])
    item = queue.newest_items(visit.session, [post_id]).get(post_id)
    if item is not None:
        return see_other(f"/items/{item.id}")
    revision = posts.newest_revision(visit.session, post_id)
    audit.append(visit.session, actor=visit.user.pseudonym, action="post.viewed", subject=f"post:{post_id}")
    verdict = verdicts.latest_verdict(visit.session, revision.id)
    values = {
        "post": post_page(visit.session, revision, visit.desk.settings.concepts),
        "is_judged": verdict is not None,
        "is_severe": is_severe(verdict),
        "is_hidden": False,
    }
    return Page("post.html", values)


def put_into_queue(visit: Visit) -> Response:
    """POST /posts/{post_id}/queue."""
    item = queue.enqueue_by_hand(visit.session, visit.user, row_id(visit.path["post_id"]), now=visit.now)
    return see_other(f"/items/{item.id}")
