/** A foreign system in processes of our own: started for each run, and gone after it. */
import type { Environment, Fitted, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { FaultKind } from '../core/fault.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { Program } from '../core/program.ts';
import type { System } from '../core/system.ts';
import { kindOf } from '../faults/kinds.ts';
import { runRealtime } from '../realtime/run.ts';
import { AttachedDeployment } from './deployment.ts';
import { connectionFaults, requireAdapter } from './environment.ts';
import { clocksFor } from './clock-library.ts';
import type { ClockKind } from './clock-library.ts';
import { disksFor } from './disk-choice.ts';
import type { DiskChoice, DiskKind } from './disk-choice.ts';
import { fitTo } from './fit.ts';
import { LaunchedMembers, memberNames } from './launched-members.ts';
import { arePeersOurs, networkFor } from './network.ts';
import type { Network, NetworkChoice } from './network.ts';

export interface LaunchedOptions {
  readonly plan: LaunchPlan;
  /** How many; the plan's own number by default. */
  readonly members?: number;
  /**
   * How they reach each other: `proxies`, `namespaces` (Linux, as root), or `auto`: by proxies where the plan
   * tells their links, otherwise in namespaces where the machine makes them. `auto` by default.
   */
  readonly network?: NetworkChoice;
  /**
   * What their data lies on: `plain`, the machine's disk; `fuse` (Linux, as root), where a crash loses what was not
   * synced; `lying`, where a sync makes nothing durable; `auto`: `fuse` where the run has faults of disks.
   */
  readonly disk?: DiskChoice;
  /** Keep the folder with logs and data of each run, and say where it is. */
  readonly onKept?: (folder: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs programs against members that it starts itself, through the system's adapter. Everything may
 * be done to them, and to the links among them where the plan says how they are told of each other, or where
 * they are on a network of their own. Throws E_NAMESPACES and E_DISK where that is asked for and cannot be; E_NO_PROGRAM without the program, E_NOT_READY when the members do not come up.
 */
export function launched(options: LaunchedOptions): Environment<Promise<Run>> {
  const { plan } = options;
  const names = memberNames(options.members ?? plan.members ?? 3);
  // Told at once where it was asked for and cannot be.
  networkFor(plan, options.network);
  disksFor(options.disk);
  const networkOf = (program: Program): Network =>
    networkFor(plan, options.network, has(program, 'message'));
  const diskOf = (program: Program): DiskKind => disksFor(options.disk, has(program, 'disk'));
  const clockOf = (program: Program): ClockKind =>
    clocksFor(
      plan,
      program.faults.some((f) => f.kind === 'clock'),
    );
  const faultsOn = (
    { noPackets }: Network,
    disk: DiskKind,
    clock: ClockKind,
  ): ReadonlySet<FaultKind> =>
    connectionFaults({
      withPackets: noPackets === null,
      withDisks: disk.missing === null,
      withMembers: plan.entry !== undefined,
      withClocks: clock.missing === null,
    });
  const fit = (program: Program): Fitted => {
    const [network, disk, clock] = [networkOf(program), diskOf(program), clockOf(program)];
    return fitTo(
      {
        names,
        members: new Set(names.keys()),
        faults: faultsOn(network, disk, clock),
        arePeersOurs: arePeersOurs(plan, network),
        peers: network,
        disk,
        clock,
      },
      program,
    );
  };
  return {
    name: 'processes',
    time: 'real',
    isSynchronous: false,
    get faults() {
      return faultsOn(
        networkFor(plan, options.network, true),
        disksFor(options.disk, true),
        clocksFor(plan, true),
      );
    },
    fit,
    async run(system, drawn, runOptions) {
      const adapter = requireAdapter(system);
      const { program } = fit(drawn);
      requireWallClock(system, plan);
      const [network, disk, clock] = [networkOf(drawn), diskOf(drawn), clockOf(drawn)];
      const members = await LaunchedMembers.open({
        ...options,
        network: network.kind,
        disk: disk.kind,
        clockLibrary: clock.library,
      });
      if (options.onKept !== undefined) members.keep();
      const deployment = new AttachedDeployment({
        system: system.name,
        endpoints: members.endpoints,
        adapter,
        program,
        faults: faultsOn(network, disk, clock),
        noClocks: clock.missing,
        access: members,
        launched: members,
      });
      return runRealtime(deployment, system, program, {
        ...runOptions,
        ...(options.signal && { signal: options.signal }),
      });
    },
  };
}

/** Throws E_CONFIG: nobody would know whether a clock is wrong. */
function requireWallClock({ name, adapter }: System, { clock }: LaunchPlan): void {
  if (clock === undefined || 'not' in clock || adapter?.wallClock !== undefined) return;
  throw new HarnessError(
    'E_CONFIG',
    `the launch plan of ${name} says how clocks are set (${clock.by}), wanted an adapter that says what they read. Give it wallClock, or leave out clock.`,
  );
}

/** Faults that are only done where members' packets pass through us, or where their disks are ours. */
function has({ faults }: Program, scope: 'message' | 'disk'): boolean {
  return faults.some((f) => kindOf(f).scope === scope);
}
