/**
 * Health checks of the instances this node depends on (requirement D2, the part that modes need).
 *
 * One round each refresh period: whoever has not answered when the next round begins has failed. Of more
 * instances than a round checks all take turns, and those in doubt are asked in between: a thousand
 * callers of a thousand instances are not a million checks a round.
 * Three failures in a row make an instance critical for this node's routing, two successes in a row
 * take that back. The registry is not told: what one node cannot reach another may.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Part } from '../agent/part.ts';
import type { Policy } from '../config.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import { lanes } from '../lanes.ts';
import type { CheckBehaviour } from './mode.ts';
import { checkedMax, pickChecked } from './turns.ts';
import type { Turns } from './turns.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { HealthAnswer, HealthCheck } from '../agent/wire.ts';

const failuresToCritical = 3;
const successesToPassing = 2;

interface Checked {
  isCritical: boolean;
  /** Rounds in a row that contradicted `isCritical`. */
  contradictions: number;
  /** In the running round: not, in its turn (which counts for the rate), or because of doubt. */
  asked: 'no' | 'in-turn' | 'extra';
  hasAnswered: boolean;
}

/** Rounds of one window, summed: `sent` and `failed` of each, oldest first. */
interface Round {
  readonly sent: number;
  readonly failed: number;
}

interface HealthCheckOptions {
  readonly policy: Policy;
  readonly self: NodeId;
  /** Services whose instances are checked; a workload client and a node without any check nobody. */
  readonly calls: readonly string[];
  readonly mode: CheckBehaviour;
}

export class HealthChecks implements Part {
  private readonly io: HandlerContext;
  private readonly discovery: Discovery;
  private readonly book: EvidenceBook;
  private readonly policy: Policy;
  private readonly o: HealthCheckOptions;
  /** Does the mode want checks? */
  private isOn: boolean;
  /** Those of the running round, and those in doubt. */
  private readonly instances = new Map<NodeId, Checked>();
  private readonly turns: Turns = { all: -1, doubtful: -1 };
  private asked = 0;
  private readonly rounds: Round[] = [];
  private round = 0;
  private critical = 0;
  private announcedPermille = 0;
  private announcedChecking = 0;
  private announcedUs = 0;

  constructor(
    io: HandlerContext,
    { discovery, book }: { readonly discovery: Discovery; readonly book: EvidenceBook },
    options: HealthCheckOptions,
  ) {
    this.io = io;
    this.discovery = discovery;
    this.book = book;
    this.policy = options.policy;
    this.o = options;
    this.isOn = options.mode.isChecked;
  }

  start(): void {
    this.round = this.io.random(2 ** 31);
  }

  setMode(_mode: Mode, { 'health-checks': { isChecked } }: ModeBehaviours): void {
    this.isOn = isChecked;
  }

  refresh(): void {
    if (this.o.calls.length > 0) this.next(this.isOn ? this.dependencies() : []);
  }

  get hasCritical(): boolean {
    return this.critical > 0;
  }

  isCritical(instance: NodeId): boolean {
    return this.instances.get(instance)?.isCritical ?? false;
  }

  /** Closes the running round and checks `targets` in a new one; none at all on the Floor. */
  private next(all: readonly NodeId[]): void {
    this.closeRound();
    this.forgetOthers(all);
    this.round += 1;
    const m: HealthCheck = { kind: 'check', round: this.round };
    const { inTurn, extra } = pickChecked(all, [...this.instances.keys()], this.turns);
    for (const instance of inTurn) this.ask(instance, 'in-turn', m);
    for (const instance of extra) this.ask(instance, 'extra', m);
    this.asked = inTurn.length + extra.length;
    this.issueRate();
  }

  private ask(instance: NodeId, asked: Checked['asked'], m: HealthCheck): void {
    const known = this.instances.get(instance);
    if (known === undefined) {
      const fresh = { isCritical: false, contradictions: 0, asked, hasAnswered: false };
      this.instances.set(instance, fresh);
    } else {
      known.asked = asked;
      known.hasAnswered = false;
    }
    this.io.send(instance, m, lanes.agent);
  }

  answer(from: NodeId, m: HealthAnswer): void {
    const c = this.instances.get(from);
    if (c !== undefined && m.round === this.round) c.hasAnswered = true;
  }

  /** Instances of everything this node calls, but itself. */
  private dependencies(): readonly NodeId[] {
    const [first, ...others] = this.o.calls;
    if (first === undefined) return [];
    const of = this.discovery.instances(first);
    if (others.length === 0 && !of.includes(this.o.self)) return of;
    const all = new Set([...of, ...others.flatMap((s) => this.discovery.instances(s))]);
    all.delete(this.o.self);
    return all.size <= checkedMax ? [...all] : [...all].sort((a, b) => a - b);
  }

  private closeRound(): void {
    let sent = 0;
    let failed = 0;
    for (const [instance, c] of this.instances) {
      if (c.asked === 'no') continue;
      if (c.asked === 'in-turn') sent += 1;
      if (c.asked === 'in-turn' && !c.hasAnswered) failed += 1;
      this.judge(instance, c);
      c.asked = 'no';
    }
    const kept = Math.ceil(this.policy.rateWindowUs / this.policy.refreshUs);
    while (this.rounds.length >= kept) this.rounds.shift();
    this.rounds.push({ sent, failed });
  }

  private judge(instance: NodeId, c: Checked): void {
    const agrees = c.hasAnswered !== c.isCritical;
    c.contradictions = agrees ? 0 : c.contradictions + 1;
    if (agrees && c.isCritical) this.issueHealth(instance, true, false);
    if (c.contradictions < (c.isCritical ? successesToPassing : failuresToCritical)) return;
    c.isCritical = !c.isCritical;
    c.contradictions = 0;
    this.critical += c.isCritical ? 1 : -1;
    this.issueHealth(instance, c.isCritical, true);
  }

  /** What is not one of `all` any more; and, where they take turns, what is in no doubt. */
  private forgetOthers(all: readonly NodeId[]): void {
    const isKept = ({ isCritical, contradictions }: Checked): boolean =>
      all.length <= checkedMax || isCritical || contradictions > 0;
    for (const [instance, c] of this.instances) {
      if (isKept(c) && all.includes(instance)) continue;
      this.instances.delete(instance);
      if (c.isCritical) this.critical -= 1;
    }
  }

  private issueHealth(instance: NodeId, isCritical: boolean, announce: boolean): void {
    this.book.issue(
      {
        kind: 'health',
        subject: `node ${instance}`,
        scope: 'instance',
        binding: `${isCritical ? failuresToCritical : successesToPassing} checks in a row`,
        value: isCritical ? 'critical' : 'passing',
        lifetimeUs: this.policy.rateWindowUs,
        freshness: 'fresh',
        staleUsMax: 0,
      },
      announce,
    );
  }

  /** How many instances are checked, and the share of failures in the window: said when changed. */
  private issueRate(): void {
    let sent = 0;
    let failed = 0;
    for (const r of this.rounds) {
      sent += r.sent;
      failed += r.failed;
    }
    const permille = sent === 0 ? 0 : Math.floor((failed * 1000) / sent);
    // A bad rate that stays as it is has to be said again before what was said expires.
    const isOld = permille > 0 && this.io.nowUs - this.announcedUs >= this.policy.rateWindowUs / 3;
    const checking = this.asked;
    const isSame = permille === this.announcedPermille && checking === this.announcedChecking;
    const isNews = !isSame || isOld;
    if (isNews) this.announcedUs = this.io.nowUs;
    this.announcedPermille = permille;
    this.announcedChecking = checking;
    this.book.issue(
      {
        kind: 'health',
        subject: 'checks',
        scope: 'local',
        binding: `${failed} of ${sent} checks failed, ${checking} checked`,
        value: { permille, sent, checking },
        lifetimeUs: this.policy.rateWindowUs,
        freshness: 'fresh',
        staleUsMax: 0,
      },
      isNews,
    );
  }
}
