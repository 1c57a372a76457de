/**
 * How soon SWIM probes and suspects a crashed member.
 *
 * The paper's e/(e−1) periods hold for members that probe in step. Real ones start at any time: the
 * first probe then comes after an exponential time with a mean of one period, the suspicion one
 * period later.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { swimWorld } from './swim-world.ts';

export interface Detection {
  readonly crashes: number;
  /** From the crash, means, µs. */
  readonly firstProbeUs: number;
  readonly firstSuspicionUs: number;
}

export interface DetectionOptions {
  readonly nodes: number;
  readonly runs: number;
  readonly crashesPerRun: number;
}

/** Crashes fall into this second of each run, which leaves time to be noticed: p99.9 is 8 periods. */
const crashFromUs = 2_000_000;
const crashUntilUs = 3_000_000;
const endUs = 14_000_000;

export function measureDetection({ nodes, runs, crashesPerRun }: DetectionOptions): Detection {
  let probeSumUs = 0;
  let suspicionSumUs = 0;
  let crashes = 0;
  for (let seed = 0; seed < runs; seed++) {
    const crashedUs = new Map<NodeId, number>();
    const probedUs = new Map<NodeId, number>();
    const suspectedUs = new Map<NodeId, number>();
    const world = swimWorld({
      nodes,
      seed,
      latency: { lowUs: 200, highUs: 1_500 },
      onSend: (to, m, nowUs) => {
        if (m.kind === 'ping' && crashedUs.has(to) && !probedUs.has(to)) probedUs.set(to, nowUs);
      },
      onMember: (_, o, nowUs) => {
        if (o.status !== 'suspect' || suspectedUs.has(o.member)) return;
        suspectedUs.set(o.member, nowUs);
      },
    });
    const draw = new Prng(seed).fork('crashes');
    const victims = draw.shuffle(Array.from({ length: nodes }, (_, id) => id));
    for (const id of victims.slice(0, crashesPerRun)) {
      const atUs = draw.between(crashFromUs, crashUntilUs);
      world.at(atUs, () => {
        crashedUs.set(id, atUs);
        world.crash(id);
      });
    }
    world.runUntil(endUs);
    for (const [id, atUs] of crashedUs) {
      probeSumUs += (probedUs.get(id) ?? endUs) - atUs;
      suspicionSumUs += (suspectedUs.get(id) ?? endUs) - atUs;
      crashes += 1;
    }
  }
  return {
    crashes,
    firstProbeUs: probeSumUs / crashes,
    firstSuspicionUs: suspicionSumUs / crashes,
  };
}
