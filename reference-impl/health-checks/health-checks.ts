/**
 * Health checks of the instances this node depends on (requirement D2, the part that modes need).
 *
 * One round each refresh period: whoever has not answered when the next round begins has failed.
 * Three failures in a row make an instance critical for this node's routing, two successes in a row
 * take that back. The registry is not told: what one node cannot reach another may.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Part } from '../agent/part.ts';
import type { Policy } from '../config.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { ModeBehaviour } from '../mode/behaviour.ts';
import type { Mode } from '../mode/matrix.ts';
import { lanes } from '../lanes.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { HealthAnswer, HealthCheck } from '../agent/wire.ts';

const failuresToCritical = 3;
const successesToPassing = 2;

interface Checked {
  isCritical: boolean;
  /** Rounds in a row that contradicted `isCritical`. */
  contradictions: number;
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
  readonly mode: ModeBehaviour;
}

export class HealthChecks implements Part {
  private readonly io: HandlerContext;
  private readonly discovery: Discovery;
  private readonly book: EvidenceBook;
  private readonly policy: Policy;
  private readonly o: HealthCheckOptions;
  /** Does the mode want checks? */
  private isOn: boolean;
  private readonly instances = new Map<NodeId, Checked>();
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
    this.isOn = options.mode.discovery.isChecked;
  }

  start(): void {
    this.round = this.io.random(2 ** 31);
  }

  setMode(_mode: Mode, { discovery }: ModeBehaviour): void {
    this.isOn = discovery.isChecked;
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
  private next(targets: readonly NodeId[]): void {
    this.closeRound();
    this.forgetOthers(targets);
    this.round += 1;
    const m: HealthCheck = { kind: 'check', round: this.round };
    for (const instance of targets) {
      const c = this.instances.get(instance);
      if (c !== undefined) c.hasAnswered = false;
      else {
        this.instances.set(instance, { isCritical: false, contradictions: 0, hasAnswered: false });
      }
      this.io.send(instance, m, lanes.agent);
    }
    this.issueRate();
  }

  answer(from: NodeId, m: HealthAnswer): void {
    const c = this.instances.get(from);
    if (c !== undefined && m.round === this.round) c.hasAnswered = true;
  }

  /** Instances of everything this node calls, but itself. */
  private dependencies(): NodeId[] {
    const all = this.o.calls.flatMap((s) => this.discovery.instances(s));
    return [...new Set(all)].filter((i) => i !== this.o.self);
  }

  private closeRound(): void {
    let failed = 0;
    for (const [instance, c] of this.instances) {
      if (!c.hasAnswered) failed += 1;
      this.judge(instance, c);
    }
    const kept = Math.ceil(this.policy.rateWindowUs / this.policy.refreshUs);
    while (this.rounds.length >= kept) this.rounds.shift();
    this.rounds.push({ sent: this.instances.size, failed });
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

  private forgetOthers(targets: readonly NodeId[]): void {
    for (const [instance, c] of this.instances) {
      if (targets.includes(instance)) continue;
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
    const checking = this.instances.size;
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
