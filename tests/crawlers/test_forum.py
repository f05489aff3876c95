from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.source_spider import first_tellings
from crawlers.spiders.forum import next_page, parse_page
from store.parsed_post import ParsedPost
from tests.crawlers.loopback import Installation, Site, posts_of

URL = "https://board.example.test/threads/cooks.57/"
WHEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def read(html: str, url: str = URL) -> list[ParsedPost]:
    page = f"<html lang='en'><head><title>Cooks wanted | Board</title></head><body>{html}</body></html>"
    return list(parse_page(page.encode(), url, fetched_at=datetime(2026, 3, 2, 12, tzinfo=UTC)))


def xenforo(number: int = 7, body: str = "Write to us") -> str:
    """A message of XenForo 2."""
    return (
        f'<article class="message message--post" data-author="desk" data-content="post-{number}" id="js-post-{number}">'
        '<h4 class="message-name"><a class="username">desk</a></h4><ul class="message-attribution-main">'
        f'<li><a href="/threads/cooks.57/post-{number}"><time datetime="2026-03-01T09:00:00+0100">x</time></a></ul>'
        f'<div class="message-body"><div class="bbWrapper">{body}</div></div></article>'
    ).replace("message-attribution-main", "message-attribution message-attribution-main")


XENFORO_1 = """<li id="post-7" class="message" data-author="desk"><div class="messageText">Write to us</div>
<a class="datePermalink" href="threads/cooks.57/#post-7"><abbr class="DateTime" data-time="1772352000">x</abbr></a>
<div class="editDate">Last edited: <abbr class="DateTime" data-time="1772359999">y</abbr></div></li>"""
VBULLETIN_5 = """<li class="b-post" data-node-id="7"><div class="b-userinfo"><a class="author">desk</a></div>
<time itemprop="dateCreated" datetime="2026-03-01T08:00:00Z">x</time>
<a class="b-post__count" href="/threads/57?p=7#post7">#1</a>
<div class="js-post__content-text">Write to us</div></li>"""
VBULLETIN_4 = """<ol><li class="postbitlegacy postcontainer" id="post_7">
<span class="postdate">03-01-2026,&nbsp;<span>08:00 AM</span></span>
<div class="username_container"><a class="username offline" title="desk is offline">desk</a></div>
<a class="postcounter" href="57-cooks-post7.html#post7">#1</a>
<blockquote class="postcontent">Write to us</blockquote></li>
<li id="post_thanks_box_7">Thanks</li></ol><div>All times are GMT. The time now is 09:00 PM, 03-13-2026.</div>"""
VBULLETIN_3 = """<div id="edit7"><table id="post7"><tr><td class="thead"><a name="post7"></a>03-01-2026, 08:00 AM</td>
<td class="thead">#<a href="showpost.php?p=7" id="postcount7" name="1"><strong>1</strong></a></td></tr>
<tr><td><a class="bigusername">desk</a></td><td id="td_post_7"><div id="post_message_7">Write to us</div></td></tr>
</table></div>
All times are GMT. The time now is 09:00."""
PHPBB_3 = """<div id="p7" class="post bg1"><div class="postbody"><h3><a href="#p7">Cooks wanted</a></h3>
<p class="author"><a href="./viewtopic.php?p=7&amp;sid=0123456789abcdef0123456789abcdef#p7">x</a> by <strong>
<a class="username">desk</a>
</strong> &raquo; Sun Mar 01, 2026 8:00 am</p><div class="content">Write to us</div></div>
<div class="signature">Buy</div></div>
<li>All times are <span title="UTC">UTC</span></li>"""
PHPBB_2 = """<table><tr><td><span class="name"><a name="7"></a><b>desk</b></span><br>
<span class="postdetails">Joined: x</span></td>
<td><a href="viewtopic.php?p=7#7">x</a>
<span class="postdetails">Posted: Sun Mar 01, 2026 8:00 am&nbsp;&nbsp;Post subject: x</span>
<span class="postbody">Write to us</span><span class="postbody"><br>_________________<br>Buy</span></td></tr></table>
<span class="gensmall">All times are GMT</span>"""
SMF = """<div class="windowbg"><div class="post_wrapper"><div class="poster"><h4><a>desk</a></h4></div>
<div class="postarea">
<div class="keyinfo"><h5 id="subject_7"><a href="?topic=57.msg7#msg7">Cooks</a></h5>
<div class="smalltext">&#171; <strong>on:</strong> March 01, 2026, 08:00:00 AM &#187;</div></div>
<div class="post"><div class="inner" id="msg_7">Write to us</div></div></div></div></div>"""
MYBB = """<div class="post" id="post_7"><div class="post_author"><div class="author_information"><strong>
<span class="largetext"><a>desk</a></span></strong></div></div><div class="post_head"><span class="post_date">
<span title="03-01-2026">Yesterday</span>, 08:00 AM <span class="post_edit">(Last modified: 05-14-2026)</span></span>
<a href="showthread.php?tid=57&amp;pid=7#pid7" id="post_link_7">#1</a></div>
<div class="post_body" id="pid_7">Write to us</div></div>"""
IP_BOARD_4 = """<article id="elComment_7" class="ipsComment"><aside class="ipsComment_author"><h3><a>desk</a></h3>
</aside>
<div class="ipsComment_meta"><a href="/topic/57-cooks/?do=findComment&amp;comment=7">
<time datetime="2026-03-01T08:00:00Z">x</time></a></div>
<div data-role="commentContent">Write to us</div></article>"""
IP_BOARD_3 = """<div class="post_block" id="post_id_7"><span class="author">desk</span>
<abbr class="published" title="2026-03-01T08:00:00+00:00">x</abbr>
<a rel="bookmark" href="/topic/57-cooks/#entry7">#1</a><div class="post entry-content">Write to us</div></div>
<div class="post_block" id="similar_topics"><div class="entry-content">More</div></div>"""
VANILLA = """<li class="Item ItemComment" id="Comment_7"><span class="Author"><a class="PhotoWrap">p</a>
<a class="Username">desk</a></span>
<a class="Permalink" href="/discussion/comment/7#Comment_7"><time datetime="2026-03-01T08:00:00+00:00">x</time></a>
<div class="Message">Write to us</div></li>"""
FORUMOTION = """<div id="p7" class="post post--7"><div class="postprofile"><div class="postprofile-head">
<a>desk</a></div></div>
<p class="author">von&nbsp;<strong>desk</strong> am Sun 1 Mar 2026 - 8:00</p><div class="post-entry">
<div>Write to us</div></div></div>
<div id="p0" class="post post--0"><p class="author">Advertisement</p><div class="post-entry"><div>Buy</div></div>
</div>"""
SCHEMA = """<script type="application/ld+json">{"@type": "DiscussionForumPosting", "headline": "Cooks wanted",
"text": "Write to us",
"author": {"name": "desk"}, "datePublished": "2026-03-01T08:00:00Z", "url": "https://board.example.test/threads/cooks.57/#7",
"comment": []}</script>"""
SMF_1 = """<table><tr><td><a name="msg7"></a><table><tr><td><b><a href="?action=profile;u=1">desk</a></b></td>
<td><div id="subject_7"><a href="?topic=57.msg7#msg7">Cooks</a></div>
<div class="smalltext">&#171; <b>on:</b> March 01, 2026, 08:00:00 AM &#187;</div>
<div class="post">Write to us</div></td></tr></table></td></tr></table>"""
DISCUZ = """<div id="post_7"><table id="pid7"><tr><td class="pls"><div class="authi"><a class="xw1">desk</a></div></td>
<td><strong><a href="forum.php?mod=redirect&amp;goto=findpost&amp;ptid=57&amp;pid=7" id="postnum7">1</a></strong>
<div class="authi"><em id="authorposton7">发表于 <span title="2026-3-1 16:00">昨天</span></em></div><table><tr>
<td class="t_f" id="postmessage_7"><i class="pstatus">Edited</i>Write <span style="display:none">x</span>to us</td></tr>
</table></td></tr></table></div><p>GMT+8, 2026-3-10 22:30 , Processed in 0.02 second(s)</p>"""
WOLTLAB = """<article class="message" data-object-id="7"><div class="messageAuthor"><h3 class="username">desk</h3></div>
<a href="/thread/57-cooks/?postID=7#post7" class="messagePublicationTime">
<time datetime="2026-03-01T08:00:00+00:00">x</time></a><div class="messageText"><p>Write to us</p></div></article>"""
IP_BOARD_2 = """<table><tr><td><a name="entry7"></a><span class="normalname"><a>desk</a></span></td><td>
<span class="postdetails">Mar 1 2026, 08:00 AM</span></td></tr><tr><td>
<span class="postdetails">Joined: 1-January 05</span></td><td>
<div class="postcolor" id="post-7">Write to us</div></td></tr></table>"""
UNKNOWN = """<div class="msg" id="message-7"><b class="nickname">desk</b><time datetime="2026-03-01T08:00:00Z">x</time>
<div class="msg-text">Write to us</div></div>"""


@pytest.mark.parametrize(
    ("html", "anchor", "day_only"),
    [
        (xenforo(), "threads/cooks.57/post-7", False),
        (XENFORO_1, "#post-7", False),
        (VBULLETIN_5, "threads/57?p=7#post7", False),
        (VBULLETIN_4, "57-cooks-post7.html#post7", False),
        (VBULLETIN_3, "showpost.php?p=7", False),
        (PHPBB_3, "viewtopic.php?p=7#p7", False),
        (PHPBB_2, "viewtopic.php?p=7#7", False),
        (SMF, "?topic=57.msg7#msg7", True),
        (SMF_1, "?topic=57.msg7#msg7", True),
        (MYBB, "showthread.php?tid=57&pid=7#pid7", True),
        (IP_BOARD_4, "topic/57-cooks/?do=findComment&comment=7", False),
        (IP_BOARD_3, "topic/57-cooks/#entry7", False),
        (VANILLA, "discussion/comment/7#Comment_7", False),
        (FORUMOTION, "#p7", True),
        (SCHEMA, "threads/cooks.57/#7", False),
        (UNKNOWN, "#message-7", False),
        (DISCUZ, "goto=findpost&ptid=57&pid=7", False),
        (WOLTLAB, "cooks/?postID=7#post7", False),
        (IP_BOARD_2, "#entry7", True),
    ],
    ids=[
        "xenforo 2", "xenforo 1", "vbulletin 5", "vbulletin 4", "vbulletin 3", "phpbb 3", "phpbb 2", "smf", "smf 1",
        "mybb",
        "ip.board 4", "ip.board 3", "vanilla", "forumotion", "schema.org", "unknown",
        "discuz", "woltlab", "ip.board 2",
    ],
)  # fmt: skip
def test_a_message_in_every_software(html: str, anchor: str, day_only: bool) -> None:
    (post,) = read(html)
    assert (post.native_id.removeprefix("Comment_"), post.author, post.text) == ("7", "desk", "Write to us")
    assert post.posted_at == (WHEN.replace(hour=0) if day_only else WHEN)
    assert ("posted_at_precision" in post.extra) is day_only
    assert post.url is not None
    assert post.url.endswith(anchor)
    assert "sid=" not in post.url
    assert post.title == ("Cooks wanted" if html == SCHEMA else "Cooks wanted | Board")


def plain(whole: str, head: str, author: str, date: str, body: str) -> str:
    """A message as boards show it to printers and search engines."""
    return (
        f"<div class='{whole}'><div class='{head}'><div class='{author}'>desk</div></div><div class='{head}'>"
        f"<div class='{date}'><strong>1 March 2026</strong></div></div><div class='{body}'>Write to us</div></div>"
    )


@pytest.mark.parametrize(
    "html",
    [
        plain("post", "posttop", "username", "date", "posttext"),
        plain("post", "author", "by", "date", "content").replace("desk", "<strong>desk</strong>"),
        plain("post", "header", "author", "dateline", "message"),
        plain("postwrapper", "posttopbar", "postname", "postdate", "postcontent"),
    ],
    ids=["archive of vBulletin", "print view of phpBB", "archive of MyBB", "light view of IP.Board"],
)
def test_views_whose_messages_have_no_number(html: str) -> None:
    first, second = read(html + html.replace("Write to us", "Is it real?"))
    assert (first.author, first.text, first.posted_at) == ("desk", "Write to us", WHEN.replace(hour=0))
    assert (second.text, second.url) == ("Is it real?", URL)
    assert first.native_id != second.native_id


def test_answer_that_is_shown_twice_is_one_post() -> None:
    told = read(xenforo(7) + xenforo(8, body="First") + xenforo(8, body="Again"))
    assert [(post.native_id, post.text) for post in first_tellings(told)] == [("7", "Write to us"), ("8", "First")]


def test_theme_that_dates_a_message_beside_its_author() -> None:
    edited = '<div class="message-lastEdit"><time datetime="2026-03-05T08:00:00Z">x</time></div>'
    html = xenforo(body=f"Write to us{edited}").replace("message-attribution", "message-userDetails")
    (post,) = read(html.replace('<div class="message-body">', '<div class="message-main message-body">'))
    assert post.posted_at == WHEN
    assert post.url == "https://board.example.test/threads/cooks.57/post-7"


def test_theme_that_calls_author_and_date_otherwise() -> None:
    html = """<table id="post7"><tr><td class="when"><a name="post7"></a> <!-- date --> 1 March 2026, 08:00 AM</td></tr>
    <tr><td><a href="member.php?u=5"><img></a><a href="member.php?u=5">desk</a> Join Date: 2 Jan 2005</td>
    <td><div id="post_message_7">Write to us<i>Edited 5 March 2026, 09:00 AM</i></div></td></tr></table>"""
    (post,) = read(html)
    assert (post.author, post.posted_at) == ("desk", WHEN.replace(hour=0))
    assert read(html.replace("1 March 2026, 08:00 AM", ""))[0].posted_at is None


def test_whom_a_message_names_did_not_write_it() -> None:
    html = """<table id="post7"><tr><td class="thead">1 March 2026, 08:00 AM</td><td>Guest</td>
    <td><div id="post_message_7">Ask <a href="member.php?u=5">desk</a></div></td></tr></table>"""
    (post,) = read(html)
    assert (post.author, post.text) == (None, "Ask desk")


THREAD = "<a href='/threads/cooks.57/'>Cooks wanted</a>"


@pytest.mark.parametrize(
    "html",
    [
        (
            f"<div class='structItem--thread structItem' data-author='desk'>"
            f"<div class='structItem-title'>{THREAD}</div>"
            "<li class='structItem-startDate'><time datetime='2026-03-01T00:00:00Z'>x</time></li></div>"
        ),
        (
            f"<li class='discussionListItem' data-author='desk'><h3 class='title'>{THREAD}</h3>"
            "<span class='startDate'><span class='DateTime' title='Mar 1, 2026 at 8:00 AM'>x</span></span></li>"
        ),
        (
            f"<ul><li class='threadbit'>{THREAD.replace('<a', '<a id=thread_title_57')}<div class='author'>"
            "<span class='label'>Started by <a class='username'>desk</a>, 1 March 2026 8:00 AM</span></div></li></ul>"
        ),
        (
            f"<ul><li class='row'><dt>{THREAD.replace('<a', '<a class=topictitle')}<br><a>desk</a> » Mar 1, 2026"
            "</dt><dd class='lastpost'>Fri Mar 06, 2026</dd></li></ul>"
        ),
        (
            f"<table><tr class='topic-item'><td>{THREAD.replace('<a', '<a class=js-topic-title')}"
            "<div class='topic-info'>Started by <a>desk</a>, "
            "<span class='date'>1 March 2026 8:00 AM</span></div></td></tr></table>"
        ),
        (
            f"<ul><li class='row'><dt>{THREAD.replace('<a', '<a class=topictitle')}"
            "<div class='responsive-show'>Last post by <a class='username'>other</a></div>"
            "<div class='responsive-hide'>by <a class='username'>desk</a> »"
            " Mar 1, 2026</div></dt></li></ul>"
        ),
        (
            f"<table><tr><td>{THREAD.replace('<a', '<a class=topictitle')} » Mar 1, 2026</td>"
            "<td><span class='name'><a>desk</a></span></td><td class='lastpost'>Fri Mar 06, 2026</td></tr></table>"
        ),
        (
            f"<table><tr><th>{THREAD.replace('<a', '<a class=xst')}</th><td class='by'><cite><a>desk</a></cite>"
            "<em>2026-3-1</em></td><td class='by'><cite>other</cite><em><span title='2026-3-6'>x</span></em></td></tr>"
            "</table>"
        ),
    ],
    ids=["xenforo 2", "xenforo 1", "vbulletin", "phpbb", "vbulletin 5", "phpbb 3.1", "phpbb 2", "discuz"],
)
def test_threads_of_a_list(html: str) -> None:
    (post,) = read(html, "https://board.example.test/forums/jobs.5/")
    assert (post.native_id, post.title, post.author) == ("thread/57", "Cooks wanted", "desk")
    assert post.url == "https://board.example.test/threads/cooks.57/"
    assert post.posted_at == WHEN.replace(hour=0)
    assert post.extra["kind"] == "thread"


def test_thread_of_vbulletin_4_has_its_number_in_the_query() -> None:
    row = "<li class='threadbit'><a id='thread_title_57' href='showthread.php?57-Cooks-wanted'>Cooks wanted</a></li>"
    assert read(f"<ul>{row}</ul>")[0].native_id == "thread/57"


def test_date_of_the_last_answer_is_not_that_of_the_thread() -> None:
    row = (
        "<table><tr class='windowbg'><td class='subject'><span id='msg_9'><a href='?topic=57.0'>Cooks wanted</a></span>"
        "<p>Started by <a>desk</a></p></td><td class='lastpost'>March 06, 2026</td></tr></table>"
    )
    (post,) = read(row)
    assert (post.native_id, post.author, post.posted_at) == ("thread/57", "desk", None)


def test_list_of_an_unknown_software_is_what_looks_alike_and_has_a_date() -> None:
    rows = "".join(
        f"<div class='entry'><a href='/{number}'>Offer {number}</a><i class='user'>von: desk</i> {number}.03.2025</div>"
        for number in (12, 13, 14)
    )
    posts = read(f"<div class='menu'><a href='/'>Home</a></div>{rows}")
    assert [(post.title, post.author) for post in posts] == [(f"Offer {n}", "desk") for n in (12, 13, 14)]
    assert posts[1].posted_at == datetime(2025, 3, 13, tzinfo=UTC)


def test_quotes_are_kept_apart_and_signatures_dropped() -> None:
    quote = '<blockquote class="bbCodeBlock--quote" data-quote="other">Old offer</blockquote>'
    (post,) = read(xenforo(body=f"{quote}Is it real?"))
    assert (post.text, post.extra["quoted"]) == ("Is it real?", [{"author": "other", "text": "Old offer"}])
    (alone,) = read(xenforo(body=quote))
    assert alone.text == "Old offer"


@pytest.mark.parametrize(
    "quote",
    [
        "<blockquote><cite><a>other</a> wrote: <span>Thu Feb 26, 2026</span></cite>Old offer</blockquote>",
        "<blockquote><cite><span>(02-26-2026, 07:00 AM)</span>other Wrote: <a>x</a></cite>Old offer</blockquote>",
        "<blockquote><cite><a>Quote from: other on February 26, 2026</a></cite>Old offer</blockquote>",
        "<p class='quoteheader'>Quote from: other on February 26, 2026</p><blockquote>Old offer</blockquote>",
    ],
    ids=["phpBB", "MyBB", "SMF 2.1", "SMF 2.0"],
)
def test_quote_is_told_without_the_line_that_names_its_author(quote: str) -> None:
    (post,) = read(SMF.replace("Write to us", f"{quote}Is it real?"))
    assert (post.text, post.extra["quoted"]) == ("Is it real?", [{"author": "other", "text": "Old offer"}])


def test_instant_of_the_container_goes_before_a_date_without_a_zone() -> None:
    html = VBULLETIN_5.replace("08:00:00Z", "08:00:00").replace(
        "data-node-id", "data-node-publishdate='1772352000' data-node-id"
    )
    assert read(html)[0].posted_at == WHEN


def test_date_of_an_edit_is_not_that_of_the_message() -> None:
    edited = (
        "03-01-2026, 08:00 AM <span class='post_edit'>(modified: <span title='05-14-2026'>Today</span>, 09:00)</span>"
    )
    html = MYBB.replace('<span title="03-01-2026">Yesterday</span>, 08:00 AM', edited)
    assert read(html)[0].posted_at == WHEN.replace(hour=0)


def test_since_when_somebody_is_a_member_is_no_date_of_a_message() -> None:
    assert read(PHPBB_2.replace("Joined: x", "Joined: 31 Jan 2004"))[0].posted_at == WHEN


def test_message_of_today_is_dated() -> None:
    (post,) = read(SMF.replace("on:</strong> March 01, 2026,", "Reply #1 on:</strong> <strong>Today</strong> at"))
    assert post.posted_at == datetime(2026, 3, 2, tzinfo=UTC)


def test_thread_that_a_guest_started_names_him() -> None:
    subject = "<span id='msg_9'><a href='?topic=57.0'>Cooks wanted</a></span><p>Started by Desk</p>"
    assert read(f"<table><tr><td class='subject'>{subject}</td></tr></table>")[0].author == "Desk"


def test_only_the_first_message_of_the_first_page_has_the_title() -> None:
    first, second = read(xenforo(7) + xenforo(8))
    assert (first.title, second.title, second.extra["thread"]) == ("Cooks wanted | Board", None, "Cooks wanted | Board")
    assert read(xenforo(), f"{URL}page-2")[0].title is None


def test_messages_that_a_theme_nests_by_mistake_stay_apart() -> None:
    broken = xenforo(7).removesuffix("</article>").removesuffix("</div></div>")
    assert [post.text for post in read(broken + xenforo(8))] == ["Write to us", "Write to us"]


@pytest.mark.parametrize("character", ["\x08", "\x0c", "\ufffe", "\x00"])
def test_control_characters_between_messages_cost_none(character: str) -> None:
    assert len(read(f"{xenforo(7)}{character}{xenforo(8)}{character}")) == 2


def test_other_dates_of_the_page_show_the_order_of_day_and_month() -> None:
    joined = "<div>Join Date: 25-12-2005</div><div>Posts: 12</div>"
    assert read(VBULLETIN_3.replace("03-01-2026", "01-03-2026") + joined)[0].posted_at == WHEN


def test_base_of_a_page_is_heeded() -> None:
    html = f'<html><head><base href="https://board.example.test/b/"></head><body>{XENFORO_1}</body></html>'
    (post,) = parse_page(html.encode(), URL, fetched_at=WHEN)
    assert post.url == "https://board.example.test/b/threads/cooks.57/#post-7"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<link rel="next" href="page-2">', f"{URL}page-2"),
        ('<a class="pageNav-jump pageNav-jump--next" href="/threads/cooks.57/page-2">Next</a>', f"{URL}page-2"),
        ('<link rel="next" href="https://else.example.test/2">', None),
        ('<link rel="next" href="?topic=57.0;prev_next=next">', None),
        (
            '<div class="pagelinks">Pages: [<strong>1</strong>] <a href="?start=20">2</a></div>',
            f"{URL}?start=20",
        ),
        ('<div class="pagination"><a href="/">1</a> <strong>2</strong></div>', None),
        ("", None),
    ],
    ids=["link", "XenForo", "elsewhere", "next topic of SMF", "numbers", "last number", "none"],
)
def test_next_page(html: str, wanted: str | None) -> None:
    assert next_page(html.encode(), URL) == wanted


@pytest.mark.parametrize(
    "html", ["", "<p>Log in to read on.</p>", "<article class='message--post'>x</article>", "\x00"]
)
def test_pages_without_a_post(html: str) -> None:
    assert read(html) == []


# The first date in a language loads its words.
@given(st.binary(max_size=300))
def test_no_bytes_make_parsing_raise(body: bytes) -> None:
    for page in (body, PHPBB_3.encode().replace(b"desk", body), xenforo().encode().replace(b"2026", body)):
        list(parse_page(page, URL, fetched_at=WHEN))
        next_page(page, URL)


def test_list_leads_to_threads_and_these_are_read_page_by_page(site: Site, installation: Installation) -> None:
    site.add(
        "/forums/jobs.5/",
        f"<div class='structItem structItem--thread'><div class='structItem-title'>{THREAD}</div></div>",
    )
    site.add("/threads/cooks.57/", f'<link rel="next" href="/threads/cooks.57/page-2">{xenforo(7)}')
    site.add("/threads/cooks.57/page-2", xenforo(8))
    (result,) = installation.crawl({"kind": "forum", "url": f"{site.base}/forums/jobs.5/"})["results"]
    assert [post.native_id for post in posts_of(installation)] == ["thread/57", "7", "8"]
    assert (result["pages"], result["errors"]) == (3, 0)
