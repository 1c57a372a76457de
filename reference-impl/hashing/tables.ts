/** Tables that place keys on instances so that few of them move when an instance comes or goes (W1). */
import { assert, unreachable } from '../../harness/core/assert.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { HashConfig } from './config.ts';
import { hash32, mix } from './hash.ts';

export interface Table {
  /** Who owns a key of this hash. */
  owner(hash: number): NodeId;
  /** All instances in the order in which they are asked for it: the owner, then those who stand in. */
  order(hash: number): Iterable<NodeId>;
}

/** `instances`: ascending, not empty. Equal lists give equal tables, on every node. */
export function tableOf(instances: readonly NodeId[], c: HashConfig): Table {
  assert(instances.length > 0, 'a table has somebody in it');
  switch (c.table) {
    case 'ring':
      return ring(instances, c.virtualNodes);
    case 'rendezvous':
      return rendezvous(instances);
    case 'jump':
      return jump(instances);
    case 'maglev':
      return maglev(instances, c.tableSize);
    case 'ecmp':
      return threshold(instances);
    default:
      return unreachable(c.table);
  }
}

const idHash = (instance: NodeId): number => hash32(`${instance}`);

/** Each instance has points on a circle, and owns what lies before each of them, up to the next point. */
function ring(instances: readonly NodeId[], virtualNodes: number): Table {
  const points = instances
    .flatMap((instance) =>
      Array.from({ length: virtualNodes }, (_, i) => ({
        at: mix(idHash(instance), i + 1),
        instance,
      })),
    )
    .sort((a, b) => a.at - b.at || a.instance - b.instance);
  const from = (hash: number): number => {
    let [low, high] = [0, points.length];
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((points[mid]?.at ?? 0) < hash) low = mid + 1;
      else high = mid;
    }
    return low % points.length;
  };
  const at = (i: number): NodeId => points[i % points.length]?.instance as NodeId;
  return {
    owner: (hash) => at(from(hash)),
    *order(hash) {
      const seen = new Set<NodeId>();
      for (let i = from(hash), n = 0; n < points.length; n++) {
        const instance = at(i + n);
        if (seen.has(instance)) continue;
        seen.add(instance);
        yield instance;
      }
    },
  };
}

/** Each instance has a score for each key; the highest owns it. */
function rendezvous(instances: readonly NodeId[]): Table {
  const hashes = instances.map(idHash);
  const score = (hash: number, i: number): number => mix(hash, hashes[i]);
  return {
    owner(hash) {
      let best = 0;
      for (let i = 1; i < instances.length; i++) if (score(hash, i) > score(hash, best)) best = i;
      return instances[best] as NodeId;
    },
    order: (hash) =>
      instances
        .map((instance, i) => ({ instance, score: score(hash, i) }))
        .sort((a, b) => b.score - a.score)
        .map((x) => x.instance),
  };
}

/** Bucket numbers by Lamping and Veach, figure 1; the key's next numbers are drawn from its hash. */
function jump(instances: readonly NodeId[]): Table {
  const bucket = (hash: number): number => {
    let state = hash;
    let at = 0;
    for (let next = 0, i = 1; next < instances.length; i++) {
      at = next;
      state = mix(state, i);
      next = Math.floor((at + 1) / ((state + 1) / 4_294_967_296));
    }
    return at;
  };
  return {
    owner: (hash) => instances[bucket(hash)] as NodeId,
    *order(hash) {
      const first = bucket(hash);
      for (let i = 0; i < instances.length; i++) {
        yield instances[(first + i) % instances.length] as NodeId;
      }
    },
  };
}

/** Instances take turns in choosing an entry, each by a permutation of its own (section 3.4 of the paper). */
function maglev(instances: readonly NodeId[], size: number): Table {
  const steps = instances.map((i) => ({
    offset: mix(idHash(i), 1) % size,
    skip: (mix(idHash(i), 2) % (size - 1)) + 1,
    next: 0,
  }));
  const entries = new Int32Array(size).fill(-1);
  for (let filled = 0; filled < size;) {
    for (let i = 0; i < steps.length && filled < size; i++) {
      const s = steps[i] as (typeof steps)[number];
      let entry = (s.offset + s.skip * s.next) % size;
      while (entries[entry] !== -1) {
        s.next += 1;
        entry = (s.offset + s.skip * s.next) % size;
      }
      entries[entry] = i;
      s.next += 1;
      filled += 1;
    }
  }
  const at = (hash: number): number => entries[hash % size] as number;
  return {
    owner: (hash) => instances[at(hash)] as NodeId,
    *order(hash) {
      const first = at(hash);
      for (let i = 0; i < instances.length; i++) {
        yield instances[(first + i) % instances.length] as NodeId;
      }
    },
  };
}

/** Each instance has one of n equal regions of all hashes, in order (RFC 2992, section 2). */
function threshold(instances: readonly NodeId[]): Table {
  const region = (hash: number): number => Math.floor((hash * instances.length) / 4_294_967_296);
  return {
    owner: (hash) => instances[region(hash)] as NodeId,
    *order(hash) {
      const first = region(hash);
      for (let i = 0; i < instances.length; i++) {
        yield instances[(first + i) % instances.length] as NodeId;
      }
    },
  };
}
