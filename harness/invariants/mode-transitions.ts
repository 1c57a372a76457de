/**
 * MODES: every change of mode has its trigger from the matrix and the evidence for it, none is missed,
 * none flaps (M1, M2, I7). Read from observations and the matrix alone; the node's own machine is not
 * asked.
 */
import { secondsUs } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { type ModeParameters, ModeWatch } from './mode-watch.ts';
import { faultSpans, policyUs, stalledUs } from './timeline.ts';

const id = 'mode-transitions';
const claim =
  'A node changes its mode when the matrix says so, to a mode that may follow, with evidence for it, and no earlier, later or more often.';

const usual: ModeParameters = {
  policy: {
    freshUs: secondsUs(10),
    registryLostUs: secondsUs(300),
    propagationUs: secondsUs(60),
    stableUs: secondsUs(300),
    evaluateUs: secondsUs(1),
  },
  windowUs: secondsUs(60),
  settledUs: secondsUs(10),
  warmUpUs: secondsUs(30),
  lateUs: secondsUs(15),
  protocolUs: secondsUs(3),
};

export function modeTransitions(parameters: ModeParameters = usual): Invariant {
  return {
    id,
    area: 'MODES',
    claim,
    faultModel:
      'any faults; a missed change is not held against a node that stands still or waits for its disk',
    judge: (history, program) => judge(history, program, parameters),
  };
}

function judge(history: History, program: Program, p: ModeParameters): Verdict {
  const scaled = scale(p, program, stalledUs(history));
  const spans = faultSpans(history, program);
  const watches = new Map<NodeId, ModeWatch>();
  let changes = 0;
  for (const e of history.events) {
    if (e.type !== 'observe' && e.type !== 'node') continue;
    // Workload clients have no mode.
    if (e.node >= program.shape.nodes.length) continue;
    let watch = watches.get(e.node);
    if (watch === undefined) {
      watch = new ModeWatch(e.node, scaled, spans, program);
      watches.set(e.node, watch);
    }
    if (e.type === 'node') {
      watch.process(e.change === 'started', e.timeUs);
      continue;
    }
    if (e.value.kind === 'mode') changes += 1;
    const explanation = watch.observe(e);
    if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (![...watches.values()].some((w) => w.hasSpoken)) {
    return { kind: 'unknown', invariant: id, reason: 'no node said what its mode rests on' };
  }
  const basis = `${changes} changes of mode on ${watches.size} nodes`;
  return { kind: 'holds', invariant: id, basis };
}

function scale(p: ModeParameters, program: Program, stalled: number): ModeParameters {
  const plain = (us: number): number => us / program.settings.policyDivisor;
  return {
    policy: {
      freshUs: plain(p.policy.freshUs),
      registryLostUs: plain(p.policy.registryLostUs),
      propagationUs: plain(p.policy.propagationUs),
      stableUs: plain(p.policy.stableUs),
      evaluateUs: plain(p.policy.evaluateUs),
    },
    windowUs: plain(p.windowUs),
    settledUs: plain(p.settledUs),
    warmUpUs: policyUs(p.warmUpUs, program),
    lateUs: policyUs(p.lateUs, program),
    protocolUs: p.protocolUs + stalled,
  };
}
