/** Which operations only look. */
const looking: ReadonlySet<string> = new Set([
  'read',
  'read-stale',
  'watch',
  'leader',
  'discover',
  'request',
]);

/** False for one that nobody knows: it may change something. */
export function changesNothing(f: string): boolean {
  return looking.has(f);
}
