"""Write the golden states anew: after KV_EPOCH was raised, or a tiny model changed.

python -m tests.inference.golden.write
"""

import tempfile
from pathlib import Path

from desktop.inference.binding import Library
from desktop.sessions.keys import KV_EPOCH
from tests.inference.golden.states import SETUPS, Golden, bench_of, weights_hash


def main() -> None:
    library = Library()
    with tempfile.TemporaryDirectory() as folder:
        for setup in SETUPS:
            path = setup.model.write(Path(folder, "model.gguf"))
            with bench_of(setup, library, path) as bench:
                bases, states = bench.save()
                Golden(KV_EPOCH, weights_hash(path), bases, states, bench.logits()).write(setup)
    library.close()


if __name__ == "__main__":
    main()
