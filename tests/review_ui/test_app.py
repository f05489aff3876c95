"""Every route for every kind of visitor; a route that is not listed here fails the test."""

from typing import NamedTuple

import pytest
from starlette.routing import Mount, Route

from review_ui.headers import CONTENT_SECURITY_POLICY
from store import cases
from store.roles import RIGHTS
from store.tables import QueueItem
from tests.review_ui.office import Office

# Visitor -> the status of the answer. 303 to /sign-in stands as "in".
READING = ("viewer", "analyst", "supervisor", "investigator", "researcher", "auditor")
PEOPLE = ("anonymous", *READING, "administrator", "disabled")
NAMES = {
    "viewer": "vi",
    "analyst": "ana",
    "disabled": "ana",
    "supervisor": "sup",
    "investigator": "inv",
    "researcher": "res",
    "auditor": "aud",
    "administrator": "adm",
}
EVERYBODY = dict.fromkeys(PEOPLE, 200)
REFUSED = dict.fromkeys(PEOPLE, 403) | {"anonymous": "in", "disabled": "in"}
ERASERS = REFUSED | {"supervisor": 303, "investigator": 303}
READERS = REFUSED | dict.fromkeys(READING, 200)
DECIDERS = REFUSED | {"analyst": 303, "supervisor": 303}
EXPORTERS = REFUSED | {"supervisor": 404, "investigator": 404}
INVESTIGATORS = REFUSED | {"analyst": 303, "supervisor": 303, "investigator": 303}
SIGNED_IN = dict.fromkeys(PEOPLE, 200) | {"anonymous": "in", "disabled": "in"}
SENT_ON = dict.fromkeys(PEOPLE, 303) | {"anonymous": "in", "disabled": "in"}
NOBODYS = dict.fromkeys(PEOPLE, 404) | {"anonymous": "in", "disabled": "in"}
ADMINISTRATORS = REFUSED | {"administrator": 200}
DECIDING_READERS = REFUSED | {"analyst": 200, "supervisor": 200}
SUPERVISORS = REFUSED | {"supervisor": 200}
AUDITORS = REFUSED | {"auditor": 200}
TAKERS = REFUSED | dict.fromkeys(("analyst", "supervisor", "investigator"), 200)
TOKEN_HOLDERS = TAKERS | {"administrator": 200}
HELPLINE_KEEPERS = REFUSED | {"supervisor": 200, "administrator": 200}
KEEPERS = REFUSED | dict.fromkeys(READING, 303)
# Nobody has a kept search here, so whoever may ask is told that there is none.
STRANGERS = REFUSED | dict.fromkeys(READING, 404)
ROUTES = {
    ("GET", "/"): dict.fromkeys(PEOPLE, 303),
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): dict.fromkeys(PEOPLE, 401),
    ("POST", "/sign-out"): dict.fromkeys(PEOPLE, "in"),
    ("POST", "/language"): dict.fromkeys(PEOPLE, 303),
    ("GET", "/queue"): READERS,
    ("GET", "/queue/next"): DECIDERS,
    ("GET", "/items/{item_id}"): READERS,
    # The first post is in the queue, so that its page is its item's, and stays where it is.
    ("GET", "/posts/{post_id}"): READERS | dict.fromkeys(READING, 303),
    ("POST", "/posts/{post_id}/queue"): DECIDERS,
    # 409: the analyst holds the open item, and the supervisor has decided nothing that could be undone.
    ("POST", "/items/{item_id}/decision"): DECIDERS | {"supervisor": 409},
    ("GET", "/items/{item_id}/campaign"): DECIDING_READERS,
    ("POST", "/items/{item_id}/campaign"): DECIDERS | {"supervisor": 409},
    ("POST", "/items/{item_id}/golden"): SUPERVISORS | {"supervisor": 303},
    # 400: nobody disagrees about the item.
    ("POST", "/items/{item_id}/settling"): SUPERVISORS | {"supervisor": 400},
    ("GET", "/quality"): SUPERVISORS | {"researcher": 200},
    ("GET", "/quality/skips.csv"): SUPERVISORS | {"researcher": 200},
    ("GET", "/languages"): DECIDING_READERS,
    ("POST", "/languages"): DECIDERS,
    ("POST", "/undo"): DECIDERS | {"supervisor": 409},
    ("GET", "/identifiers/{identifier_id}"): READERS,
    ("GET", "/cases"): READERS,
    ("POST", "/cases"): INVESTIGATORS,
    ("GET", "/cases/{number}"): READERS,
    ("POST", "/cases/{number}/items"): INVESTIGATORS,
    ("POST", "/cases/{number}/items/{item_id}/removal"): INVESTIGATORS,
    # 404: the case holds nothing of a campaign, and no pack.
    ("POST", "/cases/{number}/campaigns"): INVESTIGATORS | {"analyst": 404, "supervisor": 404, "investigator": 404},
    ("POST", "/cases/{number}/notes"): INVESTIGATORS,
    ("POST", "/cases/{number}/approval"): INVESTIGATORS,
    ("POST", "/cases/{number}/ruling"): REFUSED | {"supervisor": 400},
    # 400: nobody has asked, and the case is open.
    ("POST", "/cases/{number}/cancellation"): REFUSED | {"analyst": 400, "supervisor": 400, "investigator": 400},
    ("POST", "/cases/{number}/closing"): INVESTIGATORS,
    ("POST", "/cases/{number}/reopening"): REFUSED | {"analyst": 400, "supervisor": 400, "investigator": 400},
    ("POST", "/cases/{number}/hand-overs"): EXPORTERS,
    # 404: this office has no folder of captures to export from, and the case no pack.
    ("POST", "/cases/{number}/export"): EXPORTERS,
    # 400: what stands in the form is no key.
    ("POST", "/cases/{number}/recipients"): REFUSED | {"supervisor": 400, "investigator": 400},
    # 404: nobody was named.
    ("POST", "/cases/{number}/recipients/{recipient_id}/removal"): EXPORTERS,
    ("GET", "/verify"): READERS,
    # 400: no file comes with it.
    ("POST", "/verify"): READERS | dict.fromkeys(READING, 400),
    ("POST", "/verify/match"): READERS | dict.fromkeys(READING, 400),
    ("GET", "/audit"): REFUSED | {"auditor": 200},
    ("GET", "/cases/{number}/redacted"): TAKERS,
    ("POST", "/cases/{number}/marks"): INVESTIGATORS,
    # 404: nobody has marked anything.
    ("POST", "/cases/{number}/marks/{mark_id}/removal"): INVESTIGATORS
    | dict.fromkeys(("analyst", "supervisor", "investigator"), 404),
    ("GET", "/dashboards"): READERS | {"viewer": 403, "analyst": 403},
    ("GET", "/search"): READERS,
    ("POST", "/search/views"): KEEPERS,
    ("POST", "/search/views/{view_id}/removal"): STRANGERS,
    ("GET", "/intake"): TAKERS,
    # 404: this office takes nothing in.
    ("POST", "/intake"): TAKERS | dict.fromkeys(("analyst", "supervisor", "investigator"), 404),
    # 404: this office has no posts to practise on, and nobody has begun.
    **dict.fromkeys(
        [
            ("GET", "/practice"),
            ("POST", "/practice"),
            ("POST", "/practice/{run_id}/stop"),
            ("GET", "/practice/{run_id}/{position}"),
            ("POST", "/practice/{run_id}/{position}"),
        ],
        REFUSED | dict.fromkeys(("viewer", "analyst", "supervisor", "investigator", "researcher"), 404),
    ),
    ("GET", "/tokens"): TOKEN_HOLDERS,
    ("POST", "/tokens"): TOKEN_HOLDERS,
    # 404: there is no such token.
    ("POST", "/tokens/{token_id}/revoke"): TOKEN_HOLDERS
    | dict.fromkeys(("analyst", "supervisor", "investigator", "administrator"), 404),
    ("GET", "/webhooks"): ADMINISTRATORS,
    # 400: the settings allow no address; 404: there is no such webhook.
    ("POST", "/webhooks"): ADMINISTRATORS | {"administrator": 400},
    ("POST", "/webhooks/{webhook_id}/remove"): ADMINISTRATORS | {"administrator": 404},
    ("POST", "/webhooks/{webhook_id}/again"): ADMINISTRATORS | {"administrator": 404},
    ("GET", "/helplines"): HELPLINE_KEEPERS,
    ("POST", "/helplines"): REFUSED | {"supervisor": 303, "administrator": 303},
    # 404: there is no such helpline.
    ("POST", "/helplines/{helpline_id}"): REFUSED | {"supervisor": 404, "administrator": 404},
    ("POST", "/helplines/{helpline_id}/retire"): REFUSED | {"supervisor": 404, "administrator": 404},
    # The calls of the API have a matrix of their own (api/test_every_call.py): nobody is signed in there.
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("GET", "/static/fonts/fonts.css"): EVERYBODY,
    ("GET", "/static/review.css"): EVERYBODY,
    ("GET", "/sign-in/code"): EVERYBODY,
    ("POST", "/sign-in/code"): dict.fromkeys(PEOPLE, "in"),
    # 404: this office has no provider.
    ("GET", "/sign-in/openid"): dict.fromkeys(PEOPLE, 404),
    ("GET", "/sign-in/openid/back"): dict.fromkeys(PEOPLE, 404),
    ("GET", "/sign-in/openid/leave"): dict.fromkeys(PEOPLE, 404),
    ("GET", "/account"): SIGNED_IN,
    # 404: the session with this number is not one's own.
    ("POST", "/account/sessions/{session_id}/end"): NOBODYS,
    ("POST", "/account/sessions/end"): SENT_ON,
    ("GET", "/account/password"): SIGNED_IN,
    # 401: the form lacks the present password.
    ("POST", "/account/password"): dict.fromkeys(PEOPLE, 401) | {"anonymous": "in", "disabled": "in"},
    ("GET", "/account/second-factor"): SIGNED_IN,
    # 400: the form lacks a code.
    ("POST", "/account/second-factor"): dict.fromkeys(PEOPLE, 400) | {"anonymous": "in", "disabled": "in"},
    ("GET", "/account/preferences"): SIGNED_IN,
    ("POST", "/account/preferences"): SENT_ON,
    ("POST", "/break"): SENT_ON,
    ("POST", "/items/{item_id}/all-the-same"): READERS | dict.fromkeys(READING, 303),
    ("GET", "/people"): ADMINISTRATORS,
    ("POST", "/people"): ADMINISTRATORS,
    ("GET", "/people/{user_id}"): ADMINISTRATORS,
    ("POST", "/people/{user_id}/{change}"): ADMINISTRATORS | {"administrator": 303},
    ("GET", "/sessions"): ADMINISTRATORS,
    # 404: there is none with this number.
    ("POST", "/sessions/{session_id}/end"): ADMINISTRATORS | {"administrator": 404},
    ("GET", "/retention"): REFUSED | dict.fromkeys(("supervisor", "investigator", "auditor", "administrator"), 200),
    ("POST", "/retention/holds"): ERASERS,
    ("POST", "/retention/erasures"): ERASERS,
    # 404: there is none with this number.
    ("POST", "/retention/holds/{hold_id}/lifting"): REFUSED | {"supervisor": 404, "investigator": 404},
    ("POST", "/retention/erasures/{request_id}/ruling"): REFUSED | {"supervisor": 404},
    ("GET", "/identities"): AUDITORS,
    # 404: nobody has that pseudonym.
    ("POST", "/identities"): AUDITORS | {"auditor": 404},
}
NOT_THERE = dict.fromkeys(
    (
        "token_id",
        "webhook_id",
        "run_id",
        "helpline_id",
        "session_id",
        "hold_id",
        "request_id",
        "mark_id",
        "recipient_id",
    ),
    4711,
)
HELPLINE = {"country": "KH", "name": "Police", "number": "000", "source": "called"}
# What stands for all that is mounted there.
MOUNTED = {"/static": "review.css", "/static/fonts": "fonts.css", "/api": "openapi.json"}
FORMS = {
    "/sign-in": {"username": "nobody", "password": "wrong"},
    "/items/{item_id}/decision": {"outcome": "benign", "idem_key": "routes"},
    "/items/{item_id}/campaign": {"outcome": "benign", "idem_key": "routes"},
    "/undo": {"idem_key": "routes-undo"},
    "/cases": {"title": "Typing work"},
    "/people": {"username": "new", "role": "analyst"},
    "/identities": {"pseudonym": "reviewer-none", "purpose": "court"},
    "/cases/{number}/items/{item_id}/removal": {"reason": "Another matter"},
    "/cases/{number}/campaigns": {"campaign_id": "1"},
    "/cases/{number}/notes": {"text": "Paid in dollars"},
    "/cases/{number}/marks": {"words": "Mai Lan", "kind": "name"},
    "/cases/{number}/approval": {"purpose": "For the court"},
    "/cases/{number}/ruling": {"outcome": "approved"},
    "/cases/{number}/closing": {"reason": "Went to trial"},
    "/cases/{number}/reopening": {"reason": "New posts"},
    "/cases/{number}/export": {"recipient": "District court", "purpose": "Trial"},
    "/cases/{number}/recipients": {"name": "District court", "key": "no key"},
    "/retention/holds": {"kind": "post", "name": "1", "reason": "Court order"},
    "/retention/erasures": {"post_id": "1", "reason": "Asked by letter"},
    "/retention/holds/{hold_id}/lifting": {"reason": "Trial over"},
    "/retention/erasures/{request_id}/ruling": {"outcome": "erased"},
    "/cases/{number}/hand-overs": {
        "sha256": "a" * 64,
        "recipient": "District court",
        "purpose": "Trial",
        "way": "courier",
        "handed_at": "2026-03-01T10:00",
    },
    "/search/views": {"name": "Flights", "query": "q=flight"},
    "/language": {"language": "vi", "back": "/queue"},
    "/tokens": {"name": "script", "scope.view": "1", "days": "1", "role": "viewer"},
    "/practice": {"count": "10"},
    "/helplines": HELPLINE,
    "/helplines/{helpline_id}": HELPLINE,
    "/intake": {"giver": "hotline", "text": "a text"},
    "/webhooks": {"url": "https://siem.example/hook"},
}


class Furniture(NamedTuple):
    """Ids of an open item, of a confirmed one, of one in a case, and the case's number."""

    open_item: int
    confirmed: int
    filed: int
    number: str


def _declared(office: Office) -> set[tuple[str, str]]:
    found = set()
    for route in office.app.routes:
        if isinstance(route, Mount):
            found.add(("GET", f"{route.path}/{MOUNTED[route.path]}"))
        else:
            assert isinstance(route, Route)
            found |= {(method, route.path) for method in route.methods or () if method != "HEAD"}
    return found


def _furnish(office: Office) -> Furniture:
    """An open item, a confirmed one, and a case with another; the analyst `ana` has decided something to undo."""
    open_item, confirmed, benign, filed = (office.post() for _ in range(4))
    office.confirm("binh", confirmed)
    office.confirm("binh", filed)
    ana = office.client("ana")
    ana.post(f"/items/{benign}/decision", data={"outcome": "benign", "idem_key": "before"})
    ana.post("/sign-out")
    with office.store.transaction() as session:
        decided = session.get_one(QueueItem, confirmed).decisions[0].user
        case = cases.open_case(session, decided, title="Flights", now=office.now)
        cases.add_item(session, decided, case, session.get_one(QueueItem, filed), now=office.now)
    return Furniture(open_item, confirmed, filed, case.number)


@pytest.mark.parametrize("visitor", PEOPLE)
@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[" ".join(route) for route in ROUTES])
def test_each_visitor_gets_what_their_role_gives(staffed: Office, visitor: str, method: str, path: str) -> None:
    there = _furnish(staffed)
    client = staffed.client(NAMES.get(visitor))
    if visitor == "disabled":
        staffed.dismiss("ana")
    form = FORMS.get(path, {}) | ({"item_id": str(there.confirmed)} if path.startswith("/cases") else {})
    item_id = there.filed if path.startswith("/cases") else there.open_item
    ids = NOT_THERE | dict.fromkeys(("user_id", "view_id", "identifier_id", "position", "post_id"), 1)
    address = path.format(item_id=item_id, number=there.number, change="sessions", **ids)
    answer = client.request(method, address, data=form if method == "POST" else None)
    expected = ROUTES[method, path][visitor]
    if expected == "in":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    else:
        assert answer.status_code == expected, answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_every_role_visits() -> None:
    assert set(PEOPLE) - {"anonymous", "disabled"} == set(RIGHTS)


def test_every_route_is_listed(office: Office) -> None:
    assert _declared(office) == set(ROUTES)


def test_a_host_that_is_not_ours_is_refused(office: Office) -> None:
    assert office.client().get("/sign-in", headers={"host": "evil.example"}).status_code == 400


def test_the_host_may_carry_a_port(office: Office) -> None:
    assert office.client().get("/sign-in", headers={"host": "localhost:8800"}).status_code == 200


def test_health_needs_the_store(office: Office) -> None:
    with office.store.transaction() as session:
        session.connection().exec_driver_sql('ALTER TABLE "user" RENAME TO gone')
    client = office.client()
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    assert client.get("/healthz").status_code == 500
