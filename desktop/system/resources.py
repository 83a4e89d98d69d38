"""The files that come with Rivulet: icons, style sheets and the like."""

from pathlib import Path

import desktop


def resource(relative: str) -> Path:
    """Return the path of a file or folder, named from `resources/`.

    A wheel carries them inside the package; a checkout, and so an editable install, has them beside it.
    """
    package = Path(desktop.__file__).parent
    packed = package / "_resources"
    return (packed if packed.is_dir() else package.parent / "resources") / relative
