"""A look at the graphics cards, by which models are judged before one was ever loaded."""

import logging
from collections.abc import Callable, Sequence

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import LibraryChanged
from desktop.chat.model_fit import ModelFit
from desktop.inference.device_probe import TIMEOUT_SECONDS, NoLlamaError, build_told, probe
from desktop.system.compute_device import ComputeDevice
from desktop.system.gpus import Gpu, find_gpus
from desktop.system.threads import in_thread
from desktop.system.throwaway import Throwaway

log = logging.getLogger(__name__)


async def look_at_cards(
    fits: ModelFit,
    events: EventBuffer,
    process: Callable[[], Throwaway] = probe,
    gpus: Callable[[], Sequence[Gpu]] = find_gpus,
) -> None:
    """Have models judged by the memory of the cards there are, if that is not known. Cancelled, it ends at once."""
    if fits.knows_devices or not await in_thread("cards", gpus):
        return
    devices = await ask_devices(process)
    if devices and not fits.knows_devices:  # loading a model looks, too
        fits.note_devices(devices)
        events.put(LibraryChanged())


async def ask_devices(process: Callable[[], Throwaway] = probe) -> Sequence[ComputeDevice]:
    """Return what can compute, with the free memory of now; nothing where llama.cpp does not tell. Cancelled, it ends at once.

    llama.cpp is asked in a process of its own: a driver that ends processes would else end every start, and whoever opens the settings.
    """
    try:
        return build_told(await process().ended("cards", TIMEOUT_SECONDS)).devices
    except (NoLlamaError, OSError) as error:
        log.warning("no look at the graphics cards: %s", error)
        return ()
