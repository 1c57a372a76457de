/**
 * Is the history whole? Every operation of the program that was reached must be in it, once.
 *
 * Judges see nothing but the history: a recorder that loses an event could hide a violation from
 * them, or make one up. Clients work through their lists in order, so a gap shows.
 */
import { isOperation } from '../core/history.ts';
import type { History } from '../core/history.ts';
import type { Program } from '../core/program.ts';

/** What is missing or too much, in words; null when nothing is. Linear time. */
export function whatIsMissing(history: History, program: Program): string | null {
  const invoked = new Set<number>();
  const ended = new Set<number>();
  for (const e of history.events) {
    if (!isOperation(e)) continue;
    const seen = e.type === 'invoke' ? invoked : ended;
    if (seen.has(e.op)) return `operation ${e.op} has two events of type ${e.type}`;
    if (e.type !== 'invoke' && !invoked.has(e.op)) return `operation ${e.op} ended but never began`;
    seen.add(e.op);
  }
  for (const operations of program.clients) {
    let gap: number | null = null;
    for (const { id } of operations) {
      if (!invoked.has(id)) {
        gap ??= id;
        continue;
      }
      if (gap !== null)
        return `operation ${gap} is missing, and a later one of its client is there`;
      if (!ended.has(id)) return `operation ${id} began and has no end`;
    }
  }
  return null;
}
