"""The files under data/exchange/ of a pack."""

from evidence.dossier import Dossier
from evidence.exchange.case_uco import case_uco
from evidence.exchange.htcds import htcds
from evidence.exchange.ictip import ictip
from evidence.exchange.misp import misp
from evidence.exchange.stix import stix
from evidence.pack_file import PackFile

_FOLDER = "data/exchange"
_MAKERS = {
    "case.jsonld": case_uco,
    "stix-bundle.json": stix,
    "misp-event.json": misp,
    "htcds.csv": htcds,
    "ictip.csv": ictip,
}


def exchange_files(dossier: Dossier) -> list[PackFile]:
    """One file for each form; the same dossier gives the same bytes."""
    return [PackFile(f"{_FOLDER}/{name}", (make(dossier),)) for name, make in _MAKERS.items()]
