"""From mails to links in the register."""

from __future__ import annotations

import base64
import io
import os
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody, Watch
from vault.errors import LinkNotAllowed, NoSuchFile, NothingInside, ProviderUnknown
from vault.ledger.holders import holder_for
from vault.model.profile import Profile
from vault.operations.ingest import Ingested, ingest
from vault.operations.register import links
from vault.operations.settings import MAILBOX, change
from vault.operations.sources import in_paths, in_stream

URL = "https://www.arag.de/TokenService/download?did="
BODY = "Über den folgenden Link können Sie Ihr Zertifikat herunterladen:\r\n\r\n<{url}>\r\n"


def mail(did: str, *, to: str = '"Schäffer, René" <rene@example.de>', days: int = 0, url: str = URL) -> bytes:
    """A link mail as the provider sends it, ``days`` before now."""
    sent = NOW - timedelta(days=days)
    head = (
        "From: Webservice-Zertifikat@arag.de\r\n"
        f"To: {to}\r\n"
        "Subject: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat\r\n"
        f"Date: {sent:%a, %d %b %Y %H:%M:%S +0000}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (head + BODY.format(url=url + did)).encode()


def forwarded(did: str, to: str) -> bytes:
    """A link mail that ``chef@mueller.example`` passed on."""
    head = (
        "From: Chef Müller <chef@mueller.example>\r\nTo: zertifikate@agentur.example\r\nSubject: WG: Link\r\n"
        f"Date: {NOW:%a, %d %b %Y %H:%M:%S +0000}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Von: Webservice-Zertifikat@arag.de\r\nGesendet: {NOW:%d.%m.%Y %H:%M}\r\nAn: {to}\r\n"
        "Betreff: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat\r\n\r\n"
    )
    return (head + BODY.format(url=URL + did)).encode()


def take(
    watch: Watch, profiles: dict[str, Profile], *sources: bytes, holder: str | None = None, by_hand: bool = True
) -> Ingested:
    """Ingest these mails."""
    named = (in_stream(str(number), io.BytesIO(data), by_hand=by_hand) for number, data in enumerate(sources))
    return ingest(watch, chain.from_iterable(named), profiles, holder=holder, at=NOW, random=os.urandom)


def holder_names(watch: Watch) -> list[str | None]:
    """Whose the links are."""
    return [row.holder.name if row.holder else None for row in links(watch, every=True)]


def test_a_mail_becomes_a_link_with_its_deadline(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Received when it was sent, deleted 21 days later, of the person it was sent to."""
    (link,) = take(custody, profiles, mail("f83f71f08bdf3c90", days=3)).links
    assert link.reference == "f83f71f08bdf3c90"
    assert link.received == NOW - timedelta(days=3)
    assert link.deadline == NOW + timedelta(days=18)
    assert holder_names(custody) == ["Schäffer, René"]


def test_the_same_link_again_is_known_and_no_second_one(custody: Custody, profiles: dict[str, Profile]) -> None:
    """The same mail twice, or the same link in two mails."""
    take(custody, profiles, mail("f83f71f08bdf3c91"))
    again = take(custody, profiles, mail("f83f71f08bdf3c91"), mail("f83f71f08bdf3c91", days=1))
    assert again.known == {link.id for link in again.links}
    assert len(links(custody)) == 1


def test_a_link_seen_twice_in_one_run_is_new_once(custody: Custody, profiles: dict[str, Profile]) -> None:
    """What this run brought is not called known."""
    found = take(custody, profiles, mail("f83f71f08bdf3c92"), mail("f83f71f08bdf3c92"))
    assert len(found.links) == 1
    assert not found.known


def test_one_bad_source_never_stops_the_others(custody: Custody, profiles: dict[str, Profile], tmp_path: Path) -> None:
    """A missing file, a file of noise, then a good one."""
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    (tmp_path / "good.eml").write_bytes(mail("f83f71f08bdf3c93"))
    paths = [tmp_path / "missing.eml", tmp_path / "noise", tmp_path / "good.eml"]
    found = ingest(custody, in_paths(paths), profiles, at=NOW, random=os.urandom)
    assert [type(one.error) for one in found.rejected] == [NoSuchFile, NothingInside]
    assert len(found.links) == 1


def test_in_a_folder_what_is_no_link_mail_is_ignored(
    custody: Custody, profiles: dict[str, Profile], tmp_path: Path
) -> None:
    """Folders below too; hidden files are nobody's mail."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.eml").write_bytes(b"Subject: Kantine\r\n\r\nLinsensuppe")
    (tmp_path / "in" / "deep" / "b.eml").write_bytes(mail("f83f71f08bdf3c94"))
    (tmp_path / "in" / ".DS_Store").write_bytes(mail("f83f71f08bdf3c95"))
    found = ingest(custody, in_paths([tmp_path / "in"]), profiles, at=NOW, random=os.urandom)
    assert (len(found.links), found.rejected, found.ignored) == (1, [], 1)


@pytest.mark.parametrize(
    "url", ["http://www.arag.de/TokenService/download?did=", "https://www.arag.de.evil.example/x?did="]
)
def test_a_hostile_link_is_rejected_with_its_reason(url: str, custody: Custody, profiles: dict[str, Profile]) -> None:
    """Not taken in, and said why; in the mail it looks meant for the provider."""
    bad = mail("f83f71f08bdf3c96", url=url.replace("/x?", "/TokenService/download?"))
    found = take(custody, profiles, bad, by_hand=False)
    assert not found.links
    assert [type(one.error) for one in found.rejected] == [LinkNotAllowed]


def test_the_agencys_own_mailbox_is_never_a_holder(custody: Custody, profiles: dict[str, Profile]) -> None:
    """The mail went to the agency alone: nobody knows whose it is until the certificate says so."""
    change(custody, MAILBOX, "Zertifikate@agentur.example", at=NOW)
    take(custody, profiles, mail("f83f71f08bdf3c97", to="Agentur <zertifikate@agentur.example>"))
    assert holder_names(custody) == [None]


def test_a_known_address_names_its_holder(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Whatever the display name says."""
    with custody.writing() as writer:
        holder_for(custody, writer, "Müller GmbH", at=NOW, random=os.urandom, addresses=["info@mueller.example"])
    take(custody, profiles, mail("f83f71f08bdf3c98", to="Chef <INFO@mueller.example>"))
    assert holder_names(custody) == ["Müller GmbH"]


def test_of_known_holders_the_recipient_goes_before_who_forwarded(
    custody: Custody, profiles: dict[str, Profile]
) -> None:
    """A broker who has a certificate passes on a colleague's mail: it is the colleague's, if he is known as well."""
    with custody.writing() as writer:
        holder_for(custody, writer, "Chef", at=NOW, random=os.urandom, addresses=["chef@mueller.example"])
        holder_for(custody, writer, "Anna Adler", at=NOW, random=os.urandom)
    take(custody, profiles, forwarded("f83f71f08bdf3c91", "Adler, Anna"))
    take(custody, profiles, forwarded("f83f71f08bdf3c92", "Adler, Anna <anna@mueller.example>"))
    take(custody, profiles, forwarded("f83f71f08bdf3c93", "R. Müller"))
    assert sorted(map(str, holder_names(custody))) == ["Anna Adler", "Anna Adler", "Chef"]


def test_a_name_without_an_address_gets_it_from_who_forwarded(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Outlook tells the recipient's name alone; the mail that carries it says the rest."""
    with custody.writing() as writer:
        holder_for(custody, writer, "Müller GmbH", at=NOW, random=os.urandom, addresses=["chef@mueller.example"])
    take(custody, profiles, forwarded("f83f71f08bdf3c91", "Müller, Chef"))
    assert holder_names(custody) == ["Müller GmbH"]


def test_a_person_has_the_last_word_on_the_holder(custody: Custody, profiles: dict[str, Profile]) -> None:
    """--holder wins, and another writing of the name is the same holder."""
    take(custody, profiles, mail("f83f71f08bdf3c99"), holder="Schäffer, René")
    take(custody, profiles, mail("f83f71f08bdf3c9a"), holder="rene schaeffer")
    assert holder_names(custody) == ["Schäffer, René"] * 2
    take(custody, profiles, mail("f83f71f08bdf3c9a"), holder="Emil Erle")
    assert sorted(map(str, holder_names(custody))) == ["Emil Erle", "Schäffer, René"]


def test_a_mail_taken_in_again_changes_nothing(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Nobody new becomes a holder because a known link was sent on to him."""
    take(custody, profiles, mail("f83f71f08bdf3c9c"))
    take(custody, profiles, mail("f83f71f08bdf3c9c", to="Bär, Bert <bert@example.de>"))
    assert holder_names(custody) == ["Schäffer, René"]
    with custody.reading() as reader:
        assert reader.holder_with_address("bert@example.de") is None


def test_a_mailbox_is_as_many_mails(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Each is read by itself; what is no link mail is ignored, and a bad one is told with its number."""
    good, noise = mail("f83f71f08bdf3c9d", to="Bär, Bert <bert@example.de>"), b"Date: x\r\nSubject: x\r\n\r\nHallo\r\n"
    bad = mail("f83f71f08bdf3c9e", url="http://www.arag.de/TokenService/download?did=")
    coded = good.replace(b"utf-8\r\n", b"utf-8\r\nContent-Transfer-Encoding: base64\r\n").partition(b"\r\n\r\n")
    last = coded[0] + coded[1] + base64.encodebytes(coded[2].replace(b"c9d", b"c9f"))
    box = b"".join(b"From x Mon Nov  2 07:31:00 2026\r\n" + one + b"\r\n" for one in (noise, good, bad, last))
    found = take(custody, profiles, box)
    assert [link.reference for link in found.links] == ["f83f71f08bdf3c9d", "f83f71f08bdf3c9f"]
    assert ([one.source for one in found.rejected], found.ignored) == (["0 (3)"], 1)
    assert holder_names(custody) == ["Bär, Bert"] * 2


def test_a_holder_found_later_is_filled_in(custody: Custody, profiles: dict[str, Profile]) -> None:
    """First a bare link, then the mail that tells whose it is."""
    take(custody, profiles, (URL + "f83f71f08bdf3c9b").encode())
    assert holder_names(custody) == [None]
    take(custody, profiles, mail("f83f71f08bdf3c9b"))
    assert holder_names(custody) == ["Schäffer, René"]


def test_the_watch_key_is_enough(folder: Path, profiles: dict[str, Profile], tmp_path: Path) -> None:
    """A job without the root key takes mails in."""
    key = vaults.new_watch_key(folder, tmp_path / "watch.key")
    with vaults.watch(folder, key) as watch:
        assert len(take(watch, profiles, mail("f83f71f08bdf3c9c")).links) == 1


def test_an_unknown_provider_is_told_with_the_known_ones(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Nothing is read then."""
    with pytest.raises(ProviderUnknown) as error:
        ingest(custody, [], profiles, provider="nobody", at=NOW, random=os.urandom)
    assert "arag" in str(error.value.fields["providers"])


def test_a_link_without_any_date_counts_from_today(custody: Custody, profiles: dict[str, Profile]) -> None:
    """A bare URL: from midnight of today in Berlin, the earliest that is safe to believe."""
    (link,) = take(custody, profiles, (URL + "f83f71f08bdf3c9d").encode()).links
    assert link.received == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert link.deadline == datetime(2026, 12, 12, 23, 0, tzinfo=UTC)


def test_every_rejection_is_one_of_ours(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Noise of any kind is answered with an error that has a code and a hint."""
    found = take(custody, profiles, b"", b"\xff\xfe", b"<html>", b"%PDF-1.7")
    assert all(one.error.code > 1 and one.error.hint for one in found.rejected)
    assert len(found.rejected) == 4
