/** What a server says about leases and configuration. */
import type { Effects, Json } from '../../harness/core/host.ts';
import type { ConfigObservation } from '../config-copy/observations.ts';
import type { LeaseObservation } from '../registry/observations.ts';
import type {} from './observations.ts';
import type { CatalogEntry, ChangeOp } from './asked.ts';

/** Only a leader says this. After a change of leader the same change may be told again. */
export function observeLease(
  change: LeaseObservation['change'],
  { service, instance, ttlUs }: CatalogEntry,
  revision: number,
  fx: Effects,
): void {
  const seen: LeaseObservation = { kind: 'lease', change, service, instance, ttlUs, revision };
  fx.observe(seen);
}

/** Every server says this of its own copy; after a restart again, from the first revision on. */
export function observeConfig(key: string, value: Json, revision: number, fx: Effects): void {
  const seen: ConfigObservation = { kind: 'config', key, value: textOf(value), revision };
  fx.observe(seen);
}

/** The leader says this of each order of a book that it takes in. */
export function observeOrder(op: ChangeOp, fx: Effects): void {
  if (op.f !== 'write' || !op.key.startsWith('config/orders/')) return;
  fx.observe({ kind: 'order-came', key: op.key, value: textOf(op.value) });
}

function textOf(value: Json): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}
