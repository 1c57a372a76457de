/** CONSISTENCY: which version of the configuration each instance serves (C1), judged on what instances told. */
import { checkAdvances, checkCurrent } from '../checkers/configs/configs.ts';
import type { ConfigsResult } from '../checkers/configs/configs.ts';
import { operationsOf, type Op } from '../checkers/operations.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import { verdictOn } from './judged-operations.ts';
import { faultSpans, policyUs, stalledUs } from './timeline.ts';

const asked: ReadonlySet<string> = new Set(['publish-config', 'serve-config']);

/** Of operations `publish-config` and `serve-config` (see `configOperations`). */
export function configAdvances(): Invariant {
  return promise({
    id: 'config-advances',
    claim:
      'No instance goes back to an older version of a configuration, and all that serve one revision serve the same text, which somebody published.',
    what: 'answers of instances',
    check: checkAdvances,
  });
}

/** Of the same operations, where an instance asks the store itself. */
export function configCurrent(): Invariant {
  return promise({
    id: 'config-current',
    claim:
      'An instance that looks for the newest version serves none that is older than what was published, or served by another, before it looked.',
    what: 'answers of instances',
    check: (ops) => checkCurrent(ops),
  });
}

export interface ArrivalBounds {
  /** Policy time: refresh of a copy, µs. Divided outside simulation. */
  readonly refreshUs: number;
  /** Protocol time: an election, a few lost messages, µs. Never divided. */
  readonly protocolUs: number;
}

/** Of the same operations, where an instance has a copy that is brought up to date within a bound. */
export function configArrives(bounds: ArrivalBounds): Invariant {
  return promise({
    id: 'config-arrives',
    claim:
      'Where nothing was disturbed for the bound, an instance serves no version that is older than what had been published before that.',
    what: 'answers of instances',
    check(ops, history, program) {
      const spans = faultSpans(history, program);
      const dueUs = policyUs(bounds.refreshUs, program) + bounds.protocolUs + stalledUs(history);
      return checkCurrent(ops, (known, now) => {
        const fromUs = now.callUs - dueUs;
        const isQuiet = spans.every((s) => s.toUs <= fromUs || s.fromUs >= now.retUs);
        return known.retUs <= fromUs && isQuiet;
      });
    },
  });
}

interface Described extends Pick<Invariant, 'id' | 'claim'> {
  /** What is counted where it holds. */
  readonly what: string;
  check(ops: readonly Op[], history: History, program: Program): ConfigsResult;
}

function promise({ id, claim, what, check }: Described): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults of links, any pauses; crashes of any nodes with honest fsync',
    judge(history: History, program: Program) {
      const ops = operationsOf(history.events, (f) => asked.has(f));
      return verdictOn({ id, claim }, what, check(ops, history, program));
    },
  };
}
