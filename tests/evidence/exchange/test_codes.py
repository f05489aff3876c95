"""The table of codes: every label and concept of ours is in it, and no code of a scheme is invented."""

import pytest

from classifier.labels import LABELS
from classifier.lexicon import Lexicon
from evidence.exchange.codes import code_table, coded
from evidence.exchange.htcds import CODED_COLUMNS
from evidence.exchange.ictip import CATEGORIES
from lurewatch import resources

# HTCDS Field Reference, Field Definitions and survey form (github.com/UNMigration/HTCDS).
HTCDS = {
    "vic_MethodOfRecruitment": "AtAPlaceOfBusiness AtAnEducationalInstitution AtWork ThroughOnlineSocialNetworks "
    "ThroughAnOnlineAdvertisement ThroughATelevisionAdvert ThroughANewspaperAdvert ThroughFamilyOrFamilyEvents "
    "ThroughFriendsOrSocialEvents Other",
    "vic_RecruitmentWebsitesAndApps": "Facebook Instagram WhatsApp Telegram FacebookMessenger Viber SnapChat Line "
    "4Sale WeChat QQ QZone TikTok Twitter Other",
    "vic_MethodsOfControl": "DebtBondage TakesEarnings RestrictsFinancialAccess Threats PsychologicalAbuse "
    "PhysicalAbuse SexualAbuse FalsePromises PsychoactiveSubstances RestrictsMovement RestrictsMedicalCare "
    "ExcessiveWorkingHours UsesChildren ThreatOfLawEnforcement WithholdsNecessities WithholdsDocuments Other",
    "vic_TypeOfExploitation": "ForcedLabour SexualExploitation ChildLabour ForcedMarriage Servitude "
    "ForcedMilitaryByNonStateActors OrganRemoval ForcedBegging ForcedAdoption Surrogacy Other",
    "vic_TypeOfLabourExploitation": "Agriculture Aquafarming Begging Construction DomesticWork Hospitality "
    "IllicitActivities Manufacturing MiningOrDrilling Peddling Transportation Other",
    "vic_TypeOfSexExploitation": "Prostitution Pornography RemoteInteractiveServices PrivateSexualServices",
    "vic_ForcedLabourIndustry": "N_AdministrativeAndSupportServiceActivities R_ArtsEntertainmentAndRecreation",
}
# Palermo Protocol, article 3 (a); Directive 2011/36/EU as amended, article 2 (3); sections of ISIC Rev. 4.
ICTIP = {
    "acts": {"recruitment", "transportation", "transfer", "harbouring", "receipt"},
    "means": {
        "threat or use of force", "coercion", "abduction", "fraud", "deception", "abuse of power",
        "abuse of a position of vulnerability", "giving or receiving of payments or benefits",
    },
    "purposes": {
        "exploitation of the prostitution of others or other sexual exploitation", "forced labour or services",
        "slavery or practices similar to slavery", "servitude", "removal of organs",
    },
    "forms": {
        "exploitation of criminal activities", "exploitation of surrogacy", "forced marriage", "illegal adoption",
    },
    "industry": set("ABCDEFGHIJKLMNOPQRSTU"),
}  # fmt: skip


def rows(scheme: str) -> list[tuple[str, str, list[str]]]:
    """Name, field and values of every code of a scheme."""
    sections = [section for name, section in code_table().items() if name != "unmapped"]
    named = [(name, row.get(scheme, {})) for section in sections for name, row in section.items()]
    return [(name, field, values) for name, row in named for field, values in row.items()]


def test_every_label_is_in_the_table() -> None:
    assert tuple(code_table()["labels"]) == LABELS


def test_every_concept_is_coded_or_said_to_have_no_code() -> None:
    left_out = [code for codes in code_table()["unmapped"].values() for code in codes]
    named = [*code_table()["indicators"], *left_out]
    assert sorted(named) == sorted(Lexicon.load(resources.lexicons()).concepts)


def test_no_code_of_htcds_is_unknown() -> None:
    assert {field for _, field, _ in rows("htcds")} <= set(CODED_COLUMNS)
    assert not [(name, values) for name, field, values in rows("htcds") if set(values) - set(HTCDS[field].split())]


def test_no_category_of_ic_tip_is_unknown() -> None:
    assert {field for _, field, _ in rows("ictip")} <= set(CATEGORIES)
    assert not [(name, values) for name, field, values in rows("ictip") if set(values) - ICTIP[field]]


def test_codes_come_once_in_the_order_of_the_names() -> None:
    found = coded("htcds", labels=["scam_centre", "labour_exploitation"], indicators=["debt", "release_penalty"])
    assert found["vic_TypeOfExploitation"] == ["ForcedLabour"]
    assert found["vic_MethodsOfControl"] == ["DebtBondage", "RestrictsMovement"]


@pytest.mark.parametrize("label", ["smuggling", "victim_distress", "no such label"])
def test_what_is_no_trafficking_has_no_exploitation(label: str) -> None:
    assert "vic_TypeOfExploitation" not in coded("htcds", labels=[label])
    assert "purposes" not in coded("ictip", labels=[label])
