"""Providers: what ships, what a user adds, and that nothing else widens where a PIN may go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.program import Program
from tests.cli.shapes import stored

NORD = """
title = "Nord"
senders = ["zertifikate@nord.example"]
file_by = "link"
pin_by = "letter"

[[links]]
host = "www.nord.example"
path = "/abholen"
reference = "token"
pattern = "[0-9a-f]{16}"
"""
WIDER = 'hosts = ["www.arag.de", "www.arag.example"]\n'
URL = "https://www.nord.example/abholen?token=0123456789abcdef"


def configure(program: Program, name: str, text: str) -> Path:
    """A file of the user's own; gives its path."""
    folder = program.folder / "configuration" / "providers"
    folder.mkdir(parents=True, exist_ok=True)
    program.environment["CERTVAULT_CONFIG_DIR"] = str(folder.parent)
    (folder / name).write_text(text)
    return folder / name


def test_what_ships_is_listed_and_shown(bare: Program) -> None:
    """Without a vault; what nobody knows is said, in JSON as null and by its key."""
    listed = bare.run("providers", "list", "--json").document["providers"]
    assert [one["name"] for one in listed] == ["arag", "generic", "tgic", "vhv"]
    shown = bare.run("providers", "show", "gdv", "--json").document["provider"]
    assert (shown["links"], shown["senders"], shown["renew_days"]) == (None, None, 30)
    assert {"links", "senders"} <= set(shown["unknown"])
    assert shown == next(one for one in listed if one["name"] == "tgic")
    assert "nicht bekannt" in bare.run("providers", "show", "tgic", "--lang", "de").out
    assert "www.arag.de/TokenService/download" in bare.run("providers", "show", "interlloyd").out


def test_an_unknown_provider_is_not_found(bare: Program) -> None:
    """Code 6, with those that there are."""
    error = bare.run("providers", "show", "nord", "--json").error
    assert (error["code"], error["type"], error["providers"]) == (6, "provider-unknown", "arag, generic, tgic, vhv")


def test_a_good_profile_is_checked(bare: Program) -> None:
    """What it is, and what is to be done with it."""
    (bare.folder / "nord.toml").write_text(NORD)
    answer = bare.run("providers", "check", "nord.toml", "--json").document
    assert (answer["mistakes"], answer["provider"]["widens"]) == ([], True)
    text = bare.run("providers", "check", "nord.toml").out
    assert "certvault providers trust nord" in text
    assert str(bare.folder / ".config" / "certvault" / "providers") in text


def test_all_mistakes_of_a_profile_are_told_by_line(bare: Program) -> None:
    """A line each for people, as editors know it; for scripts in the error."""
    (bare.folder / "nord.toml").write_text(NORD.replace("letter", "fax").replace("/abholen", "abholen") + "x = 1\n")
    answer = bare.run("providers", "check", "nord.toml")
    assert answer.code == 2
    assert [line.split()[0] for line in answer.out.splitlines()] == [
        "nord.toml:5:1:",
        "nord.toml:9:1:",
        "nord.toml:12:1:",
    ]
    error = bare.run("providers", "check", "nord.toml", "--json").error
    assert [one["line"] for one in error["mistakes"]] == [5, 9, 12]
    german = bare.run("providers", "check", "nord.toml", "--lang", "de")
    assert "muss sms, mail, letter, chosen oder other sein" in german.out


def test_a_file_that_is_not_there_or_no_text(bare: Program) -> None:
    """Said as for every file."""
    (bare.folder / "nord.toml").write_bytes(b"\xff\xfe")
    assert bare.run("providers", "check", "nord.toml").code == 2
    assert bare.run("providers", "check", "ost.toml", "--json").error["code"] == 6


def test_a_broken_file_is_told_where_profiles_are_needed(program: Program) -> None:
    """Leaving it out could widen what it narrows. What needs no profile goes on."""
    file = configure(program, "arag.toml", "hosts = [\n")
    error = program.run("ingest", URL, "--json").error
    assert (error["type"], error["line"], error["file"]) == ("profile-invalid", 1, str(file))
    assert "certvault providers check" in error["hint"]
    assert program.run("due", "--json").code == 0


def test_a_broken_file_hinders_no_list_of_the_others(bare: Program) -> None:
    """It is named with its mistake and what to do, the others are listed, code 8; nothing stands in for it."""
    file = configure(bare, "arag.toml", "hosts = [\n")
    configure(bare, "nord.toml", NORD)
    told = bare.run("providers", "list", "--lang", "de")
    assert (told.code, "Nord" in told.out, "Interlloyd" in told.out) == (8, True, False)
    assert all(text in told.err for text in (str(file), "Zeile 1", f"certvault providers check {file}"))
    scripted = bare.run("providers", "list", "--json")
    assert (scripted.code, scripted.error["type"]) == (8, "partly-done")
    listed = json.loads(scripted.out)
    assert [one["name"] for one in listed["providers"]] == ["generic", "nord", "tgic", "vhv"]
    assert [(one["name"], one["error"]["line"]) for one in listed["broken"]] == [("arag", 1)]
    assert bare.run("providers", "show", "nord").code == 0
    assert bare.run("providers", "show", "arag", "--json").error["type"] == "profile-invalid"


@pytest.mark.parametrize("call", ["ingest x.eml", "add x.p12 --pin-stdin", "add x.p12 --pins x.csv"])
def test_what_takes_in_stops_and_says_where_the_mistake_is(program: Program, call: str) -> None:
    """File, line, and what to do, before anything is stored or sent."""
    file = configure(program, "nord.toml", 'title = "Nord"\nhosts = [\n')
    (program.folder / "x.eml").write_text(URL)
    (program.folder / "x.p12").write_bytes(pair("Müller GmbH", "Pin1"))
    (program.folder / "x.csv").write_text("Name;PIN\nMüller;Pin1\n")
    (program.folder / "x.csv").chmod(0o600)
    error = program.run(*call.split(), "--json", stdin=b"Pin1").error
    assert (error["code"], error["type"], error["file"]) == (2, "profile-invalid", str(file))
    assert (error["line"] in (2, 3), str(file) in error["message"], "move it away" in error["hint"]) == (True,) * 3
    assert program.run("links", "--json").document == {"links": []}


def test_a_broken_file_stops_only_what_needs_it(desk: Desk) -> None:
    """What is here is listed, shown and handed out, with the mistake on standard error, once; another provider's link
    is fetched; what needs the very file stops."""
    program = desk.program
    did, other = desk.link("Müller GmbH", "Pin1"), desk.link("Kaya", "Pin2")
    file = configure(program, "nord.toml", "hosts = [\n")
    fetched = program.run("fetch", did, "--pin-stdin", "--json", stdin=b"Pin1\n")
    assert fetched.code == 0, fetched.err
    calls = [("list",), ("list", "--matrix"), ("show", "müller"), ("export", "müller", "--to", "out")]
    for call in calls:
        told = program.run(*call)
        assert (told.code, told.err.count(str(file))) == (0, 2), (call, told)
        scripted = program.run(*call, "--json")
        assert json.loads(scripted.err)["warning"]["file"] == str(file)
        assert scripted.document
    configure(program, "arag.toml", "hosts = [\n")
    assert program.run("list", "arag", "--json").document["pairs"]
    error = json.loads(program.run("fetch", other, "--pin-stdin", "--json", stdin=b"Pin2\n").err.splitlines()[-1])
    assert error["error"]["type"] == "profile-invalid"
    assert desk.service.of(other) == []


def test_a_broken_file_costs_a_list_of_pins_the_links_of_its_provider(desk: Desk) -> None:
    """``fetch --all`` fetches the others; those links fail with the file named, and nothing is sent for them. A shipped
    profile does not stand in for a broken file of its name."""
    program = desk.program
    did, other = desk.link("Müller GmbH", "MARKED1"), desk.link("Kaya", "MARKED2")
    nord = configure(program, "nord.toml", NORD)
    assert program.run("ingest", URL, "--holder", "Huber OHG").code == 0
    nord.write_text("hosts = [\n")
    pins = program.folder / "pins.csv"
    pins.write_text("Inhaber;PIN\nHuber OHG;MARKED3\nMüller GmbH;MARKED1\n")
    pins.chmod(0o600)
    asked = len(desk.service.proxy.asked)
    answer = program.run("fetch", "--all", "--pins", pins, "--json")
    assert answer.code == 8
    results = {one["holder"]: one for one in json.loads(answer.out)["results"]}
    error = results["Huber OHG"]["error"]
    assert (error["type"], error["file"], results["Müller GmbH"]["ok"]) == ("profile-invalid", str(nord), True)
    assert len(desk.service.of(did)) > 0
    assert {one for one in desk.service.proxy.asked[asked:] if "nord" in str(one)} == set()
    arag = configure(program, "arag.toml", "hosts = [\n")
    pins.write_text("Inhaber;PIN\nKaya;MARKED2\n")
    told = json.loads(program.run("fetch", "--all", "--pins", pins, "--json").out)["results"]
    assert [(one["error"]["type"], one["error"]["file"]) for one in told] == [("profile-invalid", str(arag))]
    assert desk.service.of(other) == []


def test_a_new_provider_is_recorded_and_not_fetched_before_it_is_trusted(desk: Desk) -> None:
    """Its link is not lost; no PIN is asked for, and nothing leaves the house."""
    program = desk.program
    configure(program, "nord.toml", NORD)
    taken = program.run("ingest", URL, "--holder", "Müller", "--json").document["links"]
    assert [(one["provider"], one["url"]) for one in taken] == [("nord", URL)]
    assert "Nord" in program.run("links").out
    asked = len(desk.service.proxy.asked)
    error = program.run("fetch", "müller", "--pin-stdin", "--json", stdin=b"Pin1").error
    assert (error["code"], error["type"]) == (11, "provider-not-trusted")
    assert error["hint"].endswith("certvault providers trust nord")
    assert len(desk.service.proxy.asked) == asked


def test_trust_is_asked_for_what_is_shown(program: Program) -> None:
    """Hosts, paths and senders stand there before; without a terminal it takes ``--yes``; a change takes it anew."""
    configure(program, "nord.toml", NORD)
    error = program.run("providers", "trust", "nord", "--json").error
    assert (error["code"], error["hint"]) == (2, "Say --yes.")
    refused = program.type("providers", "trust", "nord", answers=[("[y/N]", "n\n")])
    assert all(text in refused.out for text in ("https://www.nord.example/abholen", "zertifikate@nord.example"))
    assert "provider-trusted" not in program.run("audit", "--json").out
    assert "Trusted as it is now" in program.type("providers", "trust", "nord", answers=[("[y/N]", "y\n")]).out
    again = program.run("providers", "trust", "nord", "--yes", "--json").document
    assert (again["trusted"], again["changed"]) == (True, False)
    configure(program, "nord.toml", NORD.replace("www.nord", "www2.nord"))
    assert program.run("providers", "trust", "nord", "--yes", "--json").document["changed"]
    events = program.run("audit", "--json").document["events"]
    assert [one["details"]["hosts"] for one in events if one["what"] == "provider-trusted"] == [
        "www.nord.example:443",
        "www2.nord.example:443",
    ]


def test_a_watch_key_cannot_trust(program: Program) -> None:
    """It takes the root key."""
    configure(program, "nord.toml", NORD)
    program.run("keys", "add", "watch", "--watch-key-file", "watch.key")
    env = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": str(program.folder / "watch.key")}
    assert program.run("providers", "trust", "nord", "--yes", env=env).code == 3


def test_a_trusted_profile_is_fetched(desk: Desk) -> None:
    """Until somebody trusts the host that a file adds, nothing of this provider is fetched; then it is."""
    did = desk.link("Müller GmbH", "Pin1")
    configure(desk.program, "arag.toml", WIDER)
    assert desk.program.run("fetch", did, "--pin-stdin", stdin=b"Pin1").code == 11
    assert desk.service.of(did) == []
    assert desk.program.run("providers", "trust", "arag", "--yes").code == 0
    assert stored(desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b"Pin1").document)["provider"] == "arag"


def test_a_narrower_profile_needs_no_trust(desk: Desk) -> None:
    """It is in force at once, and ``trust`` says that there is nothing to trust."""
    did = desk.link("Müller GmbH", "Pin1")
    configure(desk.program, "arag.toml", "hosts = []\nask_from = 1\n")
    assert desk.program.run("providers", "trust", "arag", "--json").document["changed"] is False
    assert desk.program.run("fetch", did, "--pin-stdin", stdin=b"Wrong").code == 9
    error = desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b"Pin1").error
    assert error["type"] == "refused-before"


def test_a_profile_in_the_vaults_folder_is_nobodys(program: Program) -> None:
    """Others may write there: it is not looked at."""
    for folder in (program.vault, program.vault / "providers", program.vault / "certvault" / "providers"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "nord.toml").write_text(NORD)
        (folder / "arag.toml").write_text(WIDER)
    listed = program.run("providers", "list", "--json").document["providers"]
    assert not any(one["own"] for one in listed)
    assert program.run("ingest", URL, "--json").code == 8


def test_a_configuration_folder_in_the_vaults_is_refused(program: Program) -> None:
    """Also through a link from the user's own folder."""
    planted = program.vault / "providers"
    planted.mkdir()
    (planted / "nord.toml").write_text(NORD)
    env = {"CERTVAULT_CONFIG_DIR": str(program.vault)}
    assert program.run("ingest", URL, "--json", env=env).error["type"] == "configuration-unusable"
    file = configure(program, "nord.toml", "")
    file.unlink()
    file.symlink_to(planted / "nord.toml")
    error = program.run("ingest", URL, "--json").error
    assert (error["type"], "move it away" in error["hint"]) == ("configuration-unusable", True)
    listed = program.run("providers", "list", "--json")
    assert (listed.code, json.loads(listed.out)["broken"][0]["error"]["type"]) == (8, "configuration-unusable")


def test_a_file_that_others_may_write_is_refused(program: Program) -> None:
    """What says where a PIN may go is the user's own."""
    file = configure(program, "nord.toml", NORD)
    file.chmod(0o666)
    error = program.run("ingest", URL, "--json").error
    assert (error["code"], error["type"], error["path"]) == (2, "configuration-unusable", str(file))


def test_a_profile_in_a_mail_is_a_text(program: Program) -> None:
    """Attached or pasted, it brings no provider and no link."""
    mail = program.folder / "a.eml"
    head = "From: a@b.example\nSubject: nord.toml\nContent-Type: application/toml; name=nord.toml\n\n"
    mail.write_text(head + NORD + URL)
    assert program.run("ingest", mail, "--json").code == 8
    assert program.run("links", "--json").document == {"links": []}


def test_the_provider_may_be_left_out_where_one_can_be_fetched(program: Program) -> None:
    """As ever in an office of ARAG's; with a second one that has links it is asked."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Pin1"))
    first = program.run("add", "a.p12", "--holder", "Müller", "--pin-stdin", "--json", stdin=b"Pin1")
    assert stored(first.document)["provider"] == "arag"
    configure(program, "nord.toml", NORD)
    (program.folder / "b.p12").write_bytes(pair("Kaya & Söhne", "Pin2"))
    error = program.run("add", "b.p12", "--pin-stdin", "--json", stdin=b"Pin2").error
    assert (error["code"], error["type"]) == (2, "provider-unclear")
    assert "nord" in error["hint"]


def test_what_a_provider_wants_is_told(program: Program) -> None:
    """An activation after storing, when and from whom to ask for a new one, and the ending of the file."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Pin1"))
    (program.folder / "b.p12").write_bytes(pair("Kaya & Söhne", "Pin2"))
    assert "activated" in program.run("add", "a.p12", "--provider", "tgic", "--pin-stdin", stdin=b"Pin1").out
    assert "New one from " in program.run("show", "müller").out
    assert "activated" not in program.run("add", "b.p12", "--provider", "vhv", "--pin-stdin", stdin=b"Pin2").out
    assert program.run("export", "kaya", "--to", "out", "--json").document["files"][0]["path"].endswith(".pfx")
    asked = program.run("export", "kaya", "--to", "out", "--ending", "p12", "--json").document
    assert asked["files"][0]["path"].endswith(".p12")


@pytest.mark.parametrize("name", ["a", "nord", "VHV", "sonstige"])
def test_a_provider_is_named_by_words(name: str, bare: Program) -> None:
    """Its name, or words that begin its title; an unknown one is not found."""
    assert bare.run("providers", "show", name).code == (6 if name == "nord" else 0)
