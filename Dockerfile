# One image for every process of an office: worker, sms, bot, api and the migration job.
# Containers run on Python 3.12: 3.11 has an intermittent import failure in the workflow sandbox.
FROM python:3.12-slim AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/belsendi \
    && /opt/belsendi/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
       -r /tmp/requirements.txt

FROM python:3.12-slim
ENV PATH=/opt/belsendi/bin:$PATH PYTHONUNBUFFERED=1 PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --gid 10001 belsendi \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/belsendi belsendi \
    && install -d -o belsendi -g belsendi -m 0750 /var/lib/belsendi /var/lib/belsendi/signers
COPY --from=packages /opt/belsendi /opt/belsendi
WORKDIR /srv/belsendi
COPY . .
USER 10001:10001
STOPSIGNAL SIGTERM
CMD ["python", "-m", "stack", "--help"]
