/** What placing by keys decides. */
import type { NodeId } from '../../harness/core/host.ts';
import type { HashConfig } from './config.ts';
import { tableOf } from './tables.ts';
import type { Table } from './tables.ts';

export interface HashRules {
  table(instances: readonly NodeId[], c: HashConfig): Table;
  /** May an instance get one more, with so many calls out, `all` of them at `n` instances? */
  mayTake(out: number, all: number, n: number, c: HashConfig): boolean;
  /** Where a call of a key goes whose last one went to `last`; null: where the table says. */
  keeps(last: NodeId | undefined, instances: readonly NodeId[]): NodeId | null;
  /** Keys that are remembered. */
  connectionsMax(c: HashConfig): number;
}

export const hashRules: HashRules = {
  table: tableOf,
  // The call itself counts, so that somebody always has room.
  mayTake: (out, all, n, { boundPermille }) =>
    boundPermille === 0 || out + 1 <= Math.ceil(((all + 1) * boundPermille) / 1_000 / n),
  keeps: (last, instances) => (last !== undefined && instances.includes(last) ? last : null),
  connectionsMax: ({ connectionsMax }) => connectionsMax,
};
