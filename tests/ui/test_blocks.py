from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.transcript.blocks import Block, BlockKind, BlockSplitter, split

PIECES = st.sampled_from(
    [
        "```",
        "```py\n",
        "~~~~",
        "`",
        "\n",
        "\n\n",
        "text",
        "- item",
        "> quote",
        "    code",
        " ",
        "| a | b |",
        "Long prose. " * 40,
        "é𝄞",
        "\r\n",
        "#",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_closed_blocks_never_change_when_text_is_appended(first: str, more: str) -> None:
    splitter = BlockSplitter()
    splitter.feed(first)
    closed = [block for block in splitter.blocks() if block.closed]
    splitter.feed(more)
    assert splitter.blocks()[: len(closed)] == closed


@given(TEXTS, st.data())
def test_how_a_text_was_cut_makes_no_difference(text: str, data: st.DataObject) -> None:
    whole, cut = BlockSplitter(), BlockSplitter()
    whole.feed(text)
    while text:
        length = data.draw(st.integers(1, len(text)))
        cut.feed(text[:length])
        text = text[length:]
    assert cut.blocks() == whole.blocks()


@given(TEXTS)
def test_only_the_last_block_is_open_and_finishing_closes_it(text: str) -> None:
    splitter = BlockSplitter()
    splitter.feed(text)
    assert all(block.closed for block in splitter.blocks()[:-1])
    splitter.finish()
    assert all(block.closed for block in splitter.blocks())


@given(TEXTS)
def test_no_word_is_lost(text: str) -> None:
    shown = "\n".join(f"{block.info} {block.text}" for block in split(text))
    for word in ("text", "item", "quote", "prose", "é𝄞"):
        assert shown.count(word) == text.count(word)


def test_prose_and_code_are_told_apart() -> None:
    assert split("Look:\n\n```rust title\nfn main() {}\n\n```\nDone.") == [
        Block(BlockKind.PROSE, "Look:"),
        Block(BlockKind.CODE, "fn main() {}\n", "rust title"),
        Block(BlockKind.PROSE, "Done."),
    ]


def test_a_fence_that_is_only_forming_is_held_back() -> None:
    for forming in ("`", "``", "```", "```py"):
        splitter = BlockSplitter()
        splitter.feed("Look:\n" + forming)
        assert splitter.blocks() == [Block(BlockKind.PROSE, "Look:", closed=False)]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert split("````\n```\ninner\n```\n````") == [Block(BlockKind.CODE, "```\ninner\n```")]


def test_code_that_was_cut_is_still_code() -> None:
    assert split("```py\nprint(1)") == [Block(BlockKind.CODE, "print(1)", "py")]


def test_long_prose_is_closed_at_a_paragraph_but_not_inside_a_list() -> None:
    paragraph = "word " * 500 + "\n\n"
    splitter = BlockSplitter()
    splitter.feed(paragraph + "Next\n")
    assert [block.closed for block in splitter.blocks()] == [True, False]
    splitter = BlockSplitter()
    splitter.feed("- " + paragraph + "- Next\n\n  more\n")
    assert [block.closed for block in splitter.blocks()] == [False]
