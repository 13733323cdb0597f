/**
 * Whether an environment's name says production: in the configuration, or as the application's own APP_ENV. Laravel knows
 * `production` alone; people also write `prod`, `Production-eu`, `live` or 生产. Rather one drill too few.
 */
export const isProduction = (environment: string): boolean =>
  /^(?:prod|prd|production|live)(?:[^a-z]|$)|^生产/i.test(environment.trim());
