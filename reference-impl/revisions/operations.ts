/** Operations of a workload on the past. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { StoreOp } from '../store/asked.ts';

/**
 * `read-at` revision, `compact` revision; `write-if-known` { value, revision }: a transaction that reads what the
 * key was then. Null: its argument makes no sense.
 */
export function pastOp({ f, key, value }: Call): StoreOp | null {
  if (f === 'write-if-known') {
    const { value: written = null, revision } = Object(value) as Readonly<Record<string, Json>>;
    if (typeof revision !== 'number' || written === null) return null;
    const get = { op: 'get', key, revision } as const;
    return { f: 'txn', compare: [], then: [get, { op: 'put', key, value: written }], else: [] };
  }
  if (typeof value !== 'number') return null;
  return f === 'compact' ? { f, revision: value } : { f: 'read-at', key, revision: value };
}
