"""What operations ask of the register: what was asked of providers, what must be activated, and what was noted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vault.model.ack import Ack
    from vault.model.request import Activation, Request


class DutiesReader(Protocol):
    """Reading them."""

    def requests(self) -> list[Request]:
        """What was asked for current pairs, and for links that are open or gone; the oldest first."""
        ...

    def activations(self) -> list[Activation]:
        """The current pairs that must be activated before they work, the oldest first."""
        ...

    def acks(self, at: datetime) -> dict[tuple[str, str], Ack]:
        """What was noted and is to be quiet until after this moment, by kind and id."""
        ...


class DutiesWriter(DutiesReader, Protocol):
    """Writing them too."""

    def put_request(self, request: Request) -> None:
        """Note what was asked, in place of when the same was asked before."""
        ...

    def end_request(self, about: str) -> bool:
        """Forget that something was asked for in place of this pair or link; gives whether it was."""
        ...

    def put_activation(self, pair: str, since: datetime) -> None:
        """Note that a pair must be activated. Nothing happens where that is noted already."""
        ...

    def end_activation(self, pair: str) -> bool:
        """Note that a pair needs no activation any more; gives whether it did until now."""
        ...

    def put_ack(self, ack: Ack) -> None:
        """Note it in place of what was noted of the same kind and id."""
        ...

    def end_ack(self, kind: str, id_: str) -> bool:
        """Forget what was noted of this kind and id; gives whether there was something."""
        ...
