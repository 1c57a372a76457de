/** A simulated run once more, while a recorder looks on. */
import { isSelfSimulated } from '../../core/environment.ts';
import type { Run } from '../../core/environment.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { System } from '../../core/system.ts';
import { Recorder } from '../../page/prepare/recorder.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import { simulation } from '../../simulation/environment.ts';
import type { OpenEnvironment } from '../environments.ts';

/** Of the same run as `seen`; null where runs cannot be looked at, or this one was another. */
export function recordedRun(
  system: System,
  environment: OpenEnvironment,
  { program, pins }: Pick<ReplayRecord, 'program' | 'pins'>,
  monitors: readonly Invariant[],
  seen: Run,
): Recorder | null {
  if (environment.name !== 'simulation' || isSelfSimulated(system)) return null;
  const recorders: Recorder[] = [];
  const watched = simulation({
    watch(world) {
      const recorder = new Recorder(world);
      recorders.push(recorder);
      return recorder;
    },
  });
  const run = watched.run(system, program, { monitors, pins });
  return run.traceHash === seen.traceHash ? (recorders[0] ?? null) : null;
}
