/** One run of many nodes in real time: seconds until it is up, links, memory, and how sharp the edges of faults are. */
import { readdirSync, readFileSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { ownerOf, runLabel } from '../../harness/containers/labels.ts';
import type { Environment } from '../../harness/core/environment.ts';
import type { History } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import { cluster, defineScenario, kvOperations, secondsUs } from '../../harness/index.ts';
import { dialledLinks } from '../../harness/realtime/link-names.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';

interface ScaleRun {
  readonly upSeconds: number;
  readonly links: number;
  /** Of all nodes together, when the first fault began. */
  readonly nodesMib: number;
  readonly operations: number;
  readonly succeeded: number;
  readonly faults: number;
  readonly effective: number;
  /** The most that a fault was seen, or seen to be over, after its planned time. */
  readonly lateSeconds: number;
  readonly verdict: string;
  /** What was wrong or not decided, in words. */
  readonly told: readonly string[];
}

/** Of five nodes all are servers; of more five are, and the rest instances of a service, in two zones. */
function storyOf(nodes: number) {
  const [isLarge, zoneOf] = [
    nodes > 5,
    (i: number) => ({ of: 'zone', zone: `zone-${i}` }) as const,
  ];
  return defineScenario({
    name: `scale-${nodes}`,
    claim: `Of ${nodes} nodes those that can agree do, and what clients read is never stale.`,
    promises: ['linearizable', 'election-safety', 'log-matching'],
    successesMin: 1,
    story(draw) {
      const shape = cluster({
        servers: Math.min(nodes, 5),
        services: isLarge ? [{ name: 'back', instances: nodes - 5 }] : [],
        clients: 3,
        zones: isLarge ? 2 : 1,
      });
      const ends = isLarge
        ? { from: zoneOf(0), to: zoneOf(1) }
        : { from: { of: 'minority' } as const, to: { of: 'majority' } as const };
      return {
        shape,
        faults: [
          {
            kind: 'partition',
            mode: 'drop',
            atUs: secondsUs(3),
            untilUs: secondsUs(8),
            links: { ...ends, bothWays: true },
          },
          { kind: 'crash', atUs: secondsUs(12), untilUs: secondsUs(14), nodes: { of: 'leader' } },
          { kind: 'pause', atUs: secondsUs(18), untilUs: secondsUs(20), nodes: { of: 'leader' } },
        ],
        clients: kvOperations(draw.fork('operations'), {
          clients: 3,
          count: 100,
          pauseUs: 200_000,
          keys: 3,
          mix: { read: 5, write: 3, cas: 2 },
        }),
        durationUs: secondsUs(26),
        deadlineUs: 2_000_000,
      };
    },
  });
}

/** `memoryMib` of what runs now is asked for when the first fault begins. */
export async function runAtScale(
  environment: Environment,
  nodes: number,
  memoryMib: () => number | Promise<number>,
): Promise<ScaleRun> {
  const scenario = storyOf(nodes);
  const program = programOf(scenario, 1, environment.time, null);
  let asked: Promise<number> | null = null;
  const ran = await runScenario(environment, reference, scenario, program, {
    onEvent(e) {
      if (e.type === 'fault' && e.phase === 'begin' && asked === null)
        asked = Promise.resolve(memoryMib());
    },
  });
  const { history, faultNotes, skippedFaults, leftovers } = ran.run;
  const ends = history.events.filter((e) => e.type === 'ok' || e.type === 'fail');
  return {
    upSeconds: history.readyUs / 1_000_000,
    links: dialledLinks(program.shape).length,
    nodesMib: await (asked ?? Promise.resolve(0)),
    operations: program.clients.flat().length,
    succeeded: ends.filter((e) => e.type === 'ok').length,
    faults: program.faults.length,
    ...edgesOf(history, program),
    verdict: ran.verdict,
    told: [
      ...ran.judgement.verdicts.flatMap((v) =>
        v.kind === 'holds' ? [] : [`${v.invariant} is ${v.kind}`],
      ),
      ...(faultNotes ?? []).map((n) => `${n.what}: ${n.text}`),
      ...skippedFaults.map((s) => `${s.what} skipped: ${s.reason}`),
      ...leftovers,
    ],
  };
}

function edgesOf(
  { events, readyUs }: History,
  { faults }: Program,
): { effective: number; lateSeconds: number } {
  const edges = events.flatMap((e) =>
    e.type === 'fault' && (e.phase === 'effective' || e.phase === 'end') ? [e] : [],
  );
  const lateUs = edges.map((e) => {
    const plan = faults[e.fault];
    const planned = (e.phase === 'end' ? plan?.untilUs : plan?.atUs) ?? 0;
    return e.timeUs - readyUs - planned;
  });
  return {
    effective: edges.filter((e) => e.phase === 'effective').length,
    lateSeconds: Math.max(0, ...lateUs) / 1_000_000,
  };
}

/** Of all processes that this one has started, MiB. */
export function childrenMib(): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const kib = pids.map((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== process.pid) return 0;
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
      return 0;
    }
  });
  return Math.round(kib.reduce((sum, n) => sum + n, 0) / 1_024);
}

/** Of all containers that this process has made, MiB; the proxy's is among them. */
export async function containersMib(docker: Dockerode): Promise<number> {
  const found = await docker.listContainers({ filters: { label: [runLabel] } });
  const ours = found.filter((c) => ownerOf(c.Labels)?.pid === process.pid);
  const bytes = await Promise.all(
    ours.map(async ({ Id }) => {
      const stats = await docker.getContainer(Id).stats({ stream: false, 'one-shot': true });
      return stats.memory_stats.usage;
    }),
  );
  return Math.round(bytes.reduce((sum, n) => sum + n, 0) / 1_048_576);
}
