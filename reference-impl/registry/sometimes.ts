/** What a suite should come across of leases. */
import { doesAny, faultSpans } from '../../harness/spec.ts';
import type { Harm, HistoryEvent, NodeId, Program, Sometimes } from '../../harness/spec.ts';
import type {} from './observations.ts';

const hasFault = (p: Program, harms: readonly Harm[]): boolean =>
  p.faults.some((f) => doesAny(f.kind, ...harms));
const hasServices = (p: Program): boolean => p.shape.nodes.some((n) => n.service !== undefined);

/** The registry gave up an instance: one that was gone, or one that it could not hear. */
export function leaseExpired(instance: 'up' | 'down'): Sometimes {
  return {
    id: `lease-expired-${instance}`,
    claim: `a lease expired while its instance was ${instance}`,
    applies: (p) => hasServices(p) && hasFault(p, leaseFaults[instance]),
    reached(history, program) {
      const down = new Set<NodeId>();
      const stopped = faultSpans(history, program).filter((s) => doesAny(s.kind, 'stops-nodes'));
      const isDown = (e: HistoryEvent, node: NodeId): boolean =>
        down.has(node) ||
        stopped.some((s) => s.nodes.includes(node) && s.fromUs <= e.timeUs && e.timeUs <= s.toUs);
      for (const e of history.events) {
        if (e.type === 'node') {
          if (e.change === 'started') down.delete(e.node);
          else down.add(e.node);
        } else if (e.type === 'observe' && e.value.kind === 'lease') {
          const { change, instance: whose } = e.value;
          if (change !== 'expired' || typeof whose === 'string') continue;
          if (isDown(e, whose) === (instance === 'down')) return true;
        }
      }
      return false;
    },
  };
}

const leaseFaults: Readonly<Record<'up' | 'down', readonly Harm[]>> = {
  up: ['cuts-links', 'loses-messages'],
  down: ['ends-nodes', 'stops-nodes'],
};
