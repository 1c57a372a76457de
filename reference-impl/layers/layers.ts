/**
 * Layers of the configuration (C2): default → global → region → zone → service → instance, the more
 * specific wins. A fold over this node's copy, made anew whenever the copy has changed: there is nothing
 * that could be forgotten.
 */
import type { Description, Json } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { ConfigCopy } from '../config-copy/config-copy.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { Mode } from '../mode/matrix.ts';
import { configPrefix } from '../store/protocol.ts';
import type { LayersConfig } from './config.ts';
import type { EffectiveObservation } from './observations.ts';
import { defaultLayer, hashOf } from './rules.ts';
import type { LayerRules, Said } from './rules.ts';

export interface LayersOptions {
  readonly config: LayersConfig;
  /** From the general to the specific, without the defaults. */
  readonly path: readonly string[];
  /** For how long it may be told that this is served, µs. */
  readonly lifetimeUs: number;
  readonly rules: LayerRules;
}

/** What is served, with where it comes from. */
interface Effective extends Omit<EffectiveObservation, 'kind'> {
  readonly layers: Readonly<Record<string, string>>;
}

export class Layers implements Part {
  private readonly io: HandlerContext;
  private readonly copy: ConfigCopy;
  private readonly book: EvidenceBook;
  /** Null: off. */
  private readonly o: LayersOptions | null;
  private mode: Mode = 'target';
  private now: Effective | null = null;
  private said = '';

  constructor(
    io: HandlerContext,
    copy: ConfigCopy,
    book: EvidenceBook,
    options: LayersOptions | null,
  ) {
    this.io = io;
    this.copy = copy;
    this.book = book;
    this.o = options;
    if (options !== null) copy.listen(() => this.fold());
  }

  start(): void {
    this.fold();
  }

  setMode(mode: Mode): void {
    const isNews = (mode === 'floor') !== (this.mode === 'floor');
    this.mode = mode;
    if (isNews) this.fold();
  }

  /** For people: each value with the layer that says so. */
  effective(): Json {
    return this.now as unknown as Json;
  }

  describe(): Description {
    if (this.now === null) return {};
    const { hash, revision, isFloor } = this.now;
    return { effective: `${hash}, ${isFloor ? 'defaults alone' : `revision ${revision}`}` };
  }

  private fold(): void {
    if (this.o === null) return;
    const { config, path, rules } = this.o;
    const byName = new Map<string, Said[]>();
    const versions: Record<string, number> = {};
    const say = (name: string, said: Said): void => {
      if (!rules.isServed(said.layer, this.mode)) return;
      const all = byName.get(name) ?? [];
      byName.set(name, all);
      all.push(said);
    };
    for (const [name, value] of Object.entries(config.defaults)) {
      say(name, { layer: defaultLayer, value });
    }
    for (const layer of path) {
      const prefix = `${configPrefix}${config.environment}/${layer}/`;
      for (const { key, value, version } of this.copy.under(prefix)) {
        versions[layer] = Math.max(versions[layer] ?? 0, version);
        say(key.slice(prefix.length), { layer, value });
      }
    }
    this.serve(byName, versions);
  }

  private serve(
    byName: ReadonlyMap<string, readonly Said[]>,
    versions: Readonly<Record<string, number>>,
  ): void {
    const { config, rules } = this.o as LayersOptions;
    const names = [...byName.keys()].sort();
    const served = names.map((name) => {
      return [name, rules.effective(byName.get(name) as readonly Said[])] as const;
    });
    const values = Object.fromEntries(served.map(([name, { value }]) => [name, value]));
    this.now = {
      environment: config.environment,
      revision: this.copy.revision,
      isFloor: this.mode === 'floor',
      values,
      versions,
      hash: hashOf(served.map(([name, { value }]) => rules.hashed(name, value))),
      layers: Object.fromEntries(served.map(([name, { layer }]) => [name, layer])),
    };
    this.tell(this.now);
  }

  private tell({ layers: _, ...now }: Effective): void {
    const { hash, revision, environment, isFloor, versions } = now;
    const said = JSON.stringify([isFloor, now.values, versions]);
    const isNews = said !== this.said;
    this.said = said;
    if (isNews) this.io.observe({ kind: 'effective', ...now });
    const layers = Object.entries(versions).map(([layer, version]) => `${layer} v${version}`);
    this.book.issue(
      {
        kind: 'effective-config',
        subject: environment,
        scope: 'instance',
        binding: layers.join(', ') || 'defaults',
        value: { hash, revision },
        lifetimeUs: (this.o as LayersOptions).lifetimeUs,
        freshness: 'bounded-stale',
        staleUsMax: Math.max(0, this.io.nowUs - this.copy.confirmedUs),
      },
      isNews,
    );
  }
}
