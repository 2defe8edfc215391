"""The wiring of the project: settings, URLs, the embedded database, and what belongs to no app.

Everything in here but `urls`, `wsgi` and `demo` lies below the apps and knows none of them.
"""
