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
THINKING = (  # opens the reasoning itself, and drops it from history
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
)
QWEN = (  # Qwen 3: the model opens its reasoning, unless it is told not to reason; dropped once the person speaks again
    "{% set ns = namespace(last=0) %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.role == 'assistant' and loop.index0 > ns.last %}<think>\n{{ m.reasoning_content | default('') | trim }}\n</think>\n\n"
    "{% endif %}"
    "{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
KEEPING = (  # writes all reasoning into the history, as it was
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
DEEPSEEK = (  # DeepSeek R1: no word between system prompt and question, opens the reasoning and drops it from history
    "{{ bos_token }}{% set ns = namespace(system='') %}"
    "{% for m in messages if m.role == 'system' %}{% set ns.system = ns.system ~ m.content %}{% endfor %}{{ ns.system }}"
    "{% for m in messages %}{% if m.role == 'user' %}<|User|>{{ m.content }}{% endif %}"
    "{% if m.role == 'assistant' %}<|Assistant|>{{ m.content.split('</think>')[-1] }}<|end_of_sentence|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|Assistant|><think>\n{% endif %}"
)
CHANNELS = (  # gpt-oss: reasoning in a channel, of which the last turn alone shows something; prints a date
    "<|start|>system<|message|>You are a model.\nCurrent date: {{ strftime_now('%Y-%m-%d') }}\n\n"
    "# Valid channels: analysis, commentary, final.<|end|>"
    "{% for m in messages %}"
    "{% if m.role == 'system' %}<|start|>developer<|message|># Instructions\n\n{{ m.content }}<|end|>{% endif %}"
    "{% if m.role == 'user' %}<|start|>user<|message|>{{ m.content }}<|end|>{% endif %}"
    "{% if m.role == 'assistant' %}"
    "{% if m.reasoning_content and loop.last %}<|start|>assistant<|channel|>analysis<|message|>{{ m.reasoning_content }}<|end|>{% endif %}"
    "<|start|>assistant<|channel|>final<|message|>{{ m.content }}"
    "{% if loop.last and not add_generation_prompt %}<|return|>{% else %}<|end|>{% endif %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant{% endif %}"
)
MISTRAL = (  # nothing before the reply but the end of the question
    "{{ bos_token }}{% for m in messages %}"
    "{% if m.role == 'system' %}[SYSTEM_PROMPT]{{ m.content }}[/SYSTEM_PROMPT]{% endif %}"
    "{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]{% endif %}"
    "{% if m.role == 'assistant' %}{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
)
MOVING = (  # an earlier Mistral: the system prompt stands in the last question
    "{{ bos_token }}{% if messages[0].role == 'system' %}{% set system = messages[0].content %}{% set rest = messages[1:] %}"
    "{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}{% if m.role == 'user' %}[INST]{% if loop.last and system %}{{ system }}\n\n{% endif %}{{ m.content }}[/INST]"
    "{% else %}{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
)

CONTROL_TOKENS = (
    "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>",
    "<start_of_turn>", "<end_of_turn>", "<|end|>\n", "[CTL]", "<s>", "<|User|>", "<|Assistant|>", "<|end_of_sentence|>",
    "<|start|>", "<|channel|>", "<|message|>", "<|return|>", "[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
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
    knows_system: bool = True  # control tokens keep the system message apart from the person's
    end_of_turn: str | None = "<|im_end|>"
    keeps_history: bool = True  # a prompt begins with what was decoded before
    reasoning: str = ""  # a reply with reasoning, as the model writes it; {} stand for the reasoning and the answer
    settles: bool = True  # the history before the next message can be known in advance
    more_tokens: tuple[str, ...] = ()  # control tokens of the family that change how llama.cpp sees others


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
    Style("counting", COUNTING, knows_system=False, keeps_history=False, settles=False),
    Style("thinking", THINKING, opening="Hm.\n</think>\n\n", keeps_history=False, reasoning="{}\n</think>\n\n{}"),
    Style("qwen", QWEN, reasoning="<think>\n{}\n</think>\n\n{}"),
    Style("keeping", KEEPING, reasoning="<think>\n{}\n</think>\n\n{}"),
    Style(
        "deepseek", DEEPSEEK, adds_bos=True, prints_bos=True, end_of_turn="<|end_of_sentence|>", keeps_history=False,
        opening="Hm.\n</think>\n\n", reasoning="{}\n</think>\n\n{}",
    ),
    Style(
        "channels", CHANNELS, end_of_turn="<|end|>", opening="<|channel|>final<|message|>",
        reasoning="<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>{}",
        more_tokens=("<|call|>",),  # beside it, <|end|> does not end generation, and is no control token
    ),
    Style("mistral", MISTRAL, adds_bos=True, prints_bos=True),
    Style("moving", MOVING, adds_bos=True, prints_bos=True, knows_system=False, keeps_history=False),
]  # fmt: skip
