/** CONSISTENCY: after the last fault, all copies of the configuration become the same (I2, C4). */
import {
  convergenceOf,
  faultSpans,
  formatDuration,
  lastHealUs,
  nameNode,
  policyUs,
  processes,
  secondsUs,
  stalledUs,
  stillBroken,
  when,
} from '../../../harness/spec.ts';
import type {
  Convergence,
  CopyChange,
  Explanation,
  History,
  Invariant,
  NodeId,
  Program,
  Verdict,
} from '../../../harness/spec.ts';

export interface ConvergenceParameters {
  /** Policy time: refresh of a copy and of what it rests on, µs. Divided outside simulation. */
  readonly refreshUs: number;
  /** Protocol time: an election, a few lost messages, µs. Never divided. */
  readonly protocolUs: number;
}

const id = 'config-converges';
const claim =
  'Once faults are over and a key is no longer written, every running node holds the same value of it within the bound.';

export function configConverges(
  parameters: ConvergenceParameters = { refreshUs: secondsUs(8), protocolUs: secondsUs(7) },
): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults that end; nodes that stay broken are left out',
    judge: (history, program) => judge(history, program, parameters),
  };
}

function judge(history: History, program: Program, p: ConvergenceParameters): Verdict {
  const spans = faultSpans(history, program);
  const boundUs = policyUs(p.refreshUs, program) + p.protocolUs + stalledUs(history);
  const calmUs = lastHealUs(history, spans);
  const holders = runningHolders(history, stillBroken(spans));
  if (holders.length < 2) {
    return unknown('fewer than two running nodes ever confirmed a copy of the configuration');
  }
  const copies = copiesOf(history);
  const due = [...copies].flatMap(([key, changes]) => {
    const fromUs = Math.max(calmUs, lastWriteUs(changes));
    const dueUs = fromUs + boundUs;
    return dueUs > history.endUs
      ? []
      : [{ key, c: convergenceOf(changes, holders, { fromUs, dueUs }), dueUs }];
  });
  const isTooShort = calmUs + boundUs > history.endUs;
  if (due.length === 0 && (copies.size > 0 || isTooShort)) {
    return unknown(`less than ${formatDuration(boundUs)} were left after the last fault or write`);
  }
  for (const { key, c, dueUs } of due) {
    const explanation = disagreement(c, { key, dueUs, boundUs, program });
    if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
  }
  return {
    kind: 'holds',
    invariant: id,
    basis: basisOf(
      due.map((d) => d.c),
      holders,
      program,
      boundUs,
    ),
  };
}

function unknown(reason: string): Verdict {
  return { kind: 'unknown', invariant: id, reason };
}

/** How many agree on how much; how long it took, who was the last, and how far they had drifted apart. */
function basisOf(
  all: readonly Convergence[],
  holders: readonly NodeId[],
  program: Program,
  boundUs: number,
): string {
  const keys = `${all.length} ${all.length === 1 ? 'key' : 'keys'}`;
  const head = `${holders.length} nodes agree on ${keys} ${formatDuration(boundUs)} after the last fault or write`;
  const slowest = all.reduce<Convergence | null>(
    (a, c) => (a !== null && a.tookUs >= c.tookUs ? a : c),
    null,
  );
  const drift = all.reduce((most, c) => Math.max(most, c.drift), 1);
  if (slowest === null || slowest.last === null) return `${head}, and did before`;
  return `${head}; it took ${formatDuration(slowest.tookUs)} until ${nameNode(program, slowest.last)} did, with up to ${drift} values of a key at once`;
}

/** Nodes that hold a copy, run at the end and are not in the grip of a fault. */
function runningHolders(history: History, broken: ReadonlySet<NodeId>): NodeId[] {
  const { down } = processes(history);
  const holders = new Set<NodeId>();
  for (const e of history.events) {
    if (e.type !== 'observe') continue;
    const { value } = e;
    const isConfig =
      value.kind === 'config' || (value.kind === 'evidence' && value.evidence.kind === 'config');
    if (isConfig && !down.has(e.node) && !broken.has(e.node)) holders.add(e.node);
  }
  return [...holders].sort((a, b) => a - b);
}

/** By key, in the order of keys: every change of a copy. A process that starts has no copy yet. */
function copiesOf(history: History): Map<string, CopyChange[]> {
  const changes = new Map<string, CopyChange[]>();
  for (const e of history.events) {
    if (e.type === 'node' && e.change === 'started') {
      const nothing = { timeUs: e.timeUs, holder: e.node, value: null, revision: -1 };
      for (const of of changes.values()) of.push(nothing);
    }
    if (e.type !== 'observe' || e.value.kind !== 'config') continue;
    const { key, value, revision } = e.value;
    const of = changes.get(key) ?? [];
    changes.set(key, of);
    of.push({ timeUs: e.timeUs, holder: e.node, value, revision });
  }
  return new Map([...changes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** When the newest revision was first seen anywhere. */
function lastWriteUs(changes: readonly CopyChange[]): number {
  let newest: CopyChange | null = null;
  for (const c of changes) if (c.revision > (newest?.revision ?? -1)) newest = c;
  return newest?.timeUs ?? 0;
}

function disagreement(
  { newest, stragglers }: Convergence,
  at: { key: string; dueUs: number; boundUs: number; program: Program },
): Explanation | null {
  const [late] = stragglers;
  if (newest === null || late === undefined) return null;
  const name = (node: NodeId): string => nameNode(at.program, node);
  const show = (v: string | null): string => (v === null ? 'nothing' : `"${v}"`);
  const { copy } = late;
  const others = stragglers.length === 1 ? [] : [`So do ${stragglers.length - 1} others.`];
  return {
    atUs: at.dueUs,
    sentences: [
      `${name(newest.holder)} holds ${show(newest.value)} of ${at.key} since revision ${newest.revision}, ${when(newest.timeUs)}.`,
      copy === null || copy.revision < 0
        ? `${name(late.holder)} holds nothing of it ${when(at.dueUs)}.`
        : `${name(late.holder)} still holds ${show(copy.value)} of revision ${copy.revision} ${when(at.dueUs)}.`,
      ...others,
      `The last fault and the last write were over ${formatDuration(at.boundUs)} before, which is the bound.`,
    ],
    ops: [],
  };
}
