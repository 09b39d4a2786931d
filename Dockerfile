# The production image: the product alone, as a user without rights. Servers are elsewhere (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
COPY requirements/image.txt /tmp/image.txt
# The database driver is built here from source, against Debian's libpq; everything is pinned by hash.
RUN /venv/bin/pip install --no-cache-dir --no-binary psycopg2 --require-hashes -r /tmp/image.txt

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /state --no-create-home desk \
    && install -d -o desk -g desk -m 700 /state
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY supportdesk supportdesk
COPY teams teams
COPY slas slas
COPY tickets tickets
COPY insights insights
COPY templates templates
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=supportdesk.settings \
    SUPPORTDESK_HOME=/state SUPPORTDESK_STATIC=/app/static SUPPORTDESK_LOG=json
RUN python manage.py collectstatic --no-input --verbosity 0
USER desk
VOLUME /state
EXPOSE 8000
CMD ["granian", "supportdesk.asgi:application", "--interface", "asginl", "--no-ws", "--host", "0.0.0.0", \
     "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"]
