/**
 * A proxy beside each node, as SmartStack has it (Synapse and HAProxy): the node's calls go by its list, which it makes
 * of what the registry says, and keeps in a file.
 *
 * The registry makes lists and does not take part in a call. So while it is gone, or has lost everybody, calls
 * go where they went before; and who starts meanwhile goes on from the file.
 */
import type {
  Component,
  Description,
  Effects,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import { listAfter } from '../discovery/observations.ts';
import type {} from '../evidence/observations.ts';
import type { LocalProxyConfig } from './config.ts';
import type {} from './observations.ts';
import type { LocalProxyRules } from './rules.ts';

export function createLocalProxy(config: LocalProxyConfig, rules: LocalProxyRules): Component {
  return new LocalProxy(config, rules);
}

interface FileRecord extends Rec {
  readonly kind: 'backends';
  readonly service: string;
  readonly instances: readonly NodeId[];
}

/** Of one service. */
interface Lists {
  /** What this node was told last. */
  told: readonly NodeId[];
  /** What is to be served, and what is; null: nobody was ever told. */
  wanted: readonly NodeId[] | null;
  served: readonly NodeId[] | null;
  isFromFile: boolean;
}

const reloadTimer = 1;
/** The file is written anew when it has so many lines for each service. */
const linesMax = 16;

class LocalProxy implements Component {
  private readonly config: LocalProxyConfig;
  private readonly rules: LocalProxyRules;
  private readonly lists = new Map<string, Lists>();
  private reloadedUs = -Infinity;
  private isReloadDue = false;
  /** Lines since the file was written anew; and, until they are on the disk, those of the new one. */
  private lines = 0;
  private renewed: { readonly first: number; readonly last: number } | null = null;

  constructor(config: LocalProxyConfig, rules: LocalProxyRules) {
    this.config = config;
    this.rules = rules;
  }

  start(records: Iterable<Rec>, _w: World, fx: Effects): void {
    for (const r of records) {
      const { service, instances } = r as FileRecord;
      Object.assign(this.of(service), { wanted: instances, served: instances, isFromFile: true });
      this.lines += 1;
    }
    for (const [service, { served }] of this.lists) {
      if (served !== null)
        fx.observe({ kind: 'backends', service, instances: served, from: 'file' });
    }
  }

  /** A list has changed; what it rests on is told after that. */
  observed(e: Observation, w: World, fx: Effects): void {
    if (e.kind === 'discovered') {
      const list = this.of(e.service);
      list.told = listAfter(list.told, e);
    }
    if (e.kind !== 'evidence' || e.evidence.kind !== 'routing-table') return;
    const { subject, value } = e.evidence;
    if (this.rules.isNews(value.source)) this.heard(subject, w, fx);
  }

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    this.isReloadDue = false;
    this.reloadedUs = w.nowUs;
    for (const [service, { wanted }] of this.lists) {
      if (wanted !== null) this.serve(service, wanted, fx);
    }
  }

  message(): void {}

  call(): void {}

  durable(index: number, _w: World, fx: Effects): void {
    if (this.renewed === null || index < this.renewed.last) return;
    fx.forget(this.renewed.first);
    this.renewed = null;
  }

  describe(): Description {
    const told = [...this.lists].flatMap(([service, { served }]) =>
      served === null ? [] : [[`${service} through`, served] as const],
    );
    return Object.fromEntries(told);
  }

  private of(service: string): Lists {
    let list = this.lists.get(service);
    if (list === undefined) {
      list = { told: [], wanted: null, served: null, isFromFile: false };
      this.lists.set(service, list);
    }
    return list;
  }

  private heard(service: string, w: World, fx: Effects): void {
    const list = this.of(service);
    if (list.isFromFile && !this.rules.mayReplaceFile()) return;
    list.wanted = this.rules.served(list.served, list.told);
    const { wanted, served } = list;
    if (wanted === null) return;
    const left = served?.filter((i) => wanted.includes(i)) ?? [];
    // Nobody at all is worse than a reload too many.
    if (left.length === 0) return this.serve(service, wanted, fx);
    this.serve(service, left, fx);
    if (wanted.every((i) => list.served?.includes(i) === true) || this.isReloadDue) return;
    this.isReloadDue = true;
    fx.setTimer(reloadTimer, Math.max(0, this.reloadedUs + this.config.reloadUs - w.nowUs));
  }

  private serve(service: string, instances: readonly NodeId[], fx: Effects): void {
    const list = this.of(service);
    const before = list.served;
    const isSame =
      before?.length === instances.length && before.every((x, i) => x === instances[i]);
    if (isSame) return;
    list.served = instances;
    list.isFromFile = false;
    fx.observe({ kind: 'backends', service, instances, from: 'registry' });
    if (this.rules.isWritten(instances)) this.write(service, instances, fx);
  }

  private write(service: string, instances: readonly NodeId[], fx: Effects): void {
    const line = (of: string, list: readonly NodeId[]): number =>
      fx.persist({ kind: 'backends', service: of, instances: list } as FileRecord);
    this.lines += 1;
    if (this.lines <= linesMax * this.lists.size || this.renewed !== null) {
      line(service, instances);
      return;
    }
    const written = [...this.lists].flatMap(([of, { served }]) =>
      served === null ? [] : [line(of, served)],
    );
    this.lines = written.length;
    this.renewed = { first: written[0] ?? 0, last: written.at(-1) ?? 0 };
  }
}
