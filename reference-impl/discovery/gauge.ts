/** How a node measures its lists for the modes: their age, and who is missing in them. */
import { instancesOf } from '../../harness/core/program.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { Policy } from '../config.ts';
import type { Evidence } from '../evidence/observations.ts';
import type { ModeRow } from '../mode/matrix.ts';
import type { FigureGauge, ModeInputs } from '../mode/member.ts';
import type { RoutingTable } from './observations.ts';

interface Pool {
  readonly service: string;
  readonly expected: number;
  alive: number;
  /** Its absence means something: it was complete once, or had the time to be. */
  isArmed: boolean;
}

export class DiscoveryGauge implements FigureGauge {
  readonly hears = ['evidence'] as const;
  private readonly self: number;
  private readonly policy: Policy;
  private readonly pools: readonly Pool[];
  private startUs = 0;
  private contact: Evidence | null = null;
  /** The newest routing table of each service that this node depends on, or is one of. */
  private readonly tables = new Map<string, Evidence>();

  constructor({ id, shape }: NodeConfig, policy: Policy) {
    this.self = id;
    this.policy = policy;
    const { service, calls } = { service: undefined, calls: [], ...shape.nodes[id] };
    const services = new Set([...calls, ...(service === undefined ? [] : [service])]);
    this.pools = [...services].map((name) => ({
      service: name,
      expected: instancesOf(shape, name).length,
      alive: 0,
      isArmed: false,
    }));
  }

  start(nowUs: number): void {
    this.startUs = nowUs;
  }

  observed(o: Observation): void {
    if (o.kind !== 'evidence' || o.evidence.issuer !== this.self) return;
    const e = o.evidence;
    if (e.kind === 'registry-contact') this.contact = e;
    else if (e.kind === 'routing-table') this.table(e, e.value);
  }

  figures(nowUs: number): Partial<ModeInputs> {
    const pool = this.poorest(nowUs);
    return {
      registryAgeUs: nowUs - (this.contact?.issuedUs ?? this.startUs),
      instancesAlive: pool?.alive ?? 1,
      instancesExpected: pool?.expected ?? 1,
    };
  }

  behind(row: ModeRow): readonly Evidence[] {
    if (row === 'load') return [...this.tables.values()];
    return row === 'discovery' && this.contact !== null ? [this.contact] : [];
  }

  /** A static list is hope, not evidence: it must not clear the cause that led to its use. */
  private table(e: Evidence, { source, size }: RoutingTable): void {
    const pool = this.pools.find((p) => p.service === e.subject);
    if (pool === undefined) return;
    this.tables.set(e.subject, e);
    if (source === 'static') return;
    pool.alive = size;
    if (pool.alive >= pool.expected) pool.isArmed = true;
  }

  /** Of the pools that miss somebody, the one with the fewest; null when all are complete. */
  private poorest(nowUs: number): Pool | null {
    const isWarm = nowUs - this.startUs >= this.policy.warmUpUs;
    let found: Pool | null = null;
    for (const p of this.pools) {
      if (isWarm) p.isArmed = true;
      if (!p.isArmed || p.alive >= p.expected) continue;
      if (found === null || p.alive < found.alive) found = p;
    }
    return found;
  }
}
