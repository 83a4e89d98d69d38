import json

from desktop.system.words import Words, counted, say, sentences


def test_words_are_text_filled_in_english() -> None:
    words = say("{name} has {tokens} tokens, {speed} a second", name="{tokens}", tokens=1240, speed=12.34)
    assert words == "{tokens} has 1,240 tokens, 12.3 a second"
    assert json.dumps(words) == '"{tokens} has 1,240 tokens, 12.3 a second"'
    assert isinstance(words, Words)
    assert words.template == "{name} has {tokens} tokens, {speed} a second"


def test_what_is_counted_has_a_form_for_one() -> None:
    assert counted("{count} messages in {title}", "{count} message in {title}", 1, title="A") == "1 message in A"
    assert counted("{count} messages", "{count} message", 0) == "0 messages"
    assert counted("{count} messages", "{count} message", 1200) == "1,200 messages"


def test_sentences_follow_one_another() -> None:
    assert sentences("A {b}.", "", say("C {d}.", d=1)) == "A {b}. C 1."
    assert sentences() == ""
