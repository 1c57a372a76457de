/** What the address says after `#`: which part is shown, and which event of it. */

export interface Place {
  /** Id of a run; null: the overview. */
  readonly run: string | null;
  readonly event: string | null;
}

export function placeOf(hash: string): Place | null {
  const text = hash.replace(/^#/, '');
  if (text === 'suite') return { run: null, event: null };
  const parts = new URLSearchParams(text);
  const run = parts.get('run');
  return run === null ? null : { run, event: parts.get('e') };
}

export function hashOf({ run, event }: Place): string {
  if (run === null) return '#suite';
  return `#run=${encodeURIComponent(run)}${event === null ? '' : `&e=${event}`}`;
}
