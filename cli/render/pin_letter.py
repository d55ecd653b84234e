"""The letter with a PIN: large, character by character, and never the same way as the file that it opens."""

from __future__ import annotations

from cli.render.letterhead import Frame, Handed, document, questions, whose
from cli.render.months import written_out
from cli.render.spelling import spelled
from cli.texts import _
from vault.documents.blocks import Code, Document, Facts, Heading, Paragraph, Spelling
from vault.errors import NotPrintable
from vault.secret import Pin

BLANK = "\N{OPEN BOX}"
"""What stands for a blank, which nobody sees."""


def letter(handed: Handed, pin: Pin, frame: Frame) -> Document:
    """The letter, in the language that is spoken. Raises NotPrintable."""
    text = pin.reveal()
    if not text.isprintable() or BLANK in text:
        raise NotPrintable
    facts = [
        *whose(handed),
        (_("Valid until"), written_out(handed.pair.not_after, frame.zone)),
        (_("Number"), handed.number),
    ]
    seen = [(char.replace(" ", BLANK), words) for char, words in spelled(text)]
    blank = [Paragraph(_("{sign} stands for a blank.").format(sign=BLANK))] if " " in text else []
    blocks = [
        Paragraph(_("This PIN opens the certificate file that you get, or got, from us in another way.")),
        Facts(facts),
        Code(text.replace(" ", BLANK)),
        Paragraph(_("Capital and small letters matter. To make sure, character by character:")),
        Spelling(seen),
        *blank,
        Heading(_("Keep apart")),
        Paragraph(
            _(
                "Do not keep this letter with the certificate file, and do not send it the same way: not in one "
                "envelope, not in one mail, not on one USB stick. Whoever has both can log in as you. When the "
                "certificate is installed, lock this letter away or destroy it."
            )
        ),
        *questions(handed.holder, frame),
    ]
    return document(_("PIN for your certificate"), _("Certificate {id}").format(id=handed.number), blocks, frame)
