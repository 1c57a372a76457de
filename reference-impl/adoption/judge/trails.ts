/** Who deposits and who holds which value, as the nodes say it themselves. */
import type { HistoryEvent, Json, NodeId } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

/** What the nodes said of one key. */
export class Trail {
  readonly key: string;
  /** Those that deposit, and those that hold something; values as JSON. */
  readonly deposits = new Map<NodeId, string>();
  readonly held = new Map<NodeId, string>();
  /** When it last changed who deposits what. */
  changedUs = 0;

  constructor(key: string) {
    this.key = key;
  }
}

export class Trails {
  readonly all = new Map<string, Trail>();
  /** Since when each node that is up has been. */
  readonly upUs = new Map<NodeId, number>();
  /** The last fault or start or end of a process. */
  troubledUs = 0;

  /** Gives the trail whose deposits have just changed, if one's have, with what is deposited no longer. */
  event(e: HistoryEvent): readonly { readonly trail: Trail; readonly gone: string | null }[] {
    if (e.type === 'fault') this.troubledUs = e.timeUs;
    if (e.type === 'node') return this.process(e.node, e.change === 'started', e.timeUs);
    if (e.type !== 'observe') return [];
    const { value: said, node } = e;
    if (said.kind === 'adoption') set(this.of(said.key).held, node, said.value);
    if (said.kind !== 'deposit') return [];
    const trail = this.of(said.key);
    const gone = trail.deposits.get(node) ?? null;
    set(trail.deposits, node, said.value);
    trail.changedUs = e.timeUs;
    return [{ trail, gone }];
  }

  private process(node: NodeId, isUp: boolean, timeUs: number): ReturnType<Trails['event']> {
    this.troubledUs = timeUs;
    if (isUp) this.upUs.set(node, timeUs);
    else this.upUs.delete(node);
    return [...this.all.values()].flatMap((trail) => {
      trail.held.delete(node);
      const gone = trail.deposits.get(node);
      if (gone === undefined) return [];
      trail.deposits.delete(node);
      trail.changedUs = timeUs;
      return [{ trail, gone }];
    });
  }

  private of(key: string): Trail {
    const trail = this.all.get(key) ?? new Trail(key);
    this.all.set(key, trail);
    return trail;
  }
}

function set(values: Map<NodeId, string>, node: NodeId, value: Json): void {
  if (value === null) values.delete(node);
  else values.set(node, JSON.stringify(value));
}
