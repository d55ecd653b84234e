"""Many links and one list of PINs, and the lists that are made of what is open."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import time
from typing import Any

import openpyxl
import pytest

from tests.cli.desk import Desk
from tests.stand_in.server import Received, Reply

INTERRUPTIBLE = (
    "import os, signal, sys;"
    "signal.signal(signal.SIGINT, signal.SIG_DFL);"  # whoever runs the tests may ignore it
    "os.execv(sys.executable, [sys.executable, '-m', 'cli', *sys.argv[1:]])"
)


def _filled(desk: Desk, pins: dict[str, str]) -> str:
    """The list that ``links --csv`` writes, with the PINs by their holders."""
    path = desk.program.folder / "open.csv"
    path.unlink(missing_ok=True)
    assert desk.program.run("links", "--csv", path.name).code == 0
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert all(row["PIN"] == "" for row in rows)
    lines = [";".join(rows[0])] + [";".join({**row, "PIN": pins.get(row["Inhaber"], "")}.values()) for row in rows]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    path.chmod(0o600)
    return path.name


def test_what_is_open_is_written_filled_in_and_fetched(desk: Desk) -> None:
    """Each PIN goes to the link of its row; a row without a PIN stays open; again, what is done is no error."""
    for name, pin in (("Müller GmbH", "MARKED1"), ("Maier KG", "MARKED2"), ("Huber OHG", "MARKED3")):
        desk.link(name, pin)
    pins = _filled(desk, {"Müller GmbH": "MARKED1", "Maier KG": "MARKED2"})
    dry = desk.program.run("fetch", "--all", "--pins", pins, "--dry-run", "--json").document
    assert {one["holder"] for one in dry["results"]} == {"Müller GmbH", "Maier KG"}
    assert len(desk.program.run("links", "--json").document["links"]) == 3
    answer = desk.program.run("fetch", "--all", "--pins", pins, "--json")
    assert all(one["ok"] and one["pair"]["state"] == "current" for one in answer.document["results"])
    assert len(answer.document["empty"]) == 1
    assert "MARKED" not in answer.out + answer.err
    assert [one["holder"] for one in desk.program.run("links", "--json").document["links"]] == ["Huber OHG"]
    again = desk.program.run("fetch", "--all", "--pins", pins, "--json").document["results"]
    assert all(one["ok"] and one["known"] for one in again)


def test_an_excel_file_is_written_filled_in_and_fetched(desk: Desk) -> None:
    """Its cells are text: a PIN keeps the zeros at its front; what was typed as a number is refused by its line."""
    for name in ("Müller GmbH", "Maier KG"):
        desk.link(name, "0042")
    path = desk.program.folder / "open.xlsx"
    assert desk.program.run("links", "--xlsx", path.name).code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert desk.program.run("links", "--xlsx", path.name).code == 15
    assert desk.program.run("links", "--xlsx", "x.xlsx", "--csv", "x.csv").code == 2
    book = openpyxl.load_workbook(path)
    titles = [cell.value for cell in book.active[1]]
    assert titles == ["Kennung", "Inhaber", "Aussteller", "Frist", "Mobil", "PIN"]
    for row in book.active.iter_rows(min_row=2):
        row[5].value = "0042" if row[1].value == "Müller GmbH" else 42
    book.save(path)
    answer = desk.program.run("fetch", "--all", "--pins", path.name, "--json")
    assert answer.code == 8
    document = json.loads(answer.out)
    assert [(one["holder"], one["ok"]) for one in document["results"]] == [("Müller GmbH", True)]
    assert [one["error"]["type"] for one in document["refused"]] == ["damaged-pin"]


def test_an_agency_number_finds_the_link_of_its_holder(desk: Desk) -> None:
    """To the letter, the zeros at its front too; where name and number are two holders', nothing is sent."""
    for name, pin in (("Müller GmbH", "MARKED1"), ("Maier KG", "MARKED2"), ("Huber OHG", "MARKED3")):
        desk.link(name, pin)
    assert desk.program.run("holders", "edit", "Müller GmbH", "--number", "0042").code == 0
    assert desk.program.run("holders", "edit", "Maier KG", "--number", "0043").code == 0
    path = desk.program.folder / "pins.csv"
    path.write_text("Agenturnummer;Inhaber;PIN\n0042;;MARKED1\n43;;MARKED2\n0043;Huber OHG;MARKED3\n")
    answer = desk.program.run("fetch", "--all", "--pins", path.name, "--json")
    assert answer.code == 8
    document = json.loads(answer.out)
    assert [(one["holder"], one["ok"]) for one in document["results"]] == [("Müller GmbH", True)]
    assert [(one["line"], one["error"]["type"]) for one in document["refused"]] == [
        (3, "link-unclear"),
        (4, "holder-unclear"),
    ]
    assert all(one["refusals"] == 0 for one in desk.program.run("links", "--json").document["links"])


def test_a_refused_pin_stops_none_and_is_sent_once(desk: Desk) -> None:
    """Code 8; no other PIN of the list is tried on that link; what failed is written down without PINs."""
    did = desk.link("Müller GmbH", "MARKED1")
    desk.link("Maier KG", "MARKED2")
    pins = _filled(desk, {"Müller GmbH": "MARKEDwrong", "Maier KG": "MARKED2"})
    answer = desk.program.run("fetch", "--all", "--pins", pins, "--failed", "rest.csv", "--json")
    assert answer.code == 8
    results = {one["holder"]: one for one in json.loads(answer.out)["results"]}
    assert (results["Müller GmbH"]["error"]["type"], results["Maier KG"]["ok"]) == ("pin-refused", True)
    (link,) = desk.program.run("links", "--json").document["links"]
    assert (link["reference"], link["refusals"]) == (did, 1)
    written = (desk.program.folder / "rest.csv").read_text("utf-8-sig")
    assert "Müller GmbH" in written
    assert "MARKED" not in written + answer.out + answer.err


def test_a_provider_that_refuses_three_is_asked_no_more(desk: Desk) -> None:
    """A list whose rows are mixed up costs three attempts and not all of them."""
    for number in range(5):
        desk.link(f"Makler {number}", f"Right{number}")
    pins = _filled(desk, {f"Makler {number}": f"Wrong{number}" for number in range(5)})
    answer = desk.program.run("fetch", "--all", "--pins", pins, "--json")
    types = [one["error"]["type"] for one in json.loads(answer.out)["results"]]
    assert types == ["pin-refused"] * 3 + ["portal-left-alone"] * 2
    assert sum(one["refusals"] for one in desk.program.run("links", "--json").document["links"]) == 3


def test_spoilt_and_unclear_rows_are_refused_and_nothing_is_sent(desk: Desk) -> None:
    """Rounded PINs, lost zeros, an unknown or doubtful link, two rows for one link: each by its line."""
    names = ("Eins GmbH", "Zwei GmbH", "Drei GmbH", "Vier GmbH", "Fuenf GmbH")
    for name in names:
        desk.link(name, "Right1")
    rows = [
        "Inhaber;PIN",
        "Eins GmbH;3,7E+05",
        "Zwei GmbH;12345",
        "Drei GmbH;234567",
        "Drei GmbH;345678",
        "Vier;456789",
        "Niemand KG;456789",
        "GmbH;Ab3x",
    ]
    path = desk.program.folder / "pins.csv"
    path.write_text("\n".join(rows))
    path.chmod(0o600)
    answer = desk.program.run("fetch", "--all", "--pins", path, "--json")
    document = json.loads(answer.out)
    assert document["results"] == []
    assert [(one["line"], one["error"]["type"]) for one in document["refused"]] == [
        (2, "damaged-pin"),
        (3, "damaged-pin"),
        *((line, "link-unclear") for line in (4, 5, 6, 7, 8)),
    ]
    assert all(one["last_attempt"] is None for one in desk.program.run("links", "--json").document["links"])


def test_the_call_list_prints(desk: Desk) -> None:
    """As a page of its own in either language: nothing on it is markup of others, or reaches out; it holds no link."""
    did = desk.link("Müller GmbH", "Right1")
    (row,) = desk.program.run("links", "--json").document["links"]
    known = ("--name", "<b>Müller</b> & Söhne", "--mobile", "0170 1234567")
    assert desk.program.run("holders", "edit", "Müller GmbH", *known).code == 0
    assert desk.program.run("links", "--call-list", "--html", "calls.html").code == 0
    path = desk.program.folder / "calls.html"
    assert path.stat().st_mode & 0o777 == 0o600
    page = path.read_text("utf-8")
    assert "&lt;b&gt;Müller&lt;/b&gt; &amp; Söhne" in page
    assert "0170 1234567" in page
    assert row["id"][:6] in page
    assert "<b>" not in page
    assert did not in page
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|<script|src=|href=|@import|url\(", page)
    assert desk.program.run("links", "--call-list", "--html", "calls.html").code == 15
    assert desk.program.run("links", "--html", "other.html").code == 2
    assert desk.program.run("links", "--call-list", "--html", "anrufe.html", "--lang", "de").code == 0
    german = (desk.program.folder / "anrufe.html").read_text("utf-8")
    assert all(text in german for text in ('lang="de"', "<h1>Anrufliste</h1>", "Erledigt", "keine auf dieses Blatt"))


def test_the_call_list_says_whom_to_ask_for_what(desk: Desk) -> None:
    """The most urgent first, for people and for scripts; without open links it says so."""
    assert "Nobody" in desk.program.run("links", "--call-list").out
    desk.link("Müller GmbH", "Right1")
    told = desk.program.run("links", "--call-list", "--lang", "de").out
    assert "Müller GmbH" in told
    assert "ARAG" in told
    (one,) = desk.program.run("links", "--call-list", "--json").document["links"]
    assert (one["holder"], one["mobile"]) == ("Müller GmbH", "")


def test_options_that_mean_nothing_together_are_refused(desk: Desk) -> None:
    """Code 2."""
    for arguments in (
        ("fetch", "--all"),
        ("fetch", "--pins", "x.csv"),
        ("fetch", "--all", "--pins", "x.csv", "müller"),
    ):
        assert desk.program.run(*arguments, "--json").error["code"] == 2
    assert desk.program.run("links", "--call-list", "--csv", "x.csv", "--json").error["code"] == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whoever_interrupts_it_keeps_what_was_told(desk: Desk, method: str) -> None:
    """Ctrl-C while the second is asked, or has been sent its PIN: the first is in the vault, the third was not begun,
    and the same command goes on from there. No PIN goes to a portal that has given its file."""
    names = ("Eins GmbH", "Zwei GmbH", "Drei GmbH")
    dids = [desk.link(name, f"MARKED{name[:4]}") for name in names]
    pins = desk.program.folder / "pins.csv"
    pins.write_text("did;PIN\n" + "".join(f"{did};MARKED{name[:4]}\n" for did, name in zip(dids, names, strict=True)))
    pins.chmod(0o600)
    call = ["fetch", "--all", "--pins", str(pins), "--json"]
    answer = desk.service.answer
    running: list[subprocess.Popen[bytes]] = []

    def interrupting(request: Received) -> Reply:
        if request.method == method and f"did={dids[1]}" in request.path and running:
            running.pop().send_signal(signal.SIGINT)
            time.sleep(0.5)  # until the program has heard it
        return answer(request)

    desk.service.server.answerer = interrupting
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *call],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in desk.program.environment.items() if value},
        cwd=desk.program.folder,
        start_new_session=True,
    )
    running.append(process)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in err) == (130, False)
    told: dict[str, Any] = json.loads(out)
    assert told["interrupted"] is True
    assert [(one["holder"], one["ok"]) for one in told["results"]] == [("Eins GmbH", True)]
    assert [one["holder"] for one in desk.program.run("list", "--json").document["pairs"]] == ["Eins GmbH"]
    assert desk.service.of(dids[2]) == []
    again = desk.program.run(*call).document
    assert [(one["holder"], one["ok"], one["known"]) for one in again["results"]] == [
        ("Eins GmbH", True, True),
        ("Zwei GmbH", True, False),
        ("Drei GmbH", True, False),
    ]
    assert len(desk.program.run("list", "--json").document["pairs"]) == 3
    sent = [[one.method for one in desk.service.of(did)].count("POST") for did in dids]
    assert sent == [1, 1 if method == "GET" else 2, 1]
    assert desk.program.run("audit", "--verify", "--json").code == 0
