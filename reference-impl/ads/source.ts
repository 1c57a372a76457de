/** What the control plane of a real node goes by: catalog and configuration, followed by watches. */
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import { lanes } from '../lanes.ts';
import type { CatalogEntry } from '../store/asked.ts';
import { Snapshot } from '../xds/snapshot.ts';

const prefix = 'config/mesh/';
/** A watch is asked again so often at the latest, µs. */
const watchUs = 5_000_000;
/** After a question that nobody answered, ms. */
const pauseMs = 200;

type Scope = 'kv' | 'registry';

interface Change {
  readonly change: string;
  readonly key?: string;
  readonly value?: Json;
  readonly service?: string;
  readonly instance?: string | number;
}

export class MeshSource {
  private readonly node: NodeHandle;
  private readonly entries = new Map<string, CatalogEntry>();
  private readonly config = new Map<string, Json>();
  private readonly loaded = new Set<Scope>();
  private readonly changed: () => void;

  /** Calls `changed` after each change, once both are loaded. */
  constructor(node: NodeHandle, changed: () => void) {
    this.node = node;
    this.changed = changed;
    void this.follow('registry');
    void this.follow('kv');
  }

  /** Null until all is loaded. Who has no address is not called from outside. */
  snapshot(): Snapshot | null {
    if (this.loaded.size < 2) return null;
    const entries = [...this.entries.values()].filter((e) => e.port !== undefined);
    // Outside nobody is to lose a cluster because its last instance is gone for a moment.
    const services = [...this.config.keys()].flatMap((key) =>
      key.startsWith(`${prefix}routes/`) ? [key.slice(`${prefix}routes/`.length)] : [],
    );
    return new Snapshot({
      entries,
      services,
      config: Object.fromEntries(this.config),
      draining: [],
    });
  }

  private async follow(scope: Scope): Promise<void> {
    while (!this.node.hasStopped) {
      let after = await this.load(scope);
      while (after !== null && !this.node.hasStopped) after = await this.next(scope, after);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** The revision of what was loaded; null: nobody answered. */
  private async load(scope: Scope): Promise<number | null> {
    const isKv = scope === 'kv';
    const told = isKv
      ? await this.ask('list', prefix, { limit: 1_000, consistency: 'consistent' })
      : await this.ask('catalog', '', 'consistent');
    if (told.type !== 'ok' || told.version === undefined) return null;
    if (isKv) {
      this.config.clear();
      const all = told.value as unknown as readonly { key: string; value: Json }[];
      for (const { key, value } of all) this.config.set(key, value);
    } else {
      this.entries.clear();
      const { instances } = told.value as unknown as { instances: readonly CatalogEntry[] };
      for (const e of instances) this.entries.set(`${e.service}/${e.instance}`, e);
    }
    this.loaded.add(scope);
    this.changed();
    return told.version;
  }

  /** The revision up to which all is known; null: all must be loaded again. */
  private async next(scope: Scope, after: number): Promise<number | null> {
    const value = { scope, after, forUs: watchUs };
    const told = await this.ask('watch-next', scope === 'kv' ? prefix : '', value);
    if (told.type !== 'ok') return null;
    const { revision, batches } = told.value as unknown as {
      readonly revision: number;
      readonly batches: readonly { readonly events: readonly Change[] }[];
    };
    const events = batches.flatMap((b) => b.events);
    for (const e of events) this.apply(e);
    if (events.length > 0) this.changed();
    return Math.max(after, revision);
  }

  private apply(e: Change): void {
    const { key, value = null } = e;
    if (key !== undefined) {
      if (value === null) this.config.delete(key);
      else this.config.set(key, value);
      return;
    }
    const id = `${e.service}/${e.instance}`;
    if (e.change === 'registered') this.entries.set(id, e as unknown as CatalogEntry);
    else this.entries.delete(id);
  }

  private async ask(f: string, key: string, value: Json): Promise<Outcome> {
    const deadlineUs = this.node.config.settings.deadlineUs + watchUs;
    const reply = await this.node.call(lanes.agent, { f, key, value }, 2 * deadlineUs);
    const none: Outcome = { type: 'info', error: 'no answer' };
    return reply === null ? none : (reply as unknown as Outcome);
  }
}
