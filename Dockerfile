# Queuekeeper's image: built sources and production dependencies alone, as a user without rights.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
# The compiler is a dependency so that `npm ci` is enough outside of images; in here nothing is left to build.
RUN node_modules/.bin/tsc -p tsconfig.build.json \
 && npm prune --omit=dev --ignore-scripts \
 && rm -rf node_modules/typescript node_modules/@typescript

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY src/launch.mjs ./src/launch.mjs
COPY src/charts/draw-process.mjs ./src/charts/draw-process.mjs
# Spool and anchors go here when the configuration says so; mount a volume to keep them.
RUN mkdir -p /var/lib/queuekeeper && chown node:node /var/lib/queuekeeper
USER node
# Slack's requests (HTTP only), and /healthz, /readyz.
EXPOSE 3000 9464
ENV QUEUEKEEPER_CONFIG=/etc/queuekeeper/queuekeeper.yml
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPS_PORT || 9464}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and handles SIGTERM; it starts no children that outlive it.
ENTRYPOINT ["node", "src/launch.mjs"]
CMD ["start"]
STOPSIGNAL SIGTERM
