/** Local processes: no container engine needed, real time, real crashes, real sockets. */
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { kindsWith } from '../faults/kinds.ts';
import { runRealtime } from '../realtime/run.ts';
import { ProcessDeployment } from './deployment.ts';
import type { ProcessesOptions } from './deployment.ts';

export interface ProcessesEnvironmentOptions extends ProcessesOptions {
  /** Stops a run early; it is healed and taken down, then the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** The cluster must be ready after this, µs; default 30 s. */
  readonly readyWithinUs?: number;
}

export function processes(options: ProcessesEnvironmentOptions = {}): Environment<Promise<Run>> {
  const { signal, readyWithinUs, ...rest } = options;
  return {
    name: 'processes',
    time: 'real',
    isSynchronous: false,
    get faults() {
      return kindsWith((k) => k.inject !== undefined && k.by !== 'our-packets');
    },
    async run(system, program, runOptions = {}) {
      if (system.machine === undefined) {
        throw new HarnessError(
          'E_CONFIG',
          `${system.name} is reached by its own protocol, wanted a system made of components. ` +
            'Start it yourself and use antlion verify.',
        );
      }
      return runRealtime(new ProcessDeployment(system.machine, program, rest), system, program, {
        ...runOptions,
        ...(signal !== undefined && { signal }),
        ...(readyWithinUs !== undefined && { readyWithinUs }),
      });
    },
  };
}
