"""The story of a certificate, told by the real program against a stand-in of the insurer's service.

Run by ``scripts/demo``. Nothing leaves the machine: the stand-in answers for www.arag.de behind a proxy on loopback,
and a name that it does not know is refused there.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cli.texts import LANGUAGES, chosen
from tests.stand_in import mails
from tests.stand_in.certificates import Authority, make_authority, make_pair
from tests.stand_in.service import StandIn
from tests.stand_in.teller import NotAsTold, Teller, hold

PASSPHRASE = "nur zur Probe, nichts Echtes"  # noqa: S105 - it is told at the end
MARK = ".made-by-scripts-demo"
ROOT = Path(__file__).parent.parent


class Half(NamedTuple):
    """What the insurer sends for one certificate: the file behind a link, and the PIN by another channel."""

    did: str
    pin: str
    file: bytes


def main() -> int:
    """Tell the story; 0 where all of it came out as told."""
    parser = argparse.ArgumentParser(description="The whole story in some seconds, against a stand-in.")
    parser.add_argument("--lang", choices=LANGUAGES, default=chosen([], os.environ))
    parser.add_argument("--folder", type=Path, default=ROOT / "demo", help="where to leave the vault (./demo)")
    given = parser.parse_args()
    folder = given.folder.absolute()
    if not _cleared(folder):
        print(f"{folder} is there and was not made by the demonstration; move it away first.", file=sys.stderr)
        return 2
    try:
        with StandIn.running() as insurer:
            teller = Teller(folder, given.lang, insurer.environment())
            _story(teller, insurer)
    except NotAsTold as error:
        print(f"\nNot as told: {error}", file=sys.stderr)
        return 1
    return 0


def _cleared(folder: Path) -> bool:
    """Make ``folder`` anew, and remove only what an earlier run made."""
    if folder.exists():
        if not (folder / MARK).exists():
            return False
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    return True


def _story(teller: Teller, insurer: StandIn) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    halves = _prepared(teller.folder, insurer, at)
    teller.say(
        "The insurer in this story is a stand-in on this machine: nobody else is asked, nothing leaves the machine.",
        "Der Versicherer ist hier eine Attrappe auf diesem Rechner: Nichts verlässt den Rechner.",
        "33",
    )
    _begin(teller, halves)
    _fetch(teller, halves)
    _hand_out(teller, halves)
    _watch(teller)
    _hold_all(teller, insurer, halves)
    _farewell(teller)


def _prepared(folder: Path, insurer: StandIn, at: datetime) -> dict[str, Half]:
    """What is there when the story begins: last year's file on a desktop, and this morning's mails."""
    authority = make_authority()
    halves = {
        "old": _half("", "Abc-2025x", "René Schäffer", authority, at + timedelta(days=24)),
        "new": _half("f83f71f08bdf3c90", "hK7p-Q2xm", "René Schäffer", authority, at + timedelta(days=389)),
        "mueller": _half("2b9d04c7e1a85f36", "Tz4Wn8rB", "Petra Müller", authority, at + timedelta(days=363)),
        "yildiz": _half("90c1e55ab27d4f08", "xQ-71mPe", "Aylin Yıldız", authority, at + timedelta(days=365)),
    }
    for half in halves.values():
        if half.did:
            insurer.offer(half.did, pin=half.pin, file=half.file)
    (folder / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (folder / "passphrase.txt").chmod(0o600)
    (folder / "Desktop").mkdir()
    (folder / "Desktop" / "schaeffer.p12").write_bytes(halves["old"].file)
    inbox = folder / "Posteingang"
    inbox.mkdir()
    outlook = mails.outlook_forward("Schäffer, René", halves["new"].did, at - timedelta(days=2))
    safelinks = mails.outlook_safelinks(
        "Müller, Petra", "petra.mueller@makler-mueller.example", halves["mueller"].did, at - timedelta(days=17)
    )
    direct = mails.direct("Aylin Yıldız", "aylin@makler-yildiz.example", halves["yildiz"].did, at - timedelta(hours=5))
    for name, mail in {
        "WG Link Schaeffer.eml": outlook,
        "WG Mueller.eml": safelinks,
        "Link Yildiz.eml": direct,
        "Newsletter.eml": mails.newsletter(at - timedelta(days=1)),
    }.items():
        (inbox / name).write_bytes(mail)
    return halves


def _half(did: str, pin: str, holder: str, authority: Authority, not_after: datetime) -> Half:
    return Half(did, pin, make_pair(holder, pin, not_after=not_after, key="rsa", authority=authority))


def _begin(teller: Teller, halves: Mapping[str, Half]) -> None:
    teller.say(
        "1. An agency sets up its vault. (Here the passphrase is in a file; else you are asked for it.)",
        "1. Eine Agentur legt ihren Tresor an. (Die Passphrase steht hier in einer Datei; sonst wird gefragt.)",
    )
    teller.export("CERTVAULT_DIR", str(teller.folder / "vault"))
    teller.export("CERTVAULT_PASSPHRASE_FILE", "passphrase.txt")
    teller.run("certvault init --recovery-file recovery-code.txt")
    teller.say(
        "2. René Schäffer's certificate of last year lies on a desktop. It goes in with its PIN, once that is proven.",
        "2. René Schäffers Zertifikat vom letzten Jahr liegt auf einem Desktop. Mit bewiesener PIN kommt es hinein.",
    )
    teller.run("certvault add Desktop/schaeffer.p12 --pin-stdin", pin=halves["old"].pin)
    teller.say(
        "3. Monday: brokers have forwarded their mails, by Outlook, with Safe Links, and there is a newsletter too.",
        "3. Montag: Makler haben ihre Mails weitergeleitet, mit Outlook, mit Safe Links, und ein Newsletter ist dabei.",
    )
    teller.run("certvault ingest Posteingang")


def _fetch(teller: Teller, halves: Mapping[str, Half]) -> None:
    teller.say(
        "4. Petra Müller is on the telephone and reads out her PIN. All in small letters: the stand-in refuses it.",
        "4. Petra Müller liest am Telefon ihre PIN vor. Alles klein geschrieben: die Attrappe lehnt ab.",
    )
    teller.run("certvault fetch müller --pin-stdin", pin=halves["mueller"].pin.lower(), ends=9)
    teller.say("5. Once more, with the right PIN.", "5. Noch einmal, mit der richtigen PIN.")
    teller.run("certvault fetch müller --pin-stdin", pin=halves["mueller"].pin)
    teller.say(
        "6. René Schäffer has the SMS for his new certificate. It takes the place of last year's, in one step.",
        "6. René Schäffer hat die SMS zu seinem neuen Zertifikat. Es löst das vom letzten Jahr ab, in einem Schritt.",
    )
    teller.run("certvault fetch schaeffer --pin-stdin", pin=halves["new"].pin)
    teller.say("7. What is in the vault, last year's too.", "7. Was im Tresor liegt, auch vom letzten Jahr.")
    teller.run("certvault list --all")
    teller.say(
        "8. What needs somebody: one link is still open, and its file will be deleted.",
        "8. Was zu tun ist: Ein Link ist noch offen, und seine Datei wird gelöscht.",
    )
    teller.run("certvault due")


def _hand_out(teller: Teller, halves: Mapping[str, Half]) -> None:
    teller.say(
        "9. René Schäffer's software wants the file, with .pfx as its ending: the very bytes that the issuer sent.",
        "9. René Schäffers Programm will die Datei mit der Endung .pfx: genau die Bytes des Ausstellers.",
    )
    teller.run("certvault export schäffer --to Install --ending pfx")
    (exported,) = (teller.folder / "Install").iterdir()
    hold("the exported file is the issuer's", true=exported.read_bytes() == halves["new"].file)
    teller.say("10. And its PIN, to read it out.", "10. Und die PIN dazu, zum Vorlesen.")
    said = teller.run("certvault pin schäffer --recipient 'Herr Schäffer' --spell")
    hold("the PIN is the one of the SMS", true=halves["new"].pin in said)
    if shutil.which("openssl"):
        teller.say("11. Do they belong together? openssl opens it.", "11. Gehören sie zusammen? openssl öffnet es.")
        name = shlex.quote(str(exported.relative_to(teller.folder)))
        teller.run(f"openssl pkcs12 -in {name} -passin stdin -noout -info", pin=halves["new"].pin)


def _watch(teller: Teller) -> None:
    teller.say(
        "12. The nightly job gets a watch key: it can warn, and it cannot read one PIN.",
        "12. Der nächtliche Lauf bekommt einen Wächterschlüssel: Er kann warnen, aber keine PIN lesen.",
    )
    teller.run("certvault keys add watch --watch-key-file watch.key --name nightly")
    teller.unset("CERTVAULT_PASSPHRASE_FILE")
    teller.export("CERTVAULT_WATCH_KEY_FILE", "watch.key")
    teller.run("certvault due --within 400")
    teller.run("certvault pin schäffer", ends=3)


def _hold_all(teller: Teller, insurer: StandIn, halves: Mapping[str, Half]) -> None:
    """Hold what was told against what the vault says, and against what the stand-in saw."""
    states = [pair["state"] for pair in teller.read("list", "--all")["pairs"]]
    waiting = [link["reference"] for link in teller.read("links")["links"]]
    hold("two certificates are current, one is superseded", true=states == ["current", "current", "superseded"])
    hold("one link is open", true=waiting == [halves["yildiz"].did])
    hold("nothing but www.arag.de was asked for", true=set(insurer.proxy.asked) == {"www.arag.de:443"})
    hold("the open link was left alone", true=not insurer.of(halves["yildiz"].did))


def _farewell(teller: Teller) -> None:
    teller.say(
        "That was the real program. The insurer was a stand-in, every certificate made up, nothing left the machine.",
        "Das war das echte Programm. Der Versicherer war eine Attrappe, jedes Zertifikat ist erfunden, nichts hat den"
        " Rechner verlassen.",
        "33",
    )
    teller.say(
        f"The vault stays in {teller.folder / 'vault'} until the next run. Its passphrase: {PASSPHRASE}\n"
        "To play with it:",
        f"Der Tresor bleibt bis zum nächsten Lauf in {teller.folder / 'vault'}. Seine Passphrase: {PASSPHRASE}\n"
        "Zum Ausprobieren:",
    )
    for line in (
        f"export CERTVAULT_DIR={shlex.quote(str(teller.folder / 'vault'))}",
        f"export PATH={shlex.quote(str(teller.program.parent))}:$PATH",
        "export HTTPS_PROXY=http://127.0.0.1:9",
        "certvault",
        "certvault history schäffer",
        "certvault --help",
    ):
        print(f"  {line}")
    teller.say(
        "(The line with HTTPS_PROXY keeps a fetch from asking the real insurer, now that the stand-in is gone.)",
        "(Die Zeile mit HTTPS_PROXY sorgt dafür, dass fetch nicht den echten Versicherer fragt: Die Attrappe ist weg.)",
        "2",
    )


if __name__ == "__main__":
    sys.exit(main())
