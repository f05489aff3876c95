import hashlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawlers.importers import ocr
from crawlers.importers.choices import Choices
from crawlers.importers.ocr import read_screenshot
from lurewatch.errors import ConfigurationError, DataError


@pytest.fixture
def screenshot(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (700, 120), "white")
    ImageDraw.Draw(picture).text((20, 30), "Cooks wanted in Hue", fill="black", font=ImageFont.load_default(48))
    path = tmp_path / "screen.png"
    picture.save(path)
    return path


@pytest.fixture
def tesseract() -> None:
    if ocr.why_off():
        pytest.skip(f"NO SCREENSHOTS HERE: {ocr.why_off()}")


@pytest.mark.usefixtures("tesseract")
def test_words_of_a_picture(screenshot: Path) -> None:
    (post,) = read_screenshot(screenshot, Choices(languages=("en",)))
    digest = hashlib.sha256(screenshot.read_bytes()).hexdigest()
    assert (post.native_id, post.text, post.posted_at) == (digest, "Cooks wanted in Hue", None)
    assert post.extra["media"] == [{"kind": "photo", "name": "screen.png", "sha256": digest}]
    assert post.extra["read_by"].startswith("Tesseract ")
    assert post.extra["read_in"] == ["eng"]


@pytest.mark.usefixtures("tesseract")
def test_what_the_telephone_wrote_into_a_picture_is_not_told(tmp_path: Path) -> None:
    written = Image.Exif()
    written[0x010F], written[0x0132] = "Sample Phones", "2026:03:01 07:00:00"
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (50, 50), "white").save(path, exif=written)
    (post,) = read_screenshot(path, Choices(languages=("en",)))
    assert (post.posted_at, post.extra.keys()) == (None, {"media", "read_by", "read_in"})
    assert "Sample Phones" not in str(post)


@pytest.mark.usefixtures("tesseract")
def test_language_that_is_not_installed_is_named(screenshot: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no language 'xx'.*here are"):
        list(read_screenshot(screenshot, Choices(languages=("xx",))))


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "screen.png"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"screen\.png cannot be read"):
        list(read_screenshot(path, Choices(languages=("en",))))


@pytest.mark.usefixtures("tesseract")
def test_picture_that_unpacks_to_too_much_is_refused(screenshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "MOST_PIXELS", 1_000)
    with pytest.raises(DataError, match="700 x 120 pixels"):
        list(read_screenshot(screenshot, Choices(languages=("en",))))


def test_without_the_program_it_says_so(screenshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigurationError, match="Tesseract is not installed"):
        list(read_screenshot(screenshot))
