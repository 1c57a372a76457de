/** Who has called code with promises since the last turn, and how these are given their time. */
import type { Call, NodeId } from '../core/host.ts';
import type { TurnTaking } from '../simulation/environment.ts';

/** A client with wishes that its code uttered outside a handler. */
export interface Wishing {
  readonly id: NodeId;
  readonly hasWishes: boolean;
}

/** A call that makes a client utter its wishes. */
export const utter = 'utter wishes';

/**
 * Rounds of the event loop within which promises, ticks and immediates of one moment come to rest. gRPC
 * over HTTP/2 over a socket of the run, the longest chain known, takes five.
 */
const usualRounds = 8;
const nextRound = setImmediate;

export class Turns implements TurnTaking {
  /** By id: of a node that started again the last one counts. */
  private readonly asking = new Map<NodeId, Wishing>();
  private isAsked = false;
  private stop: () => void = () => undefined;
  private readonly rounds: number;

  constructor(rounds: number = usualRounds) {
    this.rounds = rounds;
  }

  begin(stop: () => void): void {
    this.asking.clear();
    this.isAsked = false;
    this.stop = stop;
  }

  /** The library of this client was called: nothing else happens before its promises came to rest. */
  ask(client: Wishing): void {
    this.asking.set(client.id, client);
    this.isAsked = true;
    this.stop();
  }

  take(): boolean {
    const { isAsked } = this;
    this.isAsked = false;
    return isAsked;
  }

  async rest(): Promise<void> {
    for (let i = 0; i < this.rounds; i++) await new Promise<void>((resolve) => nextRound(resolve));
  }

  calls(): readonly (readonly [NodeId, Call])[] {
    const wishing = [...this.asking.values()]
      .filter((c) => c.hasWishes)
      .sort((a, b) => a.id - b.id);
    return wishing.map(({ id }) => [id, { id: -1, f: utter, key: '', value: null }]);
  }
}
