/** Operations of a workload on leases that keys go with. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { StoreOp } from '../store/asked.ts';

/**
 * `grant` { ttlUs }, `write-leased` { lease, values }, `renew-keys` lease, `revoke` lease. Null: its argument makes
 * no sense, or there is no lease.
 */
export function leaseOp({ f, value }: Call): StoreOp | null {
  if (f === 'renew-keys' || f === 'revoke') {
    if (typeof value !== 'number') return null;
    return { f: f === 'revoke' ? 'revoke' : 'renew', lease: value };
  }
  const { ttlUs, lease, values = null } = Object(value) as Readonly<Record<string, Json>>;
  if (f === 'grant') return typeof ttlUs === 'number' ? { f, ttlUs } : null;
  const isRecord = typeof values === 'object' && values !== null && !Array.isArray(values);
  if (typeof lease !== 'number' || !isRecord) return null;
  return { f: 'write-all', values: values as Readonly<Record<string, Json>>, lease };
}
