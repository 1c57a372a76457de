/**
 * Consensus alone as a system: servers that run the real Raft component and nothing else, one rule of
 * it broken: a restarted server knows its term but not whom it voted for in it. That takes several
 * faults that meet in time (the product's mutant forgets the term as well, and one crash shows it).
 */
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Component } from '../../harness/core/host.ts';
import { nodesWithRole } from '../../harness/core/program.ts';
import type { LaneSpec, NodeConfig, System } from '../../harness/core/system.ts';
import { lan } from '../../reference-impl/consensus/config.ts';
import { electionSafety } from '../../reference-impl/consensus/judge/election-safety.ts';
import { logMatching } from '../../reference-impl/consensus/judge/log-matching.ts';
import { consensusRules } from '../../reference-impl/consensus/rules.ts';
import type { RaftMessage } from '../../reference-impl/consensus/messages.ts';
import { Raft } from '../../reference-impl/consensus/raft.ts';
import { idle } from '../../reference-impl/idle.ts';

export const consensusAlone: System = {
  name: 'consensus-alone',
  operations: new Set(),
  promises: [electionSafety(), logMatching()],
  mutants: {},
  machine: {
    node: (config) => lane(server(config)),
    client: () => lane(idle),
    callLane: 0,
    entry: '',
  },
  readiness: () => ({
    event: (e: HistoryEvent) =>
      e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader',
  }),
};

function lane(component: Component): readonly LaneSpec[] {
  return [{ name: 'consensus', component }];
}

function server({ id, shape }: NodeConfig): Component {
  const raft = new Raft({
    self: id,
    voters: nodesWithRole(shape, 'server'),
    config: lan,
    rules: { ...consensusRules, recoveredVote: ({ term }) => ({ term, votedFor: null }) },
    machine: {
      apply: ignore,
      leading: ignore,
      changed: ignore,
      confirmed: ignore,
      rows: () => ({ next: () => null, close: ignore }),
      beginRestore: ignore,
      restore: ignore,
      adopt: ignore,
    },
  });
  return {
    start: (records, w, fx) => raft.start(records, w, fx),
    message: (from, m, w, fx) => raft.message(from, m as RaftMessage, w, fx),
    call: ignore,
    timer: (kind, arg, w, fx) => raft.timer(kind, arg, w, fx),
    durable: (index, w, fx) => raft.durable(index, w, fx),
  };
}

function ignore(): void {
  // Nothing is applied and nobody asks.
}
