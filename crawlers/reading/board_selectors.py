"""Where boards without schema.org put an advert's parts, as CSS; the register's `selectors` has the same words.

The first row whose `advert` and `title` are found on a page reads it. A part may be stated several times, best first;
`::attr(x)` takes an attribute.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPlaces:
    """The places of one board's page; without `advert` the page is one advert, with it a list of them."""

    title: tuple[str, ...]
    advert: str = ""
    link: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    salary: tuple[str, ...] = ()
    # All that are found are the text, one after the other.
    text: tuple[str, ...] = ()


SELECTOR_NAMES = tuple(field.name for field in fields(BoardPlaces))

BOARDS: tuple[BoardPlaces, ...] = (
    # One advert of LinkedIn and of jobs.cz and its sisters, before their lists: other adverts are listed beside it.
    BoardPlaces(
        title=(".topcard__title", ".top-card-layout__title"),
        link=("a[data-tracking-control-name*=topcard_title]::attr(href)", "a.topcard__link::attr(href)"),
        author=(".topcard__org-name-link", ".topcard__flavor"),
        date=(".posted-time-ago__text", ".topcard__flavor--metadata"),
        location=(".topcard__flavor--bullet:not(.topcard__flavor--metadata)",),
        salary=(".compensation__salary",),
        # A search page shows one of its adverts in a second pane.
        text=(
            "body:not(:has(.two-pane-serp-page__results-list)) .show-more-less-html__markup",
            "body:not(:has(.two-pane-serp-page__results-list, .show-more-less-html__markup)) .description__text--rich",
        ),
    ),
    BoardPlaces(
        title=(".JobDescriptionHeading h1", ".JobDescriptionHeading"),
        author=(
            ".JobDescriptionHeading ~ .IconWithText p",
            "[data-test=jd-info-item] p",
            "[data-test=jd-company-name]",
        ),
        location=("[data-test=jd-info-location]",),
        salary=("[data-test=jd-salary] p", "[data-test=jd-salary]"),
        text=("[data-test=jd-header-text]", "[data-jobad=body]"),
    ),
    # One advert of We Work Remotely, where its JSON-LD is beyond repair.
    BoardPlaces(
        title=(".listing-header-container h1", ".lis-container__header__hero__company-info__title"),
        author=(".company-card h2", ".lis-container__job__sidebar__companyDetails__info__title h3"),
        date=(".listing-header-container time::attr(datetime)",),
        location=(".company-card h3",),
        text=(".listing-container", ".lis-container__job__content__description"),
    ),
    # One advert of hh.ru, of JobStreet, JobsDB and SEEK, of Indeed, of Lever, and of WordPress' Job Manager.
    BoardPlaces(
        title=("[data-qa=vacancy-title]",),
        author=("[data-qa=vacancy-company-name]",),
        date=("[class*=vacancy-creation-time]",),
        location=("[data-qa=vacancy-view-location]", "[data-qa=vacancy-view-raw-address]"),
        salary=("[data-qa=vacancy-salary]",),
        text=("[data-qa=vacancy-description]",),
    ),
    BoardPlaces(
        title=("[data-automation=job-detail-title]",),
        author=("[data-automation=advertiser-name]",),
        date=("[data-automation=job-detail-date]", "[data-automation=jobDetailsPage] span:contains('Posted')"),
        location=("[data-automation=job-detail-location]",),
        salary=("[data-automation=job-detail-salary]",),
        text=("body:not(:has([data-automation=splitViewJobDetailsWrapper])) [data-automation=jobAdDetails]",),
    ),
    BoardPlaces(
        title=(".jobsearch-JobInfoHeader-title",),
        author=("[data-company-name=true]", ".jobsearch-InlineCompanyRating > div:first-child"),
        location=("[data-testid=inlineHeader-companyLocation]", "[data-testid=job-location]"),
        salary=("#salaryInfoAndJobType > span:first-child",),
        text=("body:not(:has(#mosaic-provider-jobcards)) #jobDescriptionText",),
    ),
    BoardPlaces(
        title=(".posting-headline h2",),
        location=(".posting-headline .location",),
        text=(".posting-page .section.page-centered:not(.posting-header):not(.last-section-apply)",),
    ),
    BoardPlaces(
        title=("h1.entry-title", "h1.page-title", "h1"),
        author=(".company .name strong", ".company .name"),
        date=(".date-posted time::attr(datetime)", ".date-posted"),
        location=(".job-listing-meta .location",),
        salary=(".job-listing-meta .salary",),
        text=(".single_job_listing .job_description",),
    ),
    # LinkedIn, lists for guests: 2020, then since 2021.
    BoardPlaces(
        advert="li.job-result-card, li.result-card",
        title=(".result-card__title",),
        link=("a.result-card__full-card-link::attr(href)",),
        number=("::attr(data-id)",),
        author=(".result-card__subtitle",),
        date=("time::attr(datetime)", "time"),
        location=(".job-result-card__location",),
        salary=(".job-result-card__salary-info",),
        text=(".job-result-card__snippet",),
    ),
    BoardPlaces(
        advert=".base-search-card, .job-search-card",
        title=(".base-search-card__title", ".sr-only"),
        link=("a.base-card__full-link::attr(href)", "::attr(href)"),
        number=("::attr(data-entity-urn)",),
        author=(".base-search-card__subtitle",),
        date=("time::attr(datetime)", "time"),
        location=(".job-search-card__location",),
        salary=(".job-search-card__salary-info",),
        text=(".job-search-card__snippet",),
    ),
    # jobs.cz and its sister boards.
    BoardPlaces(
        advert="article.SearchResultCard",
        title=(".SearchResultCard__titleLink",),
        link=(".SearchResultCard__titleLink::attr(href)",),
        number=(".SearchResultCard__titleLink::attr(data-jobad-id)",),
        author=(".SearchResultCard__footerItem span[translate=no]", ".SearchResultCard__footerItem"),
        date=(".SearchResultCard__status",),
        location=("[data-test=serp-locality]",),
        salary=(".SearchResultCard__body .Tag--success",),
        text=(".SearchResultCard__body .Tag:not(.Tag--success)",),
    ),
    # iCIMS: tables, then cards.
    BoardPlaces(
        advert=".iCIMS_JobsTable tr",
        title=("a.iCIMS_Anchor", ".iCIMS_JobsTableField_2 a"),
        link=("a.iCIMS_Anchor::attr(href)", ".iCIMS_JobsTableField_2 a::attr(href)"),
        date=(".iCIMS_JobsTableField_4", ".iCIMS_JobsTableField_5", ".iCIMS_JobsTableField_3"),
        location=(".iCIMS_JobsTableField_3",),
    ),
    BoardPlaces(
        advert="li.iCIMS_JobCardItem, .iCIMS_JobsTable > .row",
        title=("a.iCIMS_Anchor h3", "a.iCIMS_Anchor h2", "a.iCIMS_Anchor"),
        link=("a.iCIMS_Anchor::attr(href)",),
        date=(".iCIMS_JobHeaderData span[title]::attr(title)", "span[title*='/']::attr(title)"),
        location=(".header.left span:not(.sr-only)",),
        text=(".description",),
    ),
    BoardPlaces(
        title=(".iCIMS_Header_JobTitle", "h1.iCIMS_Header"),
        number=("th:contains('Job ID') + td",),
        date=("th:contains('Posted') + td", "dt:contains('Posted') + dd span::attr(title)"),
        location=("th:contains('Location') + td", ".iCIMS_JobHeaderData"),
        text=(
            ".iCIMS_InfoField_Job, tr:has(> .iCIMS_InfoField_Job) + tr > .iCIMS_InfoMsg_Job",
            ".iCIMS_Expandable_Container",
        ),
    ),
    # SAP SuccessFactors, Greenhouse, Lever, TalentBrew, Workable: lists.
    BoardPlaces(
        advert="tr.data-row",
        title=("a.jobTitle-link",),
        link=("a.jobTitle-link::attr(href)",),
        date=(".jobDate",),
        location=(".jobLocation",),
    ),
    BoardPlaces(
        advert="div.opening, tr.job-post",
        title=("a .body--medium", "a"),
        link=("a::attr(href)",),
        location=(".location", "a .body--metadata"),
    ),
    BoardPlaces(
        advert=".posting",
        title=("[data-qa=posting-name]", ".posting-title h5"),
        link=("a.posting-title::attr(href)",),
        number=("::attr(data-qa-posting-id)",),
        location=(".sort-by-location",),
    ),
    BoardPlaces(
        advert="#search-results-list li",
        title=("a h2", "a h3"),
        link=("a::attr(href)",),
        number=("a::attr(data-job-id)",),
        date=(".job-date-posted",),
        location=(".job-location",),
    ),
    # Greenhouse, one advert.
    BoardPlaces(
        title=(".app-title", ".job__title h1"),
        author=(".company-name",),
        location=(".location", ".job__location"),
        text=("body:has(.app-title) #content", ".job__description"),
    ),
    # JobStreet, JobsDB and SEEK; TopCV; Naukri, two times; Bayt; 104; Profesia; WordPress' Job Manager: lists.
    BoardPlaces(
        advert="[data-automation=normalJob], [data-automation=premiumJob]",
        title=("[data-automation=jobTitle]",),
        link=("[data-automation=jobTitle]::attr(href)", "[data-automation=job-list-view-job-link]::attr(href)"),
        number=("::attr(data-job-id)",),
        author=("[data-automation=jobCompany]",),
        date=("[data-automation=jobListingDate]",),
        location=("[data-automation=jobLocation]",),
        salary=("[data-automation=jobSalary]",),
        text=("[data-automation=jobShortDescription]",),
    ),
    BoardPlaces(
        advert="[class*=job-item-][data-job-id]",
        title=("h3 a span[title]::attr(title)", "h3 a"),
        link=("h3 a::attr(href)",),
        number=("::attr(data-job-id)",),
        author=(".company-name", "a.company"),
        date=(".label-update",),
        location=(".city-text", ".address"),
        salary=(".title-salary", ".salary"),
    ),
    BoardPlaces(
        advert=".jobTuple, .srp-jobtuple-wrapper",
        title=("a.title",),
        link=("a.title::attr(href)",),
        number=("::attr(data-job-id)",),
        author=("a.subTitle", "a.comp-name"),
        date=(".jobTupleFooter .type", ".job-post-day"),
        location=(".location", ".locWdth"),
        salary=(".salary", ".sal-wrap"),
        text=(".job-description", ".job-desc"),
    ),
    BoardPlaces(
        advert="li[data-js-job]",
        title=("h2 a",),
        link=("h2 a::attr(href)",),
        number=("::attr(data-job-id)",),
        author=("a.t-bold", ".jb-company"),
        date=(".jb-date",),
        location=(".jb-loc", "a.t-bold + .t-mute"),
        text=(".jb-descr",),
    ),
    BoardPlaces(
        advert="article.js-job-item",
        title=("a.js-job-link",),
        link=("a.js-job-link::attr(href)",),
        number=("::attr(data-job-no)",),
        author=("::attr(data-cust-name)",),
        date=(".b-tit__date",),
        location=(".job-list-intro li:first-child",),
        salary=(".job-list-tag > :first-child",),
        text=(".job-list-item__info",),
    ),
    BoardPlaces(
        advert="li.list-row",
        title=("h2 .title",),
        link=("h2 a::attr(href)",),
        author=(".employer",),
        date=(".list-footer-right .info",),
        location=(".job-location",),
        salary=(".label-group .label",),
    ),
    BoardPlaces(
        advert=".job_listings .job_listing",
        title=(".position h3", "h3", ".job-title"),
        link=("::attr(data-href)", "a::attr(href)"),
        author=(".company strong", ".company"),
        date=("time::attr(datetime)", ".date"),
        location=(".location",),
        salary=(".salary",),
    ),
    # hh.ru, Indeed, RemoteOK, We Work Remotely: lists.
    BoardPlaces(
        advert="[data-qa~=vacancy-serp__vacancy], .vacancy-serp-item",
        title=(
            "[data-qa=serp-item__title-text]",
            "[data-qa=serp-item__title]",
            "[data-qa=vacancy-serp__vacancy-title]",
        ),
        link=("a[data-qa=serp-item__title]::attr(href)", "a[data-qa=vacancy-serp__vacancy-title]::attr(href)"),
        author=("[data-qa=vacancy-serp__vacancy-employer]",),
        date=("[data-qa=vacancy-serp__vacancy-date]",),
        location=("[data-qa=vacancy-serp__vacancy-address]",),
        salary=("[data-qa=vacancy-serp__vacancy-compensation]",),
        text=("[data-qa^=vacancy-serp__vacancy_snippet]",),
    ),
    BoardPlaces(
        advert=".jobsearch-SerpJobCard, .job_seen_beacon",
        title=("h2 a span[title]::attr(title)", "h2.title a", "a.jobtitle", "h2 a"),
        link=("h2 a::attr(href)", "a.jobtitle::attr(href)"),
        number=("::attr(data-jk)", "a[data-jk]::attr(data-jk)"),
        author=(".company", ".companyName", "[data-testid=company-name]"),
        date=(".date",),
        location=(".location", ".companyLocation", "[data-testid=text-location]"),
        salary=(".salaryText", ".salary-snippet-container"),
        text=(".summary", ".job-snippet"),
    ),
    BoardPlaces(
        advert="tr.job[data-id]",
        title=("[itemprop=title]", "h2"),
        link=("::attr(data-url)", "a.preventLink::attr(href)"),
        number=("::attr(data-id)",),
        author=("[itemprop=hiringOrganization] h3", ".companyLink h3"),
        date=("time::attr(datetime)",),
        location=(".location:not([class*=tooltip-set])", ".location"),
    ),
    BoardPlaces(
        advert="section.jobs li:not(.view-all)",
        title=(".title", ".new-listing__header__title"),
        link=("a[href*='/remote-jobs/']::attr(href)", "a[href*='/listings/']::attr(href)"),
        author=(".company", ".new-listing__company-name"),
        date=("time::attr(datetime)", "time"),
        location=(".region", ".new-listing__company-headquarters"),
    ),
    # Stack Overflow Jobs, list.
    BoardPlaces(
        advert=".-job[data-jobid]",
        title=("h2 a",),
        link=("h2 a::attr(href)",),
        number=("::attr(data-jobid)",),
        author=("h3 span",),
        date=(".ps-absolute", "ul.mt4 li:first-child span", "ul li span"),
        location=("h3 span + span",),
    ),
    # Careers pages of OpenAI, 2023.
    BoardPlaces(
        advert="li:has(a[href^='/careers/'])",
        title=("a[href^='/careers/'] h3",),
        link=("a[href^='/careers/']::attr(href)",),
        location=("a[href^='/careers/'] span",),
    ),
    BoardPlaces(
        title=("h1:has(~ * .ui-description)", ".ui-description ~ h1", "h1", ""),
        text=(".ui-description.ui-richtext",),
        link=("link[rel=canonical]::attr(href)",),
    ),
)
