"""Programs that come with Windows and macOS, by their whole paths.

By its name alone Windows would start a program of the folder that one happens to be in.
"""

_SYSTEM = "C:\\Windows\\System32\\"
POWERSHELL = _SYSTEM + "WindowsPowerShell\\v1.0\\powershell.exe"
SCHTASKS = _SYSTEM + "schtasks.exe"
WHOAMI = _SYSTEM + "whoami.exe"
OSASCRIPT = "/usr/bin/osascript"
