"""The command `commentbox`, also `python -m commentbox`."""

from commentbox.cli.main import commands


def main() -> None:
    """Run the command line."""
    commands(prog_name="commentbox")


if __name__ == "__main__":
    main()
