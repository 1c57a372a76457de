/**
 * Every kind of fault that an environment with nodes of ours claims, done once and shown: together with the
 * honest faults of `liars.ts` the proof of its column in `docs/reference/faults.md`. One start for all.
 */
import assert from 'node:assert/strict';
import type { Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Program } from '../../harness/core/program.ts';
import { liars } from './liars.ts';
import { timetable } from './script.ts';
import type { Line } from './script.ts';

const node = (n: NodeId) => ({ of: 'node', node: n }) as const;
const link = (a: NodeId, b: NodeId) => ({ from: node(a), to: node(b), bothWays: false });
const windowMs = 1_900;
const lastsMs = 1_500;

type At = Pick<Fault, 'atUs' | 'untilUs'>;

/** Side by side within a window, the windows one after the other. */
const always: readonly ((at: At) => readonly Fault[])[] = [
  (at) => [
    { kind: 'bandwidth', rate: 1, ...at, links: link(0, 1) },
    { kind: 'limit', bytes: 100, ...at, links: link(0, 2) },
    { kind: 'slice', pieceBytes: 20, pauseUs: 4_000, ...at, links: link(1, 0) },
    { kind: 'reset', afterBytes: 0, ...at, links: link(2, 0) },
    { kind: 'loss', permille: 700, ...at, links: link(1, 2) },
    { kind: 'duplicate', permille: 700, ...at, links: link(2, 1) },
  ],
  (at) => [
    // Every message: few are sent while the other disk is full, as one client waits for both nodes.
    { kind: 'reorder', permille: 1_000, ...at, links: link(0, 1) },
    { kind: 'disk-full', ...at, nodes: node(1) },
    { kind: 'disk-lies', ...at, nodes: node(2) },
  ],
  (at) => {
    // A connection that is to be made anew has to be broken.
    const broken = { kind: 'reset', afterBytes: 0, ...at } as const;
    return [
      { kind: 'reconfigure', ...at, nodes: node(2) },
      { kind: 'dns', ...at, nodes: node(1) },
      { ...broken, links: link(1, 0) },
      { kind: 'descriptors', ...at, nodes: node(2) },
      { ...broken, links: link(0, 2) },
      { kind: 'slow-close', delayUs: 250_000, ...at, links: link(0, 1) },
    ];
  },
];

const ends = (at: At): readonly Fault[] => [
  { kind: 'cpu', permille: 500, periodUs: 400_000, ...at, nodes: node(0) },
  { kind: 'disk-failure', ...at, nodes: node(1) },
  { kind: 'crash', ...at, nodes: node(2) },
];

/** Where disks are ours: a node that is started finds nothing, one that writes finds it elsewhere. */
const onOurDisks = (at: At): readonly Fault[] => {
  const part = (share: number): number => at.atUs + Math.round(share * (at.untilUs - at.atUs));
  return [
    // A node takes its time to start: two windows.
    { kind: 'disk-unreadable', atUs: at.atUs, untilUs: part(2.2), nodes: node(1) },
    { kind: 'crash', atUs: part(0.1), untilUs: part(0.3), nodes: node(1) },
    { kind: 'disk-misdirected', ...at, nodes: node(2) },
  ];
};

/** Where processes are our children: one that is sent more than it has room for. */
const onOurProcesses = (at: At): readonly Fault[] => [
  { kind: 'memory', roomBytes: 10_000_000, ...at, nodes: node(1) },
  { kind: 'upgrade', version: 'next', ...at, nodes: node(2) },
];

/** Where the proxy is ours: connections that are open, and such as are made anew after they were reset. */
const onOurProxy = (at: At): readonly Fault[] => {
  const resetUs = at.atUs + Math.round((at.untilUs - at.atUs) / 2);
  return [
    { kind: 'half-open', ...at, links: link(0, 2) },
    { kind: 'accept-stall', ...at, links: link(0, 1) },
    { kind: 'reset', atUs: at.atUs, untilUs: resetUs, afterBytes: 0, links: link(0, 1) },
  ];
};

/** `stretch`: where starting and ending nodes takes longer. */
export function matrixProgram({
  stretch = 1,
  isProxyOurs = false,
  areProcessesOurs = false,
  areDisksOurs = false,
} = {}): Program {
  const lines: Line[] = [];
  const windows = [
    // First, as connections are older than its faults then.
    ...(isProxyOurs ? [onOurProxy] : []),
    ...always,
    ...(areDisksOurs ? [onOurDisks, () => []] : []),
    ...(areProcessesOurs ? [onOurProcesses] : []),
    // Last, as nodes come back late on a busy machine.
    ends,
  ];
  const endMs = windows.length * windowMs * stretch;
  for (let at = 20; at < endMs; at += 150) {
    for (const [k, key] of ['0>1', '0>2', '1>0', '2>0', '1>2', '2>1'].entries()) {
      lines.push([at + 5 * k, 0, 'post', key, `${at} ${key} ${'x'.repeat(150)}`]);
    }
    lines.push([at, 1, 'write', '1', `${at}`], [at + 40, 1, 'write', '2', `${at}`]);
  }
  const faults = windows.flatMap((make, w) => {
    const atUs = (200 + w * windowMs) * 1_000 * stretch;
    return make({ atUs, untilUs: atUs + lastsMs * 1_000 * stretch });
  });
  if (areProcessesOurs) {
    const fromMs = (200 + windows.indexOf(onOurProcesses) * windowMs) * stretch;
    for (let at = 100; at < lastsMs * stretch; at += 400) {
      lines.push([fromMs + at, 2, 'hoard', '1', 100_000_000]);
    }
  }
  const durationMs = endMs + 1_500;
  return timetable({ name: 'matrix', durationMs, deadlineMs: 300, lines, faults });
}

/** Kinds that this program and that of the liars prove between them. */
export function provedKinds(): ReadonlySet<string> {
  return new Set(
    [
      ...matrixProgram({ isProxyOurs: true, areProcessesOurs: true, areDisksOurs: true }).faults,
      ...liars({ isProxyOurs: true, areDisksOurs: true }).program.faults,
    ].map((f) => f.kind),
  );
}

export function checkMatrix(
  { history, skippedFaults, faultNotes = [], leftovers }: Run,
  { faults }: Program,
): void {
  const effective = history.events.flatMap((e) =>
    e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [],
  );
  const silent = faults.flatMap((f, i) => (effective.includes(i) ? [] : [f.kind]));
  const notes = faultNotes.filter((n) => n.about !== 'late');
  const found = { silent, skippedFaults, notes, leftovers };
  assert.deepEqual(found, { silent: [], skippedFaults: [], notes: [], leftovers: [] });
}
