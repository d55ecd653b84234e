"""The entry point."""


def main() -> None:
    """Run the program."""
