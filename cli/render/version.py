"""The version of the program."""

from cli.render.paper import Paper


def version() -> None:
    """Say which certvault this is."""
    from importlib.metadata import version as installed

    Paper().write(f"certvault {installed('certvault')}")
