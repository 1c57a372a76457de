/** What a member of the ring decides. */
import type { NodeId } from '../../harness/core/host.ts';
import { tableOf } from '../hashing/tables.ts';
import type { Table } from '../hashing/tables.ts';
import type { MemberStatus } from '../membership/observations.ts';
import type { ForwardingRingConfig } from './config.ts';

export interface ForwardingRingRules {
  /** Is a member on the ring of which gossip says this? */
  isOnRing(status: MemberStatus): boolean;
  /** `members`: those on the ring, in the order in which it heard of them; not empty. */
  table(members: readonly NodeId[], c: ForwardingRingConfig): Table;
  /** Does `self` handle what `owner` owns? */
  handles(self: NodeId, owner: NodeId): boolean;
  /** May a request be handed on that was so often already? */
  mayHandOn(hops: number, c: ForwardingRingConfig): boolean;
  /** What a client is told of a request that is given up: was it ever handed on without an answer? */
  givenUp(isUnsure: boolean): 'info' | 'fail';
}

export const forwardingRingRules: ForwardingRingRules = {
  // Who is only suspected keeps its keys: they would move away and back (section 4 of the SWIM paper).
  isOnRing: (status) => status === 'alive' || status === 'suspect',
  table: (members, { virtualNodes }) =>
    tableOf(
      [...members].sort((a, b) => a - b),
      {
        table: 'ring',
        virtualNodes,
        tableSize: 0,
        boundPermille: 0,
        connectionsMax: 0,
      },
    ),
  handles: (self, owner) => self === owner,
  mayHandOn: (hops, { hopsMax }) => hops < hopsMax,
  givenUp: (isUnsure) => (isUnsure ? 'info' : 'fail'),
};
