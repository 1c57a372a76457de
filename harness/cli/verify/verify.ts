/**
 * `antlion verify`: somebody else's system. Without an endpoint it starts a cluster of its own from
 * the installed program; with endpoints it touches nothing but its own clients, and members only
 * that were allowed by name.
 */
import { attached } from '../../attached/environment.ts';
import { clocksFor } from '../../attached/clock-library.ts';
import { launched } from '../../attached/launched.ts';
import { arePeersOurs, networkFor } from '../../attached/network.ts';
import { openCleanup } from '../../cleanup/session.ts';
import { HarnessError } from '../../core/errors.ts';
import { doesAny } from '../../faults/harms.ts';
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { say, warn } from '../../report/output.ts';
import { allowedAccess, allowedOf, requireWayBack, warningOf } from './allowed.ts';
import { withInterrupt } from '../interrupt.ts';
import { numberOf, versionOf } from '../products/list-systems.ts';
import { releaseOf, requireInstalled, splitRelease } from '../products/releases.ts';
import type { Release } from '../products/releases.ts';
import type { SystemManifest } from '../../systems/define-system.ts';
import { builtIns, systemOf } from '../products/systems.ts';
import { parseVerify, verifyHelp } from './verify-flags.ts';
import type { VerifyFlags } from './verify-flags.ts';
import { scenariosFor } from './verify-scenarios.ts';
import { search } from './verify-search.ts';
import type { Task } from './verify-search.ts';
import { endpointsOf, requireSense } from './verify-sense.ts';

/** `words` are all that follows `verify`. */
export async function verifyCommand(words: readonly string[]): Promise<number> {
  const [asked] = words;
  if (asked === undefined || asked === '--help' || asked === '-h') {
    say(verifyHelp(builtIns).trimEnd());
    return 0;
  }
  const { manifest, scenarios, release } = await systemOf(asked);
  const call = parseVerify(manifest, words.slice(1));
  requireSense(call.flags, release);
  const open = manifest.open(call.own);
  const { anomalies } = manifest;
  const { endpoint, binary } = call.flags;
  const isAsInstalled = endpoint.length === 0 && binary === undefined;
  const next = nextOf(manifest, call.flags);
  const version = (): string | null =>
    release?.version ?? (isAsInstalled ? numberOf(versionOf(manifest)) : null);
  return withInterrupt(({ signal }) =>
    verify({ ...call, asked, open, signal, scenarios, anomalies, release, next, version }),
  );
}

async function verify(task: Task): Promise<number> {
  const { flags, open, signal } = task;
  if (flags.endpoint.length === 0) return verifyOwn(task);
  const endpoints = endpointsOf(flags.endpoint);
  const members = allowedOf(endpoints, flags);
  const scenarios = await scenariosFor(open.system, {
    environment: 'attached',
    own: task.scenarios,
    members: endpoints.length,
    arePeersOurs: false,
    areMembersOurs: members.size > 0,
    clocks: () => ({ missing: 'members that run already load nothing more', isOfProgram: true }),
    operations: flags.operations,
    flags,
  });
  const kills = scenarios.all.some((s) => [...s.kinds].some((kind) => doesAny(kind, 'ends-nodes')));
  if (members.size > 0 && kills) requireWayBack(endpoints, members, flags);
  if (members.size === 0) {
    return search(attached({ endpoints, signal }), scenarios, task, endpoints);
  }
  if (!flags.dryRun) warn(warningOf(endpoints, members, flags).join('\n'));
  await using guard = await openCleanup();
  const adapter = open.system.adapter;
  if (adapter === undefined) throw new Error(`${open.system.name} has no adapter`);
  const { leaveDown, loseQuorum } = flags;
  const { journal } = guard;
  const access = allowedAccess({ endpoints, members, adapter, journal, leaveDown, loseQuorum });
  return await search(attached({ endpoints, access, signal }), scenarios, task, endpoints);
}

async function verifyOwn(task: Task): Promise<number> {
  const { flags, open, signal } = task;
  if (open.launch === null) {
    throw new HarnessError(
      'E_USAGE',
      `${open.system.name} does not say how its members are started, wanted where they answer. Pass --endpoint name=url for each.`,
    );
  }
  const plan = planOf(open.launch, flags, task);
  const environment = launched({
    plan,
    signal,
    network: flags.network,
    disk: flags.disk,
    ...(flags.members !== undefined && { members: flags.members }),
    ...(flags.keep && { onKept: (folder) => warn(`kept: ${folder}`) }),
  });
  const scenarios = await scenariosFor(open.system, {
    environment: 'processes',
    own: task.scenarios,
    members: flags.members ?? plan.members ?? 3,
    arePeersOurs: arePeersOurs(plan, networkFor(plan, flags.network)),
    areMembersOurs: true,
    clocks: () => clocksFor(plan, true),
    operations: flags.operations,
    flags,
  });
  return search(environment, scenarios, { ...task, open: { ...open, launch: plan } }, []);
}

/** The release that members are upgraded to; null: a program. Throws E_USAGE, and E_NO_PROGRAM where it was not made. */
function nextOf(manifest: SystemManifest, { upgradeTo = '' }: VerifyFlags): Release | null {
  const asked = splitRelease(upgradeTo);
  if (asked?.name !== manifest.name) return null;
  const release = releaseOf(manifest, asked.version);
  requireInstalled(release);
  return release;
}

/** The plan with the program and the flags that the user wants. */
function planOf(
  plan: LaunchPlan,
  { binary, memberFlag, upgradeTo }: VerifyFlags,
  { release, next }: Pick<Task, 'release' | 'next'>,
): LaunchPlan {
  const [installed = '', ...args] = plan.command;
  const commandOf = (program: string): readonly string[] => [program, ...args, ...memberFlag];
  const versions = {
    ...plan.versions,
    ...(upgradeTo !== undefined && {
      next: { command: commandOf(next?.program ?? upgradeTo) },
    }),
  };
  return { ...plan, versions, command: commandOf(binary ?? release?.program ?? installed) };
}
