/**
 * Properties that were started and have not ended: a test that forgot to await one is found by them.
 *
 * State of the module on purpose: mocha's hooks and the tests share nothing else.
 */
const open = new Map<number, string>();
let next = 0;

/** Marks a property as started; the ticket ends it. */
export function beginProperty(name: string): number {
  next += 1;
  open.set(next, name);
  return next;
}

export function endProperty(ticket: number): void {
  open.delete(ticket);
}

/** Names of the properties under way, and forgets them. */
export function takeUnsettled(): string[] {
  const names = [...open.values()];
  open.clear();
  return names;
}
