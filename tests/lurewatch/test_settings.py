"""Settings know where they come from; a wrong one is one line that names the place and the remedy."""

from pathlib import Path

import pytest

from lurewatch.errors import ConfigurationError
from lurewatch.settings import Settings, load_settings


def _load(tmp_path: Path, toml: str = "", **environment: str) -> tuple[Settings, dict[str, str]]:
    if toml:
        (tmp_path / "settings.toml").write_text(toml, encoding="utf-8")
    loaded = load_settings(tmp_path, environment)
    return loaded.values, dict(loaded.origins)


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    values, origins = _load(tmp_path, "max_pages = 7\ncontact = 'a@b.example'", LUREWATCH_MAX_PAGES="9", PATH="/bin")
    assert (values.max_pages, values.contact, values.crawl_delay_s) == (9, "a@b.example", 3.0)
    assert origins["max_pages"] == "LUREWATCH_MAX_PAGES"
    assert origins["contact"].endswith("settings.toml")
    assert origins["crawl_delay_s"] == "default"


def test_lists_come_from_the_environment_with_commas(tmp_path: Path) -> None:
    values, _ = _load(tmp_path, LUREWATCH_ALLOWED_HOSTS="desk.example, 10.0.0.5")
    assert values.allowed_hosts == ["desk.example", "10.0.0.5"]


def test_variables_that_are_no_settings_pass(tmp_path: Path) -> None:
    _load(tmp_path, LUREWATCH_DIR="/srv/x", LUREWATCH_DEBUG="1")


@pytest.mark.parametrize(
    ("toml", "environment", "message"),
    [
        ("max_page = 7", {}, r"settings.toml: unknown setting 'max_page'. Did you mean 'max_pages'\?"),
        ("qqqq = 7", {}, "unknown setting 'qqqq'. Known are"),
        ("", {"LUREWATCH_CONTACTS": "x"}, "LUREWATCH_CONTACTS: unknown setting 'contacts'. Did you mean 'contact'"),
        ("max_pages = 'many'", {}, "settings.toml: setting max_pages has value 'many'"),
        ("", {"LUREWATCH_AUDIT_SAMPLE": "2"}, "LUREWATCH_AUDIT_SAMPLE: setting audit_sample has value '2'"),
        ("watch_interval_s = inf", {}, "settings.toml: setting watch_interval_s has value inf"),
        ("max_pages = ", {}, "settings.toml: not valid TOML"),
    ],
    ids=["near miss", "unknown", "unknown variable", "wrong type", "out of range", "no end", "broken file"],
)
def test_mistakes_name_place_value_and_remedy(
    tmp_path: Path, toml: str, environment: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        _load(tmp_path, toml, **environment)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"contact = '\xff'")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        load_settings(tmp_path, {})


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(ConfigurationError, match=r"settings\.toml cannot be read"):
        load_settings(tmp_path, {})
