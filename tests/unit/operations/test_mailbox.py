"""A mailbox on a server, whatever server: what is noted of it, and when."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pytest

from tests.support.vaults import NOW
from tests.unit.operations.test_ingest import mail
from vault.custody import Custody
from vault.errors import MailServerNotReachable, SourceNotReadable
from vault.model.account import Account, account
from vault.model.mark import ReadUpTo
from vault.model.profile import Profile
from vault.operations import mailbox
from vault.operations.ingest import Ingested, Intake
from vault.operations.mailbox import Reading, keep_password, kept_password
from vault.operations.register import links
from vault.ports.mailbox import Mailbox
from vault.secret import MailPassword

ACCOUNT = account("imaps://petra@mail.example/INBOX")


class Box(Mailbox):
    """A folder in memory. It breaks off before the mail ``breaks``, or when something is to be settled."""

    def __init__(self, mails: dict[int, bytes | None], *, validity: int | None = 7) -> None:
        self._mails, self._validity = mails, validity
        self.breaks: int | str | None = None
        self.read: list[int] = []
        self.settled: list[int] = []

    @property
    def account(self) -> Account:
        """Whose it is."""
        return ACCOUNT

    @property
    def validity(self) -> int | None:
        """What its numbers hold for."""
        return self._validity

    def after(self, uid: int) -> Sequence[int]:
        """The numbers above ``uid``."""
        return sorted(number for number in self._mails if number > uid)

    def mails(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """The mails."""
        for uid in uids:
            if uid == self.breaks:
                raise MailServerNotReachable(host="mail.example", why="x")
            self.read.append(uid)
            yield uid, self._mails[uid]

    def settle(self, uids: Sequence[int]) -> None:
        """Note what was settled."""
        if self.breaks == "settle":
            raise MailServerNotReachable(host="mail.example", why="x")
        self.settled += uids


def did(number: int) -> str:
    """A reference."""
    return f"f83f71f08bdf{number:04x}"


@pytest.fixture
def box() -> Box:
    """Twenty mails, every fifth with a link."""
    return Box({n: mail(did(n)) if n % 5 == 0 else b"Subject: x\n\ny\n" for n in range(1, 21)})


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "AT_ONCE", 4)


def take(
    custody: Custody, profiles: dict[str, Profile], box: Box, *, again: bool = False, noted: bool = True
) -> Ingested:
    """Read the folder."""
    intake = Intake(custody, profiles, at=NOW, random=os.urandom)
    Reading(custody, box, again=again, noted=noted).into(intake)
    return intake.ingested()


def mark(custody: Custody) -> ReadUpTo | None:
    """How far it was read."""
    with custody.reading() as reader:
        return reader.read_up_to(ACCOUNT.login, ACCOUNT.folder)


def test_what_is_read_is_noted_and_not_read_again(custody: Custody, profiles: dict[str, Profile], box: Box) -> None:
    """Links are recorded, the mails that brought them settled, and the next reading begins behind."""
    assert [link.reference for link in take(custody, profiles, box).links] == [did(n) for n in (5, 10, 15, 20)]
    assert box.settled == [5, 10, 15, 20]
    assert mark(custody) == ReadUpTo(7, 20)
    box.read.clear()
    assert take(custody, profiles, box) == Ingested([], set(), [], 0)
    assert box.read == []


def test_a_line_that_breaks_costs_a_few_mails(custody: Custody, profiles: dict[str, Profile], box: Box) -> None:
    """What came is recorded; the next reading begins before the break, and nothing is there twice."""
    box.breaks = 12
    with pytest.raises(MailServerNotReachable):
        take(custody, profiles, box)
    assert {row.link.reference for row in links(custody)} == {did(5), did(10)}
    assert mark(custody) == ReadUpTo(7, 8)
    box.breaks = None
    box.read.clear()
    take(custody, profiles, box)
    assert box.read == list(range(9, 21))
    assert len(links(custody)) == 4


def test_what_could_not_be_settled_is_settled_the_next_time(
    custody: Custody, profiles: dict[str, Profile], box: Box
) -> None:
    """A mail counts as read only when it was flagged and moved."""
    box.breaks = "settle"
    with pytest.raises(MailServerNotReachable):
        take(custody, profiles, box)
    assert mark(custody) is None
    box.breaks = None
    take(custody, profiles, box)
    assert box.settled == [5, 10, 15, 20]


@pytest.mark.parametrize("validity", [8, None])
def test_numbers_of_another_time_count_for_nothing(
    validity: int | None, custody: Custody, profiles: dict[str, Profile], box: Box
) -> None:
    """A folder that was made anew, or a server that promises nothing, is read whole."""
    take(custody, profiles, box)
    other = Box({1: mail(did(1))}, validity=validity)
    assert len(take(custody, profiles, other).links) == 1
    assert mark(custody) == (ReadUpTo(8, 1) if validity else ReadUpTo(7, 20))


def test_all_again_never_sets_the_mark_back(custody: Custody, profiles: dict[str, Profile], box: Box) -> None:
    """Interrupted or not."""
    take(custody, profiles, box)
    box.breaks = 12
    with pytest.raises(MailServerNotReachable):
        take(custody, profiles, box, again=True)
    assert box.read[20:] == list(range(1, 12))
    assert mark(custody) == ReadUpTo(7, 20)


def test_without_a_mark_all_is_read_and_none_is_left(custody: Custody, profiles: dict[str, Profile], box: Box) -> None:
    """Where only some of what mails hold is looked for."""
    take(custody, profiles, box, noted=False)
    assert mark(custody) is None


def test_a_mail_that_is_too_long_is_told(custody: Custody, profiles: dict[str, Profile]) -> None:
    """With its number; the others are read."""
    found = take(custody, profiles, Box({3: None, 4: mail(did(4))}))
    assert [(one.source, type(one.error)) for one in found.rejected] == [(f"{ACCOUNT} (3)", SourceNotReadable)]
    assert len(found.links) == 1


def test_a_planted_mark_makes_read_or_skip_and_no_more(
    custody: Custody, profiles: dict[str, Profile], box: Box
) -> None:
    """Who can write the register can have mails passed over; --again reads them."""
    with custody.writing() as writer:
        writer.read_mailbox(ACCOUNT.login, ACCOUNT.folder, ReadUpTo(7, 4294967295))
    assert take(custody, profiles, box).links == []
    assert len(take(custody, profiles, box, again=True).links) == 4


def test_a_password_is_kept_for_exactly_one_log_in(custody: Custody) -> None:
    """Whatever the folder; another scheme, user, host or port has none."""
    keep_password(custody, ACCOUNT, MailPassword("a"), at=NOW)
    keep_password(custody, ACCOUNT, MailPassword("b"), at=NOW)
    for other in (
        ACCOUNT._replace(scheme="imap"),
        ACCOUNT._replace(user="Petra"),
        ACCOUNT._replace(host="mail.example.evil"),
        ACCOUNT._replace(port=143),
    ):
        assert kept_password(custody, other) is None
    kept = kept_password(custody, ACCOUNT._replace(folder="x"))
    assert kept is not None
    assert kept.reveal() == "b"
    keep_password(custody, ACCOUNT, None, at=NOW)
    assert kept_password(custody, ACCOUNT) is None
