# The image of jclone: the program and a Java runtime, without a MySQL server; see docs/kubernetes.md. To build it, in a
# checkout, from what "mvn package -Dquick -DskipTests -pl src -am" makes:
#
#   docker build -t jclone -f Dockerfile src/target
#
# BASE may be any Debian or Ubuntu, with or without Java 17 or newer.
ARG BASE=debian:bookworm-slim
FROM ${BASE}

RUN command -v java >/dev/null || { \
      apt-get update && \
      apt-get install --yes --no-install-recommends openjdk-17-jre-headless && \
      rm -rf /var/lib/apt/lists/*; }

COPY dist /opt/jclone
RUN rm -rf /opt/jclone/cds && ln -s /opt/jclone/bin/jclone /usr/local/bin/jclone

# No archive of loaded classes: the launcher compares dates of files that are others wherever the image is unpacked.
ENV JCLONE_CDS=off
# The user mysql of the official image of MySQL, so that its server can use the directory.
USER 999:999
ENTRYPOINT ["/opt/jclone/bin/jclone"]
CMD ["help"]
