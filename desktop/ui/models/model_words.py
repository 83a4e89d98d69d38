"""What the window says of model files: what they are, whether they fit, how far they have come."""

from desktop.models.download import Download, DownloadPhase
from desktop.models.entry import ModelEntry
from desktop.models.fit import Fit, FitWord
from desktop.models.header import MemoryKind
from desktop.models.offer import CatalogueModel
from desktop.system.words import Words, say, sentences
from desktop.ui.amounts import in_bytes, in_seconds
from desktop.ui.translation import tr

FIT_WORDS = {FitWord.FITS: say("Fits"), FitWord.SLOW: say("May be slow"), FitWord.TOO_LARGE: say("Won’t fit")}

MEMORY_WORDS = {
    MemoryKind.DENSE: say("Of all it has read"),
    MemoryKind.WINDOW: say("Of all it has read, some of it of the last part only"),
    MemoryKind.RECURRENT: say("A summary of what it has read"),
    MemoryKind.HYBRID: say("A summary of what it has read, and some of it word by word"),
}

_MILLION, _BILLION = 1_000_000, 1_000_000_000
_COMMON_SPEED = 50  # megabits per second


def parameters_words(parameters: int) -> str:
    """Return how many parameters a model has: "4B", "0.6B", "135M"; empty where that is not known."""
    if parameters >= _BILLION // 2:
        amount = round(parameters / _BILLION, 1)
        return tr("{amount}B", amount=round(amount) if amount.is_integer() or amount >= 10 else amount)
    return tr("{amount}M", amount=max(1, round(parameters / _MILLION))) if parameters else ""


def entry_caption(entry: ModelEntry) -> str:
    """Return what stands below a model's name."""
    header = entry.header
    if header is None:
        return ""
    return " · ".join(part for part in (parameters_words(header.parameters), header.quantisation, header.licence) if part)


def offer_caption(model: CatalogueModel) -> str:
    """Return what a model of the catalogue is, besides its name and what it is good at."""
    return " · ".join(part for part in (parameters_words(model.parameters), model.maker, model.licence) if part)


def fit_sentence(fit: Fit) -> Words:
    """Return what a model needs and what there is."""
    need = in_bytes(fit.need.total)
    if fit.room.gpu:
        gpu, size = in_bytes(fit.room.gpu), in_bytes(fit.room.system or 0)
        free = say("{gpu} of the graphics card and {size} of memory are free.", gpu=gpu, size=size)
    elif fit.room.system is not None:
        free = say("{size} are free.", size=in_bytes(fit.room.system))
    else:
        free = None
    share = round(100 * fit.gpu_layers / fit.layers) if fit.room.gpu and fit.layers else 0
    placed = say("About {percent} % of it would lie on the graphics card.", percent=share) if share else None
    return sentences(say("Needs about {size}.", size=need), *(part for part in (free, placed) if part is not None))


def fetching_words(size: int) -> str:
    """Return how long it takes to fetch so many bytes. Nothing is asked of a network for it."""
    return tr("{time} at {speed} Mbit/s", time=in_seconds(size * 8 / (_COMMON_SPEED * _MILLION)), speed=_COMMON_SPEED)


def done_words(download: Download) -> str:
    """Return how much of a download is there."""
    return tr("{done} of {size}", done=in_bytes(download.done), size=in_bytes(download.file.size))


def download_words(download: Download) -> str:
    """Return how far a download is, and what holds it up."""
    match download.phase:
        case DownloadPhase.QUEUED:
            return tr("Waits until another one is here · {size}", size=in_bytes(download.file.size))
        case DownloadPhase.RUNNING:
            left = download.seconds_left
            parts = [done_words(download)]
            if download.speed:
                parts.append(tr("{size}/s", "speed", size=in_bytes(round(download.speed))))
            if left is not None:
                parts.append(tr("{time} left", time=in_seconds(left)))
            return " · ".join(parts)
        case DownloadPhase.PAUSED:
            return tr("Paused at {done}", done=done_words(download))
        case DownloadPhase.WAITING:
            return tr("Waits for the network, and goes on by itself · {done}", done=done_words(download))
        case DownloadPhase.CHECKING:
            return tr("Checking what has arrived")
        case DownloadPhase.DONE:
            return tr("It is here")
        case DownloadPhase.FAILED:
            return tr("Stopped at {done}", done=done_words(download))
