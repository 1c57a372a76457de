/**
 * The store's client: finds the leader, tries again what may be tried again, and never says more than
 * it knows.
 *
 * Each request keeps its id over all tries, so that the store executes it at most once; that alone
 * makes it right to repeat a change whose fate is unknown. An error that is not definite proves
 * nothing about earlier copies: when the deadline comes after it, the outcome is unknown.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Call, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Part } from '../agent/part.ts';
import type { Timing } from '../config.ts';
import { lanes } from '../lanes.ts';
import type { Pacing } from '../pacing/pacing.ts';
import { sessionWindow } from '../store/protocol.ts';
import type { StoreAnswer, StoreError } from '../store/answered.ts';
import type { StoreOp } from '../store/asked.ts';
import type { StoreRequest, StoreResponse } from '../store/protocol.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import { problemWith } from '../store/validate.ts';
import { outcomeOf } from './outcome.ts';
import type { SessionRules } from './session.ts';

/** Requests in flight; so few that one that is slow rarely makes all others wait for it. */
const inFlightMax = 256;
/** Of these only the node itself may use so many: its leases and caches must not starve. */
const reserved = 32;

/** Called once: with the store's definite answer, or with null when the deadline came first. */
export type Answered = (answer: StoreAnswer | null, from: NodeId) => void;

/** Hints that one try follows at once: two servers that each name the other must not ping-pong. */
const hintsFollowedMax = 3;

type ListOp = Extract<StoreOp, { readonly f: 'list' | 'lookup' }>;
type ListAnswer = Extract<StoreAnswer, { readonly type: 'entries' | 'instances' }>;

interface Listing {
  readonly op: ListOp;
  /** What one page may take. */
  readonly budgetUs: number;
  readonly deadlineUs: number;
  readonly answered: Answered;
}

interface Pending {
  readonly id: number;
  /** How far the log was known to be when it was first sent. */
  readonly base: number;
  readonly op: StoreOp;
  readonly deadlineUs: number;
  readonly answered: Answered;
  target: NodeId;
  /** When the running try (or the pause after it) is over. */
  tryEndsUs: number;
  /** Without an answer so far. */
  tries: number;
  hintsFollowed: number;
}

interface StoreClientOptions {
  /** A server asks itself first: its own store knows the leader. */
  readonly self: NodeId;
  /** An operation of a workload ends after this. */
  readonly deadlineUs: number;
  readonly timing: Timing;
  /** How much longer each further try is waited for. */
  readonly pacing: Pacing;
  readonly rules: SessionRules;
}

/** The error of what was not begun because too much is under way: try again later. */
export const busy = 'busy: too many requests in flight';

export class StoreClient implements Part {
  /** The newest revision that was read or written: it only grows, whatever becomes of an operation. */
  seen = 0;
  private readonly io: HandlerContext;
  private readonly o: StoreClientOptions;
  private readonly timing: Timing;
  private readonly rules: SessionRules;
  private readonly servers: readonly NodeId[];
  private readonly pending = new Map<number, Pending>();
  private session = 0;
  private lastId = 0;
  /** The furthest that any server said it has applied the log. */
  private index = 0;
  /** Position in `servers` of who is asked when nobody knows the leader. */
  private turn = 0;
  /** Who is believed to lead, or null. */
  private leader: NodeId | null = null;

  constructor(io: HandlerContext, servers: readonly NodeId[], options: StoreClientOptions) {
    assert(servers.length > 0, 'a store has servers');
    this.io = io;
    this.o = options;
    this.timing = options.timing;
    this.rules = options.rules;
    this.servers = servers;
  }

  /** Draws a new session. */
  start(): void {
    this.session = this.io.random(2 ** 32);
    const own = this.servers.indexOf(this.o.self);
    this.turn = own >= 0 ? own : this.io.random(this.servers.length);
  }

  /** The server to talk to when any will do: the leader if known. */
  get server(): NodeId {
    return this.leader ?? this.at(this.turn);
  }

  /** False when so much is in flight, or one request open for so long, that others have to wait. */
  get hasRoom(): boolean {
    return this.pending.size < inFlightMax && this.lastId + 1 - this.oldest < sessionWindow;
  }

  /** The same for what the node is asked from outside. */
  get hasRoomForCalls(): boolean {
    return this.hasRoom && this.pending.size < inFlightMax - reserved;
  }

  /** When an operation of a workload that begins now is over. */
  get operationEndsUs(): number {
    return this.io.nowUs + this.o.deadlineUs;
  }

  /** The smallest id that is open, or will be next. */
  private get oldest(): number {
    for (const id of this.pending.keys()) return id;
    return this.lastId + 1;
  }

  /** An operation of a workload: `toOp` makes a request of it, or null where it makes no sense. */
  operate(
    c: Call,
    toOp: (c: Call, seen: number) => StoreOp | null,
    done: (o: Outcome) => void,
  ): void {
    if (!this.hasRoomForCalls) return done({ type: 'fail', error: busy });
    const op = toOp(c, this.seen);
    if (op === null) return done({ type: 'fail', error: 'unknown operation or bad argument' });
    // Here, before a network of JSON makes another value of it.
    const problem = problemWith(op);
    if (problem !== null) return done({ type: 'fail', error: `bad-request: ${problem}` });
    this.request(op, this.operationEndsUs, (answer, node) => done(outcomeOf(c, answer, node)));
  }

  /** A list comes in as many pages as it takes, each within the time that the first was given. */
  request(op: StoreOp, deadlineUs: number, answered: Answered): void {
    if (op.f === 'list' || op.f === 'lookup') {
      this.pages({ op, budgetUs: deadlineUs - this.io.nowUs, deadlineUs, answered }, []);
    } else this.requestOne(op, deadlineUs, answered);
  }

  /** `before`: the pages that are there. */
  private pages(list: Listing, before: readonly ListAnswer[]): void {
    const last = before.at(-1);
    const { op, budgetUs, answered } = list;
    const isFirst = last?.next === undefined;
    const asked = isFirst ? op : { ...op, page: { at: last.revision, from: last.next } };
    const deadlineUs = isFirst ? list.deadlineUs : this.io.nowUs + budgetUs;
    this.requestOne(asked, deadlineUs, (answer, from) => {
      const isChanged = answer?.type === 'error' && answer.error.code === 'changed';
      const isList = answer?.type === 'entries' || answer?.type === 'instances';
      const pages = isList ? [...before, answer] : [];
      if (!isChanged && !(isList && answer.next !== undefined)) {
        answered(pages.length > 1 ? joined(pages) : answer, from);
      } else if (this.hasRoom && this.io.nowUs < list.deadlineUs + budgetUs * pages.length) {
        this.pages(list, pages);
      } else answered(null, from);
    });
  }

  private requestOne(op: StoreOp, deadlineUs: number, answered: Answered): void {
    assert(this.hasRoom, 'requests in flight are bounded', { max: inFlightMax });
    const target =
      op.f === 'read-stale' ? this.at(this.io.random(this.servers.length)) : this.server;
    this.lastId += 1;
    const p: Pending = {
      id: this.lastId,
      base: this.index,
      op,
      deadlineUs,
      answered,
      target,
      tryEndsUs: 0,
      tries: 0,
      hintsFollowed: 0,
    };
    this.pending.set(p.id, p);
    this.send(p, target);
  }

  response(from: NodeId, m: StoreResponse): void {
    this.index = Math.max(this.index, m.index);
    const p = m.session === this.session ? this.pending.get(m.id) : undefined;
    if (p === undefined) return;
    if (m.answer.type === 'error' && !this.rules.isDefinite(m.answer.error.code)) {
      // Of an earlier try it says nothing about the one that runs now.
      if (from === p.target) this.turnedAway(p, m.answer.error);
      return;
    }
    if (p.op.f !== 'read-stale') this.leader = from;
    this.seen = Math.max(this.seen, this.rules.seenIn(m.answer));
    this.pending.delete(p.id);
    p.answered(m.answer, from);
  }

  /** Ends what is over; gives the time at which it wants to be called again. */
  tick(): number {
    const nowUs = this.io.nowUs;
    let nextUs = never;
    for (const p of this.pending.values()) {
      if (nowUs >= p.deadlineUs) {
        this.pending.delete(p.id);
        p.answered(null, p.target);
      } else if (nowUs >= p.tryEndsUs) {
        this.nextTry(p);
      }
      if (this.pending.has(p.id)) nextUs = Math.min(nextUs, p.deadlineUs, p.tryEndsUs);
    }
    return nextUs;
  }

  private turnedAway(p: Pending, error: StoreError): void {
    const hint = error.code === 'behind' ? this.another(p.target) : leaderIn(error, p.target);
    // Who is behind says nothing about who leads.
    if (error.code !== 'behind') this.leader = hint;
    const isNews = hint !== null && hint !== p.target && p.hintsFollowed < hintsFollowedMax;
    if (isNews) {
      p.hintsFollowed += 1;
      this.send(p, hint);
    } else {
      p.tryEndsUs = this.io.nowUs + this.o.pacing.pauseUs(p.tries, this.timing.retryUs);
      this.io.wakeBy(p.tryEndsUs);
    }
  }

  private nextTry(p: Pending): void {
    if (this.leader === p.target) this.leader = null;
    if (this.leader === null) this.turn = this.after(p.target);
    p.hintsFollowed = 0;
    p.tries += 1;
    this.send(p, this.server);
  }

  /** The leader, which has most, or the next in the round. */
  private another(target: NodeId): NodeId {
    const { leader } = this;
    return leader !== null && leader !== target ? leader : this.at(this.after(target));
  }

  private after(target: NodeId): number {
    return (this.servers.indexOf(target) + 1) % this.servers.length;
  }

  private send(p: Pending, target: NodeId): void {
    p.target = target;
    p.tryEndsUs = this.io.nowUs + this.o.pacing.pauseUs(p.tries, this.timing.tryUs);
    this.io.wakeBy(Math.min(p.tryEndsUs, p.deadlineUs));
    const m: StoreRequest = {
      kind: 'request',
      session: this.session,
      id: p.id,
      oldest: this.oldest,
      base: p.base,
      replyLane: lanes.agent,
      op: p.op,
    };
    this.io.send(target, m, lanes.store);
  }

  private at(position: number): NodeId {
    return this.servers[position] as NodeId;
  }
}

/** Who leads as far as this error tells: of one that is busy nothing is known. */
function leaderIn(error: StoreError, target: NodeId): NodeId | null {
  return error.code === 'not-leader' ? error.leader : target;
}

/** All pages as one answer, as old as the oldest of them. */
function joined(pages: readonly ListAnswer[]): ListAnswer {
  const { next: _next, ...first } = pages[0] as ListAnswer;
  const ageUs = Math.max(...pages.map((p) => p.ageUs));
  if (first.type === 'entries') {
    return {
      ...first,
      entries: pages.flatMap((p) => (p.type === 'entries' ? p.entries : [])),
      ageUs,
    };
  }
  const instances = pages.flatMap((p) => (p.type === 'instances' ? p.instances : []));
  return { ...first, instances, ageUs };
}
