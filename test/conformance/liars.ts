/**
 * Faults that are done and faults that only claim to be, side by side in one run: a proxy whose toxics do
 * nothing, nodes that say that their clocks are wrong and their disks slow and are not told so, a pause that
 * stops nobody, a heal that heals nothing. What probes show must tell them apart.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { FaultNote, Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { System } from '../../harness/core/system.ts';
import type { Program } from '../../harness/core/program.ts';
import { noFaults } from '../../harness/host/control-protocol.ts';
import type { LinkEffect } from '../../harness/faults/ports.ts';
import type { Links } from '../../harness/links/links.ts';
import type { Deployment, NodeDisks } from '../../harness/realtime/deployment.ts';
import { echoSystem } from './echo-system.ts';
import { timetable } from './script.ts';
import type { Line } from './script.ts';

type Interval = Pick<Fault, 'atUs' | 'untilUs'>;
interface Told {
  readonly name: string;
  readonly isLie: boolean;
  readonly make: (interval: Interval) => Fault;
  /** What is said of one that is a lie. */
  readonly note?: readonly [about: FaultNote['about'], text: RegExp];
}

const node = (n: NodeId) => ({ of: 'node', node: n }) as const;
const link = (a: NodeId, b: NodeId) => ({ from: node(a), to: node(b), bothWays: false });
const passed = ['no-effect', /passed after .*bypassed, or what should do it does nothing/] as const;

const early: readonly Told[] = [
  {
    name: 'drop that does nothing',
    isLie: true,
    make: (i) => ({ kind: 'partition', mode: 'drop', ...i, links: link(0, 1) }),
    note: passed,
  },
  {
    name: 'drop',
    isLie: false,
    make: (i) => ({ kind: 'partition', mode: 'drop', ...i, links: link(0, 2) }),
  },
  {
    name: 'latency that does nothing',
    isLie: true,
    make: (i) => ({ kind: 'latency', delayUs: 150_000, jitterUs: 0, ...i, links: link(1, 2) }),
    note: passed,
  },
  {
    name: 'latency',
    isLie: false,
    make: (i) => ({ kind: 'latency', delayUs: 150_000, jitterUs: 0, ...i, links: link(2, 1) }),
  },
  {
    name: 'clock that is right',
    isLie: true,
    make: (i) => ({ kind: 'clock', jumpUs: 3_600_000_000, driftPpm: 0, ...i, nodes: node(1) }),
    note: ['no-effect', /a clock is -?\d+ ms ahead, wanted 3600000 ms/],
  },
  {
    name: 'clock',
    isLie: false,
    make: (i) => ({ kind: 'clock', jumpUs: 3_600_000_000, driftPpm: 0, ...i, nodes: node(2) }),
  },
  {
    name: 'disk that is quick',
    isLie: true,
    make: (i) => ({ kind: 'disk', delayUs: 900_000, ...i, nodes: node(1) }),
    note: ['no-effect', /no sync took longer than \d+ ms/],
  },
  {
    name: 'disk',
    isLie: false,
    make: (i) => ({ kind: 'disk', delayUs: 250_000, ...i, nodes: node(2) }),
  },
];

const late: readonly Told[] = [
  {
    name: 'pause of a process that runs',
    isLie: true,
    make: (i) => ({ kind: 'pause', ...i, nodes: node(1) }),
    note: ['no-effect', /its process is not as it was made: it runs/],
  },
  { name: 'pause', isLie: false, make: (i) => ({ kind: 'pause', ...i, nodes: node(2) }) },
  {
    name: 'refuse',
    isLie: false,
    make: (i) => ({ kind: 'partition', mode: 'refuse', ...i, links: link(1, 0) }),
  },
  {
    name: 'stall that is never ended',
    isLie: true,
    make: (i) => ({ kind: 'partition', mode: 'stall', ...i, links: link(0, 1) }),
    note: ['not-over', /a probe had not passed after \d+ ms/],
  },
];

const between: readonly Told[] = [
  {
    name: 'members that stay members',
    isLie: true,
    make: (i) => ({ kind: 'reconfigure', ...i, nodes: node(2) }),
    note: ['no-effect', /and no member of it does/],
  },
  {
    name: 'slow close that does nothing',
    isLie: true,
    make: (i) => ({ kind: 'slow-close', delayUs: 600_000, ...i, links: link(1, 2) }),
    note: passed,
  },
  {
    name: 'names that are resolved',
    isLie: true,
    make: (i) => ({ kind: 'dns', ...i, nodes: node(1) }),
    note: ['no-effect', /a new connection was made/],
  },
  {
    name: 'descriptors that are left',
    isLie: true,
    make: (i) => ({ kind: 'descriptors', ...i, nodes: node(1) }),
    note: ['no-effect', /a new connection was made/],
  },
];

/** Alone, as who is believed to stand still is asked nothing. */
const alone: readonly Told[] = [
  {
    name: 'share of the processor of one that runs',
    isLie: true,
    make: (i) => ({ kind: 'cpu', permille: 500, periodUs: 400_000, ...i, nodes: node(1) }),
    note: ['no-effect', /its process is not as it was made: it runs/],
  },
];

/** Where processes are our children: one that is started as what it was, and a limit of another process. */
const ofOurProcesses: readonly Told[] = [
  {
    name: 'upgrade to the same version',
    isLie: true,
    make: (i) => ({ kind: 'upgrade', version: 'next', stays: true, ...i, nodes: node(1) }),
    note: ['no-effect', /it says that it is what it was, as before/],
  },
];
const limits: readonly Told[] = [
  {
    name: 'memory that is there',
    isLie: true,
    make: (i) => ({ kind: 'memory', roomBytes: 10_000_000, ...i, nodes: node(1) }),
    note: ['no-effect', /idle: nobody needed more memory/],
  },
];

/** Where the proxy is ours. */
const ofOurProxy: readonly Told[] = [
  {
    name: 'half-open connections that are sound',
    isLie: true,
    make: (i) => ({ kind: 'half-open', ...i, links: link(0, 1) }),
    note: passed,
  },
  {
    name: 'half-open',
    isLie: false,
    make: (i) => ({ kind: 'half-open', ...i, links: link(2, 0) }),
  },
  {
    name: 'connections that are read though nobody accepts',
    isLie: true,
    make: (i) => ({ kind: 'accept-stall', ...i, links: link(0, 2) }),
    note: passed,
  },
];

/** Where disks are ours. A node has to be started to read. */
const ofOurDisks: readonly Told[] = [
  {
    name: 'disk that is said to be unreadable',
    isLie: true,
    make: (i) => ({ kind: 'disk-unreadable', ...i, nodes: node(1) }),
    note: ['no-effect', /a file of ours did not meet it/],
  },
  {
    name: 'disk that is said to misdirect',
    isLie: true,
    make: (i) => ({ kind: 'disk-misdirected', ...i, nodes: node(1) }),
    note: ['no-effect', /a file of ours did not meet it/],
  },
];

const ms = 1_000;
const lastsMs = 2_000;
/** When each group of faults begins. */
const beginMs = [300, 2_800, 5_200, 9_000, 12_400] as const;

/** The program, what makes a deployment lie in it, and what its run must show. */
export function liars({
  isProxyOurs = false,
  areDisksOurs = false,
  areProcessesOurs = false,
} = {}): {
  /** It says that its members were changed, and changes nothing. */
  readonly system: System;
  readonly program: Program;
  readonly makeLie: <D extends Deployment>(deployment: D) => D;
  readonly check: (run: Run) => void;
} {
  const more = [...(isProxyOurs ? ofOurProxy : []), ...(areDisksOurs ? ofOurDisks : [])];
  const own = areProcessesOurs ? limits : [];
  const upgrades = areProcessesOurs ? [ofOurProcesses] : [];
  const groups = [early, [...between, ...more], [...alone, ...own], ...upgrades, late];
  const told = groups.flat();
  return {
    system: { ...echoSystem, reconfigure: () => ({ f: 'note', key: '0', value: null }) },
    program: liarProgram(groups),
    makeLie: (deployment) => makeLie(deployment, told),
    check: (run) => checkLies(run, told),
  };
}

function liarProgram(groups: readonly (readonly Told[])[]): Program {
  const lines: Line[] = [];
  const lateMs = beginMs[groups.length - 1] ?? 0;
  for (let at = 50; at < lateMs + lastsMs + 300; at += 200) {
    // Node 2 stands still at the end, and whoever asks it waits.
    const more = at < beginMs[2] ? ['2>0'] : [];
    for (const [k, key] of ['0>1', '0>2', '1>2', '2>1', '1>0', ...more].entries()) {
      lines.push([at + 10 * k, 0, 'post', key, `${at} ${key} ${'x'.repeat(200)}`]);
    }
    const n = 1 + ((at / 50) % 2);
    lines.push([at, 1, 'clock', '1', null], [at + 20, 1, 'clock', '2', null]);
    lines.push([at + 40, 1, 'write', at < lateMs ? `${n}` : '1', `${at}`]);
    lines.push([at + 60, 1, 'write', at < lateMs ? `${3 - n}` : '1', `${at}`]);
  }
  if (groups.length > 4) {
    for (let at = 200; at < lastsMs; at += 400) {
      lines.push([beginMs[2] + at, 2, 'hoard', '1', 100_000_000]);
    }
  }
  const at = (fromMs: number) => ({ atUs: fromMs * ms, untilUs: (fromMs + lastsMs) * ms });
  return timetable({
    name: 'liars',
    durationMs: lateMs + lastsMs + 400,
    deadlineMs: 300,
    lines,
    faults: groups.flatMap((group, g) => group.map((t) => t.make(at(beginMs[g] ?? 0)))),
  });
}

/** From now on it lies where `told` says so; what it claims is that everything is done. */
function makeLie<D extends Deployment>(deployment: D, told: readonly Told[]): D {
  const lies = new Set(told.flatMap((t, i) => (t.isLie ? [i] : [])));
  const endless = told.findIndex((t) => t.note?.[0] === 'not-over');
  const isLieOf = (fault: string): boolean => lies.has(Number(/\d+$/.exec(fault)?.[0]));
  const d: Deployment = deployment;
  const { start, stop, setFaults, counters, pause, resume, restart, pidOf } = d;
  const other = pidOf === undefined ? null : spawn('sleep', ['600'], { stdio: 'ignore' });
  let asked = 0;
  Object.assign(d, {
    async start(this: Deployment, sink: Parameters<Deployment['start']>[0]) {
      await start.call(d, sink);
      const lied: { links: Links | null; disks?: NodeDisks | null } = d as never;
      if (d.disks) lied.disks = lyingDisks(d.disks);
      if (d.links !== null) lied.links = lyingLinks(d.links, isLieOf, endless);
    },
    setFaults: (id: NodeId, request: Parameters<Deployment['setFaults']>[1]) =>
      setFaults.call(d, id, id === 1 ? { ...request, faults: noFaults } : request),
    async counters(id: NodeId) {
      const found = await counters.call(d, id);
      asked += 1;
      return id === 1
        ? { ...found, skewedReads: asked, delayedSyncs: asked, refusedConnections: asked }
        : found;
    },
    pause: (id: NodeId) => (id === 1 ? Promise.resolve() : pause.call(d, id)),
    resume: (id: NodeId) => (id === 1 ? Promise.resolve() : resume.call(d, id)),
    restart: (id: NodeId, version?: string | null) =>
      restart.call(d, id, id === 1 ? null : version),
    ...(pidOf !== undefined && {
      pidOf: (id: NodeId) => (id === 1 ? (other?.pid ?? null) : pidOf.call(d, id)),
    }),
    stop() {
      other?.kill('SIGKILL');
      return stop.call(d);
    },
  });
  return deployment;
}

/** Disks that are never in trouble, and count that they are. */
function lyingDisks(disks: NodeDisks): NodeDisks {
  let asked = 0;
  const lying: Partial<NodeDisks> = {
    set: () => Promise.resolve(),
    figures() {
      asked += 1;
      return Promise.resolve({ failedReads: asked, misplacedWrites: asked });
    },
  };
  return instead(disks, lying);
}

/** Links whose faults that are lies are of toxics that do nothing, and that say of each that it was felt. */
export function lyingLinks(links: Links, isLie: (fault: string) => boolean, endless = -1): Links {
  const doesNothing: LinkEffect = { toxics: [{ type: 'noop', attributes: {} }] };
  const isEndless = (fault: string): boolean => fault === `fault-${endless}`;
  const lying: Partial<Links> = {
    inject: (fault, on, effect, figure) =>
      links.inject(fault, on, isLie(fault) && !isEndless(fault) ? doesNothing : effect, figure),
    heal: (fault) => (isEndless(fault) ? Promise.resolve() : links.heal(fault)),
    effect: () => Promise.resolve('yes'),
  };
  return instead(links, lying);
}

/** `all`, with these members in place of its own. */
function instead<T extends object>(all: T, members: Partial<T>): T {
  return new Proxy(all, {
    get: (target, name) => {
      const own = (members as Record<PropertyKey, unknown>)[name];
      if (own !== undefined) return own;
      const value = (target as Record<PropertyKey, unknown>)[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Each fault that was done took effect, and of each that was not it is said why. */
function checkLies({ history, faultNotes = [] }: Run, told: readonly Told[]): void {
  const effective = new Set(
    history.events.flatMap((e) => (e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [])),
  );
  const found = told.map(({ name }, i) => {
    const notes = faultNotes.filter((n) => n.fault === i && n.about !== 'late');
    return {
      name,
      isEffective: effective.has(i),
      notes: notes.map((n) => `${n.about}: ${n.text}`),
    };
  });
  for (const [i, { isLie, note }] of told.entries()) {
    const { isEffective, notes } = found[i] as (typeof found)[number];
    const all = JSON.stringify(found, null, 1);
    assert.equal(isEffective, !isLie || note?.[0] === 'not-over', all);
    assert.equal(notes.length, note === undefined ? 0 : 1, all);
    if (note === undefined) continue;
    assert.ok(notes[0]?.startsWith(`${note[0]}: `), all);
    assert.match(notes[0] ?? '', note[1]);
  }
}
