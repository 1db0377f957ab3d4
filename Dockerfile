# One file, four images: api, relay, adapter-slack, solo.
#   docker build --target relay -t chasqui-relay .
# The sources are compiled once; each image holds the production dependencies of its own service and no others.
# It builds on engines from 20.10 with BuildKit, so it keeps to what those understand.

FROM node:24-bookworm-slim AS base
# hadolint ignore=DL3008
RUN command -v tini >/dev/null \
 || (apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*)
ENV NODE_ENV=production
WORKDIR /app


# Manifests alone: what is installed from them stays in the build cache until one of them changes.
FROM base AS manifests
COPY . .
RUN find . -type f -not -name package.json -not -name package-lock.json -not -name .npmrc -delete \
 && find . -mindepth 1 -type d -empty -delete


FROM base AS compile
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --ignore-scripts
COPY . .
RUN npx tsc -b services/api services/relay services/adapter-slack services/solo apps/cli \
 && npm run --workspace @chasqui/cli bundle && chmod +x apps/cli/dist/chasqui.mjs \
 && find libs services apps -name node_modules -prune -o \( -name '*.ts' -o -name '*.map' -o -name .tsbuildinfo -o -name 'tsconfig*.json' \) -type f -exec rm {} + \
 && find libs services apps -type d -empty -delete


# What each service needs at run time, and nothing that only builds or tests. npm installs what any workspace depends on, used or not,
# so the test bed is made to depend on nothing.
FROM manifests AS runtime-manifests
RUN npm pkg delete dependencies --workspace @chasqui/testbed

FROM base AS api-modules
COPY --from=runtime-manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --workspace @chasqui/api

FROM base AS relay-modules
COPY --from=runtime-manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --workspace @chasqui/relay

FROM base AS adapter-slack-modules
COPY --from=runtime-manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --workspace @chasqui/adapter-slack

FROM base AS solo-modules
COPY --from=runtime-manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --workspace @chasqui/solo


# Where state and secrets are mounted: an empty volume takes over the owner of the folder it covers.
FROM base AS service
RUN install -d -o node -g node -m 0700 /var/lib/chasqui
COPY deploy/docker/healthy.mjs deploy/docker/healthy.mjs
LABEL org.opencontainers.image.title="Chasqui" \
      org.opencontainers.image.description="Operations commands typed in chat, run in containers on tagged relays anywhere" \
      org.opencontainers.image.licenses="Apache-2.0"
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "deploy/docker/healthy.mjs"]
# V8 lets its young generation grow to three times 16 MiB before it tidies up; at 4 the API at rest measured 130 MiB instead of 180.
ENV NODE_OPTIONS=--max-semi-space-size=4
ENTRYPOINT ["tini", "--"]


FROM service AS api
COPY --from=api-modules /app ./
COPY --from=compile /app/libs libs
COPY --from=compile /app/services/api services/api
COPY --from=compile /app/apps/cli/dist/chasqui.mjs chasqui.mjs
COPY examples examples
COPY deploy/docker/make-secrets.mjs deploy/docker/make-secrets.mjs
RUN ln -s /app/chasqui.mjs /usr/local/bin/chasqui
# What leaves the container is for whoever runs it to say.
ENV CHASQUI_HTTP_HOST=0.0.0.0 CHASQUI_HTTP_PORT=7400
EXPOSE 7400
USER 1000:1000
CMD ["node", "services/api/dist/main.js"]


FROM service AS relay
COPY --from=relay-modules /app ./
COPY --from=compile /app/libs libs
COPY --from=compile /app/services/relay services/relay
RUN ln -s /app/services/relay/bin/chasqui-relay.mjs /usr/local/bin/chasqui-relay
# A relay mostly waits, often on somebody else's small machine.
ENV NODE_OPTIONS=--max-semi-space-size=1 \
    CHASQUI_RELAY_STATE=/var/lib/chasqui \
    CHASQUI_HEALTH_HOST=0.0.0.0 CHASQUI_HEALTH_PORT=7401
USER 1000:1000
CMD ["node", "services/relay/dist/main.js"]


FROM service AS adapter-slack
COPY --from=adapter-slack-modules /app ./
COPY --from=compile /app/libs libs
COPY --from=compile /app/services/adapter-slack services/adapter-slack
ENV CHASQUI_HTTP_HOST=0.0.0.0 CHASQUI_HTTP_PORT=7402
USER 1000:1000
CMD ["node", "services/adapter-slack/dist/main.js"]


# Everything in one process, to talk to: docker run -it --rm chasqui-solo
FROM service AS solo
COPY --from=solo-modules /app ./
COPY --from=compile /app/libs libs
COPY --from=compile /app/services services
COPY --from=compile /app/apps/cli/dist/chasqui.mjs chasqui.mjs
COPY examples examples
RUN ln -s /app/chasqui.mjs /usr/local/bin/chasqui
# Its data is kept if a volume is mounted there: -v chasqui:/var/lib/chasqui
ENV CHASQUI_DATA=/var/lib/chasqui
HEALTHCHECK NONE
USER 1000:1000
CMD ["node", "services/solo/dist/main.js"]
