"""A tiny model as data, and its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np

from tests.tiny_models.architectures import ARCHITECTURES, Family, Shape
from tests.tiny_models.weights import Weights

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL_TOKENS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
END_OF_TURN = 257
BEGIN_OF_TEXT = 258


@dataclass(frozen=True, slots=True)
class TinyModel:
    """A model as data, dense unless said otherwise; equal values write equal bytes.

    Replies: at temperature 0.8 and with no other filter, a token ends the reply with a chance of 4 in 1,000; half of the
    replies are shorter than 180 tokens, one in 30 shorter than 10. A test that needs a long reply sets `ends` to 0.0, which
    makes that 4 in 100,000: the end tokens' logits are then 0 where others reach 8.
    """

    name: str = "tiny llama"
    seed: int = 0
    template: str | None = CHATML  # None: the file has none
    context_length: int = 8192  # tokens
    control_tokens: Sequence[str] = ()  # added to the vocabulary after SPECIAL_TOKENS
    user_defined_tokens: Sequence[str] = ()  # added after those
    ends: float = 1.0  # scale of the end tokens' output weights
    shape: Shape = field(default_factory=Shape)
    family: Family = Family.DENSE
    splits: str = "gpt-2"  # how text is split before tokenising, as llama.cpp names it
    adds_bos: bool = False  # whether the vocabulary wants BOS before every prompt
    without: Sequence[str] = ()  # tensors that are missing in the file
    recommends: Mapping[str, float] = field(default_factory=dict)  # of sampling, by the ends of the header's keys

    def write(self, path: Path) -> Path:
        """Write the model and return its path."""
        writer = gguf.GGUFWriter(path, self.family)
        vocabulary_size = self._write_vocabulary(writer)
        self._write_common_hyperparameters(writer, vocabulary_size)
        weights = Weights(writer, self.seed, self.without)
        architecture = ARCHITECTURES[self.family](writer, weights, self.family, self.shape)
        architecture.hyperparameters()
        weights.add("token_embd.weight", vocabulary_size, self.shape.width, scale=1.0)
        output = weights.draw(vocabulary_size, self.shape.width, scale=3 * self.shape.width**-0.5)
        output[[END_OF_TURN, BEGIN_OF_TEXT]] *= np.float32(self.ends)
        weights.write("output.weight", output)
        architecture.ends()
        for layer in range(self.shape.layers):
            architecture.layer(f"blk.{layer}.", layer)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    def _write_vocabulary(self, writer: gguf.GGUFWriter) -> int:
        control = [*SPECIAL_TOKENS, *self.control_tokens]
        tokens = [*byte_alphabet(), *control, *self.user_defined_tokens]
        kinds = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * len(control)
        kinds += [gguf.TokenType.USER_DEFINED] * len(self.user_defined_tokens)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(self.splits)
        writer.add_token_list(tokens)
        writer.add_token_types(kinds)
        writer.add_token_merges(["! !"])  # the key must be there; "!!" is no token, so this merge never happens
        writer.add_bos_token_id(BEGIN_OF_TEXT)
        writer.add_eos_token_id(END_OF_TURN)
        writer.add_add_bos_token(self.adds_bos)
        if self.template is not None:
            writer.add_chat_template(self.template)
        return len(tokens)

    def _write_common_hyperparameters(self, writer: gguf.GGUFWriter, vocabulary_size: int) -> None:
        writer.add_name(self.name)
        writer.add_context_length(self.context_length)
        writer.add_vocab_size(vocabulary_size)
        writer.add_block_count(self.shape.layers)
        writer.add_embedding_length(self.shape.width)
        writer.add_feed_forward_length(self.shape.feed_forward)
        writer.add_layer_norm_rms_eps(1e-5)
        for name, value in self.recommends.items():
            (writer.add_float32 if isinstance(value, float) else writer.add_int32)(f"general.sampling.{name}", value)


def byte_alphabet() -> list[str]:
    """Return the printable characters that stand for the 256 bytes in byte-level vocabularies, in byte order."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    stand_ins = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(stand_ins)) for byte in range(256)]
