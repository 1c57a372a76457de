/** CONSISTENCY: after the last fault, all copies of the configuration become the same (I2, C4). */
import { formatDuration, secondsUs } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { faultSpans, lastHealUs, policyUs, processes, stalledUs, stillBroken } from './timeline.ts';
import { nameNode, when } from './words.ts';

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

interface Copy {
  readonly value: string | null;
  readonly revision: number;
  readonly timeUs: number;
}

function judge(history: History, program: Program, p: ConvergenceParameters): Verdict {
  const spans = faultSpans(history, program);
  const boundUs = policyUs(p.refreshUs, program) + p.protocolUs + stalledUs(history);
  const calmUs = lastHealUs(history, spans);
  const holders = runningHolders(history, stillBroken(spans));
  if (holders.length < 2) {
    return unknown('fewer than two running nodes ever confirmed a copy of the configuration');
  }
  const quiet = [...lastWrites(history)].map(([key, lastUs]) => {
    return { key, dueUs: Math.max(calmUs, lastUs) + boundUs };
  });
  const due = quiet.filter((q) => q.dueUs <= history.endUs);
  if (due.length < quiet.length || calmUs + boundUs > history.endUs) {
    if (due.length === 0) {
      return unknown(
        `less than ${formatDuration(boundUs)} were left after the last fault or write`,
      );
    }
  }
  for (const { key, dueUs } of due) {
    const explanation = disagreement(copiesAt(history, key, dueUs), holders, {
      key,
      dueUs,
      boundUs,
      program,
    });
    if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
  }
  const basis = `${holders.length} nodes agree on ${due.length} ${due.length === 1 ? 'key' : 'keys'} ${formatDuration(boundUs)} after the last fault or write`;
  return { kind: 'holds', invariant: id, basis };
}

function unknown(reason: string): Verdict {
  return { kind: 'unknown', invariant: id, reason };
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

/** By key: when its newest revision was first seen anywhere, in the order of keys. */
function lastWrites(history: History): Map<string, number> {
  const newest = new Map<string, { revision: number; timeUs: number }>();
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'config') continue;
    const { key, revision } = e.value;
    if (revision > (newest.get(key)?.revision ?? -1)) {
      newest.set(key, { revision, timeUs: e.timeUs });
    }
  }
  return new Map([...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, n]) => [k, n.timeUs]));
}

/** What each node held of `key` at `atUs`. A process that starts has no copy yet. */
function copiesAt(history: History, key: string, atUs: number): Map<NodeId, Copy> {
  const copies = new Map<NodeId, Copy>();
  for (const e of history.events) {
    if (e.timeUs > atUs) break;
    if (e.type === 'node' && e.change === 'started') copies.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'config' || e.value.key !== key) continue;
    const { value, revision } = e.value;
    copies.set(e.node, { value, revision, timeUs: e.timeUs });
  }
  return copies;
}

function disagreement(
  copies: ReadonlyMap<NodeId, Copy>,
  holders: readonly NodeId[],
  at: { key: string; dueUs: number; boundUs: number; program: Program },
): Explanation | null {
  let newest: { node: NodeId; copy: Copy } | null = null;
  for (const [node, copy] of copies) {
    if (newest === null || copy.revision > newest.copy.revision) newest = { node, copy };
  }
  if (newest === null) return null;
  const { value } = newest.copy;
  const late = holders.find((node) => (copies.get(node)?.value ?? null) !== value);
  if (late === undefined) return null;
  const other = copies.get(late);
  const name = (node: NodeId): string => nameNode(at.program, node);
  const show = (v: string | null): string => (v === null ? 'nothing' : `"${v}"`);
  return {
    atUs: at.dueUs,
    sentences: [
      `${name(newest.node)} holds ${show(value)} of ${at.key} since revision ${newest.copy.revision}, ${when(newest.copy.timeUs)}.`,
      other === undefined
        ? `${name(late)} holds nothing of it ${when(at.dueUs)}.`
        : `${name(late)} still holds ${show(other.value)} of revision ${other.revision} ${when(at.dueUs)}.`,
      `The last fault and the last write were over ${formatDuration(at.boundUs)} before, which is the bound.`,
    ],
    ops: [],
  };
}
