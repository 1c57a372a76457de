/** DISCOVERY: the living are told alive and the dead are not, judged on what members said when asked (D7). */
import { checkDeadTold, checkLiveTold } from '../checkers/members/told.ts';
import type { MembersFault, MembersResult, MembersTruth } from '../checkers/members/told.ts';
import { operationsOf, type Op } from '../checkers/operations.ts';
import { formatDuration } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import { verdictOn } from './judged-operations.ts';
import { membersTruth, type Touch } from './members-truth.ts';
import { driftFactor, stalledUs } from './timeline.ts';

export interface MembersBounds {
  /**
   * How long it may take until a change is told by everybody, µs. Of SWIM on a local network: a round of
   * probes, a suspicion that others confirm, gossip, or a table that is exchanged.
   */
  readonly boundUs: number;
  /** How much longer it may take after links were troubled, µs: who was given up is sought only now and then. */
  readonly healUs: number;
}

const usual: MembersBounds = { boundUs: 15_000_000, healUs: 45_000_000 };

/** Of operations `members` (see `membersOperations`). In touch is who hears and is heard, by way of a third if need be. */
export function liveTold(bounds: MembersBounds = usual): Invariant {
  return promise('live-told', bounds, {
    claim: `Who runs and has been in touch with all others for ${inWords(bounds)} is told alive by whoever is asked.`,
    touch: 'both',
    check: checkLiveTold,
    was: 'up and in touch with all others',
    told: 'without',
  });
}

/** The same of members that are heard by all others, whether or not they hear them. No failure detector that asks for answers keeps it. */
export function heardTold(bounds: MembersBounds = { ...usual, healUs: 90_000_000 }): Invariant {
  return promise('heard-told', bounds, {
    claim: `Who runs and has been heard by all others for ${inWords(bounds)} is told alive by whoever is asked.`,
    touch: 'heard',
    check: checkLiveTold,
    was: 'up and heard by all others',
    told: 'without',
  });
}

/** Of the same operations, by members that were in touch with all others that run. */
export function deadTold(bounds: MembersBounds = usual): Invariant {
  return promise('dead-told', bounds, {
    claim: `Who has been down for ${inWords(bounds)} is told alive by nobody who is in touch with the others.`,
    touch: 'both',
    check: checkDeadTold,
    was: 'down',
    told: 'with',
  });
}

interface Judging {
  readonly claim: string;
  readonly touch: Touch;
  check(ops: readonly Op[], truth: MembersTruth, boundUs: number): MembersResult;
  /** What the member was, and how the answer told of it. */
  readonly was: string;
  readonly told: 'with' | 'without';
}

function promise(id: string, { boundUs, healUs }: MembersBounds, judging: Judging): Invariant {
  const { claim, touch } = judging;
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel:
      'any faults; of cuts whose sides are roles, and of all that is neither a cut nor a crash, only the time after them is judged',
    judge(history: History, program: Program) {
      const ops = operationsOf(history.events, (f) => f === 'members');
      const longUs = boundUs * driftFactor(program) + stalledUs(history);
      const result = judging.check(ops, membersTruth(history, program, touch, healUs), longUs);
      const said =
        result.kind === 'violated'
          ? { ...result, fault: inSentences(result.fault, judging, program, longUs) }
          : result;
      return verdictOn({ id, claim }, 'answers of members', said);
    },
  };
}

function inSentences(
  { answer, asked, member, sinceUs }: MembersFault,
  { was, told }: Judging,
  { shape }: Program,
  boundUs: number,
): { ops: readonly Op[]; sentences: string[] } {
  const name = (id: number): string => shape.nodes[id]?.name ?? `node ${id}`;
  const since = sinceUs === -Infinity ? 'from the start' : `since ${formatDuration(sinceUs)}`;
  const bound = formatDuration(Math.round(boundUs));
  return {
    ops: [answer],
    sentences: [
      `${name(member)} was ${was} ${since}.`,
      `${name(asked)}, asked at ${formatDuration(answer.callUs)} and so more than ${bound} later, told who is alive, ${told} ${name(member)}.`,
    ],
  };
}

function inWords({ boundUs }: MembersBounds): string {
  return formatDuration(boundUs);
}
