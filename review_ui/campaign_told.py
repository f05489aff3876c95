"""What came of a decision on a campaign, told on the page that follows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from review_ui.fields import row_id


@dataclass(frozen=True, slots=True)
class CampaignTold:
    """Numbers of posts: decided, left alone as others hold or have decided them, back to be read by themselves."""

    decided: int
    left_alone: int
    returned: int


def campaign_told(fields: Mapping[str, str]) -> CampaignTold | None:
    """What the address of a page says of it, if it does."""
    given = [fields.get(name, "") for name in CampaignTold.__slots__]
    return CampaignTold(*map(row_id, given)) if all(given) else None
