/** CONSISTENCY: an override is made by who may, and ends after its time, not before and not much later (C3). */
import {
  driftFactor,
  formatDuration,
  minutesUs,
  policyUs,
  secondsUs,
  stalledUs,
  when,
} from '../../../harness/spec.ts';
import type { History, HistoryEvent, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { appliedOf } from './chain.ts';
import { recoveriesOf } from './recoveries.ts';

const id = 'override-expires';
const claim =
  'Only who is in the role for it overrides a setting, and an override that nobody changed ends after its time, within the bound.';
/** An election, a few lost messages, tries that met others. Protocol time. */
const boundUs = secondsUs(15);

export function overrideExpires(): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: "any faults that leave one server up all the time; clocks within the plan's drift",
    judge,
  };
}

interface Made {
  readonly op: number;
  readonly key: string;
  readonly who: string;
  readonly atUs: number;
  readonly revision: number;
}

function judge(history: History, program: Program): Verdict {
  const { events } = history;
  const made = madeOf(events);
  const roles = rolesOf(events);
  const applied = appliedOf(events, program);
  const ttlUs = ttlOf(program);
  const recoveries = recoveriesOf(events, program);
  const isSettled = hasSteadyServer(events, program);
  let ended = 0;
  for (const m of made) {
    if (!roles.has(m.who)) {
      return violated(m, m.atUs, [
        `${m.who} overrode ${m.key} ${when(m.atUs)}, and was never given the role for it.`,
      ]);
    }
    const of = applied.get(m.key) ?? [];
    const at = of.findIndex((a) => a.revision === m.revision);
    const next = of[at + 1];
    if (at < 0) continue;
    const [fromUs, endUs] = [of[at]?.atUs ?? 0, next?.atUs ?? Infinity];
    const isRemoved = next !== undefined && next.value === null;
    const leastUs = ttlUs / program.settings.policyDivisor / driftFactor(program);
    const isCleaned = recoveries.some((r) => r.fromUs <= endUs && endUs <= r.untilUs);
    if (isRemoved && !isCleaned && endUs - fromUs < leastUs - 1) {
      return violated(m, endUs, [
        `The override of ${m.key} by ${m.who} ended ${when(endUs)}, ${formatDuration(endUs - fromUs)} after it was made; it is for ${formatDuration(leastUs)}.`,
      ]);
    }
    if (isRemoved) ended += 1;
    const dueUs = fromUs + policyUs(ttlUs, program) + boundUs + stalledUs(history);
    if (!isSettled || dueUs > history.endUs || endUs <= dueUs) continue;
    return violated(m, dueUs, [
      `${m.who} overrode ${m.key} ${when(m.atUs)}.`,
      `It is still so ${when(dueUs)}, though an override ends after ${formatDuration(dueUs - fromUs)} at the latest.`,
    ]);
  }
  if (made.length === 0)
    return { kind: 'unknown', invariant: id, reason: 'nobody overrode anything' };
  return { kind: 'holds', invariant: id, basis: `${made.length} overrides, ${ended} ended` };
}

function ttlOf({ settings }: Program): number {
  const asked = settings.extra['audit'] as { readonly overrideUs?: number } | null | undefined;
  return asked?.overrideUs ?? minutesUs(24 * 60);
}

function madeOf(events: readonly HistoryEvent[]): Made[] {
  const who = new Map<number, string>();
  const made: Made[] = [];
  for (const e of events) {
    if (!('f' in e) || e.f !== 'override' || e.type === 'load') continue;
    if (e.type === 'invoke') who.set(e.op, String((e.value as { who?: unknown }).who));
    if (e.type !== 'ok') continue;
    const { op, key, timeUs: atUs, version: revision = -1 } = e;
    made.push({ op, key, who: who.get(op) ?? '', atUs, revision });
  }
  return made;
}

/** Who was ever given the role, by whomever. */
function rolesOf(events: readonly HistoryEvent[]): Set<string> {
  const given = new Set<string>();
  for (const e of events) {
    if (e.type !== 'invoke' || e.f !== 'write') continue;
    if (e.key.startsWith('roles/') && e.value === 'ops') {
      given.add(e.key.slice('roles/'.length));
    }
  }
  return given;
}

/** Is there a server that no fault has stopped? */
function hasSteadyServer(events: readonly HistoryEvent[], { shape }: Program): boolean {
  const stopped = new Set(
    events.flatMap((e) => (e.type === 'node' && e.change !== 'started' ? [e.node] : [])),
  );
  return shape.nodes.some((n, node) => n.role === 'server' && !stopped.has(node));
}

function violated({ op }: Made, atUs: number, sentences: readonly string[]): Verdict {
  return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [op] } };
}
