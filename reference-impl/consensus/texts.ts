/**
 * JSON of what holds entries or rows of a snapshot, made of what is known of each: a leader encodes an
 * entry once, for its own disk and all followers.
 */
import type { Json, Msg, Rec } from '../../harness/core/host.ts';
import { factsOf } from './entry-facts.ts';
import type { RaftMessage, RaftRecord } from './messages.ts';

const known = new WeakMap<readonly Json[], readonly string[]>();

/** These rows as JSON are `texts`. */
export function noteTexts(rows: readonly Json[], texts: readonly string[]): void {
  known.set(rows, texts);
}

/** `JSON.stringify` of a message or record of consensus; null: nothing of it is known. */
export function textOf(value: Msg | Rec): string | null {
  const m = value as RaftMessage | RaftRecord;
  if (m.kind === 'append' && m.entries.length > 0) {
    return around(
      { ...m, entries: [] },
      m.entries.map((e) => factsOf(e).text ?? JSON.stringify(e)),
    );
  }
  const rows = m.kind === 'piece' ? known.get(m.rows) : undefined;
  return rows === undefined ? null : around({ ...m, rows: [] }, rows);
}

/** `empty` ends with a list that has nothing in it. */
function around(empty: object, inner: readonly string[]): string {
  return `${JSON.stringify(empty).slice(0, -2)}${inner.join(',')}]}`;
}
