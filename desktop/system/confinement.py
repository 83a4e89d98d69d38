"""What a process may do that looks at a file from strangers: nothing but that, and not for long.

Each is done where the platform can; what cannot be had makes the look no worse than none.
"""

import ctypes
import os
import sys
import threading
from contextlib import suppress

SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE, SIGKILL = 1, 4, 9  # of prctl
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # of unshare
LARGEST_OUTPUT = 1 << 20  # bytes, of any file that it writes


def confine(memory: int) -> None:
    """Take from this process the network, core dumps, large files, and memory beyond so many bytes.

    To be called before there is a second thread. The process ends with its parent, which holds its standard input open.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if library.unshare(NEW_NETWORK):  # who is not root needs a user namespace of their own
            library.unshare(NEW_USER | NEW_NETWORK)
        library.prctl(SET_DUMPABLE, 0)
        library.prctl(SET_PARENT_DEATH_SIGNAL, SIGKILL)  # the namespace would have taken it back
    if sys.platform != "win32":
        import resource

        for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, LARGEST_OUTPUT), (resource.RLIMIT_AS, memory)):
            with suppress(ValueError, OSError):  # less is allowed already, or macOS, which has no limit of addresses
                resource.setrlimit(limit, (most, most))
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def limit_processor(seconds: int) -> None:
    """End this process, whatever it is in, once it computed so many seconds more, or up to one less: by SIGXCPU, where that is."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (seconds + int(used.ru_utime + used.ru_stime), most))


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)
