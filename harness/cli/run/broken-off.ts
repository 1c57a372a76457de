/** A run that could not be brought up, or to its end, on this machine at this moment: unknown, never success. */
import { HarnessError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { RunReport } from './run-once.ts';

const ofTheMachine: readonly ErrorCode[] = [
  'E_NOT_READY',
  'E_ENDPOINT',
  'E_FAULT',
  'E_PORT_IN_USE',
];

/** Null for what no other run could mend, and for a bug: that ends the command. */
export function brokenOff(
  error: unknown,
  run: Pick<RunReport, 'scenario' | 'seed' | 'environment' | 'elapsedMs'>,
): RunReport | null {
  if (!(error instanceof HarnessError) || !ofTheMachine.includes(error.code)) return null;
  return {
    ...run,
    verdict: 'unknown',
    promises: [],
    notPromised: [],
    operations: { invoked: 0, ok: 0, fail: 0, info: 0 },
    faults: { planned: 0, effective: 0, skipped: [] },
    traceHash: null,
    story: null,
    narrowed: [],
    leftovers: [],
    figures: [],
    remarks: [error.message],
    history: null,
  };
}
