"""What each architecture's file must hold, as llama.cpp's src/models reads it: hyperparameters and the tensors of a layer."""

from dataclasses import dataclass, replace
from enum import StrEnum

import gguf
import numpy as np

from tests.tiny_models.weights import Weights

WINDOW_TOKENS = 128
RECURRENT_LAYERS = (0, 2)  # of the hybrids
KERNEL = 4  # tokens that a recurrent layer's convolution sees
EXPERTS, EXPERTS_USED = 4, 2


class Family(StrEnum):
    """An architecture, as llama.cpp calls it."""

    DENSE = "llama"
    DENSE_QWEN = "qwen3"
    EXPERTS = "qwen3moe"
    WINDOW = "gemma3"  # every second layer sees the last tokens only, WINDOW_TOKENS if not said otherwise
    SINKS = "gpt-oss"  # the same, with attention sinks and experts
    RECURRENT = "mamba"
    HYBRID = "lfm2"  # RECURRENT_LAYERS are short convolutions
    HYBRID_GRANITE = "granitehybrid"  # they are state spaces
    HYBRID_QWEN = "qwen35"  # they are delta nets
    INDEXED = "qwen4exp"  # a hybrid whose sparse attention has an index, which follows the recurrent part in a state
    COMPRESSED = "deepseek4"  # a range of a sequence cannot be copied: llama.cpp ends the process


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model; the defaults make a dense file of 2.6 MB whose KV takes 2 KiB a token (F16)."""

    layers: int = 4
    width: int = 128
    heads: int = 4
    kv_heads: int = 2
    head: int = 64
    feed_forward: int = 128
    window: int = WINDOW_TOKENS  # of the families whose layers see no more


class Architecture:
    """The llama architecture, and what others have in common with it."""

    final_norm = "output_norm.weight"
    has_head_norms = False  # of queries and keys
    doubles_queries = False  # each comes with its gate

    def __init__(self, writer: gguf.GGUFWriter, weights: Weights, name: str, shape: Shape) -> None:
        self.writer, self.weights, self.name, self.shape = writer, weights, name, shape

    def hyperparameters(self) -> None:
        shape = self.shape
        self.writer.add_head_count(shape.heads)
        self.writer.add_head_count_kv(shape.kv_heads)
        self._attention_sizes()

    def _attention_sizes(self) -> None:
        self.writer.add_key_length(self.shape.head)
        self.writer.add_value_length(self.shape.head)
        self.writer.add_rope_dimension_count(self.shape.head)
        self.writer.add_rope_freq_base(10_000.0)

    def ends(self) -> None:
        """Add what stands before and after all layers, but for the embedding and the output."""
        self.weights.ones(self.final_norm, self.shape.width)

    def layer(self, block: str, index: int) -> None:
        self.weights.ones(block + "attn_norm.weight", self.shape.width)
        self.feed_forward(block)
        self.attention(block)

    def feed_forward(self, block: str) -> None:
        shape = self.shape
        self.weights.ones(block + "ffn_norm.weight", shape.width)
        self.weights.add(block + "ffn_gate.weight", shape.feed_forward, shape.width)
        self.weights.add(block + "ffn_up.weight", shape.feed_forward, shape.width)
        self.weights.add(block + "ffn_down.weight", shape.width, shape.feed_forward)

    def experts(self, block: str) -> None:
        """Add experts of small weight: where cells lie decides between two of them at times, and then logits move little."""
        shape = self.shape
        self.weights.add(block + "ffn_gate_inp.weight", EXPERTS, shape.width, scale=0.3)
        self.weights.add(block + "ffn_gate_exps.weight", EXPERTS, shape.feed_forward, shape.width)
        self.weights.add(block + "ffn_up_exps.weight", EXPERTS, shape.feed_forward, shape.width)
        self.weights.add(block + "ffn_down_exps.weight", EXPERTS, shape.width, shape.feed_forward, scale=0.3 * shape.feed_forward**-0.5)

    def expert_sizes(self) -> None:
        self.writer.add_expert_count(EXPERTS)
        self.writer.add_expert_used_count(EXPERTS_USED)
        self.writer.add_expert_feed_forward_length(self.shape.feed_forward)

    def attention(self, block: str) -> None:
        shape = self.shape
        queries = shape.heads * shape.head
        self.weights.add(block + "attn_q.weight", queries * (2 if self.doubles_queries else 1), shape.width)
        self.weights.add(block + "attn_k.weight", shape.kv_heads * shape.head, shape.width)
        self.weights.add(block + "attn_v.weight", shape.kv_heads * shape.head, shape.width)
        self.weights.add(block + "attn_output.weight", shape.width, queries)
        if self.has_head_norms:
            self.weights.ones(block + "attn_q_norm.weight", shape.head)
            self.weights.ones(block + "attn_k_norm.weight", shape.head)

    def bias(self, name: str, *shape: int) -> None:
        self.weights.add(name, *shape, scale=0.1)

    def key(self, name: str) -> str:
        return f"{self.name}.{name}"


class Qwen3(Architecture):
    has_head_norms = True


class Qwen3Experts(Qwen3):
    def hyperparameters(self) -> None:
        super().hyperparameters()
        self.expert_sizes()

    def feed_forward(self, block: str) -> None:
        self.weights.ones(block + "ffn_norm.weight", self.shape.width)
        self.experts(block)


class Gemma3(Architecture):
    has_head_norms = True

    def hyperparameters(self) -> None:
        super().hyperparameters()
        self.writer.add_sliding_window(self.shape.window)
        self.writer.add_sliding_window_pattern(2)

    def attention(self, block: str) -> None:
        super().attention(block)
        self.weights.ones(block + "post_attention_norm.weight", self.shape.width)
        self.weights.ones(block + "post_ffw_norm.weight", self.shape.width)


class GptOss(Architecture):
    def hyperparameters(self) -> None:
        super().hyperparameters()
        self.expert_sizes()
        self.writer.add_sliding_window(self.shape.window)

    def feed_forward(self, block: str) -> None:
        shape = self.shape
        self.weights.ones(block + "post_attention_norm.weight", shape.width)
        self.experts(block)
        self.bias(block + "ffn_gate_inp.bias", EXPERTS)
        self.bias(block + "ffn_gate_exps.bias", EXPERTS, shape.feed_forward)
        self.bias(block + "ffn_up_exps.bias", EXPERTS, shape.feed_forward)
        self.bias(block + "ffn_down_exps.bias", EXPERTS, shape.width)

    def attention(self, block: str) -> None:
        shape = self.shape
        super().attention(block)
        for name, rows in (("attn_q", shape.heads), ("attn_k", shape.kv_heads), ("attn_v", shape.kv_heads)):
            self.bias(f"{block}{name}.bias", rows * shape.head)
        self.bias(block + "attn_output.bias", shape.width)
        self.weights.add(block + "attn_sinks.weight", shape.heads, scale=1.0)


class Mamba(Architecture):
    STATE, RANK = 16, 8

    def hyperparameters(self) -> None:
        self.writer.add_head_count(0)
        self.writer.add_ssm_conv_kernel(KERNEL)
        self.writer.add_ssm_inner_size(2 * self.shape.width)
        self.writer.add_ssm_state_size(self.STATE)
        self.writer.add_ssm_time_step_rank(self.RANK)

    def layer(self, block: str, index: int) -> None:
        weights, width, inner = self.weights, self.shape.width, 2 * self.shape.width
        weights.ones(block + "attn_norm.weight", width)
        weights.add(block + "ssm_in.weight", 2 * inner, width)
        weights.add(block + "ssm_conv1d.weight", inner, KERNEL)
        weights.write(block + "ssm_conv1d.bias", weights.draw(1, inner)[0])
        weights.add(block + "ssm_x.weight", self.RANK + 2 * self.STATE, inner)
        weights.add(block + "ssm_dt.weight", inner, self.RANK)
        weights.write(block + "ssm_dt.bias", weights.draw(1, inner, scale=0.1)[0])
        weights.write(block + "ssm_a", -np.abs(weights.draw(inner, self.STATE, scale=1.0)))
        weights.write(block + "ssm_d", weights.draw(1, inner, scale=0.5)[0])
        weights.add(block + "ssm_out.weight", width, inner)


class Hybrid(Architecture):
    """RECURRENT_LAYERS remember by a state, the others attend."""

    def hyperparameters(self) -> None:
        shape = self.shape
        self.writer.add_head_count([shape.heads] * shape.layers)
        self.writer.add_head_count_kv([0 if layer in RECURRENT_LAYERS else shape.kv_heads for layer in range(shape.layers)])
        self._attention_sizes()

    def layer(self, block: str, index: int) -> None:
        self.weights.ones(block + "attn_norm.weight", self.shape.width)
        self.feed_forward(block)
        if index in RECURRENT_LAYERS:
            self.recurrent(block)
        else:
            self.attention(block)

    def recurrent(self, block: str) -> None:
        raise NotImplementedError


class Lfm2(Hybrid):
    final_norm = "token_embd_norm.weight"
    has_head_norms = True

    def __init__(self, writer: gguf.GGUFWriter, weights: Weights, name: str, shape: Shape) -> None:
        super().__init__(writer, weights, name, replace(shape, heads=shape.width // shape.head))  # llama.cpp knows no other

    def hyperparameters(self) -> None:
        super().hyperparameters()
        self.writer.add_shortconv_l_cache(3)

    def recurrent(self, block: str) -> None:
        width = self.shape.width
        self.weights.add(block + "shortconv.conv.weight", width, 3, scale=0.5)
        self.weights.add(block + "shortconv.in_proj.weight", 3 * width, width)
        self.weights.add(block + "shortconv.out_proj.weight", width, width)


class GraniteHybrid(Hybrid):
    STATE, HEADS, GROUPS = 16, 8, 1

    def hyperparameters(self) -> None:
        super().hyperparameters()
        self.writer.add_ssm_conv_kernel(KERNEL)
        self.writer.add_ssm_inner_size(2 * self.shape.width)
        self.writer.add_ssm_state_size(self.STATE)
        self.writer.add_ssm_time_step_rank(self.HEADS)
        self.writer.add_ssm_group_count(self.GROUPS)

    def recurrent(self, block: str) -> None:
        weights, width, inner = self.weights, self.shape.width, 2 * self.shape.width
        mixed = inner + 2 * self.GROUPS * self.STATE
        weights.add(block + "ssm_in.weight", inner + mixed + self.HEADS, width)
        weights.add(block + "ssm_conv1d.weight", mixed, KERNEL)
        self.bias(block + "ssm_conv1d.bias", mixed)
        self.bias(block + "ssm_dt.bias", self.HEADS)
        weights.write(block + "ssm_a", -np.abs(weights.draw(self.HEADS, 1, scale=1.0)))
        weights.add(block + "ssm_d", self.HEADS, 1, scale=0.5)
        weights.ones(block + "ssm_norm.weight", self.GROUPS, inner // self.GROUPS)
        weights.add(block + "ssm_out.weight", width, inner)


class Qwen35(Hybrid):
    STATE, KEY_HEADS, VALUE_HEADS = 32, 2, 4
    has_head_norms = True
    doubles_queries = True

    def hyperparameters(self) -> None:
        shape = self.shape
        self.writer.add_head_count(shape.heads)
        self.writer.add_head_count_kv(shape.kv_heads)
        self._attention_sizes()
        self.writer.add_rope_dimension_sections([shape.head // 8] * 3 + [shape.head // 2 - 3 * (shape.head // 8)])
        self.writer.add_array(self.key("attention.recurrent_layers"), [layer in RECURRENT_LAYERS for layer in range(shape.layers)])
        self.writer.add_ssm_conv_kernel(KERNEL)
        self.writer.add_ssm_inner_size(self.STATE * self.VALUE_HEADS)
        self.writer.add_ssm_state_size(self.STATE)
        self.writer.add_ssm_time_step_rank(self.VALUE_HEADS)
        self.writer.add_ssm_group_count(self.KEY_HEADS)

    def feed_forward(self, block: str) -> None:
        shape = self.shape
        self.weights.ones(block + "post_attention_norm.weight", shape.width)
        self.weights.add(block + "ffn_gate.weight", shape.feed_forward, shape.width)
        self.weights.add(block + "ffn_up.weight", shape.feed_forward, shape.width)
        self.weights.add(block + "ffn_down.weight", shape.width, shape.feed_forward)

    def recurrent(self, block: str) -> None:
        weights, width, values = self.weights, self.shape.width, self.STATE * self.VALUE_HEADS
        mixed = 2 * self.STATE * self.KEY_HEADS + values
        weights.add(block + "attn_qkv.weight", mixed, width)
        weights.add(block + "attn_gate.weight", values, width)
        weights.add(block + "ssm_conv1d.weight", mixed, KERNEL)
        self.bias(block + "ssm_dt.bias", self.VALUE_HEADS)
        weights.write(block + "ssm_a", -np.abs(weights.draw(self.VALUE_HEADS, scale=0.3)))
        weights.add(block + "ssm_beta.weight", self.VALUE_HEADS, width)
        weights.add(block + "ssm_alpha.weight", self.VALUE_HEADS, width)
        weights.ones(block + "ssm_norm.weight", self.STATE)
        weights.add(block + "ssm_out.weight", width, values)


class Qwen4Exp(Qwen35):
    STREAMS, RANK = 2, 16  # hyper-connections
    INDEX_HEADS, RATIO, TOP = 2, 4, 1024

    def hyperparameters(self) -> None:
        super().hyperparameters()
        self.expert_sizes()
        self.writer.add_expert_shared_feed_forward_length(self.shape.feed_forward)
        self.writer.add_uint32(self.key("hyper_connection.count"), self.STREAMS)
        self.writer.add_uint32(self.key("hyper_connection.low_rank"), self.RANK)
        self.writer.add_indexer_head_count(self.INDEX_HEADS)
        self.writer.add_indexer_key_length(self.shape.head)
        self.writer.add_indexer_top_k(self.TOP)
        ratios = [0 if layer in RECURRENT_LAYERS else self.RATIO for layer in range(self.shape.layers)]
        self.writer.add_array(self.key("attention.compress_ratios"), ratios)

    def ends(self) -> None:
        self._mixer("output_hc_")

    def layer(self, block: str, index: int) -> None:
        for part in ("attn", "ffn"):
            self._mixer(f"{block}hc_{part}_")
            self.weights.add(f"{block}hc_{part}_inject.weight", self.STREAMS, self.STREAMS * self.shape.width)
        self.feed_forward(block)
        if index in RECURRENT_LAYERS:
            self.recurrent(block)
            return
        self.attention(block)
        width = self.shape.width
        self.weights.add(block + "indexer.q_proj.weight", self.INDEX_HEADS * self.shape.head, width)
        self.weights.add(block + "indexer.k_proj.weight", self.shape.head, width)
        self.weights.ones(block + "indexer.q_norm.weight", self.shape.head)
        self.weights.ones(block + "indexer.k_norm.weight", self.shape.head)

    def feed_forward(self, block: str) -> None:
        weights, shape = self.weights, self.shape
        self.experts(block)
        weights.add(block + "ffn_gate_inp_shexp.weight", shape.width)
        weights.add(block + "ffn_gate_shexp.weight", shape.feed_forward, shape.width)
        weights.add(block + "ffn_up_shexp.weight", shape.feed_forward, shape.width)
        weights.add(block + "ffn_down_shexp.weight", shape.width, shape.feed_forward)

    def _mixer(self, prefix: str) -> None:
        streams, width = self.STREAMS, self.shape.width
        self.weights.ones(prefix + "norm.weight", streams, width)
        self.weights.add(prefix + "down.weight", self.RANK, streams * width)
        self.weights.add(prefix + "up.weight", streams * width, self.RANK)


class DeepSeek4(Architecture):
    RANK, STREAMS, GROUPS, INDEX_HEADS = 64, 4, 2, 2
    RATIOS = (0, 4, 128, 4)  # tokens that a layer sees as one, but for the last WINDOW_TOKENS

    def hyperparameters(self) -> None:
        shape, writer = self.shape, self.writer
        writer.add_head_count(shape.heads)
        writer.add_head_count_kv(1)
        writer.add_key_length(shape.head)
        writer.add_value_length(shape.head)
        writer.add_rope_dimension_count(shape.head // 2)
        writer.add_rope_freq_base(10_000.0)
        writer.add_q_lora_rank(self.RANK)
        writer.add_sliding_window(WINDOW_TOKENS)
        self.expert_sizes()
        writer.add_expert_shared_count(1)
        writer.add_expert_weights_scale(1.0)
        writer.add_expert_weights_norm(True)
        writer.add_uint32(self.key("expert_gating_func"), 4)  # the root of the softplus
        writer.add_array(self.key("swiglu_clamp_exp"), [10.0] * shape.layers)
        writer.add_indexer_head_count(self.INDEX_HEADS)
        writer.add_indexer_key_length(shape.head)
        writer.add_indexer_top_k(1024)
        writer.add_uint32(self.key("attention.output_group_count"), self.GROUPS)
        writer.add_uint32(self.key("attention.output_lora_rank"), self.RANK)
        writer.add_float32(self.key("attention.compress_rope_freq_base"), 10_000.0)
        writer.add_array(self.key("attention.compress_ratios"), [self.RATIOS[layer % 4] for layer in range(shape.layers)])
        writer.add_uint32(self.key("hyper_connection.count"), self.STREAMS)
        writer.add_uint32(self.key("hyper_connection.sinkhorn_iterations"), 4)
        writer.add_float32(self.key("hyper_connection.epsilon"), 1e-6)
        writer.add_uint32(self.key("hash_layer_count"), 0)

    def ends(self) -> None:
        super().ends()
        self.weights.add("output_hc_fn.weight", self.STREAMS, self.STREAMS * self.shape.width)
        self.bias("output_hc_base.weight", self.STREAMS)
        self.weights.ones("output_hc_scale.weight", 1)

    def layer(self, block: str, index: int) -> None:
        weights, shape = self.weights, self.shape
        weights.ones(block + "attn_norm.weight", shape.width)
        weights.ones(block + "ffn_norm.weight", shape.width)
        self.experts(block)
        self.bias(block + "exp_probs_b.bias", EXPERTS)
        weights.add(block + "ffn_gate_shexp.weight", shape.feed_forward, shape.width)
        weights.add(block + "ffn_up_shexp.weight", shape.feed_forward, shape.width)
        weights.add(block + "ffn_down_shexp.weight", shape.width, shape.feed_forward)
        for part in ("attn", "ffn"):
            mixes = (2 + self.STREAMS) * self.STREAMS
            weights.add(f"{block}hc_{part}_fn.weight", mixes, self.STREAMS * shape.width)
            self.bias(f"{block}hc_{part}_base.weight", mixes)
            weights.ones(f"{block}hc_{part}_scale.weight", 3)
        self.attention(block)
        if ratio := self.RATIOS[index % 4]:
            self._compressor(block + "attn_compressor_", ratio)
        if ratio == 4:
            self._compressor(block + "indexer_compressor_", ratio)
            weights.add(block + "indexer.proj.weight", self.INDEX_HEADS, shape.width)
            weights.add(block + "indexer.attn_q_b.weight", self.INDEX_HEADS * shape.head, self.RANK)

    def attention(self, block: str) -> None:
        weights, shape = self.weights, self.shape
        weights.add(block + "attn_sinks.weight", shape.heads, scale=1.0)
        weights.add(block + "attn_q_a.weight", self.RANK, shape.width)
        weights.ones(block + "attn_q_a_norm.weight", self.RANK)
        weights.add(block + "attn_q_b.weight", shape.heads * shape.head, self.RANK)
        weights.add(block + "attn_kv.weight", shape.head, shape.width)
        weights.ones(block + "attn_kv_a_norm.weight", shape.head)
        weights.add(block + "attn_output_a.weight", self.GROUPS * self.RANK, shape.heads * shape.head // self.GROUPS)
        weights.add(block + "attn_output_b.weight", shape.width, self.GROUPS * self.RANK)

    def _compressor(self, prefix: str, ratio: int) -> None:
        rows = (2 if ratio == 4 else 1) * self.shape.head
        self.weights.add(prefix + "kv.weight", rows, self.shape.width)
        self.weights.add(prefix + "gate.weight", rows, self.shape.width)
        self.bias(prefix + "ape.weight", ratio, rows)
        self.weights.ones(prefix + "norm.weight", self.shape.head)


ARCHITECTURES: dict[Family, type[Architecture]] = {
    Family.DENSE: Architecture,
    Family.DENSE_QWEN: Qwen3,
    Family.EXPERTS: Qwen3Experts,
    Family.WINDOW: Gemma3,
    Family.SINKS: GptOss,
    Family.RECURRENT: Mamba,
    Family.HYBRID: Lfm2,
    Family.HYBRID_GRANITE: GraniteHybrid,
    Family.HYBRID_QWEN: Qwen35,
    Family.INDEXED: Qwen4Exp,
    Family.COMPRESSED: DeepSeek4,
}
