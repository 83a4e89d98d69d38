"""The guide as a model file: GGUF in Q8_0, with its vocabulary, chat template and usual sampling."""

from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import quantize

from resources.guide.tokenizer import END_OF_TEXT, END_OF_TURN, SPECIAL_TOKENS, Tokenizer
from resources.guide.topics import ANSWERS_KEY
from resources.guide.transformer import Transformer

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CONTEXT = 4096  # tokens
_LAYER_TENSORS = {
    "attention_norm": "attn_norm",
    "attention.query": "attn_q",
    "attention.key": "attn_k",
    "attention.value": "attn_v",
    "attention.output": "attn_output",
    "feed_forward_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def write(path: Path, model: Transformer, tokenizer: Tokenizer, answers: str) -> None:
    """Write a model to a file, with what `topics.fingerprint` said of the answers it learned; matrices as Q8_0, norms as they are."""
    shape = model.shape
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Guide")
    writer.add_description("The guide that comes with Rivulet")
    writer.add_license("MIT")
    writer.add_context_length(CONTEXT)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_block_count(shape.layers)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_float32("general.sampling.temp", 0.0)
    writer.add_string(ANSWERS_KEY, answers)
    _write_vocabulary(writer, tokenizer)
    for name, values in model.state_dict().items():
        _write_tensor(writer, _tensor_name(name), values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    letters = _byte_letters()
    texts = ["".join(letters[byte] for byte in text) for text in tokenizer.texts()]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*texts, *SPECIAL_TOKENS])
    writer.add_token_types([gguf.TokenType.NORMAL] * len(texts) + [gguf.TokenType.CONTROL] * len(SPECIAL_TOKENS))
    writer.add_token_merges([f"{texts[left]} {texts[right]}" for left, right in tokenizer.merges])
    writer.add_bos_token_id(tokenizer.special(END_OF_TEXT))
    writer.add_eos_token_id(tokenizer.special(END_OF_TURN))
    writer.add_pad_token_id(tokenizer.special(END_OF_TEXT))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def _tensor_name(name: str) -> str:
    """Return what llama.cpp calls a tensor of the network."""
    if name.startswith("layers."):
        _, layer, rest = name.split(".", 2)
        return f"blk.{layer}.{_LAYER_TENSORS[rest.removesuffix('.weight')]}.weight"
    return {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]


def _write_tensor(writer: gguf.GGUFWriter, name: str, values: torch.Tensor) -> None:
    numbers = values.float().numpy().astype(np.float32)
    if numbers.ndim == 1:
        writer.add_tensor(name, numbers)
    else:
        writer.add_tensor(name, quantize(numbers, gguf.GGMLQuantizationType.Q8_0), raw_dtype=gguf.GGMLQuantizationType.Q8_0)


def _byte_letters() -> list[str]:
    """Return the printable characters that stand for the 256 bytes in such vocabularies, in byte order."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    stand_ins = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(stand_ins)) for byte in range(256)]
