/** Somebody else's running system, at given endpoints: clients and their links are ours, no more. */
import type { Environment, Fitted, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { FaultKind } from '../core/fault.ts';
import type { Program } from '../core/program.ts';
import type { Endpoint, System } from '../core/system.ts';
import type { FaultDefinition } from '../faults/kind.ts';
import { kindsWith } from '../faults/kinds.ts';
import { runRealtime } from '../realtime/run.ts';
import { nobody } from './access.ts';
import type { MemberAccess } from './access.ts';
import { AttachedDeployment } from './deployment.ts';
import { fitTo } from './fit.ts';

export interface AttachedOptions {
  readonly endpoints: readonly Endpoint[];
  /** What may be done to the members themselves; absent: nothing. */
  readonly access?: MemberAccess;
  readonly signal?: AbortSignal;
}

/**
 * What can be done to connections, and to processes that may be touched; to packets that pass through us, to disks
 * that are ours, to who is a member where we can start it anew, and to clocks of programs that heed us.
 */
export function connectionFaults({
  withPackets = false,
  withDisks = false,
  withMembers = false,
  withClocks = false,
} = {}): ReadonlySet<FaultKind> {
  const scopes = ['link', 'process'];
  if (withPackets) scopes.push('message');
  if (withDisks) scopes.push('disk');
  const isDone = (k: FaultDefinition): boolean =>
    scopes.includes(k.scope) ||
    (withMembers && k.asksSystem === true) ||
    (withClocks && k.kind === 'clock');
  return kindsWith((k) => isDone(k) && k.inject !== undefined);
}

/**
 * Runs programs against `endpoints` through the system's adapter. The servers of a program's shape
 * become the endpoints, so that a scenario runs unchanged against any number of members.
 */
export function attached(options: AttachedOptions): Environment<Promise<Run>> {
  const { access = nobody } = options;
  const names = options.endpoints.map((e) => e.name);
  const fit = (program: Program): Fitted =>
    fitTo(
      { names, members: access.members, faults: connectionFaults(), arePeersOurs: false },
      program,
    );
  return {
    name: 'attached',
    time: 'real',
    isSynchronous: false,
    get faults() {
      return connectionFaults();
    },
    fit,
    async run(system, drawn, runOptions) {
      const adapter = requireAdapter(system);
      const { program } = fit(drawn);
      const deployment = new AttachedDeployment({
        endpoints: options.endpoints,
        access,
        system: system.name,
        adapter,
        program,
        faults: connectionFaults(),
      });
      return runRealtime(deployment, system, program, {
        ...runOptions,
        ...(options.signal && { signal: options.signal }),
      });
    },
  };
}

/** Throws E_USAGE for a system that cannot be spoken to. */
export function requireAdapter(system: System): NonNullable<System['adapter']> {
  if (system.adapter !== undefined) return system.adapter;
  throw new HarnessError(
    'E_USAGE',
    `${system.name} has no adapter for running systems. Run it with antlion run.`,
  );
}
