"""Errors of users."""


class ConfigError(ValueError):
    """A configuration that cannot be run; the message is one line per mistake."""
