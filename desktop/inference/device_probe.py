"""What llama.cpp can compute on: asked in a throwaway process, because a driver may end it or hang.

python -m desktop.inference.device_probe
"""

import json
import sys
from dataclasses import asdict, dataclass

from desktop.system.compute_device import ComputeDevice, DeviceKind
from desktop.system.fields import Fields
from desktop.system.throwaway import Ended, Throwaway

TIMEOUT_SECONDS = 60.0  # a driver that starts compiles its programs first
MODULE = "desktop.inference.device_probe"
MOST_DEVICES = 64
NO_CARDS = frozenset({"CPU", "BLAS", "RPC"})  # backends that compute elsewhere


@dataclass(frozen=True, slots=True)
class LlamaBuild:
    """The llama.cpp that is installed."""

    version: str  # of llama-cpp-python
    backends: tuple[str, ...]  # that were built in: "CPU", "CUDA" ...
    system: str  # what it tells of itself: the processor's instructions that it uses
    devices: tuple[ComputeDevice, ...]

    @property
    def offloads(self) -> bool:
        """Tell whether it was built for graphics cards of some kind."""
        return not NO_CARDS.issuperset(self.backends)


class NoLlamaError(Exception):
    """llama.cpp cannot be loaded; the text says why in a few words."""


def probe() -> Throwaway:
    """Return the process that is to be asked."""
    return Throwaway(MODULE, sees_cards=True)


def ask_llama(process: Throwaway | None = None, seconds: float = TIMEOUT_SECONDS) -> LlamaBuild:
    """Return what the installed llama.cpp says of itself. Raises NoLlamaError."""
    try:
        return build_told((process or probe()).run(seconds))
    except OSError as error:
        raise NoLlamaError(error.strerror or str(error)) from error


def build_told(ended: Ended) -> LlamaBuild:
    """Return what such a process told. Raises NoLlamaError."""
    if ended.code is None:
        raise NoLlamaError("it did not answer in time")
    if ended.code:
        lines = ended.errors.strip().splitlines()
        why = lines[-1] if ended.code > 0 and lines else f"it ended its process with code {ended.code}"
        raise NoLlamaError(" ".join(why.split())[:500])
    try:
        return _decoded(ended.output.strip().rpartition("\n")[2].encode())
    except ValueError as error:
        raise NoLlamaError("its answer was not understood") from error


def _decoded(line: bytes) -> LlamaBuild:
    fields = Fields.parse(line, "the answer")
    devices = [Fields(item, "a device") for item in fields.items("devices", MOST_DEVICES)]
    backends = tuple(str(name) for name in fields.items("backends", MOST_DEVICES))
    return LlamaBuild(fields.text("version"), backends, fields.text("system"), tuple(map(_device, devices)))


def _device(fields: Fields) -> ComputeDevice:
    kinds = {kind.name: kind for kind in DeviceKind}
    kind = kinds.get(fields.text("kind"))
    if kind is None:
        raise ValueError("a device is of another kind")
    return ComputeDevice(fields.text("name"), fields.text("description"), kind, fields.integer("free"), fields.integer("total"))


def _main() -> int:
    from desktop.inference.binding import Library

    library = Library()
    library.begin_cards()
    devices = [asdict(device) | {"kind": device.kind.name} for device in library.devices.all()]
    told = {"version": library.version(), "backends": library.backends(), "system": library.system(), "devices": devices}
    library.close()
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(_main())
