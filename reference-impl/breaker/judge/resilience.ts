/** RESILIENCE: circuits open when calls fail, only then, let few probes out, and close again (I3, R1). */
import { faultSpans, lastHealUs, policyUs, secondsUs, stalledUs } from '../../../harness/spec.ts';
import type {
  Explanation,
  History,
  Invariant,
  NodeId,
  Program,
  Verdict,
} from '../../../harness/spec.ts';
import { CircuitMonitor, type Dealings, type ResilienceParameters } from './breaker-automaton.ts';

const id = 'resilience';
const claim =
  'A circuit opens when failures reach its threshold and not before, spares what it protects, stays away from services that are well, and closes again after the fault.';

const usualCircuits: ResilienceParameters = {
  failureThreshold: 5,
  windowUs: secondsUs(60),
  openUs: secondsUs(30),
  recoverUs: secondsUs(120),
  halfOpenProbes: 3,
  slackUs: secondsUs(1),
};

export function resilience(parameters: ResilienceParameters = usualCircuits): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults; no cascade is promised for crashes and pauses of service nodes',
    judge: (history, program) => judge(history, program, parameters),
  };
}

function judge(history: History, program: Program, p: ResilienceParameters): Verdict {
  const spans = faultSpans(history, program);
  const slackUs = p.slackUs + stalledUs(history);
  const options = {
    ...p,
    windowUs: policyUs(p.windowUs, program),
    openUs: policyUs(p.openUs, program),
    recoverUs: policyUs(p.recoverUs, program),
    slackUs,
    deadlineUs: program.settings.deadlineUs,
    healedUs: lastHealUs(history, spans),
    spans,
    program,
  };
  let calls = 0;
  let openings = 0;
  let worst: Explanation | null = null;
  for (const dealings of dealingsOf(history)) {
    const watch = new CircuitMonitor(dealings, options);
    const explanation = watch.judge();
    calls += watch.calls;
    openings += watch.openings;
    if (explanation !== null && (worst === null || explanation.atUs < worst.atUs)) {
      worst = explanation;
    }
  }
  if (worst !== null) return { kind: 'violated', invariant: id, claim, explanation: worst };
  if (calls === 0) return { kind: 'unknown', invariant: id, reason: 'no call was routed' };
  const basis = `${calls} calls, ${openings} ${openings === 1 ? 'opening' : 'openings'} of circuits`;
  return { kind: 'holds', invariant: id, basis };
}

/** By client and service, in order of first sight. */
function dealingsOf(history: History): Dealings[] {
  type Entry = Dealings['events'][number];
  const all = new Map<string, { client: NodeId; service: string; events: Entry[] }>();
  const byClient = new Map<NodeId, { events: Entry[] }[]>();
  for (const e of history.events) {
    if (e.type === 'node') {
      for (const d of byClient.get(e.node) ?? []) d.events.push({ timeUs: e.timeUs, value: null });
    }
    if (e.type !== 'observe') continue;
    const { value } = e;
    if (value.kind !== 'circuit' && value.kind !== 'routed') continue;
    const key = `${e.node} ${value.service}`;
    let d = all.get(key);
    if (d === undefined) {
      d = { client: e.node, service: value.service, events: [] };
      all.set(key, d);
      byClient.set(e.node, [...(byClient.get(e.node) ?? []), d]);
    }
    d.events.push({ timeUs: e.timeUs, value });
  }
  return [...all.values()];
}
