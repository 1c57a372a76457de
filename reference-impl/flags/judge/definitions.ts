/** The definitions of flags as servers applied them, and what was evaluated by them. */
import type { HistoryEvent, Json, Program } from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';

export const prefix = 'config/flags/';

export type Fields = Readonly<Record<string, Json>>;

export interface Version {
  readonly revision: number;
  /** When the first server had applied it. */
  readonly appliedUs: number;
  /** Null: the flag was removed, or it is no JSON object. */
  readonly definition: Fields | null;
}

/** By flag, ascending by revision. */
export type Definitions = ReadonlyMap<string, readonly Version[]>;

export function definitionsOf(events: readonly HistoryEvent[], { shape }: Program): Definitions {
  const found = new Map<string, Version[]>();
  for (const e of events) {
    if (e.type !== 'observe' || e.value.kind !== 'config') continue;
    const { key, value, revision } = e.value;
    if (!key.startsWith(prefix) || shape.nodes[e.node]?.role !== 'server') continue;
    const name = key.slice(prefix.length);
    const of = found.get(name) ?? [];
    found.set(name, of);
    if (of.some((v) => v.revision === revision)) continue;
    of.push({ revision, appliedUs: e.timeUs, definition: parsed(value) });
  }
  for (const of of found.values()) of.sort((a, b) => a.revision - b.revision);
  return found;
}

export interface Evaluated {
  readonly flag: string;
  readonly op: number;
  readonly process: number;
  readonly askedUs: number;
  readonly atUs: number;
  readonly user: string;
  readonly attributes: Fields;
  readonly variant: string;
  readonly reason: string;
  readonly version: number;
}

/** Evaluations that gave a variant. */
export function evaluationsOf(events: readonly HistoryEvent[]): Evaluated[] {
  const asked = new Map<number, { readonly atUs: number; readonly value: Fields }>();
  const all: Evaluated[] = [];
  for (const e of events) {
    if (!('f' in e) || e.f !== 'evaluate') continue;
    if (e.type === 'invoke') asked.set(e.op, { atUs: e.timeUs, value: (e.value ?? {}) as Fields });
    const open = asked.get(e.op);
    if (e.type !== 'ok' || e.value === null || open === undefined) continue;
    const { variant, reason, version } = e.value as Fields;
    const { user, attributes } = open.value;
    all.push({
      flag: e.key,
      op: e.op,
      process: e.process,
      askedUs: open.atUs,
      atUs: e.timeUs,
      user: String(user),
      attributes: (attributes ?? {}) as Fields,
      variant: String(variant),
      reason: String(reason),
      version: Number(version),
    });
  }
  return all;
}

function parsed(text: string | null): Fields | null {
  try {
    const value = JSON.parse(text ?? 'null') as Json;
    return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
