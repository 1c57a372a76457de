/** Lists that were told: each says of every key that it covers what was there at its revision. */
import type { OperationEvent } from '../../core/history.ts';
import { rangeOf, rowsOf, type Range, type Rows } from '../../workload/kv/ranges.ts';
import { when } from '../describe.ts';

export interface ToldList {
  /** The revision that it is of. */
  readonly at: number;
  readonly rows: Rows;
  readonly op: number;
  readonly sentence: string;
  /** Would it have this key if it had been there? Of one that it has: no. */
  lacks(key: string): boolean;
}

/** Ranges that were asked for, by operation. */
export class Lists {
  private readonly asked = new Map<number, Range>();

  /** The list that this event tells; null: none, or one of a system that tells no revision. */
  told(e: OperationEvent): ToldList | null {
    if (e.type === 'invoke') this.asked.set(e.op, rangeOf(e.value));
    if (e.type !== 'ok') return null;
    const rows = rowsOf(e.value);
    const at = e.version ?? 0;
    if (rows === null || at === 0) return null;
    const { after = '', limit = Infinity } = this.asked.get(e.op) ?? {};
    const end = rows.length < limit ? null : (rows.at(-1)?.key ?? null);
    const has = new Set(rows.map(({ key }) => key));
    const sentence = `Process ${e.process}'s list of ${e.key} told ${when(e.timeUs)} what was there at revision ${at}`;
    const lacks = (key: string): boolean =>
      key.startsWith(e.key) && key > after && (end === null || key < end) && !has.has(key);
    return { at, rows, op: e.op, sentence, lacks };
  }
}
