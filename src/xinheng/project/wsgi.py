"""What the web server starts."""

import os

from django.core.wsgi import get_wsgi_application

from xinheng.apps import inuse, tether

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")
if os.environ.get("XINHENG_TETHERED") == "1":  # started by xinheng serve: the workers end with their web server
    tether.follow(os.getppid())
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  readable only now

inuse.share(settings.XINHENG_VAR)  # a restore waits until the last web worker has gone
