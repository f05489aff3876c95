"""The kinds of media that `extra["media"]` of a post names: one list of words, whatever a platform calls them."""

KINDS = (
    "photo", "video", "voice", "audio", "sticker", "contact", "document", "place", "poll", "album", "left_out",
)  # fmt: skip
_OTHER_WORDS = {
    "animation": "video",
    "audio_message": "voice",
    "geo": "place",
    "gif": "video",
    "gifv": "video",
    "graffiti": "photo",
    "image": "photo",
    "location": "place",
    "photos_list": "album",
    "posted_photo": "photo",
    "round_video": "video",
    "short_video": "video",
}


def media_kind(stated: str) -> str:
    """A platform's word for a medium as one of `KINDS`; "document" for what is none of them."""
    word = stated.lower()
    return word if word in KINDS else _OTHER_WORDS.get(word, "document")
