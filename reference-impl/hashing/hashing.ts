/** Places calls that have a key on the instance that owns the key (W1); the others are the balancer's. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Part } from '../agent/part.ts';
import type { HashConfig } from './config.ts';
import { hash32 } from './hash.ts';
import type { HashRules } from './rules.ts';
import type { Table } from './tables.ts';

interface Known {
  readonly instances: readonly NodeId[];
  readonly table: Table;
}

export class Hashing implements Part {
  private readonly config: HashConfig | null;
  private readonly rules: HashRules;
  /** The table of each service, for the list that it was made of. */
  private readonly tables = new Map<string, Known>();
  /** Where the calls of each key went, by service and key; who was not asked for longest is first. */
  private readonly connections = new Map<string, NodeId>();

  constructor(config: HashConfig | null, rules: HashRules) {
    this.config = config;
    this.rules = rules;
  }

  /** One of `instances` (ascending, not empty); null: this call has no key, or nobody asked for tables. */
  pick(
    service: string,
    instances: readonly NodeId[],
    key: string | undefined,
    out: (i: NodeId) => number,
  ): NodeId | null {
    const { config, rules } = this;
    if (config === null || key === undefined) return null;
    if (config.connectionsMax === 0) return this.place(service, instances, key, out);
    const id = `${service}/${key}`;
    const kept = rules.keeps(this.connections.get(id), instances);
    const picked = kept ?? this.place(service, instances, key, out);
    this.connections.delete(id);
    this.connections.set(id, picked);
    if (this.connections.size > rules.connectionsMax(config)) {
      for (const [oldest] of this.connections) {
        this.connections.delete(oldest);
        break;
      }
    }
    return picked;
  }

  /** By table and bound. */
  private place(
    service: string,
    instances: readonly NodeId[],
    key: string,
    out: (i: NodeId) => number,
  ): NodeId {
    const { rules } = this;
    const config = this.config as HashConfig;
    const table = this.table(service, instances, config);
    const hash = hash32(key);
    if (config.boundPermille === 0) return table.owner(hash);
    const all = instances.reduce((sum, i) => sum + out(i), 0);
    for (const i of table.order(hash)) {
      if (rules.mayTake(out(i), all, instances.length, config)) return i;
    }
    return table.owner(hash);
  }

  private table(service: string, instances: readonly NodeId[], config: HashConfig): Table {
    const known = this.tables.get(service);
    if (known !== undefined && areEqual(known.instances, instances)) return known.table;
    const table = this.rules.table(instances, config);
    this.tables.set(service, { instances: [...instances], table });
    return table;
  }
}

function areEqual(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  return a === b || (a.length === b.length && a.every((x, i) => x === b[i]));
}
