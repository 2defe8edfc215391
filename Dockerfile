# One image for all that runs: web (as it is), worker, beat, and manage.py. docs/operations.md says how.

FROM python:3.13.7-slim-bookworm AS build
WORKDIR /studio
COPY requirements.txt ./
COPY docs/deploy/build docs/deploy/build
RUN docs/deploy/build dependencies /opt/venv
COPY . .
RUN docs/deploy/build static /opt/venv && /opt/venv/bin/python -m compileall -q .

FROM python:3.13.7-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin studio
COPY --from=build /opt/venv /opt/venv
COPY --from=build /studio /studio
WORKDIR /studio
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000
USER studio
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-m", "config.probe"]
STOPSIGNAL SIGTERM
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
