"""Errors, with the words of the command line: what was wrong, where, and what would be accepted."""


class Error(Exception):
    """Anything that replicon refuses or cannot do."""


class BadInput(Error, ValueError):
    """What was asked for is not valid."""


class NoSolution(Error):
    """The theory has no such solution."""


class Failed(Error, RuntimeError):
    """The work itself failed: a full disk, an unreadable store."""


class Interrupted(Error):
    """Stopped from outside with everything finished kept."""
