/** Consensus (L1): Raft, and in its log the tables of the list. */
import { consensusAlerts } from './alerts.ts';
import { nodesWithRole } from '../../harness/core/program.ts';
import { referenceSettings } from '../config.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import { intakeOf } from '../intake/config.ts';
import { takingIn } from '../intake/intake.ts';
import { lane, type Mechanism, rulesOf } from '../mechanism.ts';
import { nothingKept } from '../meter/judge/nothing-kept.ts';
import { makeStore } from '../store/component.ts';
import { scaled, storeConfig } from '../store/config.ts';
import { storeRules, type StoreRules } from '../store/rules.ts';
import { catchesUp } from './judge/catches-up.ts';
import { electsOverSlowLinks } from './judge/elects-over-slow-links.ts';
import { electionSafety } from './judge/election-safety.ts';
import { leaderCompleteness } from './judge/leader-completeness.ts';
import { leadership } from './judge/leadership.ts';
import { logMatching } from './judge/log-matching.ts';
import { neverGoesBack } from './judge/never-goes-back.ts';
import { replicationBounded } from './judge/replication-bounded.ts';
import { stepsDown } from './judge/steps-down.ts';
import { consensusMutants } from './mutants.ts';
import { heldOutMutants } from './held-out.ts';
import { naturalMutants } from './natural.ts';
import { snapshotMutants } from './snapshot-mutants.ts';
import { consensusRules } from './rules.ts';
import { answersOvertake } from './scenarios/answers-overtake.ts';
import { brokenTransfers } from './scenarios/broken-transfers.ts';
import { crashAtVote } from './scenarios/crash-at-vote.ts';
import { damagedDisks } from './scenarios/damaged-disks.ts';
import { misdirectedWrites } from './scenarios/misdirected-writes.ts';
import { deposedLeader } from './scenarios/deposed-leader.ts';
import { equalLinks } from './scenarios/equal-links.ts';
import { failingDisks } from './scenarios/failing-disks.ts';
import { figureEight } from './scenarios/figure-eight.ts';
import { heldBackVotes } from './scenarios/held-back-votes.ts';
import { lateVotes } from './scenarios/late-votes.ts';
import { leaseReads } from './scenarios/lease-reads.ts';
import { lossyReturn } from './scenarios/lossy-return.ts';
import { steadyWrites } from './scenarios/steady-writes.ts';

/** Some rules are a table's as well: what a mutant changes goes before what is usual, wherever it stands. */
export function rulesInForce(all: readonly Mechanism[], config: NodeConfig): StoreRules {
  const own = all.filter((m) => m.id === 'consensus' || m.shape === 'table');
  return { ...storeRules, ...rulesOf(own, config) };
}

export const consensus = lane({
  id: 'consensus',
  alerts: consensusAlerts,
  requirements: ['L1', 'I6'],
  what: 'one log on all servers, in which every table is replicated',
  rules: consensusRules,
  machine(config, _rules, all) {
    const { id, shape, settings } = config;
    if (shape.nodes[id]?.role !== 'server') return null;
    const times = scaled(storeConfig, settings.policyDivisor);
    const asked = referenceSettings(settings);
    const { batchMax, snapshotBytes, voters, leaseDriftPpm, tellsProgress } = asked;
    const catchUpUsMax = asked.catchUpUs;
    const servers = nodesWithRole(shape, 'server');
    // Small snapshots come in small pieces, so that a story of them sees several.
    const pieceBytes = Math.min(times.consensus.pieceBytes, snapshotBytes, asked.pieceBytes);
    const keptBytes = Math.min(times.consensus.keptBytes, snapshotBytes);
    const store = makeStore({
      self: id,
      servers,
      voters: servers.slice(0, voters),
      config: {
        ...times,
        historyMax: asked.historyMax,
        pageBytesMax: asked.pageBytes,
        sessionsMax: asked.sessionsMax,
        freeLocksMax: asked.freeLocksMax,
        tellsOrders: settings.extra['tellsTurns'] === true,
        consensus: {
          ...times.consensus,
          batchMax,
          snapshotBytes,
          pieceBytes,
          keptBytes,
          leaseDriftPpm,
          tellsProgress,
          catchUpUsMax,
        },
      },
      rules: rulesInForce(all, config),
    });
    return takingIn(store, intakeOf(settings));
  },
  promises: [
    electionSafety(),
    logMatching(),
    leaderCompleteness(),
    leadership(),
    electsOverSlowLinks(),
    stepsDown(),
    catchesUp(),
    replicationBounded(),
    nothingKept(),
    neverGoesBack(),
  ],
  mutants: { ...consensusMutants, ...naturalMutants, ...heldOutMutants, ...snapshotMutants },
  scenarios: [
    figureEight,
    leaseReads,
    lossyReturn,
    answersOvertake,
    brokenTransfers,
    lateVotes,
    crashAtVote,
    steadyWrites,
    deposedLeader,
    failingDisks,
    damagedDisks,
    misdirectedWrites,
    heldBackVotes,
    equalLinks,
  ],
});
