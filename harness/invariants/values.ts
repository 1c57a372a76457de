/** Which values operations set, and which of them somebody is told of. */
import type { HistoryEvent, OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { WatchResult } from '../core/watch.ts';

/** A value that somebody was told of. */
export interface Told {
  readonly key: string;
  readonly value: Json;
  /** Null: the system tells no versions. */
  readonly version: number | null;
}

/** Copies of the configuration hold a value as a text. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value of a key, as a key of maps. */
export function nameOf(key: string, value: Json): string {
  return `${key} ${textOf(value)}`;
}

/** The values that an operation sets, by key. */
export function writesOf({
  f,
  key,
  value,
}: Pick<OperationEvent, 'f' | 'key' | 'value'>): readonly (readonly [string, Json])[] {
  switch (f) {
    case 'write':
      return [[key, value]];
    case 'write-fenced':
      return [[key, (value as { readonly value?: Json } | null)?.value ?? null]];
    case 'cas':
      return [[key, (value as readonly Json[])[1] ?? null]];
    case 'write-all':
      return Object.entries(value as Readonly<Record<string, Json>>);
    default:
      return [];
  }
}

/** The values that the end of an operation, or an observation, tells somebody of. */
export function toldBy(e: HistoryEvent): readonly Told[] {
  if (e.type === 'observe') {
    if (e.value.kind !== 'config' || e.value.value === null) return [];
    return [{ key: e.value.key, value: e.value.value, version: e.value.revision }];
  }
  if (e.type !== 'ok') return [];
  if (e.f === 'watch') {
    const { batches } = e.value as unknown as WatchResult;
    return batches.flatMap(({ events }) =>
      events.flatMap(({ key, value, revision: version }) =>
        value === null ? [] : [{ key, value, version }],
      ),
    );
  }
  const { version } = e;
  if (e.f === 'read' || e.f === 'read-stale') {
    return e.value === null ? [] : [{ key: e.key, value: e.value, version: version ?? null }];
  }
  return writesOf(e).map(([key, value]) => ({ key, value, version: version ?? null }));
}
