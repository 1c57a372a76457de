/** CONSISTENCY: every copy comes to have each change, or one that outweighs it, within a minute (C4, I2). */
import {
  driftFactor,
  formatDuration,
  lastHealUs,
  faultSpans,
  nameNode,
  nodeCount,
  processes,
  secondsUs,
  stillBroken,
  when,
} from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import { outweighs, textOf } from './writes.ts';
import type { Version } from './writes.ts';

const id = 'regions-converge';
const changes: ReadonlySet<string> = new Set(['put-regional', 'delete-regional', 'put-config']);
const claim =
  'A change of regional configuration that was acknowledged, or one that outweighs it, is in every copy within the bound, counted from the heal of what kept regions apart.';

export function regionsConverge(boundUs = secondsUs(60)): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults that are healed; nodes that are up and free of faults from then on',
    judge: (history, program) => judge(history, program, boundUs),
  };
}

interface Copies {
  /** By key and node: what it held, ascending in time. */
  readonly held: Map<string, Map<NodeId, (Version & { readonly atUs: number })[]>>;
  readonly acknowledged: {
    readonly key: string;
    readonly version: Version;
    readonly atUs: number;
  }[];
}

function judge(history: History, program: Program, usualUs: number): Verdict {
  const boundUs = usualUs * driftFactor(program);
  const { held, acknowledged } = copiesOf(history);
  const spans = faultSpans(history, program);
  const healedUs = lastHealUs(history, spans);
  const { startedUs, down } = processes(history);
  const broken = stillBroken(spans);
  const nodes = Array.from({ length: nodeCount(program.shape) }, (_, i) => i).filter(
    (n) => !down.has(n) && !broken.has(n),
  );
  let checks = 0;
  let longestUs = 0;
  for (const { key, version, atUs } of acknowledged) {
    for (const node of nodes) {
      const fromUs = Math.max(atUs, healedUs, startedUs.get(node) ?? 0);
      const dueUs = fromUs + boundUs;
      const own = held.get(key)?.get(node) ?? [];
      const first = own.find((v) => !outweighs(version, v));
      if (first !== undefined) longestUs = Math.max(longestUs, first.atUs - fromUs);
      if (dueUs > history.endUs) continue;
      checks += 1;
      const then = own.findLast((v) => v.atUs <= dueUs);
      if (then !== undefined && !outweighs(version, then)) continue;
      const sentences = [
        `Version ${textOf(version)} of ${key} was acknowledged ${when(atUs)}; the last fault was healed ${when(healedUs)}.`,
        `${nameNode(program, node)} has neither it nor one that outweighs it ${when(dueUs)}, ${formatDuration(boundUs)} later.`,
      ];
      const explanation = { atUs: dueUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (checks === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no change was old enough at the end' };
  }
  const basis = `${checks} looks for ${acknowledged.length} changes; the last came after ${formatDuration(longestUs)}`;
  return { kind: 'holds', invariant: id, basis };
}

function copiesOf({ events }: History): Copies {
  const held: Copies['held'] = new Map();
  const acknowledged: Copies['acknowledged'] = [];
  for (const e of events) {
    if (e.type === 'ok' && changes.has(e.f) && typeof e.value === 'object') {
      const { stamp, writer } = (e.value ?? {}) as {
        readonly stamp?: unknown;
        readonly writer?: unknown;
      };
      // A key that travels by consensus has neither.
      if (typeof stamp !== 'number') continue;
      const version = { stamp, writer: Number(writer) };
      acknowledged.push({ key: e.key, version, atUs: e.timeUs });
    }
    if (e.type !== 'observe' || e.value.kind !== 'regional') continue;
    const { key, stamp, writer } = e.value;
    const of = held.get(key) ?? new Map<NodeId, (Version & { readonly atUs: number })[]>();
    held.set(key, of);
    const own = of.get(e.node) ?? [];
    of.set(e.node, own);
    own.push({ stamp, writer, atUs: e.timeUs });
  }
  return { held, acknowledged };
}
