/**
 * Time without a leader after a crash, as in figure 16 of the Raft paper (§9.3), by the real
 * component of consensus.
 *
 * Five servers with logs of three lengths, so that not everybody can win. The leader broadcasts one
 * heartbeat and crashes at a random time within its heartbeat interval, half the shortest timeout.
 * The paper's Raft had no pre-vote: here each is granted on the spot.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Component, Effects, Msg, NodeId, World as Instant } from '../../harness/core/host.ts';
import type { RoleObservation } from '../../harness/core/observation.ts';
import { Prng } from '../../harness/core/prng.ts';
import { World } from '../../harness/simulation/world.ts';
import { lan } from '../../reference-impl/consensus/config.ts';
import type {
  Append,
  Entry,
  RaftMessage,
  RaftRecord,
  Vote,
  VoteRequest,
} from '../../reference-impl/consensus/messages.ts';
import { Raft } from '../../reference-impl/consensus/raft.ts';
import { consensusRules } from '../../reference-impl/consensus/rules.ts';

export interface ElectionOptions {
  readonly trials: number;
  readonly timeoutMinUs: number;
  readonly timeoutMaxUs: number;
  /** The component's own pre-vote, instead of the paper's election without one. */
  readonly isPreVoting: boolean;
}

const voters = [0, 1, 2, 3, 4];
const crashedLeader: NodeId = 4;
/** Entries in the logs of the four that are left. */
const logLengths = [1, 2, 2, 3];
const giveUpUs = 60_000_000;

/** Times from crash to new leader, µs, ascending. */
export function measureElections(o: ElectionOptions): number[] {
  const times: number[] = [];
  for (let seed = 0; seed < o.trials; seed++) times.push(oneElection(o, seed));
  return times.sort((a, b) => a - b);
}

function oneElection(o: ElectionOptions, seed: number): number {
  const leaders = new Map<number, NodeId>();
  let electedUs = -1;
  const world: World = new World({
    nodes: voters.length,
    seed,
    // One way 0.2–1.5 ms and a vote on disk in 1.5–3 ms reproduce the figure; a wider network does not.
    model: {
      strictEvery: 0,
      latency: { lowUs: 200, highUs: 1_500 },
      sync: { lowUs: 1_500, highUs: 3_000 },
    },
    make: (self) => [server(self, o)],
    onObserve: (node, e) => {
      const seen = e as RoleObservation;
      if (seen.kind !== 'role' || seen.role !== 'leader') return;
      assert(!leaders.has(seen.term), 'at most one leader a term', { term: seen.term });
      leaders.set(seen.term, node);
      electedUs = world.nowUs;
      world.stop();
    },
  });
  for (const id of voters) if (id !== crashedLeader) world.start(id);
  const heartbeat: Append = {
    kind: 'append',
    term: 1,
    prevIndex: 0,
    prevTerm: 0,
    commit: 0,
    round: 1,
    entries: [],
  };
  for (const id of voters)
    if (id !== crashedLeader) world.network.send(crashedLeader, id, 0, heartbeat);
  const crashUs = new Prng(seed).fork('crash').below(o.timeoutMinUs / 2);
  world.runUntil(giveUpUs);
  return (electedUs < 0 ? giveUpUs : electedUs) - crashUs;
}

/** One server: the real Raft, with a log as if it had run before. */
function server(self: NodeId, o: ElectionOptions): Component {
  const raft = new Raft({
    self,
    voters,
    config: { ...lan, electionMinUs: o.timeoutMinUs, electionMaxUs: o.timeoutMaxUs },
    rules: consensusRules,
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
  const handle = (w: Instant, fx: Effects, handler: (fx: Effects) => void): void => {
    if (o.isPreVoting) handler(fx);
    else grantPreVotes(raft, w, fx, handler);
  };
  return {
    start: (_, w, fx) => raft.start(pastOf(self), w, fx),
    message: (from, m, w, fx) =>
      handle(w, fx, (out) => raft.message(from, m as RaftMessage, w, out)),
    call: ignore,
    timer: (kind, arg, w, fx) => handle(w, fx, (out) => raft.timer(kind, arg, w, out)),
    durable: (index, w, fx) => handle(w, fx, (out) => raft.durable(index, w, out)),
  };
}

function pastOf(self: NodeId): RaftRecord[] {
  const length = logLengths[self] ?? 0;
  const entries: Entry[] = Array.from({ length }, () => ({ term: 1, command: { f: 'noop' } }));
  return [
    { kind: 'term', term: 1, votedFor: crashedLeader },
    { kind: 'append', after: 0, entries },
  ];
}

/** Runs a handler; the pre-votes that it asks for are not sent but granted when it has ended. */
function grantPreVotes(raft: Raft, w: Instant, fx: Effects, handler: (fx: Effects) => void): void {
  const granted: { voter: NodeId; vote: Vote }[] = [];
  handler({
    persist: (record) => fx.persist(record),
    forget: (before) => fx.forget(before),
    observe: (e) => fx.observe(e),
    send: (to: NodeId, m: Msg) => {
      const { kind, isPre, term } = m as VoteRequest;
      if (kind !== 'vote-request' || !isPre) fx.send(to, m);
      else granted.push({ voter: to, vote: { kind: 'vote', term, isPre, isGranted: true } });
    },
    reply: (call, v) => fx.reply(call, v),
    setTimer: (kind, delayUs, arg) => fx.setTimer(kind, delayUs, arg),
    cancelTimer: (id) => fx.cancelTimer(id),
  });
  for (const { voter, vote } of granted) raft.message(voter, vote, w, fx);
}

function ignore(): void {
  // This experiment ends with the election: nothing is applied or asked.
}
