/** A client of Consul by one agent at a time. */
import type { NodeId } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Outcome, Session } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { StickySession } from '../sticky-session.ts';
import type { Asked as Ended } from '../sticky-session.ts';
import { Catalog } from './catalog.ts';
import { close, RestError, type Target } from '../rest.ts';
import { type Asked, askKeys, type Reads } from './keys.ts';
import { type LeaseManner, Leases } from './leases.ts';

export interface ConsulManner extends LeaseManner {
  readonly reads: Reads;
  readonly registry: 'keys' | 'agent';
}

/** They change nothing: one without an answer did not happen. */
const reads: ReadonlySet<string> = new Set([
  ...['read', 'read-stale', 'leader', 'discover', 'serve-config'],
]);

export function openConsulSession(
  targets: readonly Target[],
  client: number,
  settings: Settings,
  manner: ConsulManner,
): Session {
  const own = new ConsulClient(targets, settings, manner);
  return new StickySession({
    members: targets.length,
    client,
    ask: (op, node, signal) => own.ask(op, node, signal),
    onClose: () => close(targets),
  });
}

class ConsulClient {
  private readonly targets: readonly Target[];
  private readonly prefix: string;
  private readonly manner: ConsulManner;
  private readonly leases: Leases;
  private readonly catalog: Catalog;

  constructor(targets: readonly Target[], settings: Settings, manner: ConsulManner) {
    this.targets = targets;
    this.prefix = prefixOf(settings);
    this.manner = manner;
    this.leases = new Leases(manner);
    this.catalog = new Catalog(targets);
  }

  /** Never rejects. */
  async ask(op: Operation, node: NodeId, signal: AbortSignal): Promise<Ended> {
    const to = this.targets[node] as Target;
    const asked: Asked = { to, prefix: this.prefix, reads: this.manner.reads, signal };
    try {
      return await this.request(op, node, asked);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const isKnown = error instanceof RestError;
      const isDefinite = reads.has(op.f) || (isKnown && error.isDefinite);
      return { type: isDefinite ? 'fail' : 'info', error: why, isLost: !isKnown || error.isLost };
    }
  }

  private async request(op: Operation, node: NodeId, asked: Asked): Promise<Outcome> {
    const inCatalog =
      this.manner.registry === 'agent' ? await this.catalog.ask(op, node, asked) : null;
    const done = inCatalog ?? (await askKeys(op, asked)) ?? (await this.leases.ask(op, asked));
    return done ?? { type: 'fail', error: `Consul has no operation ${op.f}` };
  }
}
