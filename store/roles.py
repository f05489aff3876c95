"""What each role may do; the one place where it is decided."""

from lurewatch.errors import AccessError
from store.tables import User

_READING = frozenset({"view"})
_OVERSEEING = _READING | {"dashboards"}
_REVIEWING = _READING | {"decide", "campaign_decide", "open_case", "intake", "practice"}

RIGHTS: dict[str, frozenset[str]] = {
    "viewer": _READING | {"practice"},
    "analyst": _REVIEWING,
    "supervisor": _REVIEWING | _OVERSEEING | {"mark_golden", "quality", "approve", "export", "share_view"},
    "investigator": _OVERSEEING | {"open_case", "export", "intake"},
    "researcher": _OVERSEEING | {"quality", "research"},
    # Whoever looks into the audit chain may find out who a pseudonym is; whoever keeps the accounts may not.
    "auditor": _OVERSEEING | {"audit", "identities"},
    "administrator": frozenset({"accounts", "tokens"}),
}


def has_right(user: User, right: str) -> bool:
    """Whether the person's role carries `right` and the account is not disabled."""
    return not user.disabled and right in RIGHTS[user.role]


def require(user: User, right: str) -> None:
    """Raise AccessError unless `has_right`."""
    if not has_right(user, right):
        raise AccessError(
            f"The role {user.role} does not carry the right to {right.replace('_', ' ')}.",
            hint="Ask a supervisor, or the administrator for another role.",
        )
