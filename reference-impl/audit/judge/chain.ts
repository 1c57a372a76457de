/** Entries of the audit as clients read them, and changes of settings as servers applied them. */
import type { HistoryEvent, Json, Program } from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';

export interface Entry {
  readonly n: number;
  readonly act: string;
  readonly who: string;
  readonly key: string;
  readonly before: Json;
  readonly after: Json;
  readonly previous: string;
  readonly hash: string;
}

export interface Read {
  readonly op: number;
  readonly askedUs: number;
  readonly atUs: number;
  readonly entries: readonly Entry[];
}

export function readsOf(events: readonly HistoryEvent[]): Read[] {
  const asked = new Map<number, number>();
  const reads: Read[] = [];
  for (const e of events) {
    if (!('f' in e) || e.f !== 'audit-log') continue;
    if (e.type === 'invoke') asked.set(e.op, e.timeUs);
    if (e.type !== 'ok') continue;
    const entries = e.value as unknown as readonly Entry[];
    reads.push({ op: e.op, askedUs: asked.get(e.op) ?? 0, atUs: e.timeUs, entries });
  }
  return reads;
}

export interface Applied {
  readonly revision: number;
  readonly value: string | null;
  readonly atUs: number;
}

/** By key, ascending; the first time that any server said so. */
export function appliedOf(
  events: readonly HistoryEvent[],
  { shape }: Program,
): Map<string, Applied[]> {
  const found = new Map<string, Applied[]>();
  for (const e of events) {
    if (e.type !== 'observe' || e.value.kind !== 'config') continue;
    const { key, value, revision } = e.value;
    if (shape.nodes[e.node]?.role !== 'server' || key.startsWith('config/overrides/')) continue;
    const of = found.get(key) ?? [];
    found.set(key, of);
    if (!of.some((a) => a.revision === revision)) of.push({ revision, value, atUs: e.timeUs });
  }
  for (const of of found.values()) of.sort((a, b) => a.revision - b.revision);
  return found;
}

export function textOf(value: Json): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}
