/**
 * The five generations of finding a service, in the same story: what it costs each when an instance dies, a zone is
 * cut, the registry is lost, or everybody calls at once, and whose loss alone ends it.
 */
import type { Fault } from '../../harness/core/fault.ts';
import type { History } from '../../harness/core/history.ts';
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { Program, Shape } from '../../harness/core/program.ts';
import { secondsUs } from '../../harness/core/duration.ts';
import { Prng } from '../../harness/core/prng.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { loadOperations } from '../../harness/workload/load/index.ts';
import type { Generation } from '../../reference-impl/generations/config.ts';
import { reference } from '../../reference-impl/system.ts';

export const chapters = ['instance dies', 'zone cut', 'registry lost', 'surge'] as const;

type Chapter = (typeof chapters)[number];

export interface Row {
  readonly generation: Generation;
  /** By chapter: of the calls that callers began in it, how many did not end well. */
  readonly failed: Readonly<Record<Chapter, Share>>;
  /** How long after its death an instance was last sent a call, while it was dead, µs. */
  readonly staleUs: number;
  /** Messages of coordination, per second of the run: all but calls, answers and what the run itself does. */
  readonly messagesPerSecond: number;
  /** Names of nodes whose loss alone fails more than half of the calls, for as long as it lasts. */
  readonly alone: readonly string[];
}

interface Share {
  readonly failed: number;
  readonly all: number;
}

/** What each is made of; the central balancer is a service of one instance, which calls for the others. */
const extras: Readonly<Record<Generation, Readonly<Record<string, Json>>>> = {
  static: {},
  balancer: {},
  registry: {},
  mesh: { xds: {}, outliers: {} },
  intent: { intents: {} },
};

/** Kinds of messages by which each keeps its lists: all others would be there for other things. */
const kinds: Readonly<Record<Generation, readonly string[]>> = {
  static: [],
  balancer: ['check', 'checked'],
  registry: ['check', 'checked', 'store'],
  mesh: ['xds', 'store'],
  intent: ['membership', 'store'],
};

const storeKinds = new Set(['request', 'response', 'watch', 'unwatch', 'events', 'watch-failed']);

const servers = 3;
const fronts = 2;
const backs = 4;
const chapterUs = secondsUs(40);
/** A chapter's trouble begins after this, and lasts for so long. */
const quietUs = secondsUs(10);
const troubleUs = secondsUs(20);
/** How long something was gone before its loss alone is judged. */
const noticedUs = secondsUs(10);
const usualRate = 20;

/** Callers in zone a, with half of the instances; a balancer, where there is one, beside them. */
function shapeOf(generation: Generation): Shape {
  const called = generation === 'balancer' ? 'balancer' : 'back';
  const node = (name: string, zone: string, service: string, calls: readonly string[]) =>
    ({ name, role: 'service', zone, service, calls }) as const;
  return {
    nodes: [
      ...Array.from(
        { length: servers },
        (_, i) => ({ name: `server-${i}`, role: 'server', zone: 'a' }) as const,
      ),
      ...Array.from({ length: fronts }, (_, i) => node(`front-${i}`, 'a', 'front', [called])),
      ...Array.from({ length: backs }, (_, i) => node(`back-${i}`, i % 2 ? 'b' : 'a', 'back', [])),
      ...(generation === 'balancer' ? [node('balancer-0', 'a', 'balancer', ['back'])] : []),
    ],
    clients: 1,
  };
}

const instance = (i: number): NodeId => servers + fronts + i;

function story(): Fault[] {
  const at = (chapter: Chapter): number => chapters.indexOf(chapter) * chapterUs + quietUs;
  const dies = (atUs: number, node: NodeId): Fault => ({
    kind: 'crash',
    atUs,
    untilUs: atUs + troubleUs,
    nodes: { of: 'node', node },
  });
  const far = Array.from({ length: backs }, (_, i) => i).filter((i) => i % 2 === 1);
  return [
    dies(at('instance dies'), instance(0)),
    {
      kind: 'partition',
      mode: 'drop',
      atUs: at('zone cut'),
      untilUs: at('zone cut') + troubleUs,
      links: {
        from: { of: 'nodes', nodes: far.map(instance) },
        to: { of: 'everyone' },
        bothWays: true,
      },
    },
    // Gone as a whole, and an instance dies while nobody keeps the list.
    ...Array.from({ length: servers }, (_, node) => dies(at('registry lost'), node)),
    dies(at('registry lost') + secondsUs(4), instance(2)),
  ];
}

function programOf(generation: Generation, faults: readonly Fault[], durationUs: number): Program {
  const draw = new Prng(1);
  const load = (rate: number, forUs: number): Program['clients'] =>
    loadOperations(draw.fork(`${rate}`), {
      clients: 1,
      each: { f: 'request' },
      key: 'front',
      rate,
      forUs,
    });
  const surgeUs = chapters.indexOf('surge') * chapterUs + quietUs;
  const [steady = []] = load(usualRate, durationUs);
  const [surge = []] = load(20 * usualRate, secondsUs(5));
  return {
    scenario: 'generations',
    shape: { ...shapeOf(generation), clients: 2 },
    faults: [...faults],
    clients: [steady, surge.map((o, i) => (i === 0 ? { ...o, afterUs: o.afterUs + surgeUs } : o))],
    durationUs,
    noiseSeed: 1,
    settings: {
      policyDivisor: 1,
      deadlineUs: secondsUs(1),
      mutant: null,
      extra: {
        modes: false,
        isFailFast: true,
        meterUs: secondsUs(1),
        breaker: { failureThreshold: 1_000_000 },
        admission: { workers: 2, serviceUs: 16_000, queueMax: 100 },
        generation,
        ...extras[generation],
      },
    },
  };
}

export function rowOf(generation: Generation): Row {
  const durationUs = chapters.length * chapterUs;
  const program = programOf(generation, story(), durationUs);
  const { history } = simulation().run(reference, program);
  const failed = Object.fromEntries(
    chapters.map((c, i) => {
      const fromUs = history.readyUs + i * chapterUs;
      return [c, shareOf(history, program, fromUs, fromUs + chapterUs)];
    }),
  ) as Record<Chapter, Share>;
  return {
    generation,
    failed,
    staleUs: staleOf(history, program),
    messagesPerSecond: messagesOf(history, program, generation) / (durationUs / 1_000_000),
    alone: aloneOf(generation),
  };
}

/** Calls of callers that ended from `fromUs` to `untilUs`, and those of them that did not end well. */
function shareOf(history: History, { shape }: Program, fromUs: number, untilUs: number): Share {
  let failed = 0;
  let all = 0;
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'routed') continue;
    if (e.timeUs < fromUs || e.timeUs >= untilUs) continue;
    if (shape.nodes[e.node]?.service !== 'front') continue;
    all += 1;
    if (e.value.outcome !== 'ok') failed += 1;
  }
  return { failed, all };
}

/** The longest time after which an instance that could not be reached was still sent a call. */
function staleOf(history: History, { shape }: Program): number {
  const gone = story().map((f) => ({ ...f, nodes: goneBy(f) }));
  let staleUs = 0;
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'routed' || e.node >= shape.nodes.length) continue;
    const { instance: to, tookUs } = e.value;
    const sentUs = e.timeUs - tookUs - history.readyUs;
    for (const { nodes, atUs, untilUs } of gone) {
      if (to === null || !nodes.includes(to) || sentUs < atUs || sentUs >= untilUs) continue;
      staleUs = Math.max(staleUs, sentUs - atUs);
    }
  }
  return staleUs;
}

function goneBy(f: Fault): readonly NodeId[] {
  if (f.kind === 'crash' && f.nodes.of === 'node') return [f.nodes.node];
  return f.kind === 'partition' && f.links.from.of === 'nodes' ? f.links.from.nodes : [];
}

/** A caller of the mesh has its list from its proxy: what it asks the store besides is not counted. */
function messagesOf(history: History, program: Program, generation: Generation): number {
  const counted = new Set(kinds[generation]);
  let messages = 0;
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'traffic') continue;
    const { lane, sent } = e.value;
    const isCaller = program.shape.nodes[e.node]?.service === 'front';
    for (const [kind, traffic] of Object.entries(sent)) {
      const isStore = lane === 'consensus' || storeKinds.has(kind);
      const of = lane === 'membership' ? 'membership' : isStore ? 'store' : kind;
      const isSpare = of === 'store' && isCaller && generation === 'mesh';
      if (counted.has(of) && !isSpare) messages += traffic.messages;
    }
  }
  return messages;
}

/** One node of each kind is gone for a while: of which does everything depend? */
function aloneOf(generation: Generation): readonly string[] {
  const { nodes } = shapeOf(generation);
  return ['server-0', 'back-0', 'balancer-0'].filter((name) => {
    const node = nodes.findIndex((n) => n.name === name);
    if (node < 0) return false;
    const gone: Fault = {
      kind: 'crash',
      atUs: quietUs,
      untilUs: quietUs + noticedUs + troubleUs,
      nodes: { of: 'node', node },
    };
    const program = programOf(generation, [gone], quietUs + noticedUs + troubleUs);
    const { history } = simulation().run(reference, program);
    const fromUs = history.readyUs + quietUs + noticedUs;
    const { failed, all } = shareOf(history, program, fromUs, fromUs + troubleUs);
    return failed * 2 > all;
  });
}

/** Lines of a table, to be read in a terminal. */
export function drawn(rows: readonly Row[]): readonly string[] {
  const share = ({ failed, all }: Share): string =>
    `${failed} of ${all} (${((failed * 100) / Math.max(1, all)).toFixed(1)} %)`;
  const head = ['generation', ...chapters, 'stale', 'messages/s', 'alone'];
  const body = rows.map((r) => [
    r.generation,
    ...chapters.map((c) => share(r.failed[c])),
    `${(r.staleUs / 1_000_000).toFixed(1)} s`,
    r.messagesPerSecond.toFixed(1),
    r.alone.join(' ') || 'nobody',
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((l) => l[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((c, i) => c.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...body.map(line)];
}

/** Of the calls that fail in the first chapters, a bar for each generation: `█` is one in a hundred. */
export function bars(rows: readonly Row[]): readonly string[] {
  return chapters.flatMap((chapter) => [
    '',
    `${chapter}: calls that failed`,
    ...rows.map(({ generation, failed }) => {
      const { failed: n, all } = failed[chapter];
      const percent = (n * 100) / Math.max(1, all);
      return `  ${generation.padEnd(9)} ${'█'.repeat(Math.round(percent))} ${percent.toFixed(1)} %`;
    }),
  ]);
}
