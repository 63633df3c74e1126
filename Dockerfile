# One image for every service, job and command: what it does is its arguments (`serve telemetry`, `db upgrade`, ...).
# The base needs Python 3.11 or newer, the same in both stages; name one of your own registry with --build-arg BASE=...
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python -m venv /opt/build && python -m venv --without-pip /opt/vigie
COPY requirements-build.lock requirements-run.lock ./
RUN /opt/build/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements-build.lock \
 && /opt/build/bin/pip --python /opt/vigie/bin/python install --quiet --no-cache-dir --only-binary :all: \
      --require-hashes -r requirements-run.lock
COPY pyproject.toml README.md LICENSE ./
COPY services services
COPY shared shared
COPY rules rules
RUN /opt/build/bin/pip wheel --quiet --no-cache-dir --no-deps --no-build-isolation --wheel-dir /opt/wheels . \
 && /opt/build/bin/pip --python /opt/vigie/bin/python install --quiet --no-cache-dir --no-deps /opt/wheels/*.whl

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Vigie" \
      org.opencontainers.image.description="Low-code rules and alerting for a connected metropolis" \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Nothing is installed into a running container: the base's own installer goes.
RUN python -m pip uninstall --quiet --yes --root-user-action ignore setuptools wheel pip
COPY --from=build /opt/vigie /opt/vigie
ENV PATH=/opt/vigie/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, not a name: Kubernetes can then see that it isn't root. The root file system may be read-only.
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
# The cluster's probes ask /healthz and /readyz; a second opinion would only get in their way.
HEALTHCHECK NONE
ENTRYPOINT ["vigie"]
