# The portal: web, worker and beat are the same image with another command (see docker-compose.yml).
FROM python:3.11-slim-bookworm AS system
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LANG=C.UTF-8
WORKDIR /srv/portal
COPY bin/lib.sh bin/start bin/
RUN bin/start packages && rm -rf /var/lib/apt/lists/*

FROM system AS build
COPY requirements requirements
COPY package.json package-lock.json .npmrc ./
COPY static/icons.txt static/
COPY bin/static bin/
RUN bin/start files

FROM system
RUN useradd --system --uid 10001 --home-dir /var/lib/portal portal \
    && install -d -o portal -g portal -m 750 /var/lib/portal
COPY --from=build /srv/portal/.venv .venv
COPY . .
COPY --from=build /srv/portal/static/vendor static/vendor
ENV VAR_DIR=/var/lib/portal
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["bin/start", "check"]
CMD ["bin/start", "web"]
