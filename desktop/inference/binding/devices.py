"""ggml's list of devices, by the library that comes with llama.cpp."""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from desktop.system.compute_device import ComputeDevice, DeviceKind

KINDS = {0: DeviceKind.PROCESSOR, 1: DeviceKind.GPU, 2: DeviceKind.SHARED_GPU}  # enum ggml_backend_dev_type


class Devices:
    """What this build of llama.cpp can compute on. For any thread."""

    def __init__(self, ggml: ctypes.CDLL) -> None:
        self._ggml = ggml

    def all(self) -> list[ComputeDevice]:
        """Return all devices, graphics cards first, with their free memory now."""
        found = []
        for handle in self._handles():
            kind = KINDS.get(self._call("type", ctypes.c_int, ctypes.c_void_p)(handle))
            if kind is not None:
                free, total = ctypes.c_size_t(0), ctypes.c_size_t(0)
                memory = self._call("memory", None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
                memory(handle, ctypes.byref(free), ctypes.byref(total))
                found.append(ComputeDevice(self._text("name", handle), self._text("description", handle), kind, free.value, total.value))
        return sorted(found, key=lambda device: device.kind is DeviceKind.PROCESSOR)

    def chosen(self, names: Sequence[str]) -> Any:
        """Return the devices with these names as llama.cpp wants a list of them: with a NULL at its end."""
        chosen = [handle for handle in self._handles() if self._text("name", handle) in names]
        return (ctypes.c_void_p * (len(chosen) + 1))(*chosen, None)

    def _handles(self) -> Iterator[Any]:
        get = self._call("get", ctypes.c_void_p, ctypes.c_size_t)
        return (get(index) for index in range(self._call("count", ctypes.c_size_t)()))

    def _text(self, what: str, handle: Any) -> str:
        return (self._call(what, ctypes.c_char_p, ctypes.c_void_p)(handle) or b"").decode("utf-8", "replace")

    def _call(self, what: str, result: Any, *arguments: Any) -> Any:
        return ctypes.CFUNCTYPE(result, *arguments)((f"ggml_backend_dev_{what}", self._ggml))
