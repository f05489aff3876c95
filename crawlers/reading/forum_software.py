"""Where each forum software puts what a page shows: a table of CSS selectors, the most exact first.

Themes change what is around a message and seldom its own classes and ids, so the table names those. Read by
`crawlers.spiders.forum`; the order of the table is the order of trying.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The messages of a thread's page. `number` finds the message's id in the container's attributes, if there are any.

    `author_attribute`, `epoch_attribute` (in seconds) and a date's attributes `datetime`, `data-time` and `title` come
    before texts; `quotes` are cut out of the body and kept apart, `clutter` is cut out and dropped. With
    `number_below` the number stands on an element inside the container.
    """

    container: str
    number: str
    author: tuple[str, ...]
    date: tuple[str, ...]
    body: tuple[str, ...]
    link: tuple[str, ...] = ()
    quotes: str = "blockquote"
    clutter: str = ""
    number_below: bool = False
    author_attribute: str = "data-author"
    epoch_attribute: str = "data-node-publishdate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """The threads of a list: the link of each, the row around it, and what stands in the row."""

    title: str
    row: str
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    author_attribute: str = "data-author"


MESSAGES: dict[str, Messages] = {
    "xenforo 2": Messages(
        container="article.message--post, article.message[data-content^='post-']",
        number=r"post-(\d+)$",
        author=(".message-name .username", ".message-name"),
        date=(".message-attribution time", ".message-date time", ".message-userDetails time", ".message-main time"),
        body=(
            ".message-body .bbWrapper",
            ".message-content .bbWrapper",
            ".message-userContent .bbWrapper",
            ".message-body",
        ),
        link=(
            ".message-attribution a[href*='post-']",
            ".message-attribution-main a[href*='/posts/']",
            ".message-userDetails a[href*='post-']",
        ),
        quotes=".bbCodeBlock--quote",
        clutter=".js-selectToQuoteEnd, .bbCodeBlock-expandLink",
    ),
    "xenforo 1": Messages(
        container="li.message[id^='post-']",
        number=r"^post-(\d+)$",
        author=("a.username",),
        date=(".datePermalink .DateTime", ".messageMeta .DateTime", ".DateTime"),
        body=(".messageText", ".messageContent article", ".messageContent"),
        link=("a.datePermalink", "a.hashPermalink"),
        quotes=".bbCodeQuote, blockquote.quoteContainer",
        clutter=".messageTextEndMarker, .quoteExpand",
    ),
    "vbulletin 5": Messages(
        container="li.b-post[data-node-id], div.b-post[data-node-id]",
        number=r"^(?:node-?)?(\d+)$",
        author=("[itemprop=author] [itemprop=name]", ".b-userinfo a.author", ".author a", ".author"),
        date=("time[itemprop=dateCreated]", "time[datetime]", ".b-post__timestamp"),
        body=(".js-post__content-text", "[itemprop=text]", ".b-post__content"),
        link=("a.b-post__count", "a.js-show-post-link"),
        quotes=".bbcode_quote, blockquote",
    ),
    "vbulletin 4": Messages(
        container="li.postcontainer[id^='post_'], li.postbit[id^='post_'], li.postbitlegacy[id^='post_']",
        number=r"^post_(\d+)$",
        author=(".username_container a.username", ".username_container .username", "a.username", ".username"),
        date=(".postdate .date", ".postdate", ".datetime"),
        body=("blockquote.postcontent", "[id^='post_message_']", ".postcontent", "blockquote.restore"),
        link=("a.postcounter", "a[id^='postcount']"),
        quotes=".bbcode_container, .bbcode_quote",
    ),
    "vbulletin 3": Messages(
        container="table[id^='post'], section[id^='post'], div[id^='post'], article[id^='post']",
        number=r"^post_?(\d+)$",
        author=("a.bigusername", ".bigusername", "[id^='postmenu_'] a", "[id^='postmenu_']", ".post-user-username"),
        date=("[itemprop=dateCreated]", ".thead", ".postdate", ".post-heading", "time[datetime]", "td.alt2 .smallfont"),
        body=("[id^='post_message_']",),
        link=("a[title='Link to this Post']", "a[id^='postcount']"),
        quotes="div[style*='margin:20px'], div[style*='margin:5px'], .quote",
    ),
    "smf": Messages(
        container="div.post_wrapper",
        number=r"^(?:msg_|subject_|quote_button_|msg)(\d+)$",
        number_below=True,
        author=(".poster h4 a", ".poster h4", ".postby a"),
        date=(".keyinfo time[datetime]", ".keyinfo .smalltext", ".keyinfo a.smalltext", ".postinfo .smalltext"),
        body=(".post .inner", ".inner", ".post"),
        link=(".keyinfo h5 a", ".keyinfo a[href*='msg']"),
        quotes="blockquote",
        clutter=".quoteheader, .quotefooter",
    ),
    "mybb": Messages(
        container="div.post[id^='post_'], table[id^='post_']",
        number=r"^post_(\d+)$",
        author=(".author_information .largetext", ".post_author .largetext", ".author_information a", ".post_author a"),
        date=(".post_date", ".smalltext .post_date", ".tcat .smalltext"),
        body=(".post_body", "[id^='pid_']"),
        link=("a[id^='post_link']", ".post_head .float_right a", "a[href*='#pid']"),
        quotes="blockquote",
        clutter=".post_edit, .edited_post",
    ),
    "ip.board 4": Messages(
        container="article.ipsComment, article[id^='elComment_']",
        number=r"^elComment_(\d+)$",
        author=(
            ".ipsComment_author h3 a",
            ".cAuthorPane_author a",
            "[data-role=author]",
            ".cAuthorPane_author",
            ".ipsEntry__author-username",
        ),
        date=(".ipsComment_meta time", ".ipsEntry__date time", "time[datetime]"),
        body=("[data-role=commentContent]", ".ipsType_richText", ".ipsRichText"),
        link=(".ipsComment_meta a[href*='comment']", "a[href*='findComment']", ".ipsEntry__date"),
        quotes="blockquote.ipsQuote",
        clutter=".ipsQuote_citation",
    ),
    "ip.board 3": Messages(
        container="div.post_block[id^='post_id_']",
        number=r"^post_id_(\d+)$",
        author=(
            ".author_info [itemprop=name]",
            ".post_username [itemprop=name]",
            ".author_info .author",
            ".author",
            ".post_username",
        ),
        date=("abbr.published", ".posted_info"),
        body=(".entry-content", ".post"),
        link=("a[rel=bookmark]", "a[itemprop=replyToUrl]"),
        quotes="blockquote, p.citation",
        clutter=".nexusad, .edit",
    ),
    "vanilla": Messages(
        container=".ItemDiscussion[id^='Discussion_'], .ItemComment[id^='Comment_'], li.Comment[id^='Comment_']"
        ", li.Item[id^='Comment_'], .Discussion[id^='Discussion_']",
        number=r"^((?:Discussion|Comment)_\d+)$",
        author=(".Author a.Username", ".Author .Username", ".Author a:not(.PhotoWrap)", ".Author"),
        date=("time[datetime]", ".DateCreated"),
        body=(".Item-Body .Message", ".Message", ".userContent"),
        link=("a.Permalink", ".DateCreated a"),
        quotes="blockquote",
    ),
    "discuz": Messages(
        container="div[id^='post_'], table[id^='pid']",
        number=r"^(?:post_|pid)(\d+)$",
        author=(".pls .authi a", ".postauthor cite a", ".postinfo a", ".authi a"),
        date=("[id^='authorposton'] span[title]", "[id^='authorposton']", ".authorinfo em"),
        body=("[id^='postmessage_']",),
        link=("a[id^='postnum'][href]", "a[href*='goto=findpost'][href*='pid=']"),
        quotes="div.quote, blockquote",
        # Letters that nobody sees stand among those that people read, against copying.
        clutter=".pstatus, .jammer, [style*='display:none']",
    ),
    "woltlab": Messages(
        container="article.message[data-object-id], article.message[data-post-id]",
        number=r"^(\d+)$",
        author=(".messageAuthor .username", ".messageAuthorContainer", ".messageSidebar .username", ".username"),
        date=(".messagePublicationTime time", ".messageHeader time", "time[datetime]", "woltlab-core-date-time"),
        body=(".messageText",),
        link=("a.messagePublicationTime", ".messageHeader a.permalink", "a[href*='postID=']"),
        quotes=".quoteBox, blockquote",
    ),
    "punbb": Messages(
        container="div.blockpost[id^='p']",
        number=r"^p(\d+)$",
        author=(".postleft dt strong", ".postleft dt"),
        date=("h2 a", "h2"),
        body=(".postmsg",),
        link=("h2 a",),
        clutter=".postsignature, .postedit",
    ),
    "phpbb 3": Messages(
        container="div.post[id^='p'], article.post[id^='p'], tr.post[class*='post--']",
        number=r"(?:^p|\bpost--)(\d+)\b",
        author=(
            ".author .username, .author .username-coloured",
            ".author strong",
            ".postprofile a.username",
            ".postprofile a.username-coloured",
            ".postprofile .username",
            ".postprofile-head a",
            ".name strong",
            ".name",
            ".postprofile dt a",
            ".author a",
        ),
        date=(".author time", "p.author", ".author", ".postdetails time", "span.postdetails", ".postdetails"),
        body=(
            ".postbody .content",
            ".content",
            ".post-entry > div:first-child",
            ".post-entry",
            ".entry-content",
            ".postbody",
        ),
        link=(".author a[href*='#p']", "h3 a[href*='#']", ".topic-title a", "a[href*='#p']"),
        quotes="blockquote, dl.codebox",
        clutter=".signature, .signature_div, .notice, script",
    ),
}

# Old software spreads a message over the rows of one table: an anchor, then these.
ROWS: dict[str, Messages] = {
    "smf 1": Messages(
        container="a[name]",
        number=r"^msg(\d+)$",
        author=("td > b > a[href*='profile']", "td > b"),
        date=("[id^='subject_'] ~ .smalltext",),
        body=("div.post",),
        link=("[id^='subject_'] a",),
        quotes=".quote",
        clutter=".quoteheader, .quotefooter",
    ),
    "ip.board 2": Messages(
        container="a[name]",
        number=r"^entry(\d+)$",
        author=(".normalname, .unreg",),
        date=("span.postdetails",),
        body=("div.postcolor",),
        quotes=".quotemain",
        clutter=".quotetop, .edit",
    ),
    "phpbb 2": Messages(
        container="a[name]",
        number=r"^(?:p|post)?(\d+)$",
        author=("b.postauthor, .postauthor, span.name b, span.name",),
        date=("td.gensmall, .postdetails, span.postdetails",),
        body=("div.postbody, span.postbody, td.postbody",),
        link=("a[href*='viewtopic'][href*='#']",),
        quotes=".quotecontent, td.quote, blockquote",
        clutter=".signature, .quotetitle",
    ),
}

# What boards show to printers and search engines: messages without numbers.
PLAIN = Messages(
    container="div.post, div.postwrapper",
    number="",
    author=(".posttop .username", "div.author strong", ".header .author", ".postname"),
    date=(".posttop .date", "div.date strong", ".header .dateline", ".postdate"),
    body=(".posttext", "div.content", "div.message", ".postcontent"),
)

THREADS: dict[str, Threads] = {
    "xenforo 2": Threads(
        title=".structItem--thread .structItem-title a:not(.labelLink)",
        row="structItem",
        author=(".structItem-parts .username",),
        date=(".structItem-startDate time", "time"),
    ),
    "xenforo 1": Threads(
        title="li.discussionListItem .title a:not(.prefixLink):not(.prefix)",
        row="discussionListItem",
        author=(".posterDate .username", ".username"),
        date=(".startDate .DateTime", ".DateTime"),
    ),
    "vbulletin": Threads(
        title="a[id^='thread_title_']",
        row="threadbit",
        author=(
            ".threadmeta a.username",
            ".author a.username",
            ".author a",
            "td[id^='td_threadtitle_'] .smallfont span",
        ),
        date=(".threadmeta .label", ".author .label", ".author a[title]"),
        text=(".threaddesc",),
    ),
    "vbulletin 5": Threads(
        title="a.js-topic-title",
        row="topic-item",
        author=(".topic-info a",),
        date=(".topic-info .date", ".topic-info"),
    ),
    "smf": Threads(
        title="td.subject span[id^='msg_'] a, .message_index_title span[id^='msg_'] a, .message_index_title a",
        row="windowbg",
        author=(".subject p > a", ".floatleft a", ".starter a", ".starter", ".subject p::text"),
    ),
    "mybb": Threads(
        title="a[id^='tid_'], span[id^='tid_'] a, .subject_new a, .subject_old a",
        row="inline_row",
        author=(".author a", ".author"),
        date=(".thread_start_datetime", ".thread_start"),
    ),
    "ip.board 4": Threads(
        title=".ipsDataItem_title a[href*='/topic/'], .ipsData__title a",
        row="ipsDataItem",
        author=(".ipsDataItem_meta a", ".ipsData__meta a"),
        date=(".ipsDataItem_meta time", ".ipsData__meta time"),
    ),
    "ip.board 3": Threads(
        title="a.topic_title, h4 a[id^='tid-link-'], a[itemprop=url][id^='tid-link-']",
        row="__topic",
        author=("[itemprop=author] [itemprop=name]", ".col_f_content [hovercard-ref=member]", ".desc a"),
        date=("[itemprop=dateCreated]", ".desc"),
    ),
    "vanilla": Threads(
        title=".ItemDiscussion .Title a, li.Item .Title a, .DiscussionName .Title a, a.Title",
        row="Item",
        author=(".DiscussionAuthor a", ".FirstUser a.UserLink", ".FirstUser a"),
        date=(".DiscussionMeta .DateCreated time", ".FirstUser time"),
        text=(".Message.Excerpt", ".Excerpt"),
    ),
    "phpbb": Threads(
        title="a.topictitle, a.topic-title, .topictitle a",
        row="row",
        author=(
            ".topic-poster .username, .topic-poster .username-coloured",
            # Beside it, for narrow screens, stands who wrote last.
            ".responsive-hide .username, .responsive-hide .username-coloured",
            ".username, .username-coloured",
            ".topicauthor",
            ".name",
        ),
        date=(".topic-poster time",),
    ),
    "discuz": Threads(
        title="a.xst, [id^='normalthread_'] span[id^='thread_'] a",
        row="threadlist",
        author=(".by cite", ".author cite"),
        date=(".by em", ".author em"),
    ),
}

# Where a theme that calls names otherwise still links whoever wrote.
PROFILES = (
    "a[href*='member.php']", "a[href*='mode=viewprofile']", "a[href*='action=profile']", "a[href*='/members/']",
    "a[href*='/member/']", "a[href*='/profile/']", "a[href*='/user/']", "a[href*='/users/']",
)  # fmt: skip

# How a page names its next page, whatever it runs on.
NEXT_PAGE = (
    "link[rel=next]", "a[rel=next]", "a.pageNav-jump--next", ".pagination .arrow.next a", ".pagination li.next a",
    "a.pagination_next", "a.pagenav[rel=next]", "a.Next", ".Pager a.Next", ".pagination .next a", ".next a", "a.next",
    ".right-box.right", "a[title^='Next Page']",
)  # fmt: skip

# Where a page has its thread's title without the name of the board.
THREAD_TITLE = (
    "h1.p-title-value", ".titleBar h1", "h2.topic-title", "h2.titleText", "a.titles", ".threadtitle a", ".threadtitle",
    "h1.ipsType_pagetitle", "h1.ipsType_pageTitle", "h1.topic-title", ".PageTitle h1", "#pageheader h2", "#top_subject",
)  # fmt: skip
# Bars with the numbers of pages, where there is no link to the next one.
PAGE_BARS = ".pagelinks, .pagination, .pagenav, .pages, .Pager, .pagelink, .nav"
