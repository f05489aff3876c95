"""The directory of helplines: its page for those who keep it, and which of them stand beside a call for help."""

from starlette.responses import Response

from classifier.identifiers import REGION_OF_LANGUAGE
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.visits import Visit, see_other
from store import helplines
from store.helplines import Listing
from store.tables import Helpline, QueueItem


def show_helplines(visit: Visit) -> Page:
    """GET /helplines."""
    return Page("helplines.html", {"lines": helplines.directory(visit.session)})


def add_helpline(visit: Visit) -> Response:
    """POST /helplines."""
    helplines.add(visit.session, visit.user, _listing(visit), now=visit.now)
    return see_other("/helplines")


def change_helpline(visit: Visit) -> Response:
    """POST /helplines/{helpline_id}."""
    helplines.change(visit.session, visit.user, row_id(visit.path["helpline_id"]), _listing(visit), now=visit.now)
    return see_other("/helplines")


def retire_helpline(visit: Visit) -> Response:
    """POST /helplines/{helpline_id}/retire."""
    helplines.retire(visit.session, visit.user, row_id(visit.path["helpline_id"]), now=visit.now)
    return see_other("/helplines")


def helplines_for(visit: Visit, item: QueueItem) -> list[Helpline] | None:
    """Those of the countries that a call for help names or whose language it is in; None for any other post."""
    judged = item.revision.verdicts
    verdict = judged[-1] if judged else None
    if verdict is None or "victim_distress" not in verdict.flagged:
        return None
    places = visit.desk.settings.place_countries
    named = {places.get(found.normalized) for found in item.revision.identifiers if found.type == "place"}
    countries = {country for country in (*named, REGION_OF_LANGUAGE.get(verdict.lang)) if country}
    return helplines.of_countries(visit.session, countries)


def _listing(visit: Visit) -> Listing:
    fields = visit.fields
    return Listing(
        country=line(fields, "country", longest=2, required=True).upper(),
        name=line(fields, "name", longest=200, required=True),
        number=line(fields, "number", longest=60, required=True),
        source=line(fields, "source", longest=500, required=True),
        note=line(fields, "note", longest=500),
        verified_on=line(fields, "verified_on", longest=10) or None,
    )
