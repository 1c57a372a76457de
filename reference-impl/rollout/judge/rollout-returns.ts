/** CONSISTENCY: a version that fares worse is taken back within a bound, and one that does not is not (C6). */
import { formatDuration, secondsUs, stalledUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  History,
  Invariant,
  NodeId,
  Program,
  Verdict,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { instancesIn, numberOf, Steps } from './versions.ts';
import type { Step } from './versions.ts';

const id = 'rollout-returns';
const claim =
  'Once a new version has been called often enough to see that it fails or is slow, its step is taken back within the bound, and so many instances return; a version that is as good as the old one is not taken back.';

/** Calls of both versions at one step by which anybody can see a defect of the size that stories plant. */
const evident = 60;
/** Reports, an election, a few lost messages. Protocol time. */
const boundUs = secondsUs(12);

export function rolloutReturns(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults that end', judge };
}

function judge(history: History, program: Program): Verdict {
  const steps = Steps.of(history, program);
  if (steps.length === 0)
    return { kind: 'unknown', invariant: id, reason: 'nothing is rolled out' };
  const returned = steps.filter((s, i) => isReturn(s, steps[i - 1]));
  const [wrong] = returned.filter((s) => !isPlanted(program, { ...s, step: s.step + 1 }));
  if (wrong !== undefined) {
    return violated(wrong.appliedUs, [
      `The rollout of ${wrong.to} was taken back to step ${wrong.step} ${when(wrong.appliedUs)}.`,
      'Its calls fail no more often than those of the old version, and are as fast.',
    ]);
  }
  for (const [i, step] of steps.entries()) {
    const before = steps[i - 1];
    const isSince = before !== undefined && isPlanted(program, before) && !isReturn(step, before);
    if (isSince || !isPlanted(program, step)) continue;
    const back = steps.slice(i + 1).find((s, k) => isReturn(s, steps[i + k]));
    const late = lateReturn(history, program, step, back);
    if (late !== null) return { kind: 'violated', invariant: id, claim, explanation: late };
  }
  const basis = `${steps.length} steps, ${returned.length} of them back`;
  return { kind: 'holds', invariant: id, basis };
}

function isReturn(s: Step, before: Step | undefined): boolean {
  return before !== undefined && before.to === s.to && s.step < before.step;
}

/** Does the new version fare worse at this step? Told by the story, as a fault of its plan. */
function isPlanted(program: Program, { step, state }: Step): boolean {
  const isStill = state === 'returning' && isAsked(program, 'stays');
  if (step === 0 || (step < numberOf(program, 'showsAtStep', 1) && !isStill)) return false;
  return numberOf(program, 'errorPermille', 0) >= 200 || numberOf(program, 'slowUs', 0) >= 200_000;
}

function lateReturn(
  history: History,
  program: Program,
  step: Step,
  next: Step | undefined,
): Explanation | null {
  const sinceUs = evidentUs(history, step, next?.appliedUs ?? history.endUs);
  if (sinceUs === null) return null;
  const dueUs = sinceUs + boundUs + stalledUs(history);
  const isBack = next !== undefined && next.appliedUs <= dueUs;
  if (!isBack) {
    if (dueUs > history.endUs) return null;
    return {
      atUs: dueUs,
      sentences: [
        `${step.to} fares worse at step ${step.step}: ${evident} calls of it had ended ${when(sinceUs)}.`,
        `It was not taken back within ${formatDuration(dueUs - sinceUs)}.`,
      ],
      ops: [],
    };
  }
  const allUs = next.appliedUs + boundUs + stalledUs(history);
  if (allUs > history.endUs) return null;
  const still = servingAt(history, step, allUs);
  const most = Math.floor((instancesIn(program, step.service) * next.step) / 10);
  if (still.size <= most) return null;
  return {
    atUs: allUs,
    sentences: [
      `${step.to} was taken back to step ${next.step} ${when(next.appliedUs)}.`,
      `${still.size} instances still serve it ${when(allUs)}; ${most} may.`,
    ],
    ops: [],
  };
}

function isAsked({ settings }: Program, name: string): boolean {
  return Object(settings.extra['rollout'])[name] === true;
}

/** When so many calls of each version had ended since the step that the difference is seen; null: never. */
function evidentUs({ events }: History, step: Step, untilUs: number): number | null {
  let [now, old] = [0, 0];
  for (const e of events) {
    if (e.timeUs <= step.appliedUs || e.timeUs > untilUs) continue;
    if (e.type !== 'ok' || !('f' in e) || e.f !== 'use') continue;
    const { version } = e.value as { readonly version: string };
    if (version === step.to) now += 1;
    else old += 1;
    if (now >= evident && old >= evident) return e.timeUs;
  }
  return null;
}

function servingAt({ events }: History, { service, to }: Step, atUs: number): Set<NodeId> {
  const serving = new Set<NodeId>();
  for (const e of events) {
    if (e.timeUs > atUs) break;
    if (e.type === 'node') serving.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'serving' || e.value.service !== service) continue;
    if (e.value.version === to) serving.add(e.node);
    else serving.delete(e.node);
  }
  return serving;
}

function violated(atUs: number, sentences: readonly string[]): Verdict {
  return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [] } };
}
