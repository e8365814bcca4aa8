"""Django settings. DEBUG is off everywhere; what differs between places comes from the environment."""

import os
import secrets
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tracker import environment

ENVIRONMENT = environment.read(os.environ)
BASE_DIR = environment.ROOT
RELEASE = "0.1.0"

DEBUG = False
SERVES_DESK = ENVIRONMENT.serves in (None, "desk", "both")
SERVES_PUBLIC = ENVIRONMENT.serves in (None, "public", "both")

# Only serving the desk signs anything that must outlive the process (sessions, CSRF).
if ENVIRONMENT.serves in ("desk", "both") and not ENVIRONMENT.secret_key:
    raise ImproperlyConfigured("TRACKER_SECRET_KEY is missing; set it to a long random text that stays the same.")
SECRET_KEY = ENVIRONMENT.secret_key or secrets.token_urlsafe(50)
# Without either, tokens that are made now would be refused by every other process.
TOKEN_PEPPER = ENVIRONMENT.token_pepper or ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts) or ["127.0.0.1", "localhost", "[::1]"]

# What signs staff in and shows them pages; the public process has none of it.
DESK_APPS = [
    "tracker.desk.DeskConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
INSTALLED_APPS = [
    *(DESK_APPS if SERVES_DESK else []),
    *(["negotiations.dashboard"] if SERVES_PUBLIC else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "corsheaders",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tracker",
    "negotiations",
]

if ENVIRONMENT.demo and not set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]"}:
    raise ImproperlyConfigured("TRACKER_DEMO is 1 and TRACKER_HOSTS names other hosts; the demo serves loopback only.")

# The order a request meets them. The public process has no sessions, users or messages at all.
MIDDLEWARE = [
    *(["tracker.demo_server.LoopbackOnlyMiddleware"] if ENVIRONMENT.demo else []),
    "negotiations.api.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tracker.static_files.StaticFilesMiddleware",
    "tracker.policy.PolicyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
]
if SERVES_DESK:
    MIDDLEWARE += ["negotiations.api.desk.door.DeskDoorMiddleware"]
if SERVES_PUBLIC:
    MIDDLEWARE += [
        "negotiations.api.limits.LimitsMiddleware",
        "negotiations.api.middleware.ResponseCacheMiddleware",
        "negotiations.api.middleware.PublicDoorMiddleware",
    ]
if SERVES_DESK:
    MIDDLEWARE += [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]

# The contract tells of both doors, so it is made where the desk's code is; the public process does not load that.
SILENCED_SYSTEM_CHECKS = [] if SERVES_DESK else ["drf_spectacular.E001"]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "negotiations" / "templates"],  # ours before those of admin and allauth
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                *(["django.contrib.messages.context_processors.messages"] if SERVES_DESK else []),
            ]
        },
    }
]

# Databases: the desk's working tables, and the window of the role that may read what is public and nothing else.
DESK_PATH = "-c search_path=public,extensions"
WINDOW_PATH = "-c search_path=window_now,extensions,pg_temp"
DESK_ROLE = "tracker_desk"
PUBLIC_ROLE = "tracker_public"
PUBLIC_ALIAS = "default" if ENVIRONMENT.serves == "public" else "public"


def _databases() -> dict[str, dict[str, Any]]:
    """The aliases this process may use; a public process knows no other address than the public one."""
    serving = ENVIRONMENT.serves is not None
    databases = {}
    if SERVES_DESK:
        if ENVIRONMENT.serves and not ENVIRONMENT.database_url:
            raise ImproperlyConfigured("DATABASE_URL is missing; the desk needs the address of its PostgreSQL.")
        role = f" -c role={DESK_ROLE}" if serving else ""
        databases["default"] = environment.connection_settings(
            ENVIRONMENT.database_url or "dbname=tracker", variable="DATABASE_URL", options=DESK_PATH + role
        )
    if SERVES_PUBLIC and (ENVIRONMENT.public_database_url or serving):
        if not ENVIRONMENT.public_database_url:
            raise ImproperlyConfigured(
                f"PUBLIC_DATABASE_URL is missing; the public door connects as {PUBLIC_ROLE} and as nobody else."
            )
        databases[PUBLIC_ALIAS] = environment.connection_settings(
            ENVIRONMENT.public_database_url, variable="PUBLIC_DATABASE_URL", options=WINDOW_PATH
        )
        databases[PUBLIC_ALIAS]["TEST"] = {"MIRROR": "default"}
    for alias, settings in databases.items():
        settings["CONN_HEALTH_CHECKS"] = True
        if alias == PUBLIC_ALIAS:
            # Each thread keeps its connection, and what it asks for again is prepared on that.
            settings["CONN_MAX_AGE"] = None
            settings["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 1}
            settings["OPTIONS"].setdefault("connect_timeout", "2")
        elif serving:
            settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}  # seconds
    return databases


if ENVIRONMENT.serves == "public" and ENVIRONMENT.database_url:
    raise ImproperlyConfigured("DATABASE_URL is set, but the public process must not know the desk; unset it.")
DATABASES = _databases()
DATABASE_ROUTERS = ["negotiations.ledger.window.WindowRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Signing in at the desk. Nobody signs up, and no mail is sent: administrators hand out one-time links.
if SERVES_DESK:
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    # Attempts and used codes are counted in the database, so by all processes together.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
LOGIN_URL, LOGIN_REDIRECT_URL = "/admin/login/", "/admin/"
CSRF_FAILURE_VIEW = "negotiations.accounts.held.csrf_failure"
SESSION_COOKIE_AGE = 12 * 60 * 60
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # of one-time links
SECOND_FACTOR_REQUIRED = not ENVIRONMENT.demo
KEEPS_ITS_KEY = ENVIRONMENT.secret_key is not None  # else what is signed now fits no other process
ACCOUNT_ADAPTER = "negotiations.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # the adapter decides
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "negotiations.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Negotiation tracker"
MFA_RECOVERY_CODE_DIGITS = 8
MFA_TOTP_TOLERANCE = 1  # people take their time to type; the forms see to it that a code is taken once
MFA_FORMS = {
    "authenticate": "negotiations.accounts.forms.AuthenticateForm",
    "reauthenticate": "negotiations.accounts.forms.ReauthenticateForm",
    "activate_totp": "negotiations.accounts.forms.SetUpForm",
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # no collectstatic step: packages' static files are served from where they lie
WHITENOISE_AUTOREFRESH = False

# Only our own origin may run or show anything; Swagger's split view and the admin live under this.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Any site may read the public API; nothing else answers across origins.
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "if-none-match", "user-agent"]
CORS_URLS_REGEX = r"^/api/v1/(?!desk/)"
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Withdrawn-In-Revision",
    "Deprecation",
    "Sunset",
    "X-Request-ID",
]

# Counted by network at the public door; without Redis each process counts for itself.
REQUESTS_PER_MINUTE = ENVIRONMENT.requests_per_minute
LIMITS_STORAGE = ENVIRONMENT.redis_url or "memory://"
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies

# Each process that serves the public door keeps its answers, in so many bytes, until it hears of the next revision.
CACHE_BYTES = ENVIRONMENT.cache_megabytes * 2**20 if ENVIRONMENT.serves in ("public", "both") else 0
LISTENS = CACHE_BYTES > 0

CONTACT = ENVIRONMENT.contact  # whom the page about the method sends to with mistakes

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "negotiations.api.schema.ProblemAutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["negotiations.api.filters.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "negotiations.api.paging.KeysetPagination",
    "EXCEPTION_HANDLER": "negotiations.api.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": True,
    "UPLOADED_FILES_USE_URL": False,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Negotiation tracker",
    "DESCRIPTION": (
        "Who met whom, what each side asked for, what came of it, and how we know: peace negotiations as records, each "
        "with its sources. Read-only, the same for everyone, no key. An unknown parameter is refused, never ignored; "
        "dates are EDTF as the source gives them (`2025`, `2025-05-16`, `2025-05-16/..`). `as_of` asks what this "
        "tracker had published at a revision; such an answer never changes again."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "LICENSE": {"name": "Data: CC BY 4.0, quotations excepted", "url": "https://creativecommons.org/licenses/by/4.0/"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        name: f"negotiations.vocabulary.{name}"
        for name in (
            "ActorKind",
            "Ascription",
            "AssertionField",
            "AssertionState",
            "Attendance",
            "Attribution",
            "Capacity",
            "CellState",
            "Certainty",
            "Change",
            "ClaimCheck",
            "Channel",
            "ComparedChange",
            "Counting",
            "DeadlineStanding",
            "DelegationRole",
            "Discussed",
            "DoneBasis",
            "Doubt",
            "Ending",
            "EventKind",
            "EventPartyRole",
            "EventStatus",
            "ExcerptCheck",
            "FactKind",
            "IdentifierScheme",
            "Implementation",
            "ItemKind",
            "Level",
            "LinkRelation",
            "ListBasis",
            "Modality",
            "NameKind",
            "NextMeeting",
            "OutcomeKind",
            "OutcomePartyRole",
            "OutcomeStance",
            "PartTaken",
            "PlaceKind",
            "PositionChange",
            "Precision",
            "Rank",
            "Reliability",
            "Reproduction",
            "RevisionKind",
            "Scope",
            "Setting",
            "SourceKind",
            "Stage",
            "Stance",
            "StatementAct",
            "SubmissionStatus",
            "Support",
            "TalkKind",
            "TalkRelation",
            "TalkStatus",
            "TextKind",
            "Track",
            "Unit",
            "Verdict",
            "WithdrawalAct",
        )
    }
    | {
        "LinkTargetKind": "negotiations.api.references.TARGET_KINDS",
        "SearchedResource": "negotiations.api.search.Searched",
        "FactRecordResource": "negotiations.api.disputes.OWNER_NAMES",
        "SourcedKind": "negotiations.api.context.SourcedKind",
        "FactPartKind": "negotiations.api.disputes.PARTS",
        "PublishingKind": "negotiations.api.desk.acts.KINDS",
        "RecordResource": "negotiations.api.desk.acts.RESOURCE_NAMES",
    },
    "POSTPROCESSING_HOOKS": [
        "negotiations.api.schema.drop_blank_choice",
        "drf_spectacular.hooks.postprocess_schema_enums",
        "negotiations.api.schema.inline_null",
        "negotiations.api.desk.dossier_format.describe_dossiers",
        "negotiations.api.contract.name_words_of_parameters",
        "negotiations.api.schema.share_parameters",
        "negotiations.api.contract.answer_if_changed",
        "negotiations.api.schema.read_the_past",
        "negotiations.api.headers.describe_headers",
        "negotiations.api.headers.share_answers",
        "negotiations.api.desk.schema.share_with_desk",
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {
            "name": "desk",
            "description": (
                "For staff's programs, with a token: drafts, submissions and editorial acts. Served where the desk is;"
                " a public process answers 404 at each of these addresses."
            ),
        }
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # No outside validator and no sign-in to remember: the page talks to this server only.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "defaultModelsExpandDepth": 0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}},
    "filters": {"request_id": {"()": "negotiations.api.request_ids.RequestIdFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["request_id"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},  # a bad request is the asker's affair
}
