# The two commands of the README in a container: make figures, make test. Built and run in hosted continuous integration.
FROM python:3.11-slim
RUN apt-get update --quiet --quiet \
 && apt-get install --quiet --yes --no-install-recommends git make procps \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /scaling-spectra
COPY . .
RUN make .venv/ready
CMD ["make", "figures"]
