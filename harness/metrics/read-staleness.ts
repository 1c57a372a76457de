/** How old what was read had become when it was asked for. */
import { isOperation, type OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Metric, MetricReader } from '../core/metric.ts';

interface Change {
  readonly callUs: number;
  readonly retUs: number;
}

/** The changes of one key that are known to have happened, in order of their returns. */
class Changes {
  private readonly all: Change[] = [];
  /** By value, as JSON: its last change. */
  private readonly byValue = new Map<string, number>();

  /** What somebody tried to make of it, and nobody knows whether or when it became that. */
  private readonly perhaps = new Set<string>();

  tried(value: Json): void {
    this.perhaps.add(JSON.stringify(value));
  }

  add(value: Json, change: Change): void {
    this.byValue.set(JSON.stringify(value), this.all.length);
    this.all.push(change);
  }

  /** Since when, at `callUs`, this value was surely not the newest any more; null: it may have been. */
  replacedUs(value: Json, callUs: number): number | null {
    const text = JSON.stringify(value);
    if (this.perhaps.has(text)) return null;
    const at = this.byValue.get(text);
    // Of unknown fate: nobody knows when it happened. Nothing at all was there before everything else.
    if (at === undefined && value !== null) return null;
    const writtenUs = at === undefined ? -1 : (this.all[at] as Change).retUs;
    for (let i = (at ?? -1) + 1; i < this.all.length; i++) {
      const later = this.all[i] as Change;
      if (later.retUs >= callUs) return null;
      if (later.callUs > writtenUs) return later.retUs;
    }
    return null;
  }
}

/**
 * The least that it can be: from the first return of a change that came surely after what was read, to the call
 * of the read. 0 where it may have been the newest, as all reads of a linearizable store are. Values are
 * taken to be written once, as all families here do.
 */
export const readStalenessSeconds: Metric = {
  name: 'antlion_read_staleness_seconds',
  help: 'How long what was read had been replaced by then; 0: it may have been the newest.',
  type: 'histogram',
  labels: ['f'],
  buckets: [0, 0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10],
  reader(): MetricReader {
    const byKey = new Map<string, Changes>();
    const called = new Map<number, OperationEvent>();
    const changes = (key: string): Changes => {
      const known = byKey.get(key) ?? new Changes();
      byKey.set(key, known);
      return known;
    };
    /** A removal may be under way, or have taken effect unseen: nothing at all is read again and again. */
    const mayHaveMade = (key: string, value: Json): boolean =>
      [...called.values()].some((c) =>
        changesOf(c).some(([k, v]) => k === key && JSON.stringify(v) === JSON.stringify(value)),
      );
    return (e) => {
      if (!isOperation(e)) return [];
      if (e.type === 'invoke') {
        called.set(e.op, e);
        return [];
      }
      const call = called.get(e.op);
      called.delete(e.op);
      if (call === undefined) return [];
      if (e.type === 'info') for (const [key, value] of changesOf(call)) changes(key).tried(value);
      if (e.type !== 'ok') return [];
      if (e.f === 'read' || e.f === 'read-stale') {
        const isOpen = mayHaveMade(e.key, e.value);
        const sinceUs = isOpen ? null : byKey.get(e.key)?.replacedUs(e.value, call.timeUs);
        return [{ value: (call.timeUs - (sinceUs ?? call.timeUs)) / 1e6, labels: { f: e.f } }];
      }
      for (const [key, value] of changesOf(call)) {
        changes(key).add(value, { callUs: call.timeUs, retUs: e.timeUs });
      }
      return [];
    };
  },
};

/** What each key is afterwards; nothing for what is no change of a key. */
function changesOf({ f, key, value }: OperationEvent): readonly (readonly [string, Json])[] {
  const fields = (value ?? {}) as Readonly<Record<string, Json>>;
  switch (f) {
    case 'write':
      return [[key, value]];
    case 'delete':
      return [[key, null]];
    case 'cas':
      return Array.isArray(value) ? [[key, (value[1] ?? null) as Json]] : [];
    case 'write-fenced':
      return [[key, fields['value'] ?? null]];
    case 'write-all':
      return Object.entries(fields);
    default:
      return [];
  }
}
