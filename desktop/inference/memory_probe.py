"""How a model's KV memory can be cut, found by looking at the state of a few decoded tokens."""

from desktop.inference.binding import PARTIAL_ONLY, STATE_HEADER, Abort, Batch, Context, Model
from desktop.inference.context_options import ContextOptions, DecodeCounters
from desktop.inference.errors import UnsupportedModelError
from desktop.inference.memory_plan import Memory, MemoryPlan

PROBED_TOKENS = 8
CELL_BYTES = 12  # of a state: what it says of each token besides K and V


def find_memory(model: Model, threads: int, *, shares_ranges: bool) -> Memory:
    """Return a model's kind of memory, by a small context of its own.

    shares_ranges: whether a range of a sequence can be shared, which ends the process where it cannot: see examination.
    n_swa and is_hybrid mislead: some architectures set a window that their memory does not keep. Let W be the state of a
    sequence, P what PARTIAL_ONLY gives of it, both without header. Where W is P there is either nothing but a recurrent
    state or no such part (dense); where W ends with P the two can be stored apart. Raises UnsupportedModelError where the
    model keeps no state: it makes embeddings, and would write nothing.
    """
    context = Context(model, ContextOptions(256, 2, 32, threads), DecodeCounters(), Abort())
    batch = Batch(PROBED_TOKENS)
    try:
        if not context.has_memory:
            raise UnsupportedModelError(model.path.name)
        base_bytes = []
        for position in range(PROBED_TOKENS):
            batch.clear()
            batch.add(position, position, 0, wants_logits=True)
            context.decode(batch)
            whole, partial = context.state(0)[STATE_HEADER:], context.state(0, PARTIAL_ONLY)[STATE_HEADER:]
            base_bytes.append(len(whole) - (len(partial) if whole != partial and whole.endswith(partial) else 0))
        is_recurrent = not context.remove(0, PROBED_TOKENS - 1)
    finally:
        batch.close()
        context.close()
    plan = _plan(whole, partial, is_recurrent=is_recurrent, shares_ranges=shares_ranges)
    per_token = (base_bytes[-1] - base_bytes[0]) / (PROBED_TOKENS - 1)
    window = model.window if plan in (MemoryPlan.SPLIT, MemoryPlan.APART) else 0
    return Memory(plan, window, is_recurrent, max(0.0, per_token - CELL_BYTES))


def _plan(whole: bytearray, partial: bytearray, *, is_recurrent: bool, shares_ranges: bool) -> MemoryPlan:
    if not shares_ranges:
        return MemoryPlan.SEQUENCES
    if whole == partial:
        return MemoryPlan.SNAPSHOT if is_recurrent else MemoryPlan.DENSE
    if whole.endswith(partial):
        return MemoryPlan.SPLIT
    return MemoryPlan.APART if partial in whole else MemoryPlan.SEQUENCES
