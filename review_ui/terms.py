"""Every code and word that pages show and no template spells out: the filters `words` and `said` look them up.

Only `make messages` and the tests read this list.
"""

from http import HTTPStatus

from classifier.identifiers import TYPES
from classifier.labels import LABELS
from evidence import claims
from review_ui import bands, blinding, browsers, preferences, queue, reasons, skipping, verification
from store import captures, cases, hand_overs, handed_in, holdings, holds, lanes, redaction_marks, roles, statistics
from store import queue as items
from store import search as found

STATUSES = (400, 401, 403, 404, 405, 409, 413, 429, 500)
MEDIA = (
    *("photo", "video", "voice", "audio", "sticker", "contact", "document", "place", "poll", "album", "left_out"),
    *("file", "media_type"),
)
MEDIA_NOTES = ("location_information", "contact_information")
# What kinds of source there are; the names of platforms and formats stay as they are.
KINDS = ("jobposting", "feed", "forum", "classified", "mail", "table")
# Why a message of a webhook did not arrive.
DELIVERIES = ("It answered %(status)s.", "%(error)s: no answer.", "The webhook was removed.")
ROBOTS = ("allowed", "not_applicable", "no_robots")
# Fields that a person fills in, as refusals name them.
FIELDS = (
    *("text", "note", "title", "reason", "purpose", "name", "username", "role", "recipient", "number", "country"),
    *("source", "pseudonym", "giver_name", "url", "words", "identifier", "query"),
)
TERMS = (
    *LABELS,
    *lanes.LANES,
    *items.OUTCOMES,
    "undone",
    *roles.RIGHTS,
    *roles.MEANS.values(),
    *("High", "Medium", "Low", bands.NOT_SCORED, bands.NOT_ENOUGH, blinding.HIDDEN),
    *("strong", "moderate", "slight"),
    *reasons.JUDGES.values(),
    *TYPES,
    *captures.PROVENANCES,
    *ROBOTS,
    *KINDS,
    *MEDIA,
    *MEDIA_NOTES,
    *cases.STATES,
    *holds.KINDS,
    *holdings.EXPORTS.values(),
    "reopened",
    *hand_overs.WAYS,
    *redaction_marks.KINDS,
    *verification.SAYS,
    *(sentence for sentences in claims.STATEMENTS for sentence in sentences),
    *("intact", "altered", "unchecked"),
    *handed_in.GIVERS,
    *found.STATES,
    *("superseded", "not_queued"),
    *statistics.WORDS,
    *queue.LISTS.values(),
    *skipping.REASONS.values(),
    *preferences.KEYS.values(),
    browsers.UNKNOWN,
    *DELIVERIES,
    *FIELDS,
    *(HTTPStatus(status).phrase for status in STATUSES),
)
