"""What the guide says of Rivulet is true of the window: its labels and keys exist."""

import re
import tomllib
import xml.etree.ElementTree as ElementTree
from random import Random

import pytest

from desktop.system.resources import resource
from desktop.ui.shortcuts.shortcut import Shortcut
from resources.guide import replies
from resources.guide.phrasing import expand
from resources.guide.topics import HELP, Topic, read_topics, with_keys

TOPICS = read_topics()
LABEL = re.compile(r"\*\*(.+?)\*\*")
KEY = re.compile(r"\b(?:(?:Ctrl|Alt|Shift)\+)+(?:\w+|[^\s\w])|\bF\d+\b")

SECOND_KEYS = {"Shift+Enter"}  # `{NAME}` stands for an entry's first one


@pytest.fixture(scope="module")
def window_words() -> set[str]:
    """All that the window says, in English, without what is put in."""
    return {source.text or "" for source in ElementTree.parse(resource("translations/rivulet_de.ts")).iter("source")}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
class TestTopic:
    def test_its_labels_are_in_the_window(self, topic: Topic, window_words: set[str]) -> None:
        unknown = [label for label in LABEL.findall(topic.answer) if label not in window_words]
        assert not unknown

    def test_its_keys_are_in_the_table(self, topic: Topic) -> None:
        told = {keys for shortcut in Shortcut for keys in (*shortcut.value.keys, *shortcut.value.also)}
        unknown = [keys for keys in KEY.findall(LABEL.sub("", topic.answer)) if keys not in told]
        assert not unknown

    def test_it_is_short(self, topic: Topic) -> None:
        assert 5 <= len(topic.answer.split()) <= 50
        assert "!" not in topic.answer

    def test_it_is_asked_for_in_many_ways(self, topic: Topic) -> None:
        random = Random(1)
        said = {expand(line, random) for line in topic.phrasings for _ in range(40)}
        assert len(said) >= 150
        assert not [sentence for sentence in said if re.search(r"[\[\]|{}]|  |^ | $", sentence)]


def test_there_are_enough_and_each_has_an_answer_of_its_own() -> None:
    assert len(TOPICS) >= 60
    assert len({topic.answer for topic in TOPICS}) == len({topic.id for topic in TOPICS}) == len(TOPICS)


def test_no_two_topics_are_asked_for_by_the_same_line() -> None:
    seen: dict[str, str] = {}
    for topic in TOPICS:
        for line in topic.phrasings:
            assert seen.setdefault(line.lower(), topic.id) == topic.id, line


def test_no_key_is_written_by_hand() -> None:
    """A key in the files themselves would stay what it is when the table changes."""
    for path in HELP.glob("*.toml"):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert set(KEY.findall(LABEL.sub("", entry["answer"]))) <= SECOND_KEYS, name


def test_other_replies_name_keys_by_the_table() -> None:
    assert f"{Shortcut.MODELS.value.keys[0]} shows" in with_keys(replies.DECLINED)
    with pytest.raises(KeyError):
        with_keys("{NO_SUCH_KEY}")
