/** What operations that are described as data have in common: texts to fill, answers to read. */
import type { Json, NodeId } from '../core/host.ts';
import { readObservation } from '../core/observation.ts';
import type { Operation, Settings } from '../core/program.ts';
import type { MemberObservation, Outcome } from '../core/system.ts';

/** Does it leave everything as it is? Then no answer means `fail`: nobody can have seen a change. */
export function isRead(f: string): boolean {
  return f.startsWith('read');
}

/**
 * `{{key}}`, `{{value}}` and, of a compare-and-set, `{{from}}` and `{{to}}`; values as JSON. What is
 * put in is changed by `escape`.
 */
export function fillOperation(
  text: string,
  op: Operation,
  settings: Settings,
  escape: (text: string) => string = (t) => t,
): string {
  const pair = Array.isArray(op.value) ? (op.value as readonly Json[]) : [];
  const fields: Readonly<Record<string, string>> = {
    key: `${prefixOf(settings)}${op.key}`,
    value: JSON.stringify(op.value),
    from: JSON.stringify(pair[0] ?? null),
    to: JSON.stringify(pair[1] ?? null),
  };
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    Object.hasOwn(fields, name) ? escape(fields[name] as string) : whole,
  );
}

/** Where a run keeps its keys: those of other runs are not touched. */
export function prefixOf(settings: Settings): string {
  const prefix = settings.extra['prefix'];
  return typeof prefix === 'string' ? prefix : '';
}

/** JSON where it is that, otherwise the text itself. */
export function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** The part of a JSON value at `a.b.0`; all of it at the empty path, null where there is none. */
export function at(value: Json, path: string): Json {
  if (path === '') return value;
  return path.split('.').reduce<Json>((part, name) => {
    if (part === null || typeof part !== 'object') return null;
    return (part as Readonly<Record<string, Json>>)[name] ?? null;
  }, value);
}

/** What a change that was made says of itself: its argument; a removal, that nothing is there. */
export function argumentOf({ f, value }: Operation): Json {
  return f === 'delete' ? null : value;
}

/** Of a read of a configuration: which version an instance serves from then on. */
export function servedOf(read: Outcome): Outcome {
  if (read.type !== 'ok') return read;
  const { value, version: revision = 0 } = read;
  return { ...read, value: { revision, value } };
}

/** How a time is written: as a number of these since 1970, or as ISO 8601 has it. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'iso';

/** Throws for what is no time in this unit. */
export function timeUs(told: Json, unit: TimeUnit): number {
  const us = unit === 'iso' ? Date.parse(String(told)) * 1_000 : Number(told) * usOf[unit];
  const isText = typeof told === 'number' || (typeof told === 'string' && told.trim() !== '');
  if (!isText || !Number.isFinite(us)) {
    throw new Error(`its time is ${JSON.stringify(told)}, wanted one in ${unit}`);
  }
  return Math.round(us);
}

const usOf = { s: 1_000_000, ms: 1_000, us: 1, ns: 0.001 } as const;

/** What a member wrote of itself: an observation, or a list of them; what has no kind is passed over. */
export function observationsOf(written: Json, node: NodeId): MemberObservation[] {
  return (Array.isArray(written) ? written : [written]).flatMap((one: unknown) => {
    const value = readObservation(one);
    return value === null ? [] : [{ node, value }];
  });
}
