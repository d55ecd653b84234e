"""Whom this machine trusts on the network: one context for every connection that certvault makes."""

from __future__ import annotations

import ssl
from pathlib import Path

import truststore

from vault.errors import N_, Phrase, Usage


def context(ca_file: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or later, with the host's certificate and name verified.

    ``ca_file`` is trusted alone, on every platform; without it the system's trust store decides, or what
    ``SSL_CERT_FILE`` names. Raises Usage where ``ca_file`` cannot be used.
    """
    made: ssl.SSLContext
    if ca_file is None:
        made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            made.load_verify_locations(cafile=ca_file)
        except OSError:  # ssl.SSLError is one
            what = Phrase(N_("SSL_CERT_FILE: {path} holds no certificate authorities that can be read."), path=ca_file)
            raise Usage(what=what) from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
