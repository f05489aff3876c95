"""`make fonts`: cuts the fonts of the review application and of printed reports from Debian's Noto, and lists them.

Run by hand, nothing at run time needs it. It reads /usr/share/fonts (fonts-noto-core,
fonts-noto-cjk) and fills evidence/fonts. A browser fetches a file only when a page shows a character of its
range, so all faces have one family name; Urdu's is apart, since its Nastaliq shares the range of Arabic, and so are the
signs, which a browser draws in the system's colours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

NOTO = Path("/usr/share/fonts")
FOLDER = Path("evidence/fonts")
FAMILY, URDU_FAMILY, SIGNS_FAMILY = "Lurewatch", "Lurewatch Nastaliq", "Lurewatch Signs"
# Joiners and the dotted circle: a script's marks are shaped with them in its own font.
_JOINERS = (0x200C, 0x200D, 0x25CC)
# In every file, though none is asked for because of them: Pango takes a blank from the font of its neighbours.
_BLANKS = frozenset((0x20, 0xA0))
_SANS = "truetype/noto/NotoSans{}-Regular.ttf"
_CJK = "opentype/noto/NotoSansCJK-Regular.ttc"
_CJK_SC = 2


@dataclass(frozen=True, slots=True)
class Face:
    """One file: its name, where it is cut from (`number` in a collection), its characters, and how it is declared."""

    name: str
    source: str
    characters: frozenset[int]
    number: int = 0
    family: str = FAMILY
    weight: int = 400


def faces() -> Iterator[Face]:
    """Every face; of two that hold a character the later one shows it."""
    latin = _blocks((0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF))
    cyrillic = _blocks((0x400, 0x52F), (0x370, 0x3FF), (0x2116, 0x2116))
    for weight, style in ((400, "Regular"), (700, "Bold")):
        source = f"truetype/noto/NotoSans-{style}.ttf"
        yield Face(f"latin-{weight}", source, latin, weight=weight)
        yield Face(f"cyrillic-{weight}", source, cyrillic, weight=weight)
    yield _script("arabic", "Arabic", (0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
    yield _script("devanagari", "Devanagari", (0x900, 0x97F), (0x1CD0, 0x1CFF), (0xA8E0, 0xA8FF))
    yield _script("bengali", "Bengali", (0x980, 0x9FF))
    yield _script("tamil", "Tamil", (0xB80, 0xBFF))
    yield _script("sinhala", "Sinhala", (0xD80, 0xDFF))
    yield _script("thai", "Thai", (0xE00, 0xE7F))
    yield _script("lao", "Lao", (0xE80, 0xEFF))
    yield _script("myanmar", "Myanmar", (0x1000, 0x109F), (0xAA60, 0xAA7F), (0xA9E0, 0xA9FF))
    yield _script("ethiopic", "Ethiopic", (0x1200, 0x139F), (0x2D80, 0x2DDF))
    yield _script("khmer", "Khmer", (0x1780, 0x17FF), (0x19E0, 0x19FF))
    yield from _east_asian()
    urdu = _blocks((0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
    yield Face("nastaliq", "truetype/noto/NotoNastaliqUrdu-Regular.ttf", urdu, family=URDU_FAMILY)
    signs = _blocks((0x2070, 0x209F), (0x2100, 0x2BFF), (0x1F000, 0x1FAFF))
    yield Face("signs", _SANS.format("Symbols2"), signs, family=SIGNS_FAMILY)
    yield Face("letterlike", _SANS.format("Math"), _blocks((0x2070, 0x22FF), (0x1D400, 0x1D7FF)), family=SIGNS_FAMILY)


def build(folder: Path = FOLDER) -> None:
    """Write every face and the style sheet; the licence beside them, OFL.txt, stays."""
    folder.mkdir(exist_ok=True)
    rules = [_cut(face, folder) for face in faces()]
    (folder / "fonts.css").write_text("\n".join(["/* Written by `make fonts`. */", *rules, ""]), "utf-8")
    total = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{len(rules)} faces, {total / 1e6:.1f} MB with licence and style sheet")


def _east_asian() -> Iterator[Face]:
    """The repertoires of everyday writing: GB 2312, Big5 level 1, JIS X 0208 level 1, KS X 1001 Hangul."""
    simplified = _repertoire("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))
    traditional = _repertoire("big5", range(0xA4, 0xC7), chain(range(0x40, 0x7F), range(0xA1, 0xFF)))
    japanese = _repertoire("euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF))
    korean = _repertoire("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF))
    signs = _blocks((0x3000, 0x30FF), (0x3105, 0x312F), (0xFF01, 0xFFEF), (0x2460, 0x2473), (0x2600, 0x2606))
    yield Face("han-simplified", _CJK, simplified, _CJK_SC)
    yield Face("han-more", _CJK, (traditional | japanese) - simplified, _CJK_SC)
    yield Face("cjk-signs", _CJK, signs, _CJK_SC)
    yield Face("hangul", _CJK, korean | _blocks((0x3131, 0x318E)), _CJK_SC)


def _script(name: str, noto: str, *ranges: tuple[int, int]) -> Face:
    return Face(name, _SANS.format(noto), _blocks(*ranges) | frozenset(_JOINERS))


def _blocks(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(chain.from_iterable(range(first, last + 1) for first, last in ranges))


def _repertoire(charset: str, rows: Iterable[int], cells: Iterable[int]) -> frozenset[int]:
    """What the two-byte characters of these rows stand for, unassigned ones left out."""
    cells = list(cells)
    decoded = (bytes((row, cell)).decode(charset, "ignore") for row in rows for cell in cells)
    return frozenset(ord(character) for character in decoded if len(character) == 1)


def _cut(face: Face, folder: Path) -> str:
    """Write the face's file; returns its @font-face rule, whose range is what the file really holds."""
    font = TTFont(NOTO / face.source, fontNumber=face.number)
    held = sorted(face.characters & font.getBestCmap().keys())
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["*"], layout_closure=True)
    if face.number:
        # The forms of other regions, vertical and half-width writing: three times the size for what nobody here asks.
        options.layout_features = ["ccmp", "kern", "mark", "mkmk"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*held, *_BLANKS])
    cutter.subset(font)
    file = folder / f"{face.name}.woff2"
    subset.save_font(font, file, options)
    print(f"{file.name}: {len(held)} characters, {file.stat().st_size / 1000:.0f} kB")
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; font-display: swap; '
        f'src: url("{file.name}") format("woff2"); unicode-range: {_css_range(held)}; }}'
    )


def _css_range(characters: list[int]) -> str:
    runs: list[list[int]] = []
    for character in characters:
        if runs and character == runs[-1][1] + 1:
            runs[-1][1] = character
        else:
            runs.append([character, character])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


if __name__ == "__main__":
    build()
