"""Access lists of Windows, got and set as text (SDDL). Written from Microsoft's documentation and not run.

Sources: GetNamedSecurityInfoW, SetNamedSecurityInfoW (aclapi.h), ConvertSecurityDescriptorToStringSecurityDescriptorW,
ConvertStringSecurityDescriptorToSecurityDescriptorW (sddl.h), GetSecurityDescriptorDacl.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from pathlib import Path

if sys.platform == "win32":
    _FILE, _REVISION = 1, 1
    """SE_FILE_OBJECT, SDDL_REVISION_1."""
    _OWNER, _LIST, _PROTECTED = 0x1, 0x4, 0x80000000
    """OWNER_, DACL_ and PROTECTED_DACL_SECURITY_INFORMATION."""

    _advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _pointer = ctypes.POINTER(ctypes.c_void_p)
    _kernel32.LocalFree.argtypes = [ctypes.c_void_p]
    _kernel32.LocalFree.restype = ctypes.c_void_p
    _get = _advapi32.GetNamedSecurityInfoW
    _get.argtypes = [wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD, _pointer, _pointer, _pointer, _pointer, _pointer]
    _get.restype = wintypes.DWORD
    _set = _advapi32.SetNamedSecurityInfoW
    _set.argtypes = [
        wintypes.LPCWSTR,
        ctypes.c_int,
        wintypes.DWORD,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    _set.restype = wintypes.DWORD
    _to_text = _advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW
    _to_text.argtypes = [ctypes.c_void_p, wintypes.DWORD, wintypes.DWORD, _pointer, ctypes.c_void_p]
    _to_text.restype = wintypes.BOOL
    _from_text = _advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW
    _from_text.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, _pointer, ctypes.c_void_p]
    _from_text.restype = wintypes.BOOL
    _list_of = _advapi32.GetSecurityDescriptorDacl
    _list_of.argtypes = [ctypes.c_void_p, ctypes.POINTER(wintypes.BOOL), _pointer, ctypes.POINTER(wintypes.BOOL)]
    _list_of.restype = wintypes.BOOL

    def security(path: Path) -> str:
        """Owner and access list of the file or folder at ``path``. Raises OSError."""
        descriptor, text = ctypes.c_void_p(), ctypes.c_void_p()
        failed = _get(str(path), _FILE, _OWNER | _LIST, None, None, None, None, ctypes.byref(descriptor))
        if failed:
            raise ctypes.WinError(failed)
        try:
            if not _to_text(descriptor, _REVISION, _OWNER | _LIST, ctypes.byref(text), None):
                raise ctypes.WinError(ctypes.get_last_error())
            return ctypes.wstring_at(text.value or 0)
        finally:
            _kernel32.LocalFree(text)
            _kernel32.LocalFree(descriptor)

    def protect(path: Path, sddl: str) -> None:
        """Give the file or folder at ``path`` the access list of ``sddl``, and none from above. Raises OSError."""
        descriptor, entries = ctypes.c_void_p(), ctypes.c_void_p()
        there, by_default = wintypes.BOOL(), wintypes.BOOL()
        if not _from_text(sddl, _REVISION, ctypes.byref(descriptor), None):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            if not _list_of(descriptor, ctypes.byref(there), ctypes.byref(entries), ctypes.byref(by_default)):
                raise ctypes.WinError(ctypes.get_last_error())
            failed = _set(str(path), _FILE, _LIST | _PROTECTED, None, None, entries, None)
            if failed:
                raise ctypes.WinError(failed)
        finally:
            _kernel32.LocalFree(descriptor)
