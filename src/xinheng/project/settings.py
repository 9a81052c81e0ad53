"""Settings of the installation: one file, read from the environment. `docs/operations/settings.md` lists every name."""

import os
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from xinheng.project import environment

ROOT = Path(__file__).resolve().parents[3]

XINHENG_VAR = Path(os.environ.get("XINHENG_VAR", ROOT / "var"))
XINHENG_POLICY = Path(os.environ.get("XINHENG_POLICY", ROOT / "policy"))
XINHENG_AUTHORITY = os.environ.get("XINHENG_AUTHORITY", "shenzhen")
# Our name in messages to other nodes and in statements both sign; chosen once, like the log's.
XINHENG_NODE = os.environ.get("XINHENG_NODE") or f"{XINHENG_AUTHORITY}.xinheng.local/node"
XINHENG_LAKE = os.environ.get("XINHENG_LAKE", "")  # where evaluations read; empty: a folder in XINHENG_VAR
XINHENG_ENGINE = os.environ.get("XINHENG_ENGINE", "local")  # local, polars, duckdb, spark://host:port
XINHENG_REFERENCE_PREFIX = os.environ.get("XINHENG_REFERENCE_PREFIX", "SZ")
# A demo city lives on a day of its own; real installations leave this empty and read the clock.
XINHENG_DAY = date.fromisoformat(os.environ["XINHENG_DAY"]) if os.environ.get("XINHENG_DAY") else None

# The log's name for ever: who believes its key believes it under this name. docs/formats/ledger.md
XINHENG_LEDGER_ORIGIN = os.environ.get("XINHENG_LEDGER_ORIGIN") or f"{XINHENG_AUTHORITY}.xinheng.local/log"
XINHENG_LEDGER_PROFILE = os.environ.get("XINHENG_LEDGER_PROFILE") or "standard"  # or gm: SM2, SM3
XINHENG_LEDGER_TRUST = os.environ.get("XINHENG_LEDGER_TRUST", "")  # empty: var/ledger/trust-policy, if it is there
XINHENG_WITNESS_SECONDS = float(os.environ.get("XINHENG_WITNESS_SECONDS") or 5)

SECRET_KEY = environment.secret_key(os.environ, XINHENG_VAR)
DEBUG = os.environ.get("XINHENG_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("XINHENG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("XINHENG_ORIGINS", "").split(",") if origin]
BEHIND_TLS = os.environ.get("XINHENG_TLS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "xinheng.apps.accounts",
    "xinheng.apps.audit",
    "xinheng.apps.timetable",
    "xinheng.apps.intake",
    "xinheng.apps.subjects",
    "xinheng.apps.records",
    "xinheng.apps.jobs",
    "xinheng.apps.changes",
    "xinheng.apps.mending",
    "xinheng.apps.ledger",
    "xinheng.apps.exchange",
    "xinheng.apps.evaluation",
    "xinheng.pages",
    "xinheng.portal",
    "xinheng.workbench",
    "xinheng.api",
    # Behind ours: templates of the same name are ours.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
# Pages people write (Wagtail) come with the extra `news`; XINHENG_NEWS=0 leaves them out where a city has a site of its own.
NEWS = os.environ.get("XINHENG_NEWS", "1") == "1" and find_spec("wagtail") is not None
if NEWS:
    INSTALLED_APPS += [
        "wagtail.embeds",
        "wagtail.sites",
        "wagtail.users",
        "wagtail.snippets",
        "wagtail.documents",
        "wagtail.images",
        "wagtail.search",
        "wagtail.admin",
        "wagtail",
        "modelcluster",
        "taggit",
        "django_filters",
        "xinheng.news",
    ]
WAGTAIL_SITE_NAME = "信衡"
WAGTAILADMIN_BASE_URL = CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://127.0.0.1:8000"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": True}}
TAGGIT_CASE_INSENSITIVE = True
MEDIA_ROOT, MEDIA_URL = XINHENG_VAR / "media", "/media/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xinheng.workbench.doors.second_factor_first",
    "xinheng.pages.middleware.security_headers",
]
CSRF_FAILURE_VIEW = "xinheng.workbench.views.session.csrf_failed"
ROOT_URLCONF = "xinheng.project.urls"
WSGI_APPLICATION = "xinheng.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # Folded once for each language: fixed words, addresses and includes are not looked up for each reader.
            "loaders": [("xinheng.pages.folding.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xinheng.pages.context.frame",
            ],
        },
    }
]

DATABASES = {"default": environment.database(os.environ, XINHENG_VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "regular"]}}

AUTH_USER_MODEL = "accounts.Account"
LOGIN_URL = "account_login"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL  # one sign-on for everything
LOGIN_REDIRECT_URL = "workbench:home"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "xinheng.apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth asks for the list all the same
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser, and after these hours at the latest
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before a factor is added or removed
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip", "login": "120/m/ip"}  # names are locked by apps.accounts.locking
SESSION_COOKIE_AGE = 12 * 3600
MFA_ADAPTER = "xinheng.apps.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "xinheng.apps.accounts.adapter.CodeForm",
    "reauthenticate": "xinheng.apps.accounts.adapter.AgainForm",
}
MFA_TOTP_TOLERANCE = 1  # one step: clocks differ, and codes are typed while they change (RFC 6238, 5.2)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
# A city's identity provider (OpenID Connect): none unless its address is told.
XINHENG_OIDC_URL = os.environ.get("XINHENG_OIDC_URL", "")
XINHENG_OIDC_NAME = os.environ.get("XINHENG_OIDC_NAME", "统一身份认证")
XINHENG_OIDC_CLAIM = os.environ.get("XINHENG_OIDC_CLAIM", "preferred_username")
XINHENG_LEGAL_OIDC_URL = os.environ.get("XINHENG_LEGAL_OIDC_URL", "")
XINHENG_LEGAL_OIDC_CLAIM = os.environ.get("XINHENG_LEGAL_OIDC_CLAIM", "uscc")  # 统一社会信用代码
SOCIALACCOUNT_ADAPTER = "xinheng.apps.accounts.adapter.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = environment.identity_provider(os.environ)
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True  # no separate collecting step; files are still served with far-future names by the edge

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Files are read in blocks from disk, never held in memory; the reader has its own limits on what a file may unpack to.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 << 20
FILE_UPLOAD_TEMP_DIR = None

# The level is the handler's too: the workers set their own logger to tell of every task.
_LOG = os.environ.get("XINHENG_LOG", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": _LOG}},
    "root": {"handlers": ["console"], "level": _LOG},
    # An address nobody knows is the asker's affair, not the operator's; what fails here is told.
    "loggers": {"django.request": {"level": "ERROR" if _LOG == "WARNING" else _LOG}},
}
