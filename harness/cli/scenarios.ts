/** The scenarios that ship with antlion, those of mechanisms included, and how a pattern picks among them. */
import { HarnessError } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import { matching, suggestion } from '../core/names.ts';
import { scenarios as ofMechanisms } from '../../reference-impl/system.ts';
import { evenClusters } from '../../scenarios/even-clusters.ts';
import { quickRestarts } from '../../scenarios/quick-restarts.ts';
import { returningServer } from '../../scenarios/returning-server.ts';
import { lateAnswers } from '../../scenarios/late-answers.ts';
import { leaderPause } from '../../scenarios/leader-pause.ts';
import { wakingLeader } from '../../scenarios/waking-leader.ts';
import { lostAnswers } from '../../scenarios/lost-answers.ts';
import { busyClients } from '../../scenarios/busy-clients.ts';
import { cutOffLeader } from '../../scenarios/cut-off-leader.ts';
import { comparedTransactions } from '../../scenarios/compared-transactions.ts';
import { forgottenPasts } from '../../scenarios/forgotten-pasts.ts';
import { crashStorm } from '../../scenarios/crash-storm.ts';
import { keyValue } from '../../scenarios/key-value.ts';
import { laggingServer } from '../../scenarios/lagging-server.ts';
import { leaderCrash } from '../../scenarios/leader-crash.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';
import { mixedFaults } from '../../scenarios/mixed-faults.ts';
import { oneWayPartition } from '../../scenarios/one-way-partition.ts';
import { pausedHolder } from '../../scenarios/paused-holder.ts';
import { powerFailure } from '../../scenarios/power-failure.ts';
import { suddenPowerLoss } from '../../scenarios/sudden-power-loss.ts';
import { slowLink } from '../../scenarios/slow-link.ts';
import { election } from '../../scenarios/election.ts';
import { lateFollowers } from '../../scenarios/late-followers.ts';
import { lateGrants } from '../../scenarios/late-grants.ts';
import { lock } from '../../scenarios/lock.ts';
import { lockClock } from '../../scenarios/lock-clock.ts';
import { lockFailover } from '../../scenarios/lock-failover.ts';
import { lockRestart } from '../../scenarios/lock-restart.ts';
import { lockServerLost } from '../../scenarios/lock-server-lost.ts';
import { deafMember } from '../../scenarios/deaf-member.ts';
import { members } from '../../scenarios/members.ts';
import { registry } from '../../scenarios/registry.ts';
import { writeSurge } from '../../scenarios/write-surge.ts';
import { watchersFollow } from '../../scenarios/watchers-follow.ts';
import { staleSessions } from '../../scenarios/stale-sessions.ts';
import { transactions } from '../../scenarios/transactions.ts';
import { watchThroughSnapshot } from '../../scenarios/watch-through-snapshot.ts';
import { watchersTold } from '../../scenarios/watchers-told.ts';
import { wholeCluster } from '../../scenarios/whole-cluster.ts';
import { registryThroughSnapshot } from '../../scenarios/registry-through-snapshot.ts';
import { registryLeaderPause } from '../../scenarios/registry-leader-pause.ts';
import { registryWithoutLeader } from '../../scenarios/registry-without-leader.ts';
import { barrier } from '../../scenarios/barrier.ts';
import { config } from '../../scenarios/config.ts';
import { semaphore } from '../../scenarios/semaphore.ts';
import { silentInstances } from '../../scenarios/silent-instances.ts';
import { vanishedHolders } from '../../scenarios/vanished-holders.ts';

/** Quick ones first: a search that stops at the first violation tries them first. */
export const allScenarios: readonly Scenario[] = [
  minorityPartition,
  oneWayPartition,
  leaderCrash,
  slowLink,
  powerFailure,
  suddenPowerLoss,
  laggingServer,
  crashStorm,
  keyValue,
  leaderPause,
  wakingLeader,
  lostAnswers,
  cutOffLeader,
  returningServer,
  lateAnswers,
  evenClusters,
  quickRestarts,
  writeSurge,
  watchersFollow,
  watchThroughSnapshot,
  watchersTold,
  registryThroughSnapshot,
  transactions,
  comparedTransactions,
  forgottenPasts,
  busyClients,
  staleSessions,
  pausedHolder,
  lateFollowers,
  lock,
  lockClock,
  lockFailover,
  lockRestart,
  lateGrants,
  vanishedHolders,
  silentInstances,
  semaphore,
  barrier,
  config,
  registryLeaderPause,
  registryWithoutLeader,
  lockServerLost,
  election,
  registry,
  members,
  deafMember,
  ...ofMechanisms,
  mixedFaults,
  wholeCluster,
];

/**
 * Scenarios whose name matches one of `patterns`, `*` stands for anything; all when there is none.
 * Throws E_SCENARIO_UNKNOWN for a pattern that matches nothing.
 */
export function scenariosMatching(patterns: readonly string[]): readonly Scenario[] {
  const { found, unmatched } = matching(allScenarios, (s) => s.name, patterns);
  const [pattern] = unmatched;
  if (pattern === undefined) return found;
  const names = allScenarios.map((s) => s.name);
  throw new HarnessError(
    'E_SCENARIO_UNKNOWN',
    `no scenario is called "${pattern}", ${suggestion(pattern, names)} See them all: antlion list.`,
  );
}
