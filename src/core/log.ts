/** The part of a logger that rooms use; pino fits. Objects are redacted by the logger's own rules. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
