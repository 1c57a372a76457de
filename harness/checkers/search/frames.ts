/** The configurations on the way down, to go back to: words of one typed array, the flight's among them. */
import type { Flight } from './flight.ts';

export class Frames {
  /** May be handed to the next search. */
  words: Int32Array;
  depth = 0;
  private readonly flight: Flight;
  private readonly own: number;
  private readonly stride: number;

  /** `own`: words of each frame that belong to the search. */
  constructor(words: Int32Array, flight: Flight, own: number) {
    this.words = words;
    this.flight = flight;
    this.own = own;
    this.stride = own + 1 + flight.taken.length + flight.gone.length;
  }

  /** Where the own words of the top frame begin. */
  get top(): number {
    return (this.depth - 1) * this.stride;
  }

  /** Keeps where the flight is; the own words are up to the caller. Gives `top`. */
  push(): number {
    this.depth += 1;
    const at = this.top;
    if (at + this.stride > this.words.length) {
      const larger = new Int32Array(this.words.length * 2 + this.stride * 16);
      larger.set(this.words);
      this.words = larger;
    }
    const { flight, words } = this;
    const from = at + this.own;
    words[from] = flight.ret;
    words.set(flight.taken, from + 1);
    words.set(flight.gone, from + 1 + flight.taken.length);
    return at;
  }

  /** Takes the flight back to where the top frame has it. Gives `top`. */
  restore(): number {
    const { flight, words } = this;
    const at = this.top;
    const from = at + this.own;
    flight.backTo(words[from] as number);
    const masks = from + 1;
    for (let w = 0; w < flight.taken.length; w++) flight.taken[w] = words[masks + w] as number;
    const gone = masks + flight.taken.length;
    for (let w = 0; w < flight.gone.length; w++) flight.gone[w] = words[gone + w] as number;
    return at;
  }
}
