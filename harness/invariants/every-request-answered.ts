/** SAFETY: a request that was accepted never vanishes: it is answered, or its client is cut off (R8, I3). */
import type { FaultEvent, History, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import { formatDuration } from '../core/duration.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { when } from './describe.ts';

const id = 'every-request-answered';
const claim =
  'In quiet times every request is answered with ok or fail, and soon; at any time it ends by its deadline.';

export interface AnsweredParameters {
  /**
   * In quiet times an answer takes no longer, µs: less than a client waits before it tries again, so that
   * a second try cannot hide that the first one was forgotten.
   */
  readonly withinUs: number;
  /** Times are quiet so long after a fault, a start or a stall, µs: elections and retries are over. */
  readonly settleUs: number;
}

export function everyRequestAnswered(
  parameters: AnsweredParameters = { withinUs: 250_000, settleUs: 3_000_000 },
): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel:
      'no fault in force, nor lately, and nothing stalled; of its end by the deadline: any faults',
    judge: (history, program) => judge(history, program, parameters),
  };
}

/** They end by a time of their own, are many, or wait until a server has caught up. */
const others: ReadonlySet<string> = new Set([
  'watch',
  'watch-next',
  'load',
  'change-servers',
  'hand-over',
]);

function judge(history: History, program: Program, p: AnsweredParameters): Verdict {
  const unquiet = unquietTimes(history, p.settleUs);
  const open = new Map<number, OperationEvent>();
  let judged = 0;
  for (const e of history.events) {
    if (!isOperation(e) || others.has(e.f)) continue;
    if (e.type === 'invoke') {
      open.set(e.op, e);
      continue;
    }
    const asked = open.get(e.op);
    open.delete(e.op);
    // Who gave up because the run was over was not left without an answer.
    if (asked === undefined || e.timeUs >= history.endUs) continue;
    if (unquiet.some(([from, to]) => from <= e.timeUs && asked.timeUs <= to)) continue;
    judged += 1;
    const tookUs = e.timeUs - asked.timeUs;
    if (e.type === 'info' || tookUs > p.withinUs) return violated(asked, e, p);
  }
  for (const asked of open.values()) {
    const deadlineUs = asked.timeUs + program.settings.deadlineUs;
    if (deadlineUs < history.endUs) return violated(asked, null, p);
  }
  if (judged > 0)
    return { kind: 'holds', invariant: id, basis: `${judged} requests in quiet times` };
  return { kind: 'unknown', invariant: id, reason: 'nothing was asked in quiet times' };
}

/** From the begin of a fault until long after its end, and around every stall and start. */
function unquietTimes(
  { events, readyUs }: History,
  settleUs: number,
): readonly (readonly [number, number])[] {
  const times: (readonly [number, number])[] = [[0, readyUs]];
  const begun = new Map<number, FaultEvent>();
  for (const e of events) {
    if (e.type === 'stall') times.push([e.timeUs - e.lateUs - settleUs, e.timeUs + settleUs]);
    if (e.type === 'node' && e.timeUs > readyUs) times.push([e.timeUs, e.timeUs + settleUs]);
    if (e.type !== 'fault') continue;
    if (e.phase === 'begin') begun.set(e.fault, e);
    const from = begun.get(e.fault);
    if (e.phase !== 'end' || from === undefined) continue;
    begun.delete(e.fault);
    times.push([from.timeUs, e.timeUs + settleUs]);
  }
  for (const from of begun.values()) times.push([from.timeUs, Infinity]);
  return times;
}

function violated(
  asked: OperationEvent,
  end: OperationEvent | null,
  { withinUs, settleUs }: AnsweredParameters,
): Verdict {
  const { f, key, process, op } = asked;
  const what = `${f} of ${key} by process ${process} was sent ${when(asked.timeUs)}`;
  const explanation: Explanation = {
    atUs: end?.timeUs ?? asked.timeUs,
    sentences: [
      end === null ? `${what} and never ended.` : `${what} and ${how(asked, end)}.`,
      end === null
        ? 'It has a deadline, which is over.'
        : `No fault was in force then, nor ${formatDuration(settleUs)} before; an answer takes ${formatDuration(withinUs)} at most.`,
    ],
    ops: [op],
  };
  return { kind: 'violated', invariant: id, claim, explanation };
}

function how(asked: OperationEvent, end: OperationEvent): string {
  const after = formatDuration(end.timeUs - asked.timeUs);
  if (end.type === 'info')
    return `was not answered: ${end.error ?? 'nobody knows'}, after ${after}`;
  return `was answered after ${after}`;
}
