/** Watches and changes in words. */
import type { WatchedChange } from '../../core/watch.ts';
import { canonical } from '../canonical.ts';
import type { Change, Watch } from './watch.ts';

/** `process 3's watch of k (operation 12)`. */
export function nameWatch(w: Watch): string {
  const what = w.prefix === '' ? 'everything' : w.prefix;
  return `process ${w.process}'s watch of ${what} (operation ${w.op})`;
}

/** `k1 = 7 at revision 9`, `the removal of k1 at revision 9`. */
export function nameChange(e: Pick<WatchedChange, 'key' | 'value' | 'revision'>): string {
  const text = canonical(e.value);
  const short = text.length <= 60 ? text : `${text.slice(0, 57)}…`;
  const what = e.value === null ? `the removal of ${e.key}` : `${e.key} = ${short}`;
  return `${what} at revision ${e.revision}`;
}

/** `process 2's change to k1 = 7 at revision 9 was acknowledged (operation 5)`. */
export function nameSource(c: Change): string {
  const what = nameChange(c);
  const { process, op } = c;
  if (c.by === 'watch') return `process ${process}'s watch (operation ${op}) was told of ${what}`;
  return `process ${process} got ${what} acknowledged (operation ${op})`;
}
