import time
from datetime import date

import pytest

from desktop.inference.errors import TemplateError, TemplateLimitError
from desktop.inference.prompt import PromptBuilder, PromptSettings, Role, Turn
from desktop.inference.sandbox import CHARACTERS, LimitError, joined
from desktop.inference.template import SECONDS, ChatTemplate
from desktop.inference.vocabulary import Vocabulary
from tests.inference.driver import TODAY
from tests.inference.templates import QWEN
from tests.tiny_models import CHATML

HELLO = [{"role": "user", "content": "Hello"}]


def render(source: str | None, messages: list[dict[str, str]] | None = None, *, today: date = TODAY) -> str:
    return ChatTemplate(source, bos="<s>", eos="</s>").render(messages or HELLO, today, add_generation_prompt=True)


def test_no_template_is_chatml():
    assert render(None) == render("") == render(CHATML) == "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ bos_token }}{{ eos_token }}", "<s></s>"),
        ("{{ strftime_now('%d %B %Y') }}", "02 January 2026"),
        ("{{ messages | tojson }}", '[{"role": "user", "content": "Hello"}]'),
        ("{{ '<é>' | tojson }}", '"<é>"'),
        ("{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}", "Hello"),
        ("{% for m in messages %}{% break %}{% endfor %}ok", "ok"),
        ("{% if tools %}tools{% endif %}{{ tools is none }}", "True"),
        ("  {% if true %}\n  trimmed\n  {% endif %}\n", "  trimmed\n"),
        ("{{ messages[0]['content'].strip().upper()[1:] }}", "ELLO"),
        (
            "{{ 3 * 4 }}{{ 'ab' * 3 }}{{ [1] * 2 }}{{ 2 ** 3 }}{{ 'a' ~ 1 ~ none }}{{ [1] + [2] }}{{ '%s-%d' % ('a', 1) }}",
            "12ababab[1, 1]8a1None[1, 2]a-1",
        ),
        ("{{ messages[0].content | center(9) }}|{{ 'a\nb' | indent(2) }}|{{ '{:>3}'.format('a') }}", "  Hello  |a\n  b|  a"),
        ("{% set ns = namespace(x='') %}{% for i in range(3) %}{% set ns.x = ns.x ~ i %}{% endfor %}{{ ns.x }}", "012"),
        ("{% macro m(x) %}({{ x }}){% endmacro %}{{ m('a') }}{% set y %}block{% endset %}{{ y }}", "(a)block"),
    ],
)
def test_what_templates_use_works(source, text):
    assert render(source) == text


@pytest.mark.parametrize("variable", ["enable_thinking", "thinking"])
def test_thinking_is_given_where_it_was_chosen(variable):
    template = ChatTemplate(f"{{{{ {variable} if {variable} is defined else 'not told' }}}}", bos="", eos="")
    texts = [template.render(HELLO, TODAY, add_generation_prompt=True, thinking=thinking) for thinking in (None, True, False)]
    assert texts == ["not told", "True", "False"]


@pytest.mark.parametrize(
    ("source", "can_toggle"),
    [
        (QWEN, True),
        ("{% if thinking %}<think>{% endif %}", True),
        (CHATML, False),
        ("{% if tools and enable_thinking %}<think>{% endif %}{{ messages }}", False),  # names it, but for other chats
        ("{{ raise_exception('no') }}{{ thinking }}", False),
    ],
)
def test_whether_thinking_can_be_toggled_is_found_by_rendering(source, can_toggle):
    assert ChatTemplate(source, bos="", eos="").can_toggle_thinking is can_toggle


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("{{ raise_exception('only pairs') }}", "only pairs"),
        ("{{ messages[7].content }}", "has no element 7"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ missing.attribute }}", "'missing' is undefined"),
        ("{% include 'other' %}", "no loader"),
        ("{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ messages.append(1) }}", "is unsafe"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        ("{{ raise_exception('x' * 3000) }}", "x…"),
    ],
)
def test_a_template_that_fails_is_told(source, detail):
    with pytest.raises(
        TemplateError, match=r"^The model's chat template failed: .*\. Your message is kept; another model can answer it\.$"
    ) as raised:
        render(source)
    assert detail in str(raised.value)
    assert len(str(raised.value)) < 350


@pytest.mark.parametrize(
    "source",
    [
        "{% if %}",
        "{{",
        "{% for m in messages %}",
        "{{ x | nothing }}",
        "{% generation %}",
        "{% for a in b %}" * 30 + "{% endfor %}" * 30,
        "(" * 2000 + "{{" + "(" * 2000,
    ],
)
def test_a_template_that_is_no_template_is_told(source):
    with pytest.raises(TemplateError, match=r"^The model's chat template failed: it is not valid \(.+\)\. .+"):
        ChatTemplate(source, bos="", eos="")


ENDLESS = {
    "loop": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "counting": "{% set ns = namespace(n=0) %}{% for a in range(99999) %}{% for b in range(99999) %}{% set ns.n = ns.n + 1 %}{% endfor %}"
    "{% endfor %}",
    "recursion": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "nested": "".join(f"{{% for i{n} in range(50000) %}}" for n in range(5)) + "{% endfor %}" * 5,
    "power": "{{ 9 ** 99999 ** 9 }}",
    "large power": "{{ (99999 ** 9999) ** 9999 }}",
}
LARGE = {
    "printed": "{% for a in range(99999) %}{{ 'x' * 10000 }}{% endfor %}",
    "product": "{{ 'x' * 100000 * 10000 }}",
    "product in a list": "{{ ([1] * 100000 * 10000) | length }}",
    "product, folded": "{% set x = 100000 * 10000 %}{{ 'x' * x }}",
    "doubled": "{% set ns = namespace(x='x' * 1000) %}{% for i in range(20) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}",
    "joined": "{% set ns = namespace(x='x' * 1000) %}{% for i in range(20) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x | length }}",
    "in a macro": "{% macro m() %}{% for a in range(99999) %}{{ 'x' * 10000 }}{% endfor %}{% endmacro %}{{ m() | length }}",
    "in a block": "{% set x %}{% for a in range(99999) %}{{ 'x' * 10000 }}{% endfor %}{% endset %}{{ x | length }}",
    "method": "{{ 'x'.ljust(1000000000) | length }}",
    "filter": "{{ 'x' | center(1000000000) | length }}",
    "indented": "{{ 'x\n' | indent(1000000000) | length }}",
    "format": "{{ ('%1000000000d' % 1) | length }}",
    "format filter": "{{ '%1000000000d' | format(1) | length }}",
    "format method": "{{ '{:1000000000}'.format(1) | length }}",
    "replaced": "{{ ('x' * 90000) | replace('x', 'y' * 90000) | length }}",
    "replaced by its method": "{{ ('x' * 90000).replace('x', 'y' * 90000) | length }}",
    "list joined": "{{ ([1] * 90000) | join('y' * 90000) | length }}",
    "list joined by its method": "{{ ('y' * 90000).join('x' * 90000) | length }}",
    "json": "{{ [1] | tojson(indent=1000000000) | length }}",
}


@pytest.mark.parametrize("source", [*ENDLESS.values(), *LARGE.values()], ids=[*ENDLESS, *LARGE])
def test_a_template_without_end_is_ended(source, monkeypatch):
    monkeypatch.setattr("desktop.inference.template.SECONDS", 0.3)
    with pytest.raises(TemplateLimitError, match=r"it took more than 0.3 seconds or made too long a text\. "):
        render(source)


def test_text_is_bounded_before_it_is_put_together():
    made = []
    with pytest.raises(LimitError):
        joined(made.append(1) or "x" * 1000 for _ in range(20_000))
    assert len(made) == CHARACTERS // 1000 + 1


def test_a_template_has_two_seconds():
    begun = time.thread_time()
    with pytest.raises(TemplateLimitError):
        render(ENDLESS["loop"])
    assert time.thread_time() - begun < 1.5 * SECONDS


def test_a_source_that_takes_too_long_to_prepare_is_refused(monkeypatch):
    monkeypatch.setattr("desktop.inference.template.PREPARING_SECONDS", 0.1)
    with pytest.raises(TemplateLimitError, match="seconds to prepare"):
        ChatTemplate("{% if x %}{{ x }}{% endif %}" * 5000, bos="", eos="")


def test_an_endless_template_is_not_tried_again_without_the_system_prompt(monkeypatch):
    monkeypatch.setattr("desktop.inference.template.SECONDS", 0.1)
    renderings = []
    render = ChatTemplate.render
    monkeypatch.setattr(ChatTemplate, "render", lambda *args, **keywords: renderings.append(1) or render(*args, **keywords))

    class Bytes:
        vocabulary_size = 0

    builder = PromptBuilder(Vocabulary(Bytes(), ""), ChatTemplate(ENDLESS["loop"], bos="", eos=""), bos=None, piece=lambda token: b"")
    with pytest.raises(TemplateLimitError):
        builder.build([Turn(Role.USER, "Hello")], PromptSettings(TODAY, "Be kind."))
    assert len(renderings) == 1


def test_a_trace_function_survives():
    import sys

    def trace(frame, event, argument):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        render(CHATML)
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)
