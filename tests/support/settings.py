"""The product's settings, without the page editor: it brings a hundred migrations that only tests/news needs (XINHENG_NEWS=1)."""

import os

os.environ.setdefault("XINHENG_NEWS", "0")

from xinheng.project.settings import *  # noqa: F403

os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"  # what processes that tests start go by
