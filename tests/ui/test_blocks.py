from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.transcript.blocks import Block, BlockKind, BlockSplitter, Seam, split

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
        "## Head\n\n",
        "1. item\n",
        "7) item\n",
        "- **item**\n",
        "* * *\n",
        "[label]: https://example.org\n",
        "[text][label] ",
        "2024 was",
        "**Strong** text\n\n",
    ]
)
SIZES = st.sampled_from([0, 20, 400, 2000])
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS, TEXTS, SIZES)
def test_closed_blocks_never_change_when_text_is_appended(first: str, more: str, size: int) -> None:
    splitter = BlockSplitter(size)
    splitter.feed(first)
    closed = [block for block in splitter.blocks() if block.closed]
    splitter.feed(more)
    assert splitter.blocks()[: len(closed)] == closed


@given(TEXTS, SIZES, st.data())
def test_how_a_text_was_cut_makes_no_difference(text: str, size: int, data: st.DataObject) -> None:
    whole, cut = BlockSplitter(size), BlockSplitter(size)
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


@given(TEXTS, SIZES)
def test_no_word_is_lost(text: str, size: int) -> None:
    splitter = BlockSplitter(size)
    splitter.feed(text)
    splitter.feed("\n")
    shown = "\n".join(f"{block.info} {block.text}" for block in splitter.blocks())
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


CORPUS = """# Title

A paragraph with *emphasis*, `code`, [a link](https://example.org) and
a second line.

1. first

   still first
2. second
   ```py
   in_item = 1

   ```
3. third

> quoted
lazily

    indented

| a | b |
|---|--:|
| 1 | 2 |

Setext
------

~~~ text
```
~~~

- a
- b
  - nested
* other
* * *
Not an item
2. neither, in a paragraph

**Strong** [ref][label] end.

[label]: https://example.org "Title"
"""


def test_a_corpus_cut_at_every_place_becomes_the_same_blocks() -> None:
    for size in (0, 40, 400):
        whole, by_character = BlockSplitter(size), BlockSplitter(size)
        whole.feed(CORPUS)
        closed: list[Block] = []
        for end, character in enumerate(CORPUS, 1):
            cut = BlockSplitter(size)
            cut.feed(CORPUS[:end])
            by_character.feed(character)
            assert cut.blocks() == by_character.blocks()
            assert by_character.blocks()[: len(closed)] == closed
            closed = [block for block in by_character.blocks() if block.closed]
            cut.feed(CORPUS[end:])
            assert cut.blocks() == whole.blocks()


def test_long_prose_is_closed_where_markdown_cannot_tell() -> None:
    def blocks(text: str) -> list[tuple[str, Seam]]:
        splitter = BlockSplitter(size=4)
        splitter.feed(text)
        return [(block.text, block.seam) for block in splitter.blocks()]

    begin, paragraph, heading, item = Seam.BLOCK, Seam.PARAGRAPH, Seam.HEADING, Seam.ITEM
    assert blocks("First\n\nNext") == [("First", begin), ("Next", paragraph)]
    assert blocks("First\n\n## Next") == [("First", begin), ("## Next", heading)]
    assert blocks("- First\n- Next\n  more\n\n  still\n- third") == [
        ("- First", begin),
        ("- Next\n  more\n\n  still", item),
        ("- third", item),
    ]
    for whole in (
        "First\nlazily",
        "First\n2. no item",
        "First\n\n    code",
        "- First\n\n  part of it",
        "> First\n>\n> quoted",
        "| a | b |\n|---|---|\n| c | d |",
        "- First\n\n      code",
    ):
        assert blocks(whole) == [(whole, begin)]


def test_a_numbered_list_goes_on_counting_where_it_was_cut() -> None:
    splitter = BlockSplitter(size=4)
    splitter.feed("3. three\n3. four\n3. five\n\nText here\n\n1. new")
    assert [block.text for block in splitter.blocks()] == ["3. three", "4. four", "5. five", "Text here", "1. new"]


def test_prose_knows_the_link_targets_that_other_prose_defines() -> None:
    used, unused = "See [it][Label].", "None [here]."
    blocks = split(f"{used}\n\n```\n[label]\n```\n{unused}\n\n```\n```\n[label]: https://example.org\n")
    assert [block.text for block in blocks] == [
        f"[label]: https://example.org\n\n{used}",
        "[label]",
        unused,
        "",
        "[label]: https://example.org",
    ]


def test_a_fence_of_many_blanks_takes_no_time_to_read() -> None:
    line = "```" + " " * 200_000 + "x"  # where a pattern would try each way to part the blanks, this never ended
    assert split(line) == [Block(BlockKind.CODE, "", "x")]
