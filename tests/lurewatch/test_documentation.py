"""What can be typed, set or met is written down."""

import re
from pathlib import Path

import pytest

from classifier.labels import LABELS
from crawlers.kinds import KINDS
from crawlers.reading.media_kinds import KINDS as MEDIA
from crawlers.register import read_register
from lurewatch.cli import COMMANDS
from lurewatch.settings import Settings
from review_ui.terms import TERMS

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_architecture(command: str) -> None:
    assert f"`lurewatch {command}" in ARCHITECTURE


@pytest.mark.parametrize("label", LABELS)
def test_every_label_is_in_the_architecture(label: str) -> None:
    assert f"`{label}`" in ARCHITECTURE


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_source_is_described(kind: str) -> None:
    assert f"| `{kind}` |" in SOURCES


@pytest.mark.parametrize("medium", MEDIA)
def test_every_kind_of_media_is_described_and_has_its_word(medium: str) -> None:
    (line,) = [line for line in SOURCES.splitlines() if line.startswith("| `media` |")]
    assert medium in line
    assert medium in TERMS


def test_the_example_of_a_source_register_is_one_and_reads_nothing() -> None:
    sources = read_register(ROOT / "data" / "sources.example.toml", kinds=KINDS)
    assert {source.kind for source in sources} == set(KINDS)
    assert not any(source.enabled for source in sources)


def test_every_file_that_the_architecture_names_exists() -> None:

    for name in re.findall(
        r"`((?:crawlers|classifier|store|evidence|review_ui|lurewatch|data|tests)/[\w/]+\.\w+)`", ARCHITECTURE
    ):
        assert (ROOT / name).exists(), name
