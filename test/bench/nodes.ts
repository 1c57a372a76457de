/**
 * Whole nodes of the reference cluster, all mechanisms on, at growing numbers: 5 servers, the rest
 * services of two kinds of which one calls the other once a second; 60 simulated seconds without faults.
 * Each size runs in a process of its own, so that the memory is its own; the time is CPU time.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../harness/core/program.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { reference } from '../../reference-impl/system.ts';

export interface NodesBench {
  readonly nodes: number;
  readonly cpuSeconds: number;
  /** The most that the whole process held. */
  readonly rssMib: number;
  /** Events of the history. */
  readonly events: number;
  readonly traceHash: string | null;
}

const servers = 5;
const durationUs = 60_000_000;

/** Runs one size in a fresh process. */
export function benchNodes(nodes: number): NodesBench {
  const self = fileURLToPath(import.meta.url);
  const out = execFileSync(process.execPath, [...process.execArgv, self, String(nodes)]);
  return JSON.parse(out.toString('utf8')) as NodesBench;
}

function measure(nodes: number): NodesBench {
  const before = process.cpuUsage();
  const run = simulation().run(reference, program(nodes));
  const { user, system } = process.cpuUsage(before);
  if (run.limitReached !== undefined) throw new Error(`limit reached: ${run.limitReached}`);
  return {
    nodes,
    cpuSeconds: (user + system) / 1_000_000,
    rssMib: process.resourceUsage().maxRSS / 1_024,
    events: run.history.events.length,
    traceHash: run.traceHash,
  };
}

function program(nodes: number): Program {
  const front = nodes >> 1;
  return {
    scenario: 'bench-nodes',
    shape: cluster({
      servers,
      services: [
        { name: 'front', instances: front, calls: ['back'] },
        { name: 'back', instances: nodes - servers - front },
      ],
      clients: 0,
    }),
    faults: [],
    clients: [],
    durationUs,
    noiseSeed: 1,
    settings: {
      policyDivisor: 1,
      deadlineUs: 2_000_000,
      mutant: null,
      extra: { trafficUs: 1_000_000 },
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(measure(Number(process.argv[2] ?? 1_000))));
}
