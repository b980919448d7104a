"""The data files of drivers: complete, consistent, and about settings that exist."""

import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.prices.assumptions import ASSUMPTIONS, SIZE_CLASSES
from baseline.prices.drivers import CapabilityPrices, capability_prices, free_types
from baseline.prices.price_list import packaged_prices

PRICED = sorted(capability_prices().items())


@pytest.mark.parametrize(("capability", "prices"), PRICED, ids=[name for name, _ in PRICED])
def test_drivers_name_prices_and_assumptions_that_exist(capability: str, prices: CapabilityPrices) -> None:
    ids = [driver.id for driver in prices.drivers]
    assert len(ids) == len(set(ids))
    settings = set(CAPABILITIES[capability].settings.model_fields)
    for driver in prices.drivers:
        assert driver.price in packaged_prices().names, driver.id
        assert not driver.assumption or driver.assumption in ASSUMPTIONS, driver.id
        assert driver.resource or (driver.assumption and ASSUMPTIONS[driver.assumption].per != "resource"), driver.id
        for name in filter(None, (*driver.when, *driver.unless, driver.count_of, driver.months_of)):
            assert name.startswith("stack.") or name.partition("/")[0] in settings, driver.id
    for lever in prices.levers:
        assert bool(lever.set) is not bool(lever.without), lever.title
        assert set(lever.without) <= set(ids), lever.title
        assert set(lever.set) <= settings, lever.title
    assert all(prices.unpriced.values())


def test_assumptions_are_ranges_and_each_is_used() -> None:
    used = {driver.assumption for _, prices in PRICED for driver in prices.drivers}
    assert set(ASSUMPTIONS) == used - {""}
    for assumption in ASSUMPTIONS.values():
        for size in SIZE_CLASSES:
            assert 0 <= assumption.amounts[size].low <= assumption.amounts[size].high, assumption.name


def test_free_type_has_a_reason_and_no_price_of_its_own() -> None:
    unpriced = {name for _, prices in PRICED for name in prices.unpriced}
    assert all(free_types().values())
    assert not unpriced & set(free_types())
