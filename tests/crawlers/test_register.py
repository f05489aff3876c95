from pathlib import Path

import pytest

from crawlers.kinds import KINDS
from crawlers.reading.board_selectors import BoardPlaces
from crawlers.register import RegisteredSource, read_register
from lurewatch.errors import SourceError

ENTRY = """
[[source]]
name = "board"
kind = "jobposting"
url = "https://jobs.example.org/"
purpose = "Watch for recruitment"
legal_basis = "Police act, section 1"
owner = "Unit 7"
"""


def register(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_entry_becomes_a_source(tmp_path: Path) -> None:
    text = ENTRY + 'max_pages = 5\nenabled = false\nsitemap = "https://jobs.example.org/map.xml"\n'
    assert read_register(register(tmp_path, text), kinds=KINDS) == [
        RegisteredSource(
            name="board",
            kind="jobposting",
            url="https://jobs.example.org/",
            purpose="Watch for recruitment",
            legal_basis="Police act, section 1",
            owner="Unit 7",
            enabled=False,
            max_pages=5,
            sitemap="https://jobs.example.org/map.xml",
        )
    ]


@pytest.mark.parametrize(
    ("url", "kind", "said", "is_on"),
    [
        ("https://cz.linkedin.com/jobs", "jobposting", "", False),
        ("https://de.indeed.com/jobs", "jobposting", "", False),
        ("https://www.olx.com.br/vagas", "classified", "", False),
        ("https://www.avito.ru/rabota", "classified", "", False),
        ("https://bangkok.craigslist.org/search/jjj", "classified", "", False),
        ("https://www.gumtree.co.za/jobs", "classified", "", False),
        ("https://www.reddit.com/r/x", "reddit", "", False),
        ("https://vk.com/club1", "vk", "", False),
        ("https://vk.com/club1", "vk", "enabled = true", True),
        ("https://cz.linkedin.com/jobs", "jobposting", "enabled = true", True),
        ("https://linkedin.example.org/jobs", "jobposting", "", True),
        ("https://jobs.example.org/", "jobposting", "enabled = false", False),
    ],
)
def test_source_is_off_by_default_where_terms_speak_against_it(
    tmp_path: Path, url: str, kind: str, said: str, is_on: bool
) -> None:
    text = ENTRY.replace("https://jobs.example.org/", url).replace('"jobposting"', f'"{kind}"')
    (source,) = read_register(register(tmp_path, text + said), kinds=KINDS)
    assert source.enabled is is_on
    assert bool(source.off_because) is (not is_on and not said)


def test_selectors_say_where_a_board_has_what(tmp_path: Path) -> None:
    text = ENTRY + '[source.selectors]\nadvert = "li.ad"\ntitle = "h3"\nlink = "a::attr(href)"\n'
    (source,) = read_register(register(tmp_path, text), kinds=KINDS)
    assert source.selectors == BoardPlaces(advert="li.ad", title=("h3",), link=("a::attr(href)",))


def test_browser_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    (plain,) = read_register(register(tmp_path, ENTRY), kinds=KINDS)
    assert (plain.browser, plain.browser_hosts) == (False, ())
    text = ENTRY + 'browser = true\nbrowser_hosts = ["cdn.example.org"]\n'
    (made,) = read_register(register(tmp_path, text), kinds=KINDS)
    assert (made.browser, made.browser_hosts) == (True, ("cdn.example.org",))


def test_empty_register_has_no_sources(tmp_path: Path) -> None:
    assert read_register(register(tmp_path, ""), kinds=KINDS) == []


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (
            ENTRY.replace("jobposting", "jobpostings"),
            r"source 1 \('board'\): unknown kind 'jobpostings'. Did you mean 'jobposting'",
        ),
        (ENTRY.replace("owner", "ownr"), "'owner' is missing"),
        (ENTRY + 'ownre = "x"', "unknown key 'ownre'. Did you mean 'owner'"),
        (ENTRY + "max_pages = 0", "max_pages has value 0"),
        (ENTRY + 'enabled = "yes"', "enabled has value 'yes'"),
        (ENTRY + 'sitemap = "file:///etc/passwd"', "'file:///etc/passwd' is no http or https address"),
        (ENTRY.replace("https://jobs.example.org/", "http://["), "no http or https address"),
        (ENTRY + "selectors = {}", "`selectors` has no `title`"),
        (ENTRY + 'selectors = {title = "h3", txt = "p"}', "unknown selector 'txt'. Did you mean 'text'"),
        (ENTRY + 'selectors = {title = "h3["}', "selector 'title' has value 'h3\\['"),
        (ENTRY + 'browser = "yes"', "browser has value 'yes'"),
        (ENTRY + 'browser_hosts = ["https://cdn.example.org"]', "'https://cdn.example.org', which is no host"),
        (ENTRY + 'browser_hosts = ["*"]', r"'\*', which is no host"),
        (ENTRY + ENTRY, "two sources are named 'board'"),
        (ENTRY.replace("[[source]]", "[source]"), "two brackets"),
        ("[[sources]]\n", "unknown key 'sources'"),
        ("source = [1]\n", "source 1: entry has value 1"),
        ("[[source", "not valid TOML"),
    ],
)
def test_wrong_register_names_the_entry_and_the_remedy(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(SourceError, match=match) as caught:
        read_register(register(tmp_path, text), kinds=KINDS)
    assert "sources.toml" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_register_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"sources\.toml cannot be read"):
        read_register(tmp_path / "sources.toml", kinds=KINDS)
