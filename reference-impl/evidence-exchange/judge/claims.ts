/** What was claimed, taken back and heard, and what nodes went by. */
import { driftFactor, isOperation, secondsUs } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { ClaimObservation } from '../observations.ts';

export interface Routed {
  /** The node that was asked. */
  readonly at: NodeId;
  readonly subject: string;
  /** Whom it would call; null: it has no evidence. */
  readonly issuer: NodeId | null;
  readonly askedUs: number;
  readonly toldUs: number;
}

export interface Issued {
  /** When it was last issued. */
  lastUs: number;
  /** Since when it has been claimed without a pause. */
  sinceUs: number;
  /** When it was taken back, and not claimed again; null: it was not. */
  revokedUs: number | null;
  readonly scope: ClaimObservation['scope'];
}

/** Whom claims about these are for, whatever they say themselves. */
const scopes: Readonly<Record<string, ClaimObservation['scope']>> = {
  leadership: 'global',
  override: 'global',
  rollout: 'region',
  'flag-evaluation': 'zone',
};

/** Of what clients have nodes claim it is what the claim says. */
export function scopeOf({ subject, scope }: ClaimObservation): ClaimObservation['scope'] {
  return scopes[subject.split(' ')[0] ?? ''] ?? scope;
}

const usual = { zonesPerRegion: 2, lifetimeUs: secondsUs(15) };

export abstract class ClaimMonitor implements RunMonitor {
  protected readonly program: Program;
  protected readonly lifetimeUs: number;
  /** News is everywhere after this, µs: a dozen tellings of half a second, where two or three are enough. */
  protected readonly spreadUs: number;
  protected looks = 0;
  /** By issuer and subject. */
  protected readonly issued = new Map<string, Issued>();
  private readonly zonesPerRegion: number;
  private readonly zones: readonly string[];
  private readonly upUs = new Map<NodeId, number>();
  private readonly asked = new Map<number, { readonly at: NodeId; readonly us: number }>();
  /** Of each partition, when it ended. */
  private readonly cuts = new Map<number, number>();

  constructor(program: Program) {
    this.program = program;
    const { evidenceExchange } = program.settings.extra;
    const given = typeof evidenceExchange === 'object' ? (evidenceExchange as object) : {};
    const { lifetimeUs, zonesPerRegion } = { ...usual, ...given };
    this.lifetimeUs = lifetimeUs * driftFactor(program);
    this.zonesPerRegion = zonesPerRegion;
    this.spreadUs = secondsUs(6) * driftFactor(program);
    this.zones = [...new Set(program.shape.nodes.map(({ zone }) => zone))];
    program.shape.nodes.forEach((_, id) => this.upUs.set(id, 0));
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.process(e.node, e.change === 'started', e.timeUs);
    if (e.type === 'fault' && e.kind === 'partition') this.cut(e.fault, e.phase, e.timeUs);
    if (e.type === 'observe' && e.value.kind === 'claim') {
      if (e.value.issuer === e.node) this.own(e.value, e.timeUs);
      return this.heard(e.value, e.node, e.timeUs);
    }
    if (!isOperation(e) || e.f !== 'route-by-evidence') return null;
    if (e.type === 'invoke') {
      const { at = 0 } = (e.value ?? {}) as { readonly at?: NodeId };
      this.asked.set(e.op, { at, us: e.timeUs });
    }
    const asked = this.asked.get(e.op);
    if (e.type !== 'ok' || asked === undefined) return null;
    const issuer = (e.value as { readonly issuer: NodeId } | null)?.issuer ?? null;
    const subject = e.key === 'leader' ? 'leadership leader' : `claimed ${e.key}`;
    return this.routed({ at: asked.at, subject, issuer, askedUs: asked.us, toldUs: e.timeUs });
  }

  end(): ReturnType<RunMonitor['end']> {
    return this.looks === 0 ? { undecided: 'nobody went by evidence' } : `${this.looks} looks`;
  }

  protected heard(_c: ClaimObservation, _node: NodeId, _timeUs: number): Explanation | null {
    return null;
  }

  protected routed(_r: Routed): Explanation | null {
    return null;
  }

  protected of(issuer: NodeId, subject: string): Issued | undefined {
    return this.issued.get(`${issuer} ${subject}`);
  }

  /** Since when both are up and nothing was between anybody; Infinity: it is now. */
  protected togetherUs(a: NodeId, b: NodeId): number {
    const [upA, upB] = [this.upUs.get(a) ?? Infinity, this.upUs.get(b) ?? Infinity];
    return Math.max(upA, upB, ...this.cuts.values());
  }

  protected isFor(scope: ClaimObservation['scope'], issuer: NodeId, node: NodeId): boolean {
    const [from, to] = [this.zone(issuer), this.zone(node)];
    if (scope === 'global') return true;
    if (scope === 'zone') return from === to;
    return Math.floor(from / this.zonesPerRegion) === Math.floor(to / this.zonesPerRegion);
  }

  private zone(node: NodeId): number {
    return this.zones.indexOf(this.program.shape.nodes[node]?.zone ?? '');
  }

  private process(node: NodeId, isUp: boolean, timeUs: number): void {
    if (isUp) this.upUs.set(node, timeUs);
    else this.upUs.delete(node);
    // It claims nothing more; what it claimed lives on until it ends.
    for (const [key, of] of this.issued) if (key.startsWith(`${node} `)) of.sinceUs = Infinity;
  }

  private cut(fault: number, phase: string, timeUs: number): void {
    if (phase === 'begin') this.cuts.set(fault, Infinity);
    if (phase === 'end') this.cuts.set(fault, timeUs);
  }

  private own(claim: ClaimObservation, timeUs: number): void {
    const { issuer, subject, isRevoked } = claim;
    const key = `${issuer} ${subject}`;
    const before = this.issued.get(key);
    if (isRevoked) {
      if (before === undefined) return;
      before.revokedUs = timeUs;
      before.sinceUs = Infinity;
      return;
    }
    const isNew = before === undefined || before.sinceUs === Infinity;
    const sinceUs = isNew ? timeUs : before.sinceUs;
    this.issued.set(key, { lastUs: timeUs, sinceUs, revokedUs: null, scope: scopeOf(claim) });
  }
}
