"""What each role may do; the one place where it is decided."""

from lurewatch.errors import AccessError
from store.tables import User

_READING = frozenset({"view"})
_OVERSEEING = _READING | {"dashboards"}
_REVIEWING = _READING | {"decide", "campaign_decide", "open_case", "intake", "practice", "tokens"}
_SUPERVISING = frozenset({"mark_golden", "settle", "quality", "approve", "export", "share_view", "helplines"})
_KEEPING = frozenset({"retention", "hold"})

RIGHTS: dict[str, frozenset[str]] = {
    "viewer": _READING | {"practice"},
    "analyst": _REVIEWING,
    "supervisor": _REVIEWING | _OVERSEEING | _SUPERVISING | _KEEPING,
    "investigator": _OVERSEEING | _KEEPING | {"open_case", "export", "intake", "practice", "tokens"},
    "researcher": _OVERSEEING | {"quality", "practice"},
    # Whoever looks into the audit chain may find out who a pseudonym is; whoever keeps the accounts may not.
    "auditor": _OVERSEEING | {"audit", "identities", "retention"},
    "administrator": frozenset({"accounts", "tokens", "system_tokens", "webhooks", "helplines", "retention"}),
}


# What each right lets people do, as refusals and tokens say it.
MEANS = {
    "view": "read posts",
    "decide": "decide on items",
    "campaign_decide": "decide on whole campaigns",
    "open_case": "work on cases",
    "intake": "take in what is handed over",
    "practice": "practise",
    "tokens": "make tokens",
    "system_tokens": "make tokens for systems",
    "mark_golden": "mark golden items",
    "settle": "settle disagreements",
    "quality": "see the quality of the review",
    "approve": "approve cases",
    "export": "export packs",
    "share_view": "share searches",
    "helplines": "keep the helplines",
    "dashboards": "see the dashboards",
    "audit": "read the audit chain",
    "identities": "look up pseudonyms",
    "accounts": "keep the accounts",
    "webhooks": "keep the webhooks",
    "retention": "see what is kept and erased",
    "hold": "hold and erase posts",
}


def has_right(user: User, right: str) -> bool:
    """Whether the person's role carries `right` and the account is not disabled."""
    return not user.disabled and right in RIGHTS[user.role]


def require(user: User, right: str) -> None:
    """Raise AccessError unless `has_right`."""
    if not has_right(user, right):
        raise AccessError(
            f"The role {user.role} does not carry the right to {MEANS[right]}.",
            hint="Ask a supervisor, or the administrator for another role.",
        )
