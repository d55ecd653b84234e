"""The recovery sheet: a page of its own that prints, reaches no network, and says what it is."""

from __future__ import annotations

import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.program import Program

CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}")


class Page(HTMLParser):
    """What stands on a page, cell by cell, and what it is made of."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.source = path.read_text("utf-8")
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Each ends the one that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def code(self) -> str:
        """The code as a person copies it: the eight groups in their order."""
        groups = [text for text in self.texts if re.fullmatch("[0-9A-Z]{4}", text)]
        numbers = [text for text in self.texts if re.fullmatch("[1-8]", text)]
        assert numbers == list("12345678")
        return "-".join(groups)


def opens(program: Program, code: str) -> bool:
    """Whether the vault opens with what stands on the sheet."""
    path = program.folder / "typed"
    path.write_text(code)
    return program.run("list", "--passphrase-file", path).code == 0


def test_a_new_vaults_sheet_opens_it(bare: Program) -> None:
    """Its code, the vault's folder and id, and what to do with it; private, and told."""
    answer = bare.run("init", "--recovery-file", "sheet.html")
    assert "delete the file" in answer.out
    path = bare.folder / "sheet.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    page = Page(path)
    assert CODE.fullmatch(page.code)
    assert opens(bare, page.code)
    assert bare.run("keys", "list", "--json").document["vault"] in page.texts
    assert bare.run("keys", "list").out.count(bare.run("keys", "list", "--json").document["vault"]) == 1
    assert str(bare.vault) in page.texts
    assert "certvault keys change-passphrase" in page.source


def test_it_needs_nothing_but_itself(bare: Program) -> None:
    """No script, no address, nothing that is loaded; and the page itself forbids it."""
    bare.run("init", "--recovery-file", "sheet.HTM")
    page = Page(bare.folder / "sheet.HTM")
    assert page.open == []
    assert not {"script", "img", "link", "a", "iframe", "form", "object"} & {tag for tag, _ in page.tags}
    assert not any({"src", "href", "style", "onload"} & attributes.keys() for _, attributes in page.tags)
    assert not re.search(r"https?:|url\(|@import|//", page.source)
    assert (
        "meta",
        {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"},
    ) in page.tags


def test_a_sheet_is_never_overwritten(program: Program) -> None:
    """Another vault's sheet stays, a symlink is not followed, and no key is added."""
    (program.folder / "sheet.html").write_text("another")
    (program.folder / "link.html").symlink_to(program.folder / "target")
    for name in ("sheet.html", "link.html"):
        assert program.run("keys", "add", "recovery", "--name", "x", "--recovery-file", name).code == 15
    assert (program.folder / "sheet.html").read_text() == "another"
    assert not (program.folder / "target").exists()
    assert len(program.run("keys", "list", "--json").document["keys"]) == 2


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_second_sheet_in_both_languages(lang: str, program: Program) -> None:
    """Names that look like tags are text; German for whoever speaks it."""
    name = 'Blatt <b>2</b> & "x"'
    answer = program.run("keys", "add", "recovery", "--name", name, "--recovery-file", "s.html", "--lang", lang)
    assert answer.code == 0, answer
    page = Page(program.folder / "s.html")
    assert opens(program, page.code)
    assert ("html", {"lang": lang}) in page.tags
    assert not any(tag == "b" for tag, _ in page.tags)
    assert 'Blatt <b>2</b> & "x"' in page.texts
    assert ("Wiederherstellungscode" in page.texts) == (lang == "de")


def test_what_was_not_added_leaves_no_sheet(program: Program) -> None:
    """A sheet whose code opens nothing would be trusted one day."""
    wrong = program.folder / "wrong"
    wrong.write_text("not the passphrase\n")
    arguments = ("keys", "add", "recovery", "--name", "x", "--recovery-file", "s.html", "--passphrase-file", wrong)
    assert program.run(*arguments).code == 3
    assert not (program.folder / "s.html").exists()
