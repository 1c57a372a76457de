/**
 * The networks of a run. Each takes eight addresses of 198.18.0.0/15, which is set aside for tests of
 * networks (RFC 2544): an engine's own pools hold some thirty networks in all, foreign ones included.
 */
import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Engine } from './engine.ts';
import { ask, reasonOf } from './engine.ts';
import { labelsOf } from './labels.ts';

/** Blocks of eight addresses, the first of which begins at `base` (an IPv4 address as a number). */
export interface AddressPool {
  readonly base: number;
  readonly blocks: number;
}

const testPool: AddressPool = { base: numberOf('198.18.0.0'), blocks: 16_384 };
const blockSize = 8;

export interface NetworkSpec {
  readonly name: string;
  /** Its containers also take connections from this machine, never from another. */
  readonly isPublished: boolean;
  /** Of a swarm: its services are on it, and containers of the engine that is asked. */
  readonly isOverlay?: boolean;
}

/**
 * Makes networks whose containers reach nothing but one another. All have been tried when this
 * returns or throws, so whoever removes them then misses none. Throws E_ENGINE.
 */
export async function createNetworks(
  engine: Engine,
  run: string,
  specs: readonly NetworkSpec[],
  pool = testPool,
): Promise<void> {
  const blocks = new FreeBlocks(pool, [...(await takenByEngine(engine)), ...takenByMachine()]);
  const results = await Promise.allSettled(specs.map((s) => create(engine, run, s, blocks)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function create(
  { docker }: Engine,
  run: string,
  spec: NetworkSpec,
  blocks: FreeBlocks,
): Promise<void> {
  for (;;) {
    const subnet = blocks.next();
    try {
      await ask(
        'create a network',
        docker.createNetwork({
          Name: spec.name,
          Driver: spec.isOverlay === true ? 'overlay' : 'bridge',
          ...(spec.isOverlay === true && { Attachable: true }),
          Internal: !spec.isPublished,
          Labels: labelsOf(run),
          // Without one left the engine is asked for one of its own pools.
          ...(subnet !== null && { IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] } }),
          Options: spec.isPublished
            ? { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' }
            : {},
        }),
      );
      return;
    } catch (e) {
      // Somebody took the block meanwhile.
      if (subnet === null || !/overlap/i.test(reasonOf(e))) throw e;
    }
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Blocks that nobody uses, from a random one on: runs that begin together seldom meet. */
class FreeBlocks {
  private readonly pool: AddressPool;
  private readonly taken: readonly Range[];
  private readonly first: number;
  private tried = 0;

  constructor(pool: AddressPool, taken: readonly Range[]) {
    this.pool = pool;
    this.taken = taken;
    this.first = randomInt(pool.blocks);
  }

  /** `198.18.4.8/29`; null when none is left. */
  next(): string | null {
    while (this.tried < this.pool.blocks) {
      const block = (this.first + this.tried++) % this.pool.blocks;
      const from = this.pool.base + block * blockSize;
      const to = from + blockSize - 1;
      if (!this.taken.some((r) => from <= r.to && r.from <= to)) return `${textOf(from)}/29`;
    }
    return null;
  }
}

async function takenByEngine({ docker }: Engine): Promise<readonly Range[]> {
  const networks = await ask('list networks', docker.listNetworks());
  const subnets = networks.flatMap((n) => n.IPAM?.Config ?? []).flatMap((c) => c.Subnet ?? []);
  return subnets.flatMap(rangeOf);
}

function takenByMachine(): readonly Range[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ cidr, family }) => (family === 'IPv4' && cidr !== null ? rangeOf(cidr) : []));
}

/** Of `10.0.0.0/8`; nothing of an IPv6 network. */
function rangeOf(cidr: string): Range[] {
  const m = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr);
  if (m === null) return [];
  const size = 2 ** (32 - Number(m[2]));
  const from = Math.floor(numberOf(m[1] ?? '') / size) * size;
  return [{ from, to: from + size - 1 }];
}

function numberOf(address: string): number {
  return address.split('.').reduce((n, part) => n * 256 + Number(part), 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
