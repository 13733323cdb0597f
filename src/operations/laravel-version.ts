/** Whether `12.40.0` is `12.40` or later; a version that can't be read is none of them. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [, ofMajor, ofMinor] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (ofMajor === undefined) return false;
  const difference = Number(ofMajor) - major;
  return difference > 0 || (difference === 0 && Number(ofMinor ?? 0) >= minor);
}
