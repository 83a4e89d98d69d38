"""What the person chose and the devices there are decide where a model lies."""

from pathlib import Path

import pytest

from desktop.chat.context_choice import ContextChoice, LoadSettings
from desktop.chat.model_fit import ModelFit
from desktop.inference.errors import ContextCreationError
from desktop.inference.placement import ANYWHERE, PROCESSOR_ONLY, Placement
from desktop.models.fit import FitWord
from desktop.models.gguf import read_model_file
from desktop.models.header import ModelHeader, ModelShape
from desktop.system.cache_type import CacheType
from desktop.system.compute_device import AUTOMATIC, PROCESSOR, ComputeDevice, DeviceKind
from desktop.system.flash_attention import FlashAttention
from tests.chat.bench import Bench, run
from tests.models.made_header import header_of

GB = 1_000_000_000
SHAPE = ModelShape(10, 2048, 32, (8,) * 10, 64, 64, 8192, 100_000, layer_bytes=(400_000_000,) * 10, output_bytes=400_000_000)
HEADER: ModelHeader = header_of(SHAPE, context_tokens=32_768)
SIZE = 4_400_000_000
CPU = ComputeDevice("CPU", "A processor", DeviceKind.PROCESSOR, 32 * GB, 32 * GB)
LARGE = ComputeDevice("CUDA0", "A card", DeviceKind.GPU, 24 * GB, 24 * GB)
SMALL = ComputeDevice("CUDA1", "Another card", DeviceKind.GPU, 3 * GB, 4 * GB)
SHARED = ComputeDevice("Vulkan0", "A part of the processor", DeviceKind.SHARED_GPU, 8 * GB, 16 * GB)


def fits_with(*devices: ComputeDevice, device: str = AUTOMATIC, flash: FlashAttention = FlashAttention.AUTOMATIC) -> ModelFit:
    fits = ModelFit(lambda: LoadSettings(device, flash), {}, lambda: 32 * GB)
    fits.note_devices([*devices, CPU])
    return fits


@pytest.mark.parametrize(
    ("devices", "chosen", "names", "room"),
    [
        ([LARGE, SMALL, SHARED], AUTOMATIC, ("CUDA0", "CUDA1"), 27 * GB),
        ([SHARED], AUTOMATIC, ("Vulkan0",), 8 * GB),
        ([LARGE, SMALL], "CUDA1", ("CUDA1",), 3 * GB),
        ([LARGE, SHARED], "Vulkan0", ("Vulkan0",), 8 * GB),
        ([LARGE], "CUDA7", ("CUDA0",), 24 * GB),  # which is gone
    ],
)
def test_the_cards_that_are_used(devices: list[ComputeDevice], chosen: str, names: tuple[str, ...], room: int) -> None:
    fits = fits_with(*devices, device=chosen)
    found = fits.of(HEADER, SIZE)
    assert found is not None
    assert (found.room.gpu, found.room.is_gpu_shared) == (room, names == ("Vulkan0",))
    placement = fits.placement(found, ContextChoice())
    assert placement.gpus == names
    assert placement.gpu_layers == (None if found.gpu_layers == found.layers else found.gpu_layers)
    assert (placement.gpu_layers is None) is (room > 5 * GB)


def test_the_processor_alone_is_used_where_there_is_nothing_else_or_the_person_says_so() -> None:
    for fits, expected in ((fits_with(), ANYWHERE), (fits_with(LARGE, device=PROCESSOR), PROCESSOR_ONLY)):
        found = fits.of(HEADER, SIZE)
        assert found is not None
        assert (found.gpu_layers, found.room.gpu) == (0, 0)
        assert fits.placement(found, ContextChoice()) == expected


def test_what_was_chosen_for_a_model_counts() -> None:
    path = Path("/a.gguf")
    chosen = {path: ContextChoice(CacheType.Q8_0, 32_768, 3)}
    fits = ModelFit(LoadSettings, chosen, lambda: 32 * GB)
    fits.note_devices([LARGE, CPU])
    usual, found = fits.of(HEADER, SIZE), fits.of(HEADER, SIZE, path)
    assert usual is not None
    assert found is not None
    assert found.need.cache == usual.need.cache * 4 * 17 // 32
    assert (usual.gpu_layers, found.gpu_layers) == (10, 3)
    assert fits.placement(found, chosen[path]).gpu_layers == 3
    assert fits.longest_context(HEADER, SIZE, path) == 32_768
    without_flash = fits_with(flash=FlashAttention.OFF).of(HEADER, SIZE)
    assert without_flash is not None
    assert without_flash.need.buffers > usual.need.buffers


def test_a_header_that_says_nothing_is_not_judged() -> None:
    nothing = header_of(ModelShape(0, 0, 0, (), 0, 0, 0, 0))
    fits = fits_with(LARGE)
    assert fits.of(nothing, SIZE) is None
    assert fits.longest_context(nothing, SIZE) is None
    assert fits.placement(None, ContextChoice(gpu_layers=5)) == Placement(("CUDA0",), 5)
    assert fits.placement(None, ContextChoice()) == Placement(("CUDA0",), None)


def test_what_the_loaded_model_holds_would_be_free() -> None:
    fits = fits_with(LARGE)
    fits.held = fits.of(HEADER, SIZE)
    assert fits.held is not None
    fits.note_devices([ComputeDevice("CUDA0", "A card", DeviceKind.GPU, LARGE.free - fits.held.on_gpu, LARGE.total), CPU])
    found = fits.of(HEADER, SIZE)
    assert found is not None
    assert (found.room.gpu, found.word) == (LARGE.free, FitWord.FITS)


def test_weights_that_were_copied_would_be_free_too() -> None:
    fits = fits_with()
    fits.held = fits.of(HEADER, SIZE)
    assert fits.held is not None
    mapped = fits.of(HEADER, SIZE)
    assert mapped is not None
    assert mapped.room.system == 32 * GB + fits.held.need.cache + fits.held.need.buffers
    fits.held_weights = 3 * GB
    copied = fits.of(HEADER, SIZE)
    assert copied is not None
    assert copied.room.system == mapped.room.system + 3 * GB


def test_a_card_without_room_after_all_leaves_the_processor(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        load, asked = bench.engine.load, []

        async def devices() -> list[ComputeDevice]:
            return [LARGE, CPU]

        async def refuse(source, on_progress, options, *others):
            asked.append(options.placement)
            if options.placement.gpus:
                raise ContextCreationError(8192)
            return await load(source, on_progress, options, *others)

        monkeypatch.setattr(bench.engine, "devices", devices)
        monkeypatch.setattr(bench.engine, "load", refuse)
        await bench.load(brief)
        assert asked == [Placement(("CUDA0",), None), PROCESSOR_ONLY]
        assert bench.notices() == ["The graphics card has no room for brief, so the processor runs it, more slowly."]
        assert (bench.chats.model.gpu_layers, bench.chats.model.layers) == (0, 4)
        assert bench.chats.fits.held is not None
        assert bench.chats.fits.held.on_gpu == 0
        file = read_model_file(brief)
        found = bench.chats.fits.of(file.header, file.size)
        assert found is not None
        assert found.gpu_layers == 4, "another time it may"

    run(tmp_path, None, test)
