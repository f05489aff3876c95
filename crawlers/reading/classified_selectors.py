"""Where sites of classified adverts put an advert's parts, like `board_selectors`; `salary` is the price.

Several of these sites forbid automated collection: their pages come as saved ones, or when an organisation decides.
"""

from crawlers.reading.board_selectors import BoardPlaces

CLASSIFIEDS: tuple[BoardPlaces, ...] = (
    # The classi4u network.
    BoardPlaces(
        advert=".AdRowBox",
        title=("h3 a",),
        link=("h3 a::attr(href)",),
        date=(".SpecBox > b:last-child",),
        location=(".SpecBox > b:nth-of-type(2)",),
        salary=(".PriceBox", ".priceBox"),
        text=(".descBox",),
    ),
    # Backpage and what looks like it: lists, then one advert.
    BoardPlaces(
        advert=".mainBody .cat",
        title=("a",),
        link=("a::attr(href)",),
    ),
    BoardPlaces(
        title=("#postingTitle h1", "#postingTitle"),
        date=(".adInfo",),
        text=(".postingBody",),
    ),
    # Bazoš: lists, then one advert.
    BoardPlaces(
        advert=".inzeraty",
        title=(".nadpis a",),
        link=(".nadpis a::attr(href)",),
        date=(".velikost10",),
        location=(".inzeratylok",),
        salary=(".inzeratycena",),
        text=(".popis",),
    ),
    BoardPlaces(
        title=("h1.nadpisdetail",),
        date=(".inzeradetnadpis .velikost10",),
        salary=("td:contains('Cena') + td", "td:contains('Cena') ~ td b"),
        text=(".popisdetail",),
    ),
    # Osclass: lists, then one advert.
    BoardPlaces(
        advert="li.listing-card, tr.listing-card, .listing-attr, #listing-card-list > li",
        title=("a.title", "h3 a", "h2 a"),
        link=("a.title::attr(href)", "h3 a::attr(href)", "h2 a::attr(href)"),
        date=(".listing-attributes", ".attributes", ".date"),
        location=(".location",),
        salary=(".currency-value", ".price"),
        text=(".listing-basicinfo > p", "p"),
    ),
    BoardPlaces(
        title=("#item-content h1", ".title h1", "#item-content h2"),
        author=("#contact .name", ".contact-name", "#contact p.name"),
        date=(".item-header .publish", ".item-header em", ".publish"),
        location=("#item_location li:contains('City')", ".item-location", "#item_location li"),
        salary=(".item-header .price", ".price"),
        text=("#item-content #description > p", "#item-content [itemprop=description]"),
    ),
    # Craigslist: lists of three times, then one advert.
    BoardPlaces(
        advert="li.cl-static-search-result",
        title=(".title", "::attr(title)"),
        link=("a::attr(href)",),
        location=(".location",),
        salary=(".price",),
    ),
    BoardPlaces(
        advert="li.result-row, p.row[data-pid]",
        title=("a.result-title", "a.hdrlnk"),
        link=("a.result-title::attr(href)", "a.hdrlnk::attr(href)"),
        number=("::attr(data-pid)",),
        date=("time::attr(datetime)",),
        location=(".result-hood", ".pnr small"),
        salary=(".result-price", ".price"),
    ),
    BoardPlaces(
        title=("#titletextonly", ".postingtitletext"),
        date=("time.date::attr(datetime)", ".postinginfo time::attr(datetime)"),
        location=(".postingtitletext small", ".mapaddress"),
        salary=(".postingtitletext .price",),
        text=("#postingbody",),
    ),
    # Kleinanzeigen.
    BoardPlaces(
        advert="article.aditem",
        title=("h2 a", ".ellipsis"),
        link=("::attr(data-href)", "h2 a::attr(href)"),
        number=("::attr(data-adid)",),
        date=(".aditem-main--top--right",),
        location=(".aditem-main--top--left",),
        salary=(".aditem-main--middle--price-shipping--price", ".aditem-main--middle--price"),
        text=(".aditem-main--middle--description",),
    ),
    BoardPlaces(
        title=("#viewad-title",),
        author=("#viewad-contact .userprofile-vip a", "#viewad-contact .userprofile-vip"),
        date=("#viewad-extra-info span",),
        location=("#viewad-locality",),
        salary=("#viewad-price",),
        text=("#viewad-description-text",),
    ),
    # OLX.
    BoardPlaces(
        advert="[data-cy=l-card]",
        title=("[data-cy=ad-card-title] h4", "[data-cy=ad-card-title] h6", "h6", "h4"),
        link=("a::attr(href)",),
        number=("::attr(id)",),
        date=("[data-testid=location-date]",),
        location=("[data-testid=location-date]",),
        salary=("[data-testid=ad-price]",),
    ),
    BoardPlaces(
        title=("[data-cy=ad_title] h4", "[data-cy=ad_title] h1", "[data-cy=ad_title]", "[data-testid=ad_title]"),
        author=("[data-testid=user-profile-user-name]", "[data-cy=seller_card] h4"),
        date=("[data-cy=ad-posted-at]", "[data-testid=ad-posted-at]"),
        location=("[data-testid=map-aside-section] p",),
        salary=("[data-testid=ad-price-container] h3",),
        text=("[data-cy=ad_description] div", "[data-cy=ad_description]"),
    ),
    # Gumtree, Locanto, Avito.
    BoardPlaces(
        advert="article.listing-maxi, article[data-q=search-result]",
        title=(".listing-title", "[data-q=tile-title]", "h2"),
        link=("a.listing-link::attr(href)", "a[data-q=search-result-anchor]::attr(href)", "a::attr(href)"),
        date=("[data-q=listing-adAge]", ".listing-posted-date"),
        location=(".listing-location", "[data-q=tile-location]"),
        salary=(".listing-price", "[data-q=tile-price]"),
        text=(".listing-description", "[data-q=tile-description]"),
    ),
    BoardPlaces(
        advert=".bp_ad, article.posting_listing",
        title=(".bp_ad__title_link", ".posting_listing__title"),
        link=(".bp_ad__title_link::attr(href)", "a.posting_listing__title::attr(href)", "a::attr(href)"),
        date=(".bp_ad__date", ".posting_listing__age"),
        location=(".bp_ad__city", ".posting_listing__city"),
        salary=(".bp_ad__price", ".posting_listing__price"),
        text=(".bp_ad__desc", ".posting_listing__description"),
    ),
    BoardPlaces(
        title=("[data-marker='item-view/title-info']", "[data-marker='item-view/title']"),
        author=("[data-marker='seller-info/name']",),
        date=("[data-marker='item-view/item-date']",),
        location=(
            "[data-marker='item-view/item-address'] [itemprop=address]",
            "[data-marker='item-view/item-address']",
        ),
        salary=("[data-marker='item-view/item-price']",),
        text=("[data-marker='item-view/item-description']",),
    ),
    BoardPlaces(
        advert="[data-marker=item]",
        title=("[itemprop=name]", "h3"),
        link=("a[data-marker=item-title]::attr(href)", "a[itemprop=url]::attr(href)"),
        number=("::attr(data-item-id)",),
        date=("[data-marker=item-date]",),
        location=("[data-marker=item-address]",),
        salary=("[data-marker=item-price]", "[itemprop=price]"),
        text=("[class*=item-description]",),
    ),
)
