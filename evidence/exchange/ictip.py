"""Rows in the categories of IC-TIP, the UN's classification for administrative data on trafficking, one for each offer.

IC-TIP's variables and codes were nowhere to be had as data (see `codes.toml`): the columns are named after its
categories, and say so. They describe what an offer advertises; no person is in them.
"""

from evidence.dossier import Dossier
from evidence.exchange.codes import coded
from evidence.exchange.offers import Offer, offers
from evidence.exchange.table import table_csv

SCHEME = "IC-TIP categories, in words: not its codes"
CATEGORIES = ("acts", "means", "purposes", "forms", "industry")
COLUMNS = (
    "scheme", "offer_id", "case_number", "reporting_entity", "date_of_offer", "language", "recruitment_channel",
    "acts_advertised", "means_advertised", "purposes_advertised", "forms_advertised", "industry_advertised",
    "places_named",
)  # fmt: skip


def ictip(dossier: Dossier) -> bytes:
    """ictip.csv: one row for each offer."""
    return table_csv(COLUMNS, (_row(dossier, offer) for offer in offers(dossier)))


def _row(dossier: Dossier, offer: Offer) -> dict[str, str]:
    claims = dossier.claims
    categories = coded("ictip", labels=offer.labels, indicators=offer.indicators)
    return {
        "scheme": SCHEME,
        "offer_id": offer.id,
        "case_number": claims["case"]["number"],
        "reporting_entity": claims["organisation"],
        "date_of_offer": offer.on,
        "language": offer.lang,
        "recruitment_channel": f"online: {offer.kind}",
        **{f"{category}_advertised": ";".join(categories.get(category, [])) for category in CATEGORIES},
        "places_named": ";".join(offer.places),
    }
