"""The witness for a web server: its folder is named in XINHENG_WITNESS."""

import os
from pathlib import Path

from xinheng.witness.service import Witness, wsgi

application = wsgi(Witness.of(Path(os.environ["XINHENG_WITNESS"])))
