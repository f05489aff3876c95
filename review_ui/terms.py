"""Every code and word that pages show and no template spells out: the filters `words` and `said` look them up.

Only `make messages` and the tests read this list.
"""

from http import HTTPStatus

from classifier.identifiers import TYPES
from classifier.labels import LABELS
from review_ui import bands, reasons
from store import captures, queue, roles

STATUSES = (400, 401, 403, 404, 405, 409, 413, 429, 500)
MEDIA = ("photo", "video", "voice", "document", "file", "media_type", "poll")
MEDIA_NOTES = ("location_information", "contact_information")
TERMS = (
    *LABELS,
    *queue.LANES,
    *queue.OUTCOMES,
    "undone",
    *roles.RIGHTS,
    *("High", "Medium", "Low", bands.NOT_SCORED, bands.NOT_ENOUGH),
    *("strong", "moderate", "slight"),
    *reasons.JUDGES.values(),
    *TYPES,
    *captures.PROVENANCES,
    *("allowed", "not_applicable"),
    *MEDIA,
    *MEDIA_NOTES,
    *(HTTPStatus(status).phrase for status in STATUSES),
)
