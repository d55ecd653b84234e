"""The certificate store of the user on Windows, by its PowerShell.

``certutil -importpfx`` takes the password on its argument line alone, and ``Import-PfxCertificate`` wants a file on a
disk; so a script of .NET's own classes reads both from standard input. Its calls are those of Microsoft's
reference of X509Certificate2Collection and X509Store; nobody has run it yet.
"""

from __future__ import annotations

import base64
import sys

from vault.errors import N_, NotOffered
from vault.installing.programs import Call, Done, Run, refused, run
from vault.model.programs import POWERSHELL
from vault.secret import Pin

_BEGIN = """
$ErrorActionPreference = 'Stop'
$space = 'System.Security.Cryptography.X509Certificates'
function Hex([byte[]] $bytes) {
  $sha = [System.Security.Cryptography.SHA256]::Create()
  -join ($sha.ComputeHash($bytes) | ForEach-Object { $_.ToString('x2') })
}
"""
LISTING = (
    _BEGIN
    + """
$mine = New-Object "$space.X509Store" 'My', 'CurrentUser'
$mine.Open('ReadOnly')
foreach ($one in $mine.Certificates) { if ($one.HasPrivateKey) { Hex $one.RawData } }
$mine.Close()
"""
)
"""Prints the SHA-256 of each certificate of the user whose private key is there."""
IMPORTING = (
    _BEGIN
    + """
$pin = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine()))
$file = [Convert]::FromBase64String([Console]::In.ReadLine())
$all = New-Object "$space.X509Certificate2Collection"
$all.Import($file, $pin, 'UserKeySet, PersistKeySet')
$mine = New-Object "$space.X509Store" 'My', 'CurrentUser'
$between = New-Object "$space.X509Store" 'CA', 'CurrentUser'
$mine.Open('ReadWrite')
$between.Open('ReadWrite')
foreach ($one in $all) {
  if ($one.HasPrivateKey) { $mine.Add($one) } elseif ($one.Subject -ne $one.Issuer) { $between.Add($one) }
}
$mine.Close()
$between.Close()
"""
)
"""Reads two lines of base64, the PIN and the file, and puts the pair and its chain into the stores of the user. The
private key cannot be exported from there. A root is left out: Windows would ask whether to trust it."""


class WindowsStore:
    """An ``Installer`` for the certificates of the user who runs the program."""

    def __init__(self, *, run: Run = run, platform: str = sys.platform) -> None:
        self._run = run
        self._platform = platform

    @property
    def place(self) -> str:
        r"""``CurrentUser\My``, as PowerShell calls it."""
        return r"Cert:\CurrentUser\My"

    def check(self) -> None:
        """Raise NotOffered elsewhere than on Windows."""
        if self._platform != "win32":
            raise NotOffered(
                what=N_("The certificate store of Windows is on a PC with Windows, and this is none."),
                hint=N_("Run certvault there, or hand the file over: certvault export"),
            )

    def holds(self, fingerprint: str) -> bool:
        """Whether the certificate with this SHA-256 fingerprint is there with its private key. Raises NotInstalled."""
        done = self._script(LISTING)
        if done.code:
            raise refused("PowerShell", done)
        return fingerprint in done.out.decode("ascii", "replace").split()

    def put(self, pkcs12: bytes, pin: Pin, fingerprint: str) -> None:
        """Put the pair in. Raises NotInstalled unless it is there then."""
        lines = (pin.reveal().encode(), pkcs12)
        done = self._script(IMPORTING, b"".join(base64.b64encode(line) + b"\r\n" for line in lines))
        if done.code or not self.holds(fingerprint):
            raise refused("PowerShell", done)

    def _script(self, script: str, stdin: bytes = b"") -> Done:
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        return self._run(Call((POWERSHELL, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded), stdin))
