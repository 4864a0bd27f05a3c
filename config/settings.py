"""The one settings module: demo, tests and production differ only in their environment.

Every variable is described in docs/operations.md.
"""

from datetime import timedelta

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.environment import BASE_DIR
from config.storing import files_storage
from config.timetable import timetable

env = environment.read()

DEMO = env.bool("CONCORD_DEMO", default=False)
TESTING = env.bool("CONCORD_TESTING", default=False)
DEBUG = env.bool("DEBUG", default=False)

SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY and DATABASE_URL, or start the demo with: make demo")
if SECRET_KEY == environment.DEMO_SECRET_KEY and not DEMO:
    raise ImproperlyConfigured("SECRET_KEY is the demo's. Make one of your own: anybody can read this one.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CONCORD_URL = env("CONCORD_URL", default="http://127.0.0.1:8000").rstrip("/")
SECURE_SITE = CONCORD_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [CONCORD_URL]
VERSION = "0.1.0"

# --- rooms ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # first: its `migrate` replaces Django's
    "foundation.database",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.postgres",
    "django.forms",
    "foundation.ui",
    "foundation.audit",
    "foundation.notifications",
    "foundation.api",
    "foundation.files",
    "foundation.work",
    "accounts.agencies",
    "accounts.people",
    "accounts.signin",
    "accounts.clients",
    "partnership.membership",
    "partnership.reminders",
    "partnership.agreements",
    "partnership.responsibilities",
    "partnership.competences",
    "partnership.feeds",
    "partnership.engagement",
    "partnership.commitments",
    "partnership.meetings",
    "infosharing.grants",
    "infosharing.identifiers",
    "infosharing.readers",
    "infosharing.circles",
    "infosharing.notes",
    "infosharing.drafts",
    "infosharing.attachments",
    "infosharing.auditors",
    "infosharing.requests",
    "infosharing.demo",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "guardian",
    "oauth2_provider",
    "rest_framework",
]

MIDDLEWARE = [
    "foundation.middleware.RequestIdMiddleware",
    "foundation.middleware.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.middleware.PrivacyHeadersMiddleware",
    # before whatever asks the database who is there
    "config.health.ProbeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.people.middleware.ActorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partnership.membership.sight.SightMiddleware",
    "foundation.middleware.ButtonMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "foundation.ui.forms.ConcordRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "foundation.notifications.context.unread_notices",
                "config.context.site",
            ],
            "builtins": ["foundation.ui.templatetags.ui"],
            # an undefined variable is a defect of ours: tests look for this text on every page
            "string_if_invalid": "{{undefined: %s}}" if TESTING else "",
        },
    },
]

# --- data ----------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"].update(
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
    # PgBouncer in transaction mode hands each transaction another server connection
    DISABLE_SERVER_SIDE_CURSORS=env.bool("PGBOUNCER", default=False),
)
if env("OWNER_DATABASE_URL", default=""):
    # Migrations alone: the application's own role owns nothing, so that row-level security binds it.
    DATABASES["owner"] = env.db_url("OWNER_DATABASE_URL")
DATABASE_ROUTERS = ["foundation.database.router.OwnerOnlyMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Concord <no-reply@concord.example>")

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "accounts.signin.backends.PersonBackend",
    "infosharing.notes.backends.NotePermissionBackend",
]
# guardian: only direct-foreign-key rows, checked through our own querysets; no anonymous person
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
# our backend answers in place of guardian's (see infosharing/notes/backends.py)
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",
    # other names under the same domain are the city's to decide on, not ours
    "security.W005",
    "security.W021",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.signin.adapter.ConcordAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# the sender says from where a mail is
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
# a mail to a stranger would offer to sign up, which nobody can here
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# By account first: a whole office comes from one address, and one colleague's guesses must not lock the others out.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/5m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
SESSION_COOKIE_AGE = int(timedelta(hours=10).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
SESSION_COOKIE_NAME = "concord_session"

# --- safety --------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE_SITE and not env.bool("TLS_ENDS_AT_PROXY", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SITE else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE_SITE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = [
    "foundation.files.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- pages ---------------------------------------------------------------------------------------
# Pages are in this language. Mail is in its reader's, one of LANGUAGES (foundation/languages.py): no LocaleMiddleware.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("nl", "Nederlands"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Europe/Amsterdam")
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "build" / "collected"))
STATICFILES_DIRS = [path for path in (BASE_DIR / "build" / "static", BASE_DIR / "static" / "public") if path.exists()]
# where a virus scanner listens: path of clamd's socket, or host:port; empty: nothing is scanned
CLAMD = env("CLAMD", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # what people add; outside of everything that is served
    "files": files_storage(env, directory=environment.data_dir() / "files"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG

# --- programs ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["foundation.api.authentication.DenyAll"],
    "DEFAULT_PERMISSION_CLASSES": ["foundation.api.authentication.Denied"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["foundation.api.parsing.JSONBody"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "foundation.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "clients.Client"
OAUTH2_PROVIDER = {
    "SCOPES": {
        "membership:read": "Read partnerships, agencies and memberships",
        "agreements:read": "Read registers of competences and barrier models",
        "commitments:read": "Read commitments",
        "commitments:write": "Keep commitments",
        "notes:read": "Read notes that the client's agency may see",
        "notes:write": "Write and withdraw notes of the client's agency",
        "evaluation:read": "Read indicators",
    },
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "SCOPES_BACKEND_CLASS": "accounts.clients.scopes.ClientScopes",
    # what RFC 9700 asks; tokens are stored as digests, so that whoever reads the table cannot use them
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

# --- work in the background ----------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    # who asks for a task while the broker is away does not wait for it
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = timetable(demo=DEMO)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "foundation.middleware.RequestIdFilter"},
        "discreet": {"()": "config.discretion.DiscreetFilter"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request", "discreet"]}
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Concord",
    "DESCRIPTION": "Partnerships against organised crime: who takes part, and what they may tell each other.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "Kind": "accounts.agencies.models.Kind",
        "Sector": "accounts.agencies.models.Sector",
        "Level": "accounts.agencies.models.Level",
        "PartnershipStatus": "partnership.membership.models.PartnershipStatus",
        "MembershipRole": "partnership.membership.models.MembershipRole",
        "MembershipStatus": "partnership.membership.models.MembershipStatus",
        "Approach": "partnership.approaches.Approach",
        "CommitmentStatus": "partnership.commitments.models.Status",
        "ResponsibilityStatus": "partnership.responsibilities.models.Status",
        "ResponsibilityPart": "partnership.responsibilities.models.Part",
        "Period": "partnership.responsibilities.models.Period",
        "EntryCheck": "partnership.competences.models.EntryCheck",
        "Extent": "partnership.competences.models.Extent",
        "Coverage": "partnership.competences.serializers.COVERAGE",
        "Tlp": "infosharing.notes.markings.Tlp",
        "AudienceKind": "infosharing.notes.markings.Audience",
        "FileKind": "foundation.files.kinds.Kind",
        "FileState": "foundation.files.models.Scan",
        "NoteStatus": "infosharing.notes.models.Status",
        "RequestStatus": "infosharing.requests.models.Status",
        "Ground": "infosharing.requests.grounds.Ground",
    },
    "SERVERS": [{"url": CONCORD_URL}],
}
