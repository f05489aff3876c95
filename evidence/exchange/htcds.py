"""Rows in the fields of the Human Trafficking Case Data Standard (HTCDS, IOM), one for each offer of a case.

They describe what an offer advertises. No person is known, so none is invented: everything about a person stays empty,
and so does the trafficking status, which only a competent authority decides. Columns that begin with `lw_` are ours.
"""

from evidence.dossier import Dossier
from evidence.exchange.codes import code_table, coded
from evidence.exchange.offers import Offer, offers
from evidence.exchange.table import table_csv

PERSON_COLUMNS = (
    "con_Consent", "prs_Salutation", "prs_FirstName", "prs_MiddleName", "prs_SecondName", "prs_Birthdate", "prs_Gender",
    "prs_Nationality", "prs_Title", "prs_Email", "prs_HomePhone", "prs_MobilePhone", "prs_MailingCity",
    "prs_MailingCountry", "prs_MailingState", "prs_MailingStreet", "prs_MailingPostalCode", "vic_TraffickingStatus",
    "vic_TraffickingStatusDecisionMakingOrg", "vic_Vulnerabilities",
)  # fmt: skip
# Lists of values, divided as the standard's Salesforce package divides them.
CODED_COLUMNS = (
    "vic_MethodOfRecruitment", "vic_RecruitmentWebsitesAndApps", "vic_MethodsOfControl", "vic_TypeOfExploitation",
    "vic_TypeOfLabourExploitation", "vic_ForcedLabourIndustry", "vic_TypeOfSexExploitation",
)  # fmt: skip
COLUMNS = (
    "lw_RowDescribes", "lw_OfferId", "lw_Case", "lw_PostId", "lw_Url", "lw_Language", "lw_Labels", "lw_Indicators",
    *PERSON_COLUMNS, *CODED_COLUMNS, "vic_LocationOfRecruitment", "vic_LocationOfExploitation",
    "hte_Type", "hte_Date", "hte_Description",
    "cas_Status", "cas_ReferringOrganisation", "cas_ReferringPrimaryCaseWorker", "cas_ReasonForIncomingReferral",
)  # fmt: skip
ROW_DESCRIBES = (
    "an offer that a reviewer confirmed as likely recruitment; codes are what it advertises; no person is known"
)


def htcds(dossier: Dossier) -> bytes:
    """htcds.csv: one row for each offer."""
    return table_csv(COLUMNS, (_row(dossier, offer) for offer in offers(dossier)))


def _row(dossier: Dossier, offer: Offer) -> dict[str, str]:
    claims = dossier.claims
    return {
        "lw_RowDescribes": ROW_DESCRIBES,
        "lw_OfferId": offer.id,
        "lw_Case": claims["case"]["number"],
        "lw_PostId": offer.native_id,
        "lw_Url": offer.url,
        "lw_Language": offer.lang,
        "lw_Labels": ";".join(offer.labels),
        "lw_Indicators": ";".join(offer.indicators),
        **{column: ";".join(values) for column, values in _codes(offer).items()},
        "vic_LocationOfRecruitment": "online",
        "vic_LocationOfExploitation": ";".join(offer.places),
        "hte_Type": "Recruitment",
        "hte_Date": offer.on,
        "hte_Description": "Offer published online; places are those that it names",
        "cas_Status": "Active",
        "cas_ReferringOrganisation": claims["organisation"],
        "cas_ReferringPrimaryCaseWorker": claims["exported_by"],
        "cas_ReasonForIncomingReferral": "Other",
    }


def _codes(offer: Offer) -> dict[str, list[str]]:
    """What the offer advertises, and by which ways it reaches people."""
    kind = offer.kind if offer.kind in code_table()["kinds"] else "other"
    return coded("htcds", labels=offer.labels, indicators=offer.indicators, kinds=[kind], contacts=offer.contacts)
