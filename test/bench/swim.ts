/**
 * The real SWIM component in the real simulation: memberlist's LAN constants, gossip alone, started
 * joined, 60 simulated seconds with 10 crashes. Each size runs in a process of its own, so that the
 * memory is its own; the time is CPU time of one core.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { swimWorld } from '../theory/swim-world.ts';

export interface SwimBench {
  readonly nodes: number;
  readonly events: number;
  readonly cpuSeconds: number;
  /** Simulated time by CPU time. */
  readonly timesRealTime: number;
  /** The most that the whole process held. */
  readonly rssMib: number;
  /** Changes of belief that were observed: 10 deaths, each suspected and declared by every member. */
  readonly observations: number;
  readonly traceHash: string;
}

const simulatedUs = 60_000_000;
const crashes = 10;
const firstCrashUs = 5_000_000;
/** So that their news overlaps; a second apart takes half as many events more. */
const betweenCrashesUs = 100_000;

/** Runs one size in a fresh process. */
export function benchSwim(nodes: number): SwimBench {
  const self = fileURLToPath(import.meta.url);
  const out = execFileSync(process.execPath, [...process.execArgv, self, String(nodes)]);
  return JSON.parse(out.toString('utf8')) as SwimBench;
}

function measure(nodes: number): SwimBench {
  const before = process.cpuUsage();
  let observations = 0;
  const world = swimWorld({
    nodes,
    seed: 1,
    latency: { lowUs: 200, highUs: 1_500 },
    onMember: () => {
      observations += 1;
    },
  });
  for (let i = 0; i < crashes; i++) {
    const victim = Math.floor(((i + 0.5) * nodes) / crashes);
    world.at(firstCrashUs + i * betweenCrashesUs, () => world.crash(victim));
  }
  world.runUntil(simulatedUs);
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1_000_000;
  return {
    nodes,
    events: world.events,
    cpuSeconds,
    timesRealTime: simulatedUs / 1_000_000 / cpuSeconds,
    rssMib: process.resourceUsage().maxRSS / 1_024,
    observations,
    traceHash: world.traceHash,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(measure(Number(process.argv[2] ?? 1_000))));
}
