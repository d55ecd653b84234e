"""Values that must never be shown: each kind is a type of its own.

A ``Secret`` hides itself from ``repr``, ``str``, f-strings, ``format`` and pickling. The one way to the
value is :meth:`Secret.reveal`, so every place that handles clear text can be found by that word.
The types are what keeps capabilities apart: a function that asks for a :class:`PairsKey` cannot be handed
a :class:`RegisterKey` (mypy refuses it).
"""

from __future__ import annotations

from typing import Generic, NoReturn, TypeVar

T = TypeVar("T", bytes, str)


class Secret(Generic[T]):
    """A value that is passed on but never printed, logged or pickled."""

    __slots__ = ("_value",)
    _value: T

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """The clear value. Keep it in as few hands as possible."""
        return self._value

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __str__(self) -> str:
        return f"<{type(self).__name__}>"

    def __format__(self, spec: str) -> str:
        return f"<{type(self).__name__}>"

    def __eq__(self, other: object) -> bool:
        """Whether two secrets of the same kind are equal, compared in constant time."""
        if type(other) is not type(self):
            return NotImplemented
        import hmac  # loads the system's OpenSSL; most commands compare no secrets

        return hmac.compare_digest(_bytes(self._value), _bytes(other._value))

    def __hash__(self) -> NoReturn:
        raise TypeError("a secret is not a key of a dictionary")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")


def _bytes(value: bytes | str) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


class Passphrase(Secret[str]):
    """What a person types to open the vault."""

    __slots__ = ()


class RecoveryCode(Secret[str]):
    """The printed code that opens the vault when the passphrase is lost."""

    __slots__ = ()


class WatchKey(Secret[bytes]):
    """The 32 bytes of a watch key file: opens the register, and no pair."""

    __slots__ = ()


class KeyringKey(Secret[bytes]):
    """The 32 bytes in the keyring of the system that open the vault."""

    __slots__ = ()


class Pin(Secret[str]):
    """What opens a PKCS#12. Valid Unicode without NUL, CR and LF: made by :func:`vault.model.pin.pin`."""

    __slots__ = ()


class RootKey(Secret[bytes]):
    """32 random bytes from which every other key is derived. Never stored in clear."""

    __slots__ = ()


class RegisterKey(Secret[bytes]):
    """The raw SQLCipher key: opens the register, and no pair."""

    __slots__ = ()


class PairsKey(Secret[bytes]):
    """Seals and opens pairs."""

    __slots__ = ()


class InboxKey(Secret[bytes]):
    """The X25519 private key that takes out of the inbox what anybody with its public half put in."""

    __slots__ = ()


class EventsKey(Secret[bytes]):
    """Authenticates the slot file, settings, and events written while the root key is there."""

    __slots__ = ()


class MailPassword(Secret[str]):
    """What a mail server takes for a log-in. Without NUL, CR and LF."""

    __slots__ = ()


class MailToken(Secret[str]):
    """What lets its bearer into a mailbox for a while (OAuth 2.0)."""

    __slots__ = ()


class StorePassword(Secret[str]):
    """What opens a certificate store of another program, such as the primary password of Firefox."""

    __slots__ = ()
