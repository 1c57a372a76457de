/** Three regions of two zones, a registry in each, `web` everywhere and `cart` in the first two alone; clients ask any registry. */
import { cluster, drawOperations, secondsUs } from '../../../harness/spec.ts';
import type { NodeId, Operation, Prng, Shape } from '../../../harness/spec.ts';

const zones = 6;
export const regions = 3;

export function federated(): Shape {
  const services = [
    { name: 'web', instances: zones },
    { name: 'cart', instances: 4 },
  ];
  return cluster({ servers: zones, services, clients: 3, zones });
}

/** Nodes of these zones, and all others. */
export function sides(
  { nodes }: Shape,
  chosen: readonly number[],
): { readonly here: NodeId[]; readonly away: NodeId[] } {
  const names = new Set(chosen.map((z) => `zone-${z}`));
  const ids = nodes.map((_, id) => id);
  const isHere = (id: NodeId): boolean => names.has(nodes[id]?.zone ?? '');
  return { here: ids.filter(isHere), away: ids.filter((id) => !isHere(id)) };
}

export function questions(draw: Prng, durationUs: number): Operation[][] {
  const pauseUs = secondsUs(1);
  const count = Math.floor(durationUs / pauseUs);
  return drawOperations(draw, { clients: 3, count, pauseUs }, (d) => {
    const service = d.pick(['web', 'cart']);
    const zone = d.below(zones);
    const name = `${service}.zone-${zone}.region-${Math.floor(zone / 2)}`;
    const key = d.below(8) === 0 ? name : service;
    return { f: 'find-near', key, value: { at: d.below(zones) } };
  });
}
