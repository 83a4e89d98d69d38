from desktop.sessions.saving import NOTICE_SECONDS, RETRY_SECONDS, Saving
from tests.sessions.conftest import Clock


def test_a_failure_stops_saving_for_a_while_whatever_was_queued_before_it_says():
    clock = Clock()
    saving = Saving(clock)
    assert (saving.is_on, saving.succeed()) == (True, False)
    assert saving.fail()
    assert (saving.is_on, saving.succeed(), saving.is_on) == (False, False, False)
    clock.advance(RETRY_SECONDS)
    assert saving.is_on
    assert saving.succeed()
    assert not saving.succeed()
    assert saving.is_on


def test_it_can_be_tried_at_once():
    saving = Saving(Clock())
    saving.retry()
    assert not saving.succeed()
    saving.fail()
    saving.retry()
    assert saving.is_on
    assert saving.succeed()


def test_each_trouble_is_told_once_in_a_while():
    clock = Clock()
    saving = Saving(clock)
    assert [saving.fail(), saving.fail()] == [True, False]
    assert [saving.set_over_budget(is_over=over) for over in (True, True, False, True)] == [True, False, False, False]
    assert not saving.is_on
    clock.advance(NOTICE_SECONDS)
    assert saving.fail()
    assert not saving.set_over_budget(is_over=True)  # it is the same trouble still


def test_a_spent_budget_is_no_matter_of_time():
    clock = Clock()
    saving = Saving(clock)
    saving.set_over_budget(is_over=True)
    clock.advance(10 * RETRY_SECONDS)
    assert (saving.is_on, saving.is_over_budget) == (False, True)
    saving.set_over_budget(is_over=False)
    assert saving.is_on
