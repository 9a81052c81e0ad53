"""What the web server starts."""

import gc
import os
from wsgiref.util import setup_testing_defaults

from django.core.wsgi import get_wsgi_application

from xinheng.apps import inuse, tether

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")
if os.environ.get("XINHENG_TETHERED") == "1":  # started by xinheng serve: the workers end with their web server
    tether.follow(os.getppid())
_usual = get_wsgi_application()

from django.conf import settings  # noqa: E402  readable only now
from django.db import connections  # noqa: E402

from xinheng.api.lookup import lookups_first  # noqa: E402  Django must be set up before its models are named
from xinheng.apps.policy import current_policy  # noqa: E402
from xinheng.core.publication.rules import rules_of  # noqa: E402

# Read before the first reader comes, not while he waits: the catalogue, and with one question all addresses, templates and words.
rules_of(current_policy())
_first = {
    "HTTP_HOST": next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost").removeprefix(".")
}
if settings.BEHIND_TLS:
    _first["HTTP_X_FORWARDED_PROTO"] = "https"
setup_testing_defaults(_first)
b"".join(_usual(_first, lambda *_: None))
connections.close_all()  # the threads that answer open their own
# What is here now stays: a catalogue of some hundred thousand objects need not be searched for rubbish beside every few pages.
gc.collect()
gc.freeze()
application = lookups_first(_usual)
inuse.share(settings.XINHENG_VAR)  # a restore waits until the last web worker has gone
