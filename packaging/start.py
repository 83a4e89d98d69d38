"""Where the packaged Rivulet begins: as the application, or as one of its modules, the way Python begins one with -m."""

import os
import runpy
import sys


def start() -> None:
    """Run what the arguments ask for."""
    _restore_environment()
    if len(sys.argv) > 2 and sys.argv[1] == "-m" and sys.argv[2].startswith("desktop."):
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        from desktop.app.main import main

        main()


def _restore_environment() -> None:
    """Take back what PyInstaller says of the bundle, which this process has read: other programs, such as a browser, have their own."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    for name in ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):  # PySide6 knows them without
        os.environ.pop(name, None)
    # A Rivulet that this one starts is told anew; else PyInstaller takes it for a part of this process, which has its libraries already.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


if __name__ == "__main__":
    start()
