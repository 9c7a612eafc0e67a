# syntax=docker/dockerfile:1
# One image for web, workers, schedule and migrations; docker-compose.yml says which one a container is.

FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
# The packages first: their layer stays as long as the lock file does.
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev --no-install-project
COPY . .
# A directory and secrets for this one command; nothing of them reaches the image that runs.
RUN DATA_DIR=/tmp/build STATIC_ROOT=/app/static /app/.venv/bin/python manage.py collectstatic --no-input -v0

FROM python:3.13-slim-trixie
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static
RUN useradd --system --uid 10001 --no-create-home zoomsync && install -d -m 0700 -o zoomsync -g zoomsync /data
WORKDIR /app
COPY --from=build /app /app
USER zoomsync
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "zoomsync.wsgi", "--bind=0.0.0.0:8000", "--worker-class=zoomsync.web_worker.Worker", "--threads=8", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
