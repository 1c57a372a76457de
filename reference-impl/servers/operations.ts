/** What a workload may ask of the servers as such. */
import type { Call, NodeId } from '../../harness/core/host.ts';
import type { StoreOp } from '../store/asked.ts';

/** The argument: the id of the server that is to lead. */
export function handOver({ value }: Call): StoreOp | null {
  return typeof value === 'number' ? { f: 'hand-over', to: value } : null;
}

/** The argument: `{ add: [3], remove: [0] }`, ids of servers, one list or both. */
export function changeServers({ value }: Call): StoreOp | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { add = [], remove = [] } = value as {
    readonly add?: NodeId[];
    readonly remove?: NodeId[];
  };
  return { f: 'change-servers', add, remove };
}
