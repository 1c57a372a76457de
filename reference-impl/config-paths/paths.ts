/**
 * One door to configuration (C4): each key says by its prefix which path it travels, and whoever sets or reads it need
 * not know. What is told says which path it came by, so that nobody takes one for the other.
 */
import type { Call, Json, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { AgentContext, Part } from '../agent/part.ts';
import type { ConfigPath, ConfigPathsConfig } from './config.ts';
import type { PathRules } from './rules.ts';

export interface ConfigPathsOptions {
  readonly self: NodeId;
  /** Null: off. */
  readonly config: ConfigPathsConfig | null;
  readonly rules: PathRules;
  readonly perform: AgentContext['perform'];
}

export class ConfigPaths implements Part {
  private readonly o: ConfigPathsOptions;

  constructor(options: ConfigPathsOptions) {
    this.o = options;
  }

  /** An operation: `{ set, at }`; `at`: the node that takes it where the key travels by gossip, by default this one. */
  put(c: Call, done: (o: Outcome) => void): void {
    const { set = null, at = this.o.self } = fieldsOf(c);
    this.go(c, { consensus: ['write', set], gossip: ['put-regional', { set, at }] }, done);
  }

  /** An operation: `{ at }`. */
  get(c: Call, done: (o: Outcome) => void): void {
    const { at = this.o.self } = fieldsOf(c);
    const byConsensus = this.o.rules.readBy();
    this.go(c, { consensus: [byConsensus, null], gossip: ['get-regional', { at }] }, done);
  }

  /** For people: the rules, the longest prefix first. */
  tell(): Json {
    const { config } = this.o;
    if (config === null) return null;
    const inOrder = [...config.rules].sort((a, b) => b.prefix.length - a.prefix.length);
    return { rules: inOrder.map((rule) => ({ ...rule })), otherwise: 'consensus' };
  }

  private go(
    { id, key }: Call,
    by: Readonly<Record<ConfigPath, readonly [f: string, value: Fields | Json]>>,
    done: (o: Outcome) => void,
  ): void {
    const { config, rules, perform } = this.o;
    if (config === null) return done({ type: 'fail', error: 'no paths are chosen here' });
    const path = rules.pathOf(key, config.rules);
    const [f, value] = by[path];
    perform({ id, f, key, value: value as Json }, (o) => {
      if (o.type !== 'ok') return done(o);
      // Gossip tells the version beside the value, or null where there is nothing.
      const held = path === 'gossip' ? (o.value ?? { value: null }) : { value: o.value };
      done({ ...o, value: { path, ...(held as Readonly<Record<string, Json>>) } });
    });
  }
}

type Fields = Readonly<Record<string, Json | undefined>>;

function fieldsOf({ value }: Call): Fields {
  return (value ?? {}) as Fields;
}
