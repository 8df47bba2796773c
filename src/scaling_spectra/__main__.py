"""The command ``scaling-spectra``: one that is stopped while it loads, or later, says so in a line."""

import sys

# as a shell does for a command that Ctrl-C has ended
STOPPED = 130


def main() -> int:
    """Entry point; returns the exit status."""
    try:
        from scaling_spectra import cli

        return cli.main()
    except KeyboardInterrupt:
        print("scaling-spectra: stopped", file=sys.stderr)
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
