/** EFFICIENCY: no more of a stream is out than its consumer has room for (R5). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {
  ItemSentObservation,
  ItemWorkedObservation,
  StreamGrantedObservation,
} from '../observations.ts';
import { streamNumbers } from './numbers.ts';

export function creditsKept(): Invariant {
  return monitored(
    {
      id: 'credits-kept',
      area: 'EFFICIENCY',
      claim:
        'A consumer grants no more items than it has room for and holds no more, and a producer sends none that it was not granted.',
      faultModel: 'any faults',
    },
    (program) => new CreditMonitor(program),
  );
}

class CreditMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly window: number | null;
  /** The first item that each consumer has not worked off. */
  private readonly next = new Map<NodeId, number>();
  /** How far it has granted, by consumer and connection. */
  private readonly upTo = new Map<string, number>();
  private sent = 0;
  private waits = 0;
  private heldMax = 0;

  constructor(program: Program) {
    this.program = program;
    this.window = streamNumbers(program)?.window ?? null;
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.window === null || e.type !== 'observe') return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'stream-opened') this.next.set(node, value.next);
    if (value.kind === 'stream-granted') return this.granted(node, value, this.window, timeUs);
    if (value.kind === 'item-sent') return this.itemSent(node, value, timeUs);
    if (value.kind === 'item-worked') return this.worked(node, value, this.window, timeUs);
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.waits === 0) return { undecided: 'no producer had ever used its last credit' };
    return `${this.sent} items sent, the last credit used ${this.waits} times; at most ${this.heldMax} were held`;
  }

  private granted(
    consumer: NodeId,
    { from, connection, upTo }: StreamGrantedObservation,
    window: number,
    atUs: number,
  ): Explanation | null {
    const name = `${consumer} ${connection}`;
    this.upTo.set(name, Math.max(upTo, this.upTo.get(name) ?? 0));
    const next = this.next.get(consumer) ?? 0;
    if (upTo <= next + window) return null;
    return wrong(atUs, [
      `${this.name(consumer)} let ${this.name(from)} send items up to ${upTo} ${when(atUs)}.`,
      `It had worked off ${next}, and has room for ${window}.`,
    ]);
  }

  private itemSent(
    producer: NodeId,
    { to, connection, item }: ItemSentObservation,
    atUs: number,
  ): Explanation | null {
    this.sent += 1;
    const upTo = this.upTo.get(`${to} ${connection}`) ?? 0;
    if (item === upTo - 1) this.waits += 1;
    if (item < upTo) return null;
    return wrong(atUs, [
      `${this.name(producer)} sent item ${item} to ${this.name(to)} ${when(atUs)}.`,
      `It had been granted those before ${upTo}.`,
    ]);
  }

  private worked(
    consumer: NodeId,
    { item, held }: ItemWorkedObservation,
    window: number,
    atUs: number,
  ): Explanation | null {
    this.next.set(consumer, item + 1);
    this.heldMax = Math.max(this.heldMax, held);
    if (held <= window) return null;
    return wrong(atUs, [
      `${this.name(consumer)} held ${held} items ${when(atUs)}, and has room for ${window}.`,
    ]);
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}

function wrong(atUs: number, sentences: readonly string[]): Explanation {
  return { atUs, sentences: [...sentences], ops: [] };
}
