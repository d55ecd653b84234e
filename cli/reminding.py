"""``remind`` where there may be something to do: the channels of the configuration, and the texts that they send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cli import configuration
from cli.channels import configured
from cli.render import reminded as render
from cli.render.digest import composer
from cli.render.errors import warn
from cli.session import Session
from vault.custody import Watch
from vault.errors import N_, NoChannel, Phrase
from vault.model.reminder import MAIL
from vault.operations import remind
from vault.operations.planning import planned
from vault.operations.remind import Compose
from vault.operations.settings import LANGUAGE, standing, zone
from vault.ports.channel import Channel


def send(session: Session, watch: Watch, at: datetime) -> None:
    """Send what is to be told."""
    done = remind.remind(watch, _channels(session), _compose(session, watch), windows=session.windows(), at=at)
    render.answer(session, done, at)


def test(session: Session, watch: Watch, at: datetime) -> None:
    """Send a message by every channel, which says that it works."""
    render.answer(session, remind.test(watch, _channels(session), _compose(session, watch), at=at), at)


def show(session: Session, watch: Watch, at: datetime) -> None:
    """Show what would be sent, and warn where there is no way to send it."""
    names = [channel.name for channel in configured(session)]
    plan = planned(watch, names or [MAIL], windows=session.windows(), at=at)
    render.planned(session, plan, session.zone(watch), at)
    if not names:
        warn(_no_channel(), json=session.json)


def _channels(session: Session) -> Sequence[Channel]:
    """The ways of the configuration. Raises NoChannel, ConfigurationUnusable."""
    channels = configured(session)
    if not channels:
        raise _no_channel()
    return channels


def _no_channel() -> NoChannel:
    """The error with the path of the file that is to say it."""
    hint = N_("Say in {path} how people are told, in [mail], [webhook.NAME] or [note]: certvault help reminders")
    return NoChannel(hint=Phrase(hint, path=configuration.path()))


def _compose(session: Session, watch: Watch) -> Compose:
    with watch.reading() as reader:
        language = standing(watch, reader, LANGUAGE).value
        there = zone(watch, reader)
    return composer(session.titles(), there, language)
