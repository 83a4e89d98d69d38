"""Chat templates in the styles that models come with, written for these tests."""

from dataclasses import dataclass

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
HEADERS = (  # Llama 3: writes BOS, prints a date, trims
    "{{ bos_token }}{% set ns = namespace(system='') %}"
    "{% if messages[0].role == 'system' %}{% set ns.system = messages[0].content | trim %}{% endif %}"
    "<|start_header_id|>system<|end_header_id|>\n\nToday is {{ strftime_now('%d %b %Y') }}.\n\n{{ ns.system }}<|eot_id|>"
    "{% for m in messages if m.role != 'system' %}"
    "<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
INST = (  # Llama 2: the system text inside the first user's turn, no control tokens between question and answer
    "{% if messages[0].role == 'system' %}{% set system = messages[0].content %}{% set rest = messages[1:] %}"
    "{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "{% if m.role == 'user' %}{{ bos_token }}[INST] "
    "{% if loop.first and system %}<<SYS>>\n{{ system }}\n<</SYS>>\n\n{% endif %}{{ m.content }} [/INST]"
    "{% else %} {{ m.content | trim }} {{ eos_token }}{% endif %}{% endfor %}"
)
ROLES = (  # Zephyr
    "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
TURNS = (  # Gemma: refuses system messages, calls the assistant "model", trims, writes BOS
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
TRIMMED = CHATML.replace("m.content", "m.content.strip()")
NO_OPENING = (  # an empty generation prompt
    "{% for m in messages %}{% if m.role != 'assistant' %}<|{{ m.role }}|>{% endif %}{{ m.content }}<|end|>{% endfor %}"
)
REMINDED = (  # writes something behind the newest message only
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% if loop.last %} (be brief){% endif %}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
COUNTING = "<|system|>{{ messages | length }} messages<|end|>" + CHATML  # what it writes first changes with every turn
THINKING = (  # Qwen 3: opens the reasoning itself, and drops it from history
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
)

CONTROL_TOKENS = (
    "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>",
    "<start_of_turn>", "<end_of_turn>", "<|end|>\n", "[CTL]", "<s>",
)  # fmt: skip
USER_DEFINED_TOKENS = ("<think>", "</think>", "<|role|>", "a<|role|>", "[TOOL]", "<b>", "    ")
HARMLESS_TOKENS = ("<b>", "    ")  # markup and white space: they mean nothing to the model, so contents may use them


@dataclass(frozen=True, slots=True)
class Style:
    """A template, and what is true of it."""

    name: str
    source: str
    adds_bos: bool = False  # the vocabulary wants BOS first
    prints_bos: bool = False  # once in a prompt
    trims: bool = False
    opening: str = ""  # what replies begin with, if the prompt does not end with it
    knows_system: bool = True  # keeps the system message apart from the person's
    end_of_turn: str | None = "<|im_end|>"
    keeps_history: bool = True  # a prompt begins with what was decoded before


STYLES = [
    Style("chatml", CHATML),
    Style("chatml, adds bos", CHATML, adds_bos=True),
    Style("headers", HEADERS, adds_bos=True, prints_bos=True, trims=True, end_of_turn="<|eot_id|>"),
    Style("inst", INST, trims=True, opening=" ", knows_system=False, end_of_turn=None),
    Style("roles", ROLES, end_of_turn="<|im_end|>"),
    Style("turns", TURNS, adds_bos=True, prints_bos=True, trims=True, knows_system=False, end_of_turn="<end_of_turn>"),
    Style("trimmed", TRIMMED, trims=True),
    Style("no opening", NO_OPENING, end_of_turn="<|end|>"),
    Style("reminded", REMINDED, end_of_turn="<|end|>", keeps_history=False),
    Style("counting", COUNTING, knows_system=False, keeps_history=False),
    Style("thinking", THINKING, keeps_history=False),
]
