"""python -m tests.pictures DIR: write the README's pictures, of the window with made-up chats, into a directory (docs)."""

import argparse
import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = "2"


def main() -> int:
    """Write them."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR")
    arguments = parser.parse_args()

    from PySide6.QtWidgets import QApplication  # reads the variables above

    application = QApplication([])
    application.setCursorFlashTime(0)
    from tests.pictures.scenes import write_pictures

    for path in write_pictures(arguments.directory):
        sys.stdout.write(f"{path} {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
