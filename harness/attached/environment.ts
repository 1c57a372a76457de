/** Somebody else's running system, at given endpoints: clients and their links are ours, no more. */
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { FaultKind } from '../core/fault.ts';
import type { Program, Shape } from '../core/program.ts';
import type { Endpoint, System } from '../core/system.ts';
import { runLive } from '../live/run.ts';
import { AttachedDeployment } from './deployment.ts';
import type { MemberHands } from './deployment.ts';

export interface AttachedOptions {
  readonly endpoints: readonly Endpoint[];
  /** What may be done to the members themselves; absent: nothing. */
  readonly hands?: MemberHands;
  readonly signal?: AbortSignal;
}

/** Faults on the clients' own links are always possible. */
const linkFaults: readonly FaultKind[] = ['partition', 'latency', 'bandwidth'];

/**
 * Runs programs against `endpoints` through the system's adapter. The servers of a program's shape
 * become the endpoints, so that a scenario runs unchanged against any number of members.
 */
export function attached(options: AttachedOptions): Environment<Promise<Run>> {
  const faults = new Set([...linkFaults, ...(options.hands?.faults ?? [])]);
  return {
    name: 'attached',
    faults,
    async run(system, program, runOptions) {
      const adapter = requireAdapter(system);
      const fitted = { ...program, shape: shapeOf(options.endpoints, program.shape) };
      requireAllowed(fitted, options);
      await adapter.ready(options.endpoints);
      const deployment = new AttachedDeployment({ ...options, adapter, program: fitted, faults });
      try {
        return await runLive(deployment, system, fitted, {
          ...runOptions,
          ...(options.signal && { signal: options.signal }),
        });
      } finally {
        await adapter.tidy?.(options.endpoints, program.settings);
      }
    },
  };
}

function shapeOf(endpoints: readonly Endpoint[], shape: Shape): Shape {
  return {
    nodes: endpoints.map(({ name }) => ({ name, role: 'server', zone: 'zone-0' })),
    clients: shape.clients,
  };
}

function requireAdapter(system: System): NonNullable<System['adapter']> {
  if (system.adapter !== undefined) return system.adapter;
  throw new HarnessError(
    'E_USAGE',
    `${system.name} has no adapter for running systems. Run it with antlion run.`,
  );
}

/** A role may fall on any member: a plan that kills one needs leave for all. */
function requireAllowed(program: Program, { endpoints, hands }: AttachedOptions): void {
  const hurts = program.faults.filter((f) => f.kind === 'crash' || f.kind === 'pause');
  if (hands === undefined || hurts.length === 0) return;
  const missing = endpoints.filter((_, node) => !hands.isAllowed(node)).map((e) => e.name);
  if (missing.length === 0) return;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `the plan may hit any member, and ${missing.join(', ')} may not be touched. Allow each by name: --allow-crash ${missing[0]}=PID.`,
  );
}
