from desktop.inference.sampling import SamplerSettings
from desktop.sessions.tokens import TokenIds
from tests.inference.driver import GREEDY, Driver, made_up_ids

FREE = SamplerSettings(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)


def reply(driver: Driver, settings: SamplerSettings, seed: int, words: int = 30) -> TokenIds:
    """Return a reply's ids; always from the same cells, because greedy text changes with the layout."""
    driver.engine.leave("chat")
    return driver.run(made_up_ids(40), sampling=settings, seed=seed, words=words)[1].ids


def test_the_same_seed_and_settings_give_the_same_reply(open_engine, endless):
    driver = open_engine(endless)
    one, again, other = (reply(driver, FREE, seed) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_temperature_0_needs_no_seed(open_engine, endless):
    driver = open_engine(endless)
    assert reply(driver, GREEDY, 1) == reply(driver, GREEDY, 2)


def test_top_k_of_1_is_greedy(open_engine, endless):
    driver = open_engine(endless)
    one = SamplerSettings(temperature=1.0, top_k=1, top_p=1.0, min_p=0.0)
    assert reply(driver, one, 1) == reply(driver, GREEDY, 2)


def test_top_p_and_min_p_narrow_the_choice(open_engine, endless):
    driver = open_engine(endless)
    greedy = reply(driver, GREEDY, 1)
    assert reply(driver, SamplerSettings(temperature=1.0, top_k=0, top_p=1e-6, min_p=0.0), 3) == greedy
    assert reply(driver, SamplerSettings(temperature=1.0, top_k=0, top_p=1.0, min_p=1.0), 3) == greedy
    assert reply(driver, FREE, 3) != greedy


def test_a_high_temperature_is_another_distribution(open_engine, endless):
    driver = open_engine(endless)
    hot = SamplerSettings(temperature=5.0, top_k=0, top_p=1.0, min_p=0.0)
    assert reply(driver, hot, 1) != reply(driver, FREE, 1)


def test_a_repeat_penalty_forbids_what_was_said(open_engine, endless):
    driver = open_engine(endless)
    strict = SamplerSettings(temperature=0, repeat_penalty=1e6, repeat_tokens=64)
    ids = reply(driver, strict, 1, words=20)
    assert len(set(ids)) == len(ids)
    prompt = made_up_ids(40)
    assert not set(ids) & set(prompt), "the penalty sees the prompt's last tokens too"
    assert reply(driver, SamplerSettings(temperature=0, repeat_penalty=1e6, repeat_tokens=0), 1) == reply(driver, GREEDY, 1)


def test_the_order_of_seeds_does_not_matter_side_by_side(open_engine, endless):
    """Each reply has a chain of its own."""
    driver = open_engine(endless)
    settings = SamplerSettings(temperature=0, repeat_penalty=1e6)
    recorders = [driver.start(made_up_ids(40, seed=n), n, sampling=settings, words=10) for n in range(3)]
    for recorder in recorders:
        ids = recorder.outcome().ids
        assert len(set(ids)) == len(ids)
