"""How sizes and times are told on the command line."""


def size(count: int) -> str:
    """Return bytes as people read them."""
    if count < 1_000_000:
        return f"{-(-count // 1000)} kB"
    if count < 1_000_000_000:
        return f"{count / 1e6:.0f} MB"
    return f"{count / 1e9:.1f} GB"


def duration(seconds: float) -> str:
    """Return a time as people read it."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def parameters(count: int) -> str:
    """Return how many parameters a model has."""
    return f"{count / 1e9:.1f}B" if count >= 1e9 else f"{count / 1e6:.0f}M"
