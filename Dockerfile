# syntax=docker/dockerfile:1

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY config config
COPY migrations migrations
COPY src src
RUN npm run build

# The embedded PostgreSQL is an optional dependency and 60 MB that a service with DATABASE_URL never opens. The SDK of
# LEDGER_NETWORK_DRIVER=hedera is another one: --build-arg OMIT=dev keeps both.
FROM node:24-slim AS dependencies
ARG OMIT=optional
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=$OMIT --no-audit --no-fund

FROM node:24-slim
# Root owns the code and the service runs as node, so that a hole in the service does not let it rewrite itself.
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# Mails wait here as files where SMTP_URL is not set.
RUN mkdir --mode=0700 /data && chown node:node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
