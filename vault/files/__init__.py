"""Files on the disk: written whole or not at all, read within bounds, private ones kept private; and locks.

On POSIX a private file has mode 0600 and a private folder 0700; a vault's own files are as open as its folder
(:mod:`vault.rights`). On Windows both inherit the rights of the folder that they are in: a vault's has its
own.
"""
