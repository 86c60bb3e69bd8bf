"""The zones and what passes between them as one small drawing that reads in black and white.

* Zones stand side by side, each with a line below it; every ordered pair is an arrow of its own from line to line, so nothing overlaps
  whatever the number of zones.
* A verdict is told by its word, by the line and by its end: PROVED ends at a bar, VIOLATED is thick with a full head, UNDECIDED is dotted
  with an open head. Declared crossings are dashed, with their id.
* The file stands alone: no script, no style sheet, no reference; what it shows is also its text alternative.

Never here: deciding, counting (`Separation` is shown as it is).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secaudit.model.separation import Crossing, PairProof, Separation, VerdictWord
from secaudit.model.text import Lang, Text
from secaudit.model.zone_words import zone_name
from secaudit.reports.escaping import inert_text, plain, xml
from secaudit.reports.zones_terminal import WORDS

MARGIN = 24
BOX, BOX_HEIGHT = 184, 52
"""Width and height of a zone."""
STEP = 232
"""From the middle of one zone to that of the next, at least."""
LEAST = 680
"""Least width, so that the legend fits."""
ROW, PILL = 34, 20
CROSSINGS = 40
"""Most declared crossings that are drawn; the others are counted."""

_RANK = {word: number for number, (word, _) in enumerate(WORDS)}
_FONT = "'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',Meiryo,IPAPGothic,sans-serif"
_LINES = {"PROVED": (1.5, ""), "VIOLATED": (4, ""), "UNDECIDED": (2, "2 5"), "": (1.5, "9 5")}
"""Width and dashes of a line by verdict; the last is that of a declared crossing."""


def zones_svg(separation: Separation, lang: Lang) -> str:
    """Return the drawing as one SVG file."""
    drawing = _Drawing(separation, lang)
    drawing.draw()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{drawing.y}" viewBox="0 0 {drawing.width} {drawing.y}"'
        f' role="img" xml:lang="{lang}" font-family="{xml(_FONT)}" font-size="13" fill="#000">'
    )
    told = [f"<title>{xml(_title(separation, lang))}</title>", f"<desc>{xml(' '.join(_told(separation, lang)))}</desc>"]
    ground = f'<rect width="{drawing.width}" height="{drawing.y}" fill="#fff"/>'
    return inert_text("\n".join([head, *told, ground, *drawing.under, *drawing.parts, "</svg>"]) + "\n")


def _title(separation: Separation, lang: Lang) -> str:
    names = Text(ja="・", en=", ").get(lang).join(zone_name(zone).get(lang) for zone in separation.zones)
    if not names:
        return Text(ja="領域の分離", en="Separation of zones").get(lang)
    return Text(ja=f"領域の分離: {names}", en=f"Separation of zones: {names}").get(lang)


def _told(separation: Separation, lang: Lang) -> Iterator[str]:
    """Yield the drawing in sentences."""
    stop = Text(ja="。", en=".").get(lang)
    if separation.problem is not None:
        yield separation.problem.get(lang) + stop
    for one, two in _ordered(separation.zones):
        found = _pairs(separation, one, two)
        if found:
            verdicts = ", ".join(f"{pair.family} {pair.verdict}" for pair in found)
            yield f"{zone_name(one).get(lang)} → {zone_name(two).get(lang)}: {verdicts}{stop}"
    for crossing in separation.crossings:
        ends = f"{zone_name(crossing.source).get(lang)} → {zone_name(crossing.target).get(lang)}"
        yield f"{_crossing(crossing, lang)}: {ends}{stop}"


def _ordered(zones: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each ordered pair, both directions of a pair together."""
    for number, one in enumerate(zones):
        for two in zones[number + 1 :]:
            yield one, two
            yield two, one


def _pairs(separation: Separation, source: str, target: str) -> list[PairProof]:
    return [pair for pair in separation.pairs if (pair.source, pair.target) == (source, target)]


def _crossing(crossing: Crossing, lang: Lang) -> str:
    dead = "" if crossing.live else Text(ja="（有効でない）", en=" (not in force)").get(lang)
    return f"{crossing.id} {crossing.label.get(lang)}{dead}"


def width_of(text: str, size: float = 13, *, bold: bool = False) -> float:
    """Return about how wide a text is in a usual font, rather too wide than too narrow."""
    return size * sum(_wide(char, 1.1 if bold else 1.0) for char in text)


def _wide(char: str, bold: float) -> float:
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if char in " .,:;'|!()[]ijlft-/":
        return 0.42 * bold
    return (0.95 if char in "MWmw@%" else 0.72 if char.isupper() else 0.64) * bold


def fitted(text: str, room: float, size: float = 13, *, bold: bool = False) -> str:
    """Return a text cut to a width, with an ellipsis where something is left out."""
    text = plain(text)
    if _fits(text, room, size, bold=bold) == len(text):
        return text
    return text[: _fits(text, room - width_of("…", size, bold=bold), size, bold=bold)] + "…"


def wrapped(text: str, room: float, size: float = 13, *, bold: bool = False) -> list[str]:
    """Return a text on one or two lines of a width."""
    text = plain(text)
    count = _fits(text, room, size, bold=bold)
    if count == len(text):
        return [text]
    blank = text.rfind(" ", 0, count + 1)
    count = blank if blank > 0 else count
    return [text[:count], fitted(text[count:].strip(), room, size, bold=bold)]


def _fits(text: str, room: float, size: float, *, bold: bool) -> int:
    """Return how many signs of a text find room."""
    wide = 0.0
    for count, char in enumerate(text):
        wide += width_of(char, size, bold=bold)
        if wide > room:
            return count
    return len(text)


@dataclass(slots=True)
class _Drawing:
    """Draws from top to bottom; `y` is where the next row begins. `under` lies below all else."""

    separation: Separation
    lang: Lang
    y: float = MARGIN
    parts: list[str] = field(default_factory=list)
    under: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The width of the drawing."""
        return max(LEAST, 2 * MARGIN + BOX + STEP * (len(self.separation.zones) - 1))

    def middle(self, zone: str) -> float:
        """Return where the line of a zone stands."""
        number, count = self.separation.zones.index(zone), len(self.separation.zones)
        step = (self.width - 2 * MARGIN - BOX) / max(count - 1, 1)
        return round(self.width / 2 + step * (number - (count - 1) / 2), 1)

    def draw(self) -> None:
        """Draw everything."""
        self._heading()
        if self.separation.zones:
            self._zones()
            top = self.y
            self.y += 12
            self._rows()
            for zone in self.separation.zones:
                x = self.middle(zone)
                self.under.append(
                    f'<line x1="{x}" y1="{top}" x2="{x}" y2="{self.y}" stroke="#000" stroke-width="1" stroke-dasharray="1 3"/>'
                )
            self._legend()
        self.y = round(self.y + MARGIN)

    def text(self, x: float, y: float, text: str, *, size: int = 13, anchor: str = "start", more: str = "") -> None:
        """Write one line."""
        self.parts.append(f'<text x="{x}" y="{round(y, 1)}" font-size="{size}" text-anchor="{anchor}"{more}>{xml(text)}</text>')

    def _heading(self) -> None:
        for title in wrapped(_title(self.separation, self.lang), self.width - 2 * MARGIN, 16, bold=True):
            self.text(MARGIN, self.y + 14, title, size=16, more=' font-weight="bold"')
            self.y += 24
        counts = [f"{word} {sum(pair.verdict == word for pair in self.separation.pairs)}" for word, _ in WORDS]
        if self.separation.pairs:
            said = Text(ja=" ・ ", en=", ").get(self.lang).join(counts)
            both = Text(ja="（語が一つの矢印は IPv4 と IPv6 の両方）", en=" (an arrow with one word: IPv4 and IPv6 alike)").get(self.lang)
            self.text(MARGIN, self.y + 12, said + both)
            self.y += 20
        if self.separation.problem is not None:
            for line in wrapped(self.separation.problem.get(self.lang), self.width - 2 * MARGIN):
                self.text(MARGIN, self.y + 14, line)
                self.y += 20
        self.y += 12

    def _zones(self) -> None:
        for zone in self.separation.zones:
            x, name = self.middle(zone), zone_name(zone).get(self.lang)
            self.parts.append(
                f'<g><title>{xml(name)}</title><rect x="{x - BOX / 2}" y="{self.y}" width="{BOX}" height="{BOX_HEIGHT}" rx="4"'
                ' fill="#fff" stroke="#000" stroke-width="2"/></g>'
            )
            lines = wrapped(name, BOX - 16, 14, bold=True)
            start = self.y + BOX_HEIGHT / 2 + 5 - 9 * (len(lines) - 1)
            for number, line in enumerate(lines):
                self.text(x, start + 18 * number, line, size=14, anchor="middle", more=' font-weight="bold"')
        self.y += BOX_HEIGHT

    def _rows(self) -> None:
        drawn = [one for one in self.separation.crossings if self._can_draw(one)]
        for number, (one, two) in enumerate(_ordered(self.separation.zones)):
            found = _pairs(self.separation, one, two)
            if found:
                self._verdicts(one, two, found)
            for crossing in drawn[:CROSSINGS]:
                if (crossing.source, crossing.target) == (one, two):
                    self._declared(crossing)
            if number % 2:
                self.y += 10
        elsewhere = Text(ja="図にない領域: ", en="zones not drawn: ").get(self.lang)
        left = [elsewhere + _crossing(one, self.lang) for one in self.separation.crossings if one not in drawn]
        more = len(drawn) - CROSSINGS
        if more > 0:
            left.append(Text(ja=f"ほか {more} 件の特定通信", en=f"{more} more declared crossings").get(self.lang))
        for line in left:
            self.parts.append(f'<rect x="{MARGIN}" y="{self.y}" width="{self.width - 2 * MARGIN}" height="20" fill="#fff"/>')
            self.text(MARGIN, self.y + 14, fitted(line, self.width - 2 * MARGIN))
            self.y += 20

    def _can_draw(self, crossing: Crossing) -> bool:
        zones = self.separation.zones
        return crossing.source in zones and crossing.target in zones and crossing.source != crossing.target

    def _verdicts(self, one: str, two: str, found: Sequence[PairProof]) -> None:
        """Draw the arrow of an ordered pair: one word if both families have the same, else a word for each."""
        worst = min((pair.verdict for pair in found), key=_RANK.__getitem__)
        labels: list[tuple[str, VerdictWord]] = [(f"{pair.family} {pair.verdict}", pair.verdict) for pair in found]
        if len({pair.verdict for pair in found}) == 1:
            labels = [(worst if len(found) > 1 else labels[0][0], worst)]
        height = ROW + PILL * (len(labels) - 1)
        y = self.y + height / 2
        self._arrow(self.middle(one), self.middle(two), y, worst)
        top = y - PILL * len(labels) / 2
        for number, (label, word) in enumerate(labels):
            self._pill((self.middle(one) + self.middle(two)) / 2, top + PILL * number, label, word)
        self.y += height

    def _arrow(self, start: float, end: float, y: float, word: str) -> None:
        """Draw a line from one zone to another, with the start and the end that its word has."""
        way = 1 if end > start else -1
        width, dashes = _LINES[word]
        stop = {"PROVED": end - way * 16, "VIOLATED": end - way * 14}.get(word, end - way * 11)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.parts.append(f'<line x1="{start}" y1="{y}" x2="{stop}" y2="{y}" stroke="#000" stroke-width="{width}"{dashed}/>')
        self.parts.append(f'<circle cx="{start}" cy="{y}" r="4"/>')
        if word == "PROVED":
            self.parts.append(f'<line x1="{stop}" y1="{y - 9}" x2="{stop}" y2="{y + 9}" stroke="#000" stroke-width="4"/>')
            return
        half, long = {"VIOLATED": (8, 16), "UNDECIDED": (6, 12)}.get(word, (4, 12))
        fill = "#fff" if word == "UNDECIDED" else "#000"
        self.parts.append(
            f'<path d="M{end} {y} L{end - way * long} {y - half} L{end - way * long} {y + half} Z" fill="{fill}" stroke="#000"'
            ' stroke-width="1.5" stroke-linejoin="round"/>'
        )

    def _pill(self, x: float, y: float, label: str, word: str, *, bold: bool = True) -> None:
        """Write a word on the line, in a frame of its own kind."""
        wide = round(width_of(label, 13, bold=bold) + 16, 1)
        fill, ink = ("#000", "#fff") if word == "VIOLATED" else ("#fff", "#000")
        dashes = ' stroke-dasharray="2 3"' if word == "UNDECIDED" else ""
        edge = 9 if not word else 0
        self.parts.append(
            f'<rect x="{round(x - wide / 2, 1)}" y="{y + 1}" width="{wide}" height="{PILL - 2}" rx="{edge}"'
            f' fill="{fill}" stroke="#000"{dashes}/>'
        )
        more = f' fill="{ink}"' + (' font-weight="bold"' if bold else "")
        self.text(x, y + 14.5, label, anchor="middle", more=more)

    def _declared(self, crossing: Crossing) -> None:
        """Draw a declared crossing."""
        one, two = self.middle(crossing.source), self.middle(crossing.target)
        whole = _crossing(crossing, self.lang)
        y = self.y + ROW / 2
        self.parts.append(f"<g><title>{xml(whole)}</title>")
        self._arrow(one, two, y, "")
        self._pill((one + two) / 2, y - PILL / 2, fitted(whole, abs(two - one) - 60), "", bold=False)
        self.parts.append("</g>")
        self.y += ROW

    def _legend(self) -> None:
        self.y += 16
        meanings: list[tuple[str, str]] = [(word, f"{word}: {text.get(self.lang)}") for word, text in WORDS]
        meanings.append(("", Text(ja="破線: 宣言された特定通信・中継", en="dashed: a declared flow or relay").get(self.lang)))
        for word, meaning in meanings:
            y = self.y + 12
            self._arrow(MARGIN + 6, MARGIN + 76, y, word)
            self.text(MARGIN + 92, y + 4.5, fitted(meaning, self.width - 2 * MARGIN - 92))
            self.y += 24
