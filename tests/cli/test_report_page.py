"""The report as a page, in a real browser: it searches, sorts, prints, asks nobody, believes no name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.stand_in.register import SEALED, a_holder, a_link
from tests.support import agency, vaults
from tests.support.agency import day, pair
from tests.support.chromium import Browser, browser
from vault.model.leaving import without_urls

NAMES = ("Müller & Söhne GmbH", "Schäffer, René", "Zöllner", "Abel")
VISIBLE = "[...document.querySelectorAll('{} tbody tr')].filter(row => row.checkVisibility())"
FIRST = ".map(row => row.querySelector('th').textContent)"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests here."""
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        opened.size(1280, 900)
        yield opened


@pytest.fixture
def page(program: Program) -> Path:
    """A page of four holders: something is due, something waits, something is missing."""
    holders = [a_holder(number, name=name, mobile=f"+49 170 {number}") for number, name in enumerate(NAMES, 1)]
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        for number, holder in enumerate(holders, 1):
            writer.add_holder(holder)
            writer.add_pair(pair(number, 50 * number - 60, holder), SEALED)
        writer.add_pair(pair(9, 400, holders[0], provider="vhv"), SEALED)
        writer.add_link(a_link(1, holder=holders[2].id, provider="tgic", received=day(-1), deadline=day(5)))
    return written(program)


def written(program: Program, *options: str) -> Path:
    """The page."""
    answer = program.run("report", "a.html", *options)
    assert answer.code == 0, answer
    return program.folder / "a.html"


def rows(chromium: Browser, section: str) -> list[str]:
    """The holders in the rows of a section that are to be seen, in their order."""
    found: list[str] = chromium.run(VISIBLE.format(section) + FIRST)
    return found


def search(chromium: Browser, text: str) -> str:
    """Type into the search field, and wait for what it says."""
    chromium.run("document.getElementById('words').focus(); document.getElementById('words').value = ''")
    chromium.write(text)
    said: str = chromium.run(
        "new Promise(done => setTimeout(() => done(document.getElementById('hits').textContent), 300))"
    )
    return said


def test_it_tells_what_is_due_first(page: Path, chromium: Browser) -> None:
    """What is too late stands first, then whom to call, the timeline, and who has what."""
    chromium.open(page)
    assert chromium.run("[...document.querySelectorAll('main > section')].map(one => one.id)") == [
        "due",
        "calls",
        "timeline",
        "matrix",
    ]
    assert rows(chromium, "#due") == ["the vault", NAMES[0], NAMES[2], NAMES[1]]
    assert rows(chromium, "#calls") == [NAMES[2]]
    assert "+49 170 3" in chromium.run("document.getElementById('calls').textContent")
    assert rows(chromium, "#matrix") == [NAMES[3], NAMES[0], NAMES[1], NAMES[2]]
    assert chromium.run("document.querySelectorAll('#timeline rect').length") == 18
    assert chromium.run("document.querySelectorAll('.tiles .expired strong')[0].textContent") == "1"


def test_it_asks_nobody_and_says_nothing(page: Path, chromium: Browser) -> None:
    """One file is loaded and nothing else, and the console stays empty, with all that can be clicked."""
    chromium.open(page)
    chromium.run("document.querySelectorAll('thead button, summary, #gaps').forEach(one => one.click())")
    search(chromium, "muller")
    assert chromium.requests() == [page.as_uri()]
    assert chromium.complaints() == []


def test_its_policy_holds(page: Path, chromium: Browser) -> None:
    """The test above could fail: a script, a style or a picture that somebody gets into the page does nothing."""
    text = page.read_text("utf-8")
    evil = (
        '<script>document.title="taken"</script><p style="color:red">'
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    )
    page.write_text(text.replace("<main>", f"<main>{evil}"), "utf-8")
    chromium.open(page)
    chromium.run("fetch('https://evil.invalid/').catch(() => 0)")
    assert chromium.run("document.title") != "taken"
    told = "".join(chromium.complaints())
    assert all(f"following Content Security Policy directive '{one}" in told for one in ("script-src", "style-src")), (
        told
    )
    assert told.count("'default-src' is used as a fallback") >= 2, "neither a picture nor a connection"


def test_search_finds_what_people_type(page: Path, chromium: Browser) -> None:
    """Blind to case, accents and umlauts, in all tables at once; the rest is gone, and how many there are is said."""
    chromium.open(page)
    assert search(chromium, "MUELLER") == "Found: 2"
    assert rows(chromium, "#matrix") == [NAMES[0]] == rows(chromium, "#due")
    assert rows(chromium, "#calls") == []
    assert search(chromium, "rene schaffer") == "Found: 2"
    assert search(chromium, "nobody") == "Nothing found"
    assert search(chromium, " ") == ""
    assert len(rows(chromium, "#matrix")) == 4


def test_sorting_by_keyboard(page: Path, chromium: Browser) -> None:
    """A column's head is a button: Enter sorts, once more turns round; a screen reader is told which."""
    chromium.open(page)
    chromium.run("document.querySelectorAll('#matrix thead button')[1].focus()")
    chromium.key("Enter", 13, "\r")
    state = "[...document.querySelectorAll('#matrix thead th')].map(one => one.getAttribute('aria-sort'))"
    assert chromium.run(state) == [None, "ascending", None, None]
    assert rows(chromium, "#matrix") == list(NAMES)
    chromium.key("Enter", 13, "\r")
    assert chromium.run(state) == [None, "descending", None, None]
    assert rows(chromium, "#matrix") == list(NAMES)[::-1]
    chromium.run("document.querySelectorAll('#due thead button')[1].click()")
    assert rows(chromium, "#due")[0] == NAMES[0]


def test_the_way_by_keyboard(page: Path, chromium: Browser) -> None:
    """The first Tab offers the way past the head, the focus can be seen, and every control has a name."""
    chromium.open(page)
    chromium.key("Tab", 9)
    assert chromium.run("document.activeElement.className") == "skip"
    assert chromium.run("document.activeElement.getBoundingClientRect().left") >= 0
    assert chromium.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    nodes = chromium.ask("Accessibility.getFullAXTree")["nodes"]
    controls = [
        node for node in nodes if node.get("role", {}).get("value") in {"button", "searchbox", "checkbox", "link"}
    ]
    assert len(controls) > 10
    assert all(node["name"]["value"] for node in controls)
    roles = {node.get("role", {}).get("value") for node in nodes}
    assert {"banner", "main", "contentinfo", "navigation", "search", "table", "columnheader", "rowheader"} <= roles


def test_only_the_gaps(page: Path, chromium: Browser) -> None:
    """One box leaves those to whom something is missing or expired."""
    chromium.open(page)
    chromium.run("document.getElementById('gaps').click()")
    assert rows(chromium, "#matrix") == [NAMES[3], NAMES[0], NAMES[1], NAMES[2]]
    search(chromium, "vhv")
    assert rows(chromium, "#matrix") == []


def test_without_its_script(page: Path, chromium: Browser) -> None:
    """Everything can be read where scripts are off; what they would do is not offered."""
    chromium.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.open(page)
        seen = "[...document.querySelectorAll('form, thead button, .more')].filter(one => one.checkVisibility()).length"
        assert chromium.run(seen) == 0
        assert len(rows(chromium, "#matrix")) == 4
    finally:
        chromium.ask("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("width", [1280, 900, 640, 390, 320])
def test_whose_it_is_and_what_to_do_is_seen_without_scrolling_sideways(
    page: Path, chromium: Browser, width: int
) -> None:
    """On a small screen and on a telephone too: each row of what is due and whom to call, with its last cell."""
    chromium.size(width, 800)
    chromium.open(page)
    for section, amount in (("#due", 3), ("#calls", 1)):
        cells = "[...document.querySelectorAll('{} tbody tr')].map((row) => [row.cells[0], row.lastElementChild,"
        right = cells.format(section) + " row.querySelector('th')].map((cell) => cell.getBoundingClientRect().right))"
        found = chromium.run(right)
        assert len(found) >= amount
        assert all(0 < edge <= width for row in found for edge in row)


def test_hostile_names_stay_names(program: Program, chromium: Browser) -> None:
    """HTML, attributes, templates, bidi, ESC and ten thousand characters: shown as text, one row each."""
    agency.hostile(program.vault)
    page = written(program)
    chromium.open(page)
    assert chromium.complaints() == []
    assert chromium.requests() == [page.as_uri()]
    assert chromium.run("document.querySelectorAll('script, style, img, iframe, [onmouseover], [onerror]').length") == 2
    shown = rows(chromium, "#matrix")
    assert len(shown) == len(agency.HOSTILE)
    assert without_urls(agency.HOSTILE[0]) in shown
    assert agency.HOSTILE[6] in shown
    assert max(map(len, shown)) == 200
    assert not any(re.search("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", name) for name in shown)
    assert "49" not in "".join(shown).replace("7*7", "")
    assert chromium.run("document.documentElement.scrollWidth <= innerWidth")


def test_many_rows_come_by_pages(program: Program, chromium: Browser) -> None:
    """Two hundred at first; a button brings the next and puts the focus there; a search looks through all."""
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        for number in range(1, 502):
            holder = a_holder(number, name=f"Makler {number:04}")
            writer.add_holder(holder)
            writer.add_pair(pair(number, 100 + number, holder), SEALED)
    page = written(program)
    chromium.open(page)
    assert len(rows(chromium, "#matrix")) == 200
    more = "document.querySelector('#matrix .more button').click(); document.activeElement.textContent.slice(0, 11)"
    assert chromium.run(more) == "Makler 0201"
    assert len(rows(chromium, "#matrix")) == 400
    assert search(chromium, "0500") == "Found: 1"
    assert rows(chromium, "#matrix") == ["Makler 0500"]


def test_it_prints_whole(page: Path, chromium: Browser) -> None:
    """On A4, with the rows that are found and without what is only there to be clicked."""
    chromium.open(page)
    printed = chromium.printed()
    sizes = {
        (float(width), float(height)) for width, height in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    }
    assert sizes
    assert all(abs(width - 595) < 1 and abs(height - 842) < 1 for width, height in sizes)
    chromium.ask("Emulation.setEmulatedMedia", media="print")
    try:
        seen = (
            "[...document.querySelectorAll('nav, input, .more, details')].filter(one => one.checkVisibility()).length"
        )
        assert chromium.run(seen) == 0
        assert len(rows(chromium, "#matrix")) == 4
    finally:
        chromium.ask("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(scheme: str, page: Path, chromium: Browser) -> None:
    """Every text stands out from what is behind it by 4.5 to 1 (WCAG 2.2, criterion 1.4.3), the words of alarm too."""
    chromium.look(prefers_color_scheme=scheme)
    try:
        chromium.open(page)
        weak = chromium.run(CONTRAST)
        assert weak == [], json.dumps(weak)
    finally:
        chromium.look()


def test_it_speaks_german(page: Path, program: Program, chromium: Browser) -> None:
    """All of it, with the days as they are written there, and the page says which language it is."""
    chromium.open(written(program, "--lang", "de"))
    assert chromium.run("document.documentElement.lang") == "de"
    text = chromium.run("document.body.innerText")
    assert re.search(r"\d\d\.\d\d\.20\d\d", text)
    assert not re.search(r"\d{4}-\d\d-\d\d|\b(the|Due|Search|missing|soon|Holder)\b", text)
    assert search(chromium, "nobody") == "Nichts gefunden"


CONTRAST = """
(() => {
  const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => !node.closest("svg") && node.checkVisibility())
    .filter((node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
    .map((node) => {
      const own = light(rgb(getComputedStyle(node).color));
      const [one, other] = [own, light(behind(node))].sort((a, b) => b - a);
      return [node.textContent.slice(0, 30), (one + 0.05) / (other + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
})()
"""
