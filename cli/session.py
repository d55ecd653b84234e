"""What one run of the program knows: folder, clock, randomness, key sources, and how to answer."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cli import locate, unlock

if TYPE_CHECKING:
    from vault.custody import Custody, Watch
    from vault.errors import CertvaultError
    from vault.keys.slots import Slot
    from vault.keys.unlocking import RootOwner
    from vault.model.profile import Profile
    from vault.model.target_profile import TargetProfile
    from vault.ports.keyring import Keyring
    from vault.ports.opener import Matcher, Rewriter
    from vault.ports.portal import Portal


class Session:
    """The options that every command shares, and the doors to the vault."""

    def __init__(self) -> None:
        self.named_folder: Path | None = None
        self.json = False
        self.lang: str | None = None
        self.passphrase_file: Path | None = None
        self.watch_key_file: Path | None = None

    @property
    def folder(self) -> Path:
        """The vault's folder."""
        return locate.folder(self.named_folder)

    def now(self) -> datetime:
        """This moment, UTC, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)

    def random(self, count: int) -> bytes:
        """``count`` random bytes from the system."""
        return os.urandom(count)

    @property
    def user(self) -> str:
        """The user of the system who runs the program, for the audit log: as the system knows him.

        What the environment says of him is not asked: anybody can set that.
        """
        try:
            if sys.platform == "win32":
                return os.getlogin()
            import pwd

            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return str(os.getuid())
        except OSError:
            return "?"

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """What is known about the providers: what ships, and the user's own files. Raises ProfileInvalid."""
        from cli.own_profiles import texts
        from vault.profiles import load_all

        return load_all(texts(self.folder))

    @cached_property
    def readable(self) -> dict[str, Profile]:
        """The profiles for what only finds and shows: those that can be used, and what is wrong with others is told."""
        from cli.render import errors

        found, wrong = self.found
        for error in wrong.values():
            errors.warn(error, json=self.json)
        return found

    def profile(self, name: str) -> Profile:
        """The profile that is needed for what is done now. Raises ProfileInvalid, ConfigurationUnusable."""
        from vault.operations.find import profile_named

        found, wrong = self.found
        if name in wrong:
            raise wrong[name]
        return profile_named(name, found)

    def providers(self) -> list[str]:
        """The names of all providers, those among them whose profile cannot be used."""
        return sorted({name for names in self.found for name in names})

    def activating(self) -> frozenset[str]:
        """The names of the providers whose certificates must be activated."""
        return frozenset(name for name, profile in self.found[0].items() if profile.activation)

    @cached_property
    def found(self) -> tuple[dict[str, Profile], dict[str, CertvaultError]]:
        """The profiles for what only finds and shows, and what is wrong with those that cannot be used, by names."""
        from cli.own_profiles import readable

        return readable(self.folder)

    def opener(self) -> AbstractContextManager[Matcher]:
        """What opens PKCS#12 files, in a process of its own that starts while the PIN is typed."""
        from vault.pkcs12.opener import ChildOpener

        return ChildOpener(self.random)

    def rewriter(self) -> AbstractContextManager[Rewriter]:
        """What opens PKCS#12 files, and writes them anew, in processes of its own."""
        from vault.pkcs12.opener import ChildOpener

        return ChildOpener(self.random)

    @property
    def portal(self) -> Portal:
        """What speaks to token services."""
        from vault.portal.service import TokenService

        return TokenService(time.sleep)

    def zone(self, watch: Watch) -> tzinfo:
        """The time zone in which the vault counts days."""
        from vault.operations import settings

        with watch.reading() as reader:
            return settings.zone_to_show(reader)

    def titles(self) -> Mapping[str, str]:
        """What people call the providers."""
        from cli.own_profiles import titles

        return titles(self.folder)

    @cached_property
    def found_targets(self) -> tuple[dict[str, TargetProfile], dict[str, CertvaultError]]:
        """The target profiles by their ids, and what is wrong with those of the user's files that cannot be used."""
        from cli.own_targets import readable

        return readable(self.folder)

    def target_profile(self, name: str) -> TargetProfile:
        """The target profile that ``name`` means, by its id, title or alias.

        Raises TargetProfileUnknown, and ProfileInvalid or ConfigurationUnusable for a file that cannot be used.
        """
        from vault.targets import named

        found, wrong = self.found_targets
        if name in wrong:
            raise wrong[name]
        one = named(name, found)
        if one.id in wrong:
            raise wrong[one.id]
        return one

    def target_titles(self) -> Mapping[str, str]:
        """What people call the target profiles."""
        from cli.own_targets import titles

        return titles(self.folder)

    def windows(self) -> Mapping[str, int]:
        """How many days before a certificate's end each provider gives a new one, where that is known."""
        from cli.own_profiles import windows

        return windows(self.folder)

    def watch(self) -> AbstractContextManager[Watch]:
        """The vault opened as far as a watch key opens it: no PIN can be read here."""
        from vault import opening

        folder = unlock.existing(self.folder)
        path = unlock.watch_key_path(self)
        if path is None:
            return self.custody()
        return opening.watch(folder, unlock.watch_key(path), path=str(path), user=self.user, at=self.now())

    @property
    def keyring(self) -> Keyring:
        """The keyring of this machine. Where nobody could answer its questions, it is not waited for long."""
        from cli import prompt
        from vault.keyring import SystemKeyring

        return SystemKeyring(patience=30.0 if prompt.possible() else 5.0)

    def proven(self) -> tuple[RootOwner, Slot]:
        """What opens the whole vault, tried before anything else is asked, and the slot that it opens."""
        from vault import opening
        from vault.keys.unlocking import unlock_root

        folder = unlock.existing(self.folder)
        secret = unlock.root_key(self)
        return secret, unlock_root(opening.slots(folder), secret)[1]

    def custody(self, *, exclusive: bool = False, secret: RootOwner | None = None) -> AbstractContextManager[Custody]:
        """The vault opened with the root key; ``exclusive`` for what replaces files of the vault.

        A ``secret`` that is at hand already is not asked again.
        """
        from vault import opening

        folder = unlock.existing(self.folder)
        secret = secret or unlock.root_key(self)
        return opening.custody(folder, secret, user=self.user, at=self.now(), exclusive=exclusive)
