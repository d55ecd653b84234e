"""``python -m cli`` is ``certvault``."""

from cli.main import main

main()
