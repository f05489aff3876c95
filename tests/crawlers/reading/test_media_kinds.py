import pytest

from crawlers.reading.media_kinds import KINDS, media_kind


@pytest.mark.parametrize(
    ("stated", "kind"),
    [("photo", "photo"), ("image", "photo"), ("gifv", "video"), ("doc", "document"), ("location", "place"),
     ("AUDIO_MESSAGE", "voice"), ("market", "document"), ("", "document")],
)  # fmt: skip
def test_every_platforms_word_is_one_of_the_list(stated: str, kind: str) -> None:
    assert media_kind(stated) == kind
    assert kind in KINDS
