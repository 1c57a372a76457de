/** Calls of services as a workload asks for them, and how they ended for it. */
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';

export function outcomeOf(r: CallResult): Outcome {
  const node = r.instance === null ? {} : { node: r.instance };
  switch (r.outcome) {
    case 'ok': {
      const value = { instance: r.instance, fallbacks: r.fallbacks, ...countsOf(r) };
      return { type: 'ok', value, ...node };
    }
    case 'timeout':
      return { type: 'info', error: r.error, ...node };
    case 'error':
    case 'refused':
    case 'no-instance':
      return { type: 'fail', error: `${r.outcome}: ${r.error}`, ...node };
  }
}

function countsOf({ counts, error }: CallResult): { readonly counts?: Json } {
  if (counts === undefined) return {};
  const reasons = counts.fail > 0 ? { [`error: ${error}`]: counts.fail } : {};
  return { counts: { ...counts, reasons } };
}

/** `shop`, or `shop/17`: calls of the service `shop` that have a key, by which they may be placed. */
export function serviceOf(key: string): { service: string; affinity?: string } {
  const end = key.indexOf('/');
  return end < 0 ? { service: key } : { service: key.slice(0, end), affinity: key };
}

/** The argument of a `request`: `{ needs, priority, count }`, or nothing. */
export function aboutOf(value: Json): CallAbout {
  if (typeof value !== 'object' || value === null) return {};
  const { needs, priority, count } = value as Readonly<Record<string, Json>>;
  return {
    ...(typeof needs === 'string' && { needs }),
    ...(typeof priority === 'number' && { priority }),
    ...(typeof count === 'number' && count > 1 && { count }),
  };
}
