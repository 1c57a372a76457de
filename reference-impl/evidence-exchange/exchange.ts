/**
 * Passes evidence on among those whom it is for (E1, E2): who leads, which rollout goes on, what somebody overrode.
 *
 * Each claim has one issuer, who goes on issuing it while it is true and takes it back when it is not. On its way it
 * gets older and never younger, so that it ends everywhere at about the same time, also where no revocation comes.
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Ask } from '../agent/wire.ts';
import type {} from '../evidence/observations.ts';
import type { Place } from '../federation/places.ts';
import type { ExchangeConfig } from './config.ts';
import type { Claim, ExchangeMessage } from './messages.ts';
import type { ExchangeRules, PassedScope } from './rules.ts';

export interface ExchangeOptions {
  readonly self: NodeId;
  /** Of all nodes; clients are nowhere. */
  readonly places: readonly Place[];
  readonly config: ExchangeConfig;
  readonly rules: ExchangeRules;
}

interface Held {
  readonly claim: Claim;
  /** When it was issued, by this node's clock. */
  issuedUs: number;
}

const tell = 1;
const renew = 2;

export class EvidenceExchange implements Component {
  private readonly o: ExchangeOptions;
  private readonly held = new Map<string, Held>();
  /** What this node claims and goes on claiming. */
  private readonly own = new Map<string, Claim>();
  private boot = 0;
  private word = 0;

  constructor(options: ExchangeOptions) {
    this.o = options;
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    this.boot = this.o.rules.bootOf([...records].length);
    fx.persist({ kind: 'boot' });
    fx.setTimer(tell, w.random(this.o.config.tellUs));
    fx.setTimer(renew, this.o.config.renewUs);
  }

  durable(): void {}

  timer(kind: number, _arg: number, w: World, fx: Effects): void {
    const { tellUs, renewUs } = this.o.config;
    if (kind === renew) {
      fx.setTimer(renew, renewUs);
      for (const claim of this.own.values()) this.issue(claim, w, fx);
      return;
    }
    fx.setTimer(tell, tellUs);
    for (const [key, { claim, issuedUs }] of this.held) {
      if (!this.isInForce(claim, w.nowUs - issuedUs)) this.held.delete(key);
    }
    this.tellSome(w, fx);
  }

  /** What siblings say: who leads, and evidence of theirs that is for others as well. */
  observed(e: Observation, w: World, fx: Effects): void {
    const { lifetimeUs } = this.o.config;
    if (e.kind === 'role') {
      const key = keyOf(this.o.self, 'leadership', 'leader');
      if (e.role !== 'leader') return this.takeBack(key, w, fx);
      return this.claim(
        { about: 'leadership', subject: 'leader', value: e.term, lifetimeUs },
        w,
        fx,
      );
    }
    if (e.kind !== 'evidence' || e.evidence.issuer !== this.o.self) return;
    const { kind: about, subject, value, lifetimeUs: lasts } = e.evidence;
    if (this.o.rules.scopeOf(about) === null) return;
    // It is issued once, and again when it says something else: not renewed here.
    this.claim({ about, subject, value: value as Json, lifetimeUs: lasts }, w, fx, false);
  }

  /** `claims`: what it holds. */
  call(c: Call, w: World, fx: Effects): void {
    const all = this.inForce(w.nowUs).map(({ claim, issuedUs }) => {
      const { issuer, about, subject, scope, value, lifetimeUs } = claim;
      const ageMs = Math.floor((w.nowUs - issuedUs) / 1_000);
      return { issuer, about, subject, scope, value, ageMs, lifetimeMs: lifetimeUs / 1_000 };
    });
    fx.reply(c.id, { type: 'ok', value: all as Json });
  }

  message(from: NodeId, msg: Msg, w: World, fx: Effects): void {
    const m = msg as ExchangeMessage;
    if (m.kind === 'ask') return this.ask(from, m, w, fx);
    for (const [claim, ageUs] of m.claims) this.hear(claim, w.nowUs - ageUs, fx);
  }

  /** `claim-evidence`, `revoke-evidence` and `route-by-evidence` of the key. */
  private ask(client: NodeId, m: Ask, w: World, fx: Effects): void {
    const answer = (outcome: Outcome): void =>
      fx.send(client, { kind: 'answered', id: m.id, outcome } as Msg, m.replyLane);
    if (m.f === 'route-by-evidence') return answer({ type: 'ok', value: this.route(m.key, w) });
    if (m.f === 'revoke-evidence') {
      this.takeBack(keyOf(this.o.self, 'claimed', m.key), w, fx);
      return answer({ type: 'ok', value: null });
    }
    const { scope } = (m.value ?? {}) as { readonly scope?: unknown };
    if (scope !== 'zone' && scope !== 'region' && scope !== 'global') {
      return answer({ type: 'fail', error: 'scope is zone, region or global' });
    }
    const { lifetimeUs } = this.o.config;
    const claim = { about: 'claimed', subject: m.key, value: null, lifetimeUs };
    this.claim(claim, w, fx, true, scope);
    answer({ type: 'ok', value: null });
  }

  /** Whom a call goes to: who claims it, by evidence in force; of several leaders the one of the latest term. */
  private route(subject: string, { nowUs }: World): Json {
    const all = this.inForce(nowUs).filter(({ claim }) => claim.subject === subject);
    all.sort(
      (a, b) => Number(b.claim.value) - Number(a.claim.value) || a.claim.issuer - b.claim.issuer,
    );
    const [first] = all;
    if (first === undefined) return null;
    return { issuer: first.claim.issuer, ageUs: nowUs - first.issuedUs };
  }

  private claim(
    c: Pick<Claim, 'about' | 'subject' | 'value' | 'lifetimeUs'>,
    w: World,
    fx: Effects,
    isRenewed = true,
    scope: PassedScope | null = this.o.rules.scopeOf(c.about),
  ): void {
    if (scope === null) return;
    const issuer = this.o.self;
    const claim: Claim = { ...c, issuer, scope, version: [this.boot, 0], isRevoked: false };
    if (isRenewed) this.own.set(keyOf(issuer, c.about, c.subject), claim);
    this.issue(claim, w, fx);
  }

  private takeBack(key: string, w: World, fx: Effects): void {
    const claim = this.own.get(key);
    if (claim === undefined) return;
    this.own.delete(key);
    this.issue({ ...claim, isRevoked: true }, w, fx);
  }

  /** At once to some, so that news need not wait. */
  private issue(claim: Claim, w: World, fx: Effects): void {
    this.word += 1;
    this.keep({ ...claim, version: [this.boot, this.word] }, w.nowUs, fx);
    this.tellSome(w, fx);
  }

  private hear(claim: Claim, issuedUs: number, fx: Effects): void {
    const { places, self, rules } = this.o;
    if (claim.issuer === self) return;
    if (places[claim.issuer] === undefined || (claim.isRevoked && !rules.heedsRevocation())) return;
    const held = this.held.get(keyOf(claim.issuer, claim.about, claim.subject));
    const order = held === undefined ? 1 : compare(claim.version, held.claim.version);
    if (order === 0 && held !== undefined) {
      held.issuedUs = rules.issuedUs(held.issuedUs, issuedUs);
    }
    if (order > 0) this.keep(claim, issuedUs, fx);
  }

  private keep(claim: Claim, issuedUs: number, fx: Effects): void {
    const { issuer, about, subject, scope, isRevoked } = claim;
    this.held.set(keyOf(issuer, about, subject), { claim, issuedUs });
    fx.observe({ kind: 'claim', issuer, subject: `${about} ${subject}`, scope, isRevoked });
  }

  private inForce(nowUs: number): Held[] {
    return [...this.held.values()].filter(
      ({ claim, issuedUs }) => !claim.isRevoked && this.isInForce(claim, nowUs - issuedUs),
    );
  }

  private isInForce({ lifetimeUs }: Claim, ageUs: number): boolean {
    return this.o.rules.isInForce(ageUs, lifetimeUs);
  }

  private tellSome(w: World, fx: Effects): void {
    const { self, places, config, rules } = this.o;
    for (let i = 0; i < config.fanout && places.length > 1; i++) {
      const to = (self + 1 + w.random(places.length - 1)) % places.length;
      const claims = [...this.held.values()].flatMap(({ claim, issuedUs }) => {
        const [here, there] = [places[claim.issuer], places[to]];
        if (here === undefined || there === undefined) return [];
        if (!rules.isFor(claim.scope, here, there)) return [];
        return [[claim, rules.toldAgeUs(w.nowUs - issuedUs)] as const];
      });
      if (claims.length > 0) fx.send(to, { kind: 'claims', claims } as Msg);
    }
  }
}

function keyOf(issuer: NodeId, about: string, subject: string): string {
  return `${issuer} ${about} ${subject}`;
}

function compare(a: Claim['version'], b: Claim['version']): number {
  return a[0] - b[0] || a[1] - b[1];
}
