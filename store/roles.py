"""What each role may do; the one place where it is decided."""

from lurewatch.errors import AccessError
from store.tables import User

_READING = frozenset({"view"})
_OVERSEEING = _READING | {"dashboards"}
_REVIEWING = _READING | {"decide", "campaign_decide", "open_case", "intake", "practice", "tokens"}
_SUPERVISING = frozenset({"mark_golden", "quality", "approve", "export", "share_view", "helplines"})

RIGHTS: dict[str, frozenset[str]] = {
    "viewer": _READING | {"practice"},
    "analyst": _REVIEWING,
    "supervisor": _REVIEWING | _OVERSEEING | _SUPERVISING,
    "investigator": _OVERSEEING | {"open_case", "export", "intake", "practice", "tokens"},
    "researcher": _OVERSEEING | {"quality", "research", "practice"},
    # Whoever looks into the audit chain may find out who a pseudonym is; whoever keeps the accounts may not.
    "auditor": _OVERSEEING | {"audit", "identities"},
    "administrator": frozenset({"accounts", "tokens", "system_tokens", "webhooks", "helplines"}),
}


def has_right(user: User, right: str) -> bool:
    """Whether the person's role carries `right` and the account is not disabled."""
    return not user.disabled and right in RIGHTS[user.role]


def require(user: User, right: str) -> None:
    """Raise AccessError unless `has_right`."""
    if not has_right(user, right):
        raise missing(f"role {user.role}", right)


def missing(holder: str, right: str) -> AccessError:
    """The error that names what `holder` (a role, a token) lacks."""
    return AccessError(
        f"The {holder} does not carry the right to {right.replace('_', ' ')}.",
        hint="Ask a supervisor, or the administrator for another role.",
    )
