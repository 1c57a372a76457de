/**
 * A server of a small Raft (Ongaro and Ousterhout, "In search of an understandable consensus algorithm").
 *
 * Leaves out snapshots and changes of members. Reads go through the log, like writes. What a handler
 * persists is on the disk before anything it sends leaves the node, so no line here waits for a disk.
 */
import type { Component, Effects, Json, NodeId, Rec, Role, World } from 'antlion';
import type { Ask, Entry, RaftMsg } from './messages.ts';

const electionUs = 150_000;
const heartbeatUs = 50_000;
const [electionTimer, heartbeatTimer] = [0, 1];

type Saved =
  | { readonly kind: 'term'; readonly term: number; readonly votedFor: NodeId | null }
  | { readonly kind: 'entry'; readonly index: number; readonly entry: Entry };

export class Server implements Component {
  private term = 0;
  private votedFor: NodeId | null = null;
  /** The first entry is no entry, so that every other has one before it. */
  private log: Entry[] = [{ term: 0, ask: null, client: -1 }];
  private commit = 0;
  private role: Role = 'follower';
  private leader: NodeId | null = null;
  private votes = new Set<NodeId>();
  private next: number[] = [];
  private match: number[] = [];
  private election: number | null = null;
  private applied = 0;
  private readonly values = new Map<string, Json>();
  /** The last request of each client, so that one that arrives twice is executed once. */
  private readonly seen = new Map<NodeId, number>();

  private readonly id: NodeId;
  private readonly servers: number;

  constructor(id: NodeId, servers: number) {
    this.id = id;
    this.servers = servers;
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    for (const record of records as Iterable<Saved>) {
      if (record.kind === 'term') {
        this.term = record.term;
        this.votedFor = record.votedFor;
      } else {
        this.log.length = record.index;
        this.log.push(record.entry);
      }
    }
    this.become('follower', fx);
    this.waitForLeader(w, fx);
  }

  message(from: NodeId, m: RaftMsg, w: World, fx: Effects): void {
    if ('term' in m && m.term > this.term) {
      this.leader = null;
      this.saveTerm(m.term, null, fx);
      if (this.role === 'leader') this.waitForLeader(w, fx);
      this.become('follower', fx);
    }
    switch (m.kind) {
      case 'ask':
        return this.ask(from, m, fx);
      case 'vote-request': {
        const isFree = this.votedFor === null || this.votedFor === from;
        const isGranted = m.term === this.term && isFree;
        if (isGranted) {
          this.saveTerm(this.term, from, fx);
          this.waitForLeader(w, fx);
        }
        return fx.send(from, { kind: 'vote', term: this.term, isGranted } as RaftMsg);
      }
      case 'vote':
        if (this.role !== 'candidate' || m.term !== this.term || !m.isGranted) return;
        this.votes.add(from);
        if (this.votes.size > this.servers / 2) this.lead(fx);
        return;
      case 'append':
        return this.append(from, m, w, fx);
      case 'appended':
        if (this.role !== 'leader' || m.term !== this.term) return;
        if (m.match === null) this.next[from] = Math.max(1, (this.next[from] ?? 1) - 1);
        else this.acknowledge(from, m.match, fx);
        return;
      case 'answer':
      case 'elsewhere':
    }
  }

  timer(kind: number, _: number, w: World, fx: Effects): void {
    if (kind === heartbeatTimer) {
      if (this.role !== 'leader') return;
      for (let to = 0; to < this.servers; to++) this.replicate(to, fx);
      fx.setTimer(heartbeatTimer, heartbeatUs);
      return;
    }
    this.leader = null;
    this.saveTerm(this.term + 1, this.id, fx);
    this.become('candidate', fx);
    this.waitForLeader(w, fx);
    this.votes = new Set([this.id]);
    const lastIndex = this.log.length - 1;
    const request = { term: this.term, lastIndex, lastTerm: this.termAt(lastIndex) };
    for (let to = 0; to < this.servers; to++) {
      if (to !== this.id) fx.send(to, { kind: 'vote-request', ...request } as RaftMsg);
    }
    if (this.votes.size > this.servers / 2) this.lead(fx);
  }

  call(): void {}
  durable(): void {}

  private ask(client: NodeId, ask: Ask, fx: Effects): void {
    if (this.role !== 'leader') {
      fx.send(client, { kind: 'elsewhere', id: ask.id, leader: this.leader } as RaftMsg);
      return;
    }
    this.save({ term: this.term, ask, client }, fx);
    for (let to = 0; to < this.servers; to++) this.replicate(to, fx);
    this.acknowledge(this.id, this.log.length - 1, fx);
  }

  private lead(fx: Effects): void {
    this.leader = this.id;
    this.next = Array.from({ length: this.servers }, () => this.log.length);
    this.match = Array.from({ length: this.servers }, () => 0);
    this.become('leader', fx);
    if (this.election !== null) fx.cancelTimer(this.election);
    // Only entries of a leader's own term are committed by counting (section 5.4.2): begin with one.
    this.save({ term: this.term, ask: null, client: -1 }, fx);
    this.acknowledge(this.id, this.log.length - 1, fx);
    this.timer(heartbeatTimer, 0, {} as World, fx);
  }

  private replicate(to: NodeId, fx: Effects): void {
    if (to === this.id) return;
    const prevIndex = (this.next[to] ?? 1) - 1;
    const entries = this.log.slice(prevIndex + 1);
    const prev = { prevIndex, prevTerm: this.termAt(prevIndex) };
    fx.send(to, {
      kind: 'append',
      term: this.term,
      ...prev,
      entries,
      commit: this.commit,
    } as RaftMsg);
  }

  private append(from: NodeId, m: RaftMsg & { kind: 'append' }, w: World, fx: Effects): void {
    if (m.term < this.term) {
      fx.send(from, { kind: 'appended', term: this.term, match: null } as RaftMsg);
      return;
    }
    this.leader = from;
    if (this.role !== 'follower') this.become('follower', fx);
    this.waitForLeader(w, fx);
    const isKnown = m.prevIndex < this.log.length && this.termAt(m.prevIndex) === m.prevTerm;
    if (isKnown) {
      m.entries.forEach((entry, i) => {
        const index = m.prevIndex + 1 + i;
        if (index < this.log.length && this.termAt(index) === entry.term) return;
        this.log.length = Math.min(this.log.length, index);
        this.save(entry, fx);
      });
      this.advance(Math.min(m.commit, m.prevIndex + m.entries.length), fx);
    }
    const match = isKnown ? m.prevIndex + m.entries.length : null;
    fx.send(from, { kind: 'appended', term: this.term, match } as RaftMsg);
  }

  private acknowledge(of: NodeId, match: number, fx: Effects): void {
    this.match[of] = Math.max(this.match[of] ?? 0, match);
    this.next[of] = Math.max(this.next[of] ?? 1, match + 1);
    const sorted = [...this.match].sort((a, b) => b - a);
    const agreed = sorted[Math.floor(this.servers / 2)] ?? 0;
    if (this.termAt(agreed) === this.term) this.advance(agreed, fx);
  }

  /** Executes what is committed; who leads answers. */
  private advance(commit: number, fx: Effects): void {
    this.commit = Math.max(this.commit, commit);
    while (this.applied < this.commit) {
      this.applied += 1;
      const { ask, client } = this.log[this.applied] as Entry;
      if (ask === null || ask.id <= (this.seen.get(client) ?? -1)) continue;
      this.seen.set(client, ask.id);
      if (ask.f === 'write') this.values.set(ask.key, ask.value);
      const value = ask.f === 'read' ? (this.values.get(ask.key) ?? null) : null;
      if (this.role === 'leader') fx.send(client, { kind: 'answer', id: ask.id, value } as RaftMsg);
    }
  }

  private become(role: Role, fx: Effects): void {
    this.role = role;
    fx.observe({ kind: 'role', role, term: this.term });
  }

  private waitForLeader(w: World, fx: Effects): void {
    if (this.election !== null) fx.cancelTimer(this.election);
    this.election = fx.setTimer(electionTimer, electionUs + w.random(electionUs));
  }

  private saveTerm(term: number, votedFor: NodeId | null, fx: Effects): void {
    this.term = term;
    this.votedFor = votedFor;
    fx.persist({ kind: 'term', term, votedFor } as Saved);
  }

  private save(entry: Entry, fx: Effects): void {
    fx.persist({ kind: 'entry', index: this.log.length, entry } as Saved);
    this.log.push(entry);
  }

  private termAt(index: number): number {
    return this.log[index]?.term ?? 0;
  }
}
