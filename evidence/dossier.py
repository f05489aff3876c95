"""What a pack tells of a case, as data: every file of the pack but the captures' own bytes is made from it.

Whoever makes such a file sees no table and no session, so that it can say nothing else than its neighbours do.
"""

from dataclasses import dataclass
from typing import Any

from evidence.custody import Custody


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The documents that travel in a pack.

    `claims` is claims.json (`evidence.claims`), `posts` are the analysis documents and `captures` what is told of each
    capture (`evidence.analysis`), in the order of their files' numbers.
    """

    claims: dict[str, Any]
    captures: tuple[dict[str, Any], ...]
    posts: tuple[dict[str, Any], ...]
    custody: Custody
