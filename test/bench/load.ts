/**
 * Half a million requests a second for a minute of story: a call that stands for all that one client sends
 * within a millisecond; and what each of them costs as a call of its own, at a rate that lets it be one.
 */
import type { LoadEvent } from '../../harness/core/history.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { loadOperations } from '../../harness/workload/load/index.ts';
import { reference } from '../../reference-impl/system.ts';

export interface LoadBench {
  readonly requests: number;
  readonly ok: number;
  readonly cpuSeconds: number;
  readonly rssMib: number;
}

export interface LoadPlan {
  readonly perSecond: number;
  readonly seconds: number;
  readonly instances: number;
  /** Absent: each request is a call of its own. */
  readonly togetherUs?: number;
}

/** One run, without any judge. */
export function benchLoad(plan: LoadPlan): LoadBench {
  const before = process.cpuUsage();
  const { history } = simulation().run(reference, loadProgram(plan));
  const { user, system } = process.cpuUsage(before);
  const loads = history.events.filter((e): e is LoadEvent => e.type === 'load');
  return {
    requests: loads.reduce((sum, e) => sum + e.began + e.dropped, 0),
    ok: loads.reduce((sum, e) => sum + e.ok, 0),
    cpuSeconds: (user + system) / 1e6,
    rssMib: process.resourceUsage().maxRSS / 1_024,
  };
}

const clients = 4;
/** Each instance: 16,000 calls a second, of which it is asked for four fifths. */
const admission = { workers: 32, serviceUs: 2_000 };

function loadProgram({ perSecond, seconds, instances, togetherUs }: LoadPlan): Program {
  const draw = new Prng(1);
  const forUs = seconds * 1_000_000;
  return {
    scenario: 'bench-load',
    shape: cluster({ servers: 1, services: [{ name: 'shop', instances }], clients }),
    faults: [],
    clients: loadOperations(draw, {
      clients,
      each: { f: 'request', value: togetherUs === undefined ? null : { count: '$count' } },
      key: 'shop',
      rate: perSecond,
      forUs,
      ...(togetherUs !== undefined && { togetherUs }),
    }),
    durationUs: forUs + 2_000_000,
    noiseSeed: draw.fork('noise').uint32(),
    settings: {
      policyDivisor: 1,
      deadlineUs: 1_000_000,
      mutant: null,
      extra: { modes: false, admission },
    },
  };
}
