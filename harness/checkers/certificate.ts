/** What a verdict that holds rests on: anybody can go through it again without looking for it. */
import { hasSnapshots } from './transactions/levels.ts';
import { unreachable } from '../core/assert.ts';
import type { Json } from '../core/host.ts';
import type { Linearization } from './linearizability.ts';
import type { Hold } from './locks/hold.ts';
import type { LockHolds } from './locks/replay/exclusion.ts';
import type { TokenOrders } from './locks/replay/fencing.ts';
import type { Op } from './operations.ts';
import type { SessionOrders } from './sessions/check.ts';
import type { Figures } from './tallies/tally.ts';
import type { Total } from './snapshots/replay/total.ts';
import type { WriteOrders } from './snapshots/replay/write-orders.ts';
import type { TransactionOrder } from './transactions/certificate.ts';
import type { TxnTable } from './transactions/table/table.ts';
import type { StoreLog } from './watches/replay/log.ts';

export type Certificate =
  | Linearization
  | (TransactionOrder & { readonly table: TxnTable })
  | LockHolds
  | TokenOrders
  | SessionOrders
  | StoreLog
  | WriteOrders
  | Total
  | Counted
  | Parts;

/** What was counted: whoever counts again gets the same. */
export interface Counted {
  readonly kind: 'tally';
  readonly model: string;
  readonly figures: Figures;
}

/** One for each key, or for each model of a composition. */
export interface Parts {
  readonly kind: 'parts';
  readonly by: 'key' | 'model';
  readonly parts: ReadonlyMap<string, Certificate>;
}

/**
 * As JSON. An operation is the number of the event that invoked it, among the events of clients in the
 * history, from 0.
 */
export function certificateRecord(c: Certificate): Json {
  const { kind } = c;
  switch (c.kind) {
    case 'linearization':
      return { kind, orders: byName(c.orders, numbers) };
    case 'transaction-order':
      return { kind, level: c.level, order: transactions(c) };
    case 'lock-holds':
      return { kind, holds: byName(c.holds, (own) => own.map(holdRecord)) };
    case 'token-orders':
      return { kind, grants: byName(c.grants, numbers), taken: byName(c.taken, numbers) };
    case 'session-orders': {
      const positions = Array.from(c.positions, ([op, at]): Json => [op.call, at]);
      return { kind, positions, orders: byName(c.orders, (values) => values) };
    }
    case 'store-log':
      return { kind, log: c.log.map(({ key, value, revision }) => ({ key, value, revision })) };
    case 'write-orders':
      return { kind, orders: byName(c.orders, (all) => all.map((w) => JSON.parse(w) as Json)) };
    case 'total':
      return { kind, accounts: c.accounts, total: c.total };
    case 'tally':
      return { kind, model: c.model, figures: c.figures };
    case 'parts':
      return { kind, by: c.by, parts: byName(c.parts, certificateRecord) };
    default:
      return unreachable(c);
  }
}

function numbers(ops: readonly Op[]): Json {
  return ops.map((op) => op.call);
}

/** With snapshots each stands where it starts, and again where it commits. */
function transactions({ level, order, table }: Certificate & { kind: 'transaction-order' }): Json {
  if (!hasSnapshots(level)) return Array.from(order, (row) => table.call.at(row));
  return Array.from(order, (point) => table.call.at(point >> 1));
}

/** Forever is null, as JSON has no infinity. */
function holdRecord({ acquire, from, until, release }: Hold): Json {
  const end = until === Infinity ? null : until;
  return { acquire: acquire.call, from, until: end, release: release?.call ?? null };
}

function byName<T>(parts: ReadonlyMap<string, T>, record: (part: T) => Json): Json {
  return Object.fromEntries(Array.from(parts, ([name, part]) => [name, record(part)]));
}
