export type Present<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };

/** Without the keys whose value is undefined: an optional field is absent or has its value. */
export function present<Fields extends object>(fields: Fields): Present<Fields> {
  // Only entries with a value remain, which is what the type says.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;
}
