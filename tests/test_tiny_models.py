import gguf
import pytest

from tests.tiny_models import CHATML, TinyModel, byte_alphabet


def field(path, key):
    return gguf.GGUFReader(path).fields[key].contents()


def test_equal_values_write_equal_bytes(tmp_path):
    one, two, other = (TinyModel(seed=seed).write(tmp_path / f"{number}.gguf") for number, seed in enumerate((1, 1, 2)))
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()


def test_the_vocabulary_takes_additions(tmp_path):
    path = TinyModel(control_tokens=["<|tool|>"], user_defined_tokens=["<think>"]).write(tmp_path / "a.gguf")
    assert field(path, "tokenizer.ggml.tokens")[256:] == ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|tool|>", "<think>"]
    assert field(path, "tokenizer.ggml.token_type")[259:] == [gguf.TokenType.CONTROL, gguf.TokenType.USER_DEFINED]


@pytest.mark.parametrize("template", [CHATML, "{{ messages }}"])
def test_the_template_is_the_given_one(tmp_path, template):
    path = TinyModel(template=template, context_length=512).write(tmp_path / "a.gguf")
    assert field(path, "tokenizer.chat_template") == template
    assert field(path, "llama.context_length") == 512


def test_a_model_may_have_no_template(tmp_path):
    path = TinyModel(template=None).write(tmp_path / "a.gguf")
    assert "tokenizer.chat_template" not in gguf.GGUFReader(path).fields


def test_every_byte_has_a_character_of_its_own():
    assert len(set(byte_alphabet())) == 256
    assert byte_alphabet()[ord("a")] == "a"
