"""The web server's door."""

import os

from django.core.wsgi import get_wsgi_application

from config.environment import load_dotenv
from config.middleware.charsets import UsualCharset

load_dotenv()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
application.request_class = UsualCharset
