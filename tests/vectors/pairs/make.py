"""Makes the pairs of this folder anew: ``python -m tests.vectors.pairs.make``, with openssl 3.

Each ``.pem`` has a private key of one kind, the certificate of a client, the authority that issued it, and the root
above. They are for tests alone: everybody has these keys.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DAYS = "8400"  # until 2049
KINDS = {
    "rsa-2048": ("RSA", "rsa_keygen_bits:2048"),
    "rsa-3072": ("RSA", "rsa_keygen_bits:3072"),
    "rsa-4096": ("RSA", "rsa_keygen_bits:4096"),
    "rsa-pss": ("RSA-PSS", "rsa_keygen_bits:2048"),
    "p-256": ("EC", "ec_paramgen_curve:P-256"),
    "p-384": ("EC", "ec_paramgen_curve:P-384"),
    "p-521": ("EC", "ec_paramgen_curve:P-521"),
    "ed25519": ("ED25519",),
}
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
CLIENT = (
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
    "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
)


def main() -> None:
    """Write every file of the folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _key(place / "root.key", "EC", "ec_paramgen_curve:P-256")
        _key(place / "middle.key", "EC", "ec_paramgen_curve:P-256")
        _certificate(place, "root", "/O=Stand-in/CN=Stand-in Root", AUTHORITY, by="root")
        _certificate(place, "middle", "/O=Stand-in/CN=Stand-in CA", AUTHORITY, by="root")
        chain = (place / "middle.pem").read_text() + (place / "root.pem").read_text()
        for kind, options in KINDS.items():
            _key(place / "leaf.key", *options)
            _certificate(place, "leaf", f"/C=DE/O=Stand-in Makler/CN=Müller {kind}", CLIENT, by="middle")
            (HERE / f"{kind}.pem").write_text(
                (place / "leaf.key").read_text() + (place / "leaf.pem").read_text() + chain, encoding="ascii"
            )


def _key(path: Path, algorithm: str, *options: str) -> None:
    chosen = [part for option in options for part in ("-pkeyopt", option)]
    _openssl("genpkey", "-algorithm", algorithm, *chosen, "-out", path)


def _certificate(place: Path, name: str, subject: str, extensions: str, *, by: str) -> None:
    (place / "extensions").write_text(extensions)
    request = place / "request.pem"
    _openssl("req", "-new", "-utf8", "-key", place / f"{name}.key", "-subj", subject, "-out", request)
    issuer = ("-key",) if name == by else ("-CA", place / f"{by}.pem", "-CAkey")
    what = ("-in", request, *issuer, place / f"{by}.key", "-extfile", place / "extensions", "-days", DAYS)
    _openssl("x509", "-req", *what, "-out", place / f"{name}.pem")


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


if __name__ == "__main__":
    main()
