"""A counterpart and its channel, for tests of exchange."""

from __future__ import annotations

import pytest

from support import builders
from xinheng.apps.exchange.models import Channel, Counterpart, Direction, Way
from xinheng.core.exchange.pairing import exchange_public
from xinheng.core.ledger.signing import Signer, new_signer

ITEMS = ["adm.penalty", "reg.enterprise"]


@pytest.fixture(autouse=True)
def _a_fixed_day(settings):
    settings.XINHENG_DAY = builders.DAY


@pytest.fixture
def province_key() -> Signer:
    return new_signer("credit.gd.example/node")


@pytest.fixture
def channel(db, province_key, departments) -> Channel:
    province = Counterpart.objects.create(
        code="gd",
        name="省信用平台",
        key=str(province_key.verifier),
        public=exchange_public(province_key.secret).hex(),
        way=Way.HTTP,
        met_at=builders.AT,
    )
    return Channel.objects.create(counterpart=province, direction=Direction.OUT, items=ITEMS, department=departments[0])
