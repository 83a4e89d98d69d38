"""What can go wrong while packages are made."""


class BuildError(Exception):
    """A package could not be made; the sentence says why, and what to do."""
