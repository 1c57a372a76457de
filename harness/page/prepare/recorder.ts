/** Looks on at a simulated run: what nodes say they are, and what becomes of messages. */
import type { Description, Lane, Msg, NodeId } from '../../core/host.ts';
import type { Loss, Watcher } from '../../simulation/watcher.ts';
import type { World } from '../../simulation/world.ts';

/** Of the messages of a long run the latest are kept. */
const messagesMax = 400_000;

/** One field of one node: each value until the next. */
export interface Track {
  readonly node: NodeId;
  readonly field: string;
  readonly atUs: number[];
  readonly values: Description[string][];
}

export interface Passage {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly m: Msg;
  readonly sentUs: number;
  /** -1: it is under way. */
  endedUs: number;
  loss: Loss | null;
}

export class Recorder implements Watcher {
  readonly tracks: Track[] = [];
  passages: Passage[] = [];
  /** All messages that were sent from then on are here. */
  completeUs = 0;
  private readonly world: World;
  private readonly fields: Map<string, Track>[] = [];
  /** By message: where it is under way to. */
  private readonly underWay = new WeakMap<Msg, Passage[]>();

  constructor(world: World) {
    this.world = world;
  }

  acted(node: NodeId): void {
    const { driver } = this.world.node(node);
    if (driver === null) return;
    const fields = (this.fields[node] ??= new Map<string, Track>());
    const now = driver.describe();
    for (const field in now) this.note(fields, node, field, now[field] as Description[string]);
    // What is said no more is not so any more.
    for (const [field, track] of fields) if (!(field in now)) this.add(track, '');
  }

  sent(from: NodeId, to: NodeId, _lane: Lane, m: Msg): void {
    const passage: Passage = { from, to, m, sentUs: this.world.nowUs, endedUs: -1, loss: null };
    this.passages.push(passage);
    // Of one that is sent again and again the latest is asked for.
    const others = (this.underWay.get(m) ?? []).filter((p) => p.endedUs < 0 || p.to !== to);
    this.underWay.set(m, [...others, passage]);
    if (this.passages.length < 2 * messagesMax) return;
    this.passages = this.passages.slice(messagesMax);
    this.completeUs = this.passages[0]?.sentUs ?? 0;
  }

  arrived(from: NodeId, to: NodeId, _lane: Lane, m: Msg): void {
    const own = this.own(from, to, m);
    const open = own.find((p) => p.endedUs < 0);
    const { nowUs } = this.world;
    if (open !== undefined) open.endedUs = nowUs;
    // Repeated by the network: it was sent once, and comes again.
    else if (own[0] !== undefined) this.passages.push({ ...own[0], endedUs: nowUs, loss: null });
  }

  lost(from: NodeId, to: NodeId, _lane: Lane, m: Msg, loss: Loss): void {
    const open = this.own(from, to, m).find((p) => p.endedUs < 0);
    if (open === undefined) return;
    open.endedUs = this.world.nowUs;
    open.loss = loss;
  }

  private own(from: NodeId, to: NodeId, m: Msg): readonly Passage[] {
    return (this.underWay.get(m) ?? []).filter((p) => p.from === from && p.to === to);
  }

  private note(
    fields: Map<string, Track>,
    node: NodeId,
    field: string,
    value: Description[string],
  ): void {
    let track = fields.get(field);
    if (track === undefined) {
      track = { node, field, atUs: [], values: [] };
      fields.set(field, track);
      this.tracks.push(track);
    }
    this.add(track, value);
  }

  private add({ atUs, values }: Track, value: Description[string]): void {
    const last = values.at(-1);
    if (last === value || (typeof value === 'object' && isSame(last, value))) return;
    const { nowUs } = this.world;
    if (atUs.at(-1) === nowUs) {
      values[values.length - 1] = value;
      return;
    }
    atUs.push(nowUs);
    values.push(value);
  }
}

function isSame(a: Description[string] | undefined, b: readonly NodeId[]): boolean {
  return typeof a === 'object' && a.length === b.length && a.every((id, i) => id === b[i]);
}
