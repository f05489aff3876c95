import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.spiders.telegram import older_page, parse_page
from store.parsed_post import ParsedPost

URL = "https://t.me/s/sample_jobs"
WHEN = "2026-03-01T08:00:00+00:00"


def text(inner: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{inner}</div>'


def message(inner: str = "", *, number: int = 7, when: str | None = WHEN, meta: str = "", service: bool = False) -> str:
    kind = " service_message" if service else ""
    time = f'<time datetime="{when}" class="time">08:00</time>' if when else ""
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message{kind} js-widget_message" '
        f'data-post="sample_jobs/{number}"><div class="tgme_widget_message_bubble">'
        '<a class="tgme_widget_message_owner_name" href="https://t.me/sample_jobs"><span>Sample Jobs</span></a>'
        f'{inner}<span class="tgme_widget_message_views">2.38M</span><span class="tgme_widget_message_meta">{meta}'
        f'<a class="tgme_widget_message_date" href="https://t.me/sample_jobs/{number}">{time}</a></span></div></div></div>'
    )


def page(*messages: str, more: str = "", head: str = "") -> bytes:
    title = '<div class="tgme_channel_info_header_title"><span>Sample Jobs</span></div>'
    return f"<html><head>{head}</head><body>{title}<section>{more}{''.join(messages)}</section></body></html>".encode()


def read(body: bytes) -> list[ParsedPost]:
    return list(parse_page(body, URL, fetched_at=datetime(2026, 3, 2, tzinfo=UTC)))


def test_a_message_is_a_post() -> None:
    (post,) = read(
        page(message(text('<i class="emoji"><b>✈️</b></i> Cooks wanted<br/>Write to <a href="x">@sample_hr</a>')))
    )
    assert post == ParsedPost(
        native_id="sample_jobs/7",
        url="https://t.me/sample_jobs/7",
        text="✈️ Cooks wanted\nWrite to @sample_hr",
        author="Sample Jobs",
        posted_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        extra={"channel": "Sample Jobs", "views": "2.38M"},
    )


def test_words_stay_whole_and_blanks_as_they_are() -> None:
    (post,) = read(page(message(text("+84<b>123</b><i>456</i>  two blanks"))))
    assert post.text == "+84123456  two blanks"


def test_quotes_and_code_stand_on_their_own_lines() -> None:
    (post,) = read(page(message(text("Before<blockquote>quoted</blockquote>after<pre>code</pre>"))))
    assert post.text == "Before\nquoted\nafter\ncode"


def test_line_breaks_of_the_markup_are_gaps() -> None:
    (post,) = read(page(message(text("\n  <b>Cooks</b>\n  wanted\n  <br />\n  Write  to us<pre>a\n  b</pre>\n"))))
    assert post.text == "Cooks wanted\nWrite  to us\na\n  b"


def test_first_part_of_an_album_has_the_messages_own_address() -> None:
    album = message(text("Caption")).replace('sample_jobs/7">', 'sample_jobs/7?single">')
    assert read(page(album))[0].url == "https://t.me/sample_jobs/7"


def test_member_of_a_group_is_the_author_and_not_the_group() -> None:
    by = '<a class="tgme_widget_message_author_name" href="https://t.me/sample_hr"><span>HR desk</span></a>'
    answered = by.replace("<a", "<span").replace("</a>", "</span>").replace("HR desk", "Other")
    reply = f'<a class="tgme_widget_message_reply">{answered}{text("Old")}</a>'
    (post,) = read(page(message(by + reply + text("New"))))
    assert (post.author, post.extra["channel"], post.text) == ("HR desk", "Sample Jobs", "New")
    assert post.extra["quoted"] == [{"author": "Other", "text": "Old"}]
    assert read(page(message(reply + text("New"))))[0].author == "Sample Jobs"


def test_message_that_a_page_shows_in_part_is_placed_by_its_number() -> None:
    dated = f'{text("Cooks")}<time datetime="{WHEN}"></time>'
    body = f'<div class="tgme_widget_message" data-post="sample_jobs/7">{dated}</div>'
    (post,) = read(page(body))
    assert (post.url, post.author) == ("https://t.me/sample_jobs/7", "Sample Jobs")
    assert post.posted_at == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_further_messages_as_scripts_fetch_them() -> None:
    more = '<a class="tme_messages_more" data-before="3"></a>'
    body = json.dumps(page(message(text("Cooks wanted")), more=more).decode()).encode()
    assert [post.text for post in read(body)] == ["Cooks wanted"]
    assert older_page(body, URL) == f"{URL}?before=3"


def test_caption_of_an_album_is_read_once() -> None:
    (post,) = read(page(message(text(text("Caption")))))
    assert post.text == "Caption"


def test_text_of_a_quoted_reply_is_not_the_message() -> None:
    reply = (
        '<a class="tgme_widget_message_reply" href="https://t.me/sample_jobs/3"">'
        '<div class="tgme_widget_message_text js-message_text js-message_reply_text">Old advert</div></a>'
    )
    (post,) = read(page(message(reply + text("New advert"))))
    assert post.text == "New advert"
    assert post.extra["reply_to"] == "https://t.me/sample_jobs/3"
    assert post.extra["quoted"] == [{"text": "Old advert"}]


def test_buttons_polls_and_reactions_are_kept() -> None:
    inner = (
        '<div class="tgme_widget_message_poll_question">Abroad?</div>'
        '<div class="tgme_widget_message_poll_option_text">Yes</div>'
        '<a class="tgme_widget_message_inline_button" href="https://t.me/sample_hr">Apply</a>'
        '<span class="tgme_reaction">5</span>'
    )
    extra = read(page(message(inner)))[0].extra
    assert extra["poll"] == ["Abroad?", "Yes"]
    assert extra["buttons"] == [{"text": "Apply", "url": "https://t.me/sample_hr"}]
    assert extra["reactions"] == ["5"]


def test_service_messages_are_left_out() -> None:
    assert [post.native_id for post in read(page(message(service=True), message(text("x"), number=8)))] == [
        "sample_jobs/8"
    ]


def test_length_of_a_video_is_not_its_date() -> None:
    video = '<i class="tgme_widget_message_video_player"><time class="message_video_duration">0:31</time></i>'
    (post,) = read(page(message(video + text("Watch"))))
    assert post.posted_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert post.extra["media"] == [{"kind": "video"}]


@pytest.mark.parametrize("when", [None, "2026-03-01T08:00:00", "tomorrow", "0001-01-01T00:00:00+14:00"])
def test_date_without_zone_or_sense_is_unknown(when: str | None) -> None:
    assert read(page(message(text("x"), when=when)))[0].posted_at is None


def test_what_stands_around_the_text_is_kept_apart() -> None:
    around = (
        '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/other_channel/5">Other</a>'
        '<a class="tgme_widget_message_photo_wrap" style="background-image:url(x)"></a>'
        '<a class="tgme_widget_message_photo_wrap" style="background-image:url(y)"></a>'
        '<a class="tgme_widget_message_link_preview" href="https://example.org/ad">'
        '<div class="link_preview_title">Title</div><div class="link_preview_description">More</div></a>'
        '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
    )
    (post,) = read(page(message(around + text("Only this"), meta="edited ")))
    assert post.text == "Only this"
    assert post.extra == {
        "channel": "Sample Jobs",
        "views": "2.38M",
        "forwarded_from": "Other",
        "forwarded_from_url": "https://t.me/other_channel/5",
        "edited": True,
        "media": [{"kind": "photo"}, {"kind": "photo"}],
        "link_preview": {"url": "https://example.org/ad", "title": "Title", "description": "More"},
    }


def test_the_word_edited_in_a_text_is_no_mark() -> None:
    assert "edited" not in read(page(message(text("This was edited by hand"))))[0].extra


def test_comments_and_scripts_do_not_break_a_text() -> None:
    (post,) = read(page(message(text("One <!-- hidden -->two <?pi x?>three"))))
    assert post.text == "One two three"


def test_landing_page_has_no_posts() -> None:
    assert read(b'<html><div class="tgme_page_extra">12 subscribers</div><a>Preview channel</a></html>') == []


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            page(more='<a class="tme_messages_more js-messages_more" data-before="40"></a>'),
            "https://t.me/s/sample_jobs?before=40",
        ),
        (page(head='<link rel="prev" href="/s/sample_jobs?before=41">'), "https://t.me/s/sample_jobs?before=41"),
        (page(more='<a class="tme_messages_more" data-after="40"></a>'), None),
        (page(more='<a class="tme_messages_more" data-before="40&amp;q=x"></a>'), None),
        (page(), None),
    ],
    ids=["more link", "rel=prev", "newer messages", "hostile cursor", "first page"],
)
def test_cursor_of_the_older_page(body: bytes, wanted: str | None) -> None:
    assert older_page(body, f"{URL}?before=60") == wanted


def test_landing_page_has_no_older_page() -> None:
    body = page(more='<a class="tme_messages_more" data-before="40"></a>')
    assert older_page(body, "https://t.me/sample_jobs") is None


@given(st.binary(max_size=400))
def test_no_bytes_make_parsing_raise(body: bytes) -> None:
    whole = page(message(text("x"))).replace(b"Sample", body)
    for each in (body, whole):
        read(each)
        older_page(each, URL)


def test_messages_nested_by_a_hostile_page_are_no_work() -> None:
    opening = message(text("Advert")).replace("</div>", "")
    began = time.process_time()
    assert all(post.text.startswith("Advert") for post in read(page(opening * 3_000)))
    assert time.process_time() - began < 5


def test_nested_captions_are_no_work() -> None:
    opening = '<div class="tgme_widget_message_text js-message_text">'
    began = time.monotonic()
    (post,) = read(page(message(opening * 2_000 + "Advert" + "</div>" * 2_000)))
    assert post.text == "Advert"
    assert time.monotonic() - began < 5


def test_endless_blanks_are_no_work() -> None:
    began = time.process_time()
    (post,) = read(page(message(text(f"Advert{' ' * 20_000}x"))))
    assert post.text.split() == ["Advert", "x"]
    assert time.process_time() - began < 5


def test_poll_without_a_text_is_its_question_and_answers() -> None:
    poll = (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Work abroad?</div>'
        '<div class="tgme_widget_message_poll_option_text">Yes</div></div>'
    )
    (post,) = read(page(message(poll)))
    assert (post.text, post.extra["poll"]) == ("Work abroad?\nYes", ["Work abroad?", "Yes"])


def test_message_that_only_the_app_shows_is_said_to_be_left_out() -> None:
    (post,) = read(page(message('<div class="message_media_not_supported">Please open Telegram</div>')))
    assert (post.text, post.extra["media"]) == ("", [{"kind": "left_out"}])
