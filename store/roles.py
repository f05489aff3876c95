"""What each role may do; the one place where it is decided."""

from lurewatch.errors import AccessError
from store.tables import User

RIGHTS: dict[str, frozenset[str]] = {
    "viewer": frozenset({"view"}),
    "analyst": frozenset({"view", "decide", "open_case"}),
    "supervisor": frozenset({"view", "decide", "open_case", "export"}),
    "investigator": frozenset({"view", "open_case", "export"}),
    "researcher": frozenset({"view"}),
    "auditor": frozenset({"view", "audit"}),
    "administrator": frozenset({"accounts"}),
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
