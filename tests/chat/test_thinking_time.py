from desktop.chat.thinking_time import ThinkingTime


class Clock:
    now = 10.0

    def __call__(self) -> float:
        return self.now


def test_thinking_lasts_until_the_answer_begins() -> None:
    clock = Clock()
    thinking = ThinkingTime(clock=clock)
    assert thinking.end() == 0
    for at, is_reasoning in ((12.0, True), (13.0, True), (15.0, False), (20.0, False)):
        clock.now = at
        thinking.wrote(is_reasoning=is_reasoning)
    clock.now = 30.0
    assert thinking.end() == 3


def test_thinking_that_is_cut_lasts_until_the_end() -> None:
    clock = Clock()
    thinking = ThinkingTime(4.0, clock)
    thinking.wrote(is_reasoning=True)
    clock.now = 11.5
    assert thinking.end() == 5.5, "with what the reply had thought before"
    clock.now = 20.0
    assert thinking.end() == 5.5
