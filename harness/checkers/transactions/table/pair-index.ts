/** A map from pairs of integers to integers from 0: open addressing in typed arrays. */
export class PairIndex {
  /** A power of two, at most half full. */
  private capacity: number;
  private size = 0;
  private first: Int32Array;
  private second: Int32Array;
  /** One more than the value; 0: the place is free. */
  private values: Int32Array;

  /** `expected` pairs need no growing. */
  constructor(expected = 1 << 9) {
    this.capacity = 1 << (32 - Math.clz32(Math.max(1, expected * 2 - 1)));
    this.first = new Int32Array(this.capacity);
    this.second = new Int32Array(this.capacity);
    this.values = new Int32Array(this.capacity);
  }

  /** -1: there is none. */
  get(a: number, b: number): number {
    return (this.values[this.place(a, b)] as number) - 1;
  }

  /** Adds the pair unless it is there; gives the value that it has now. */
  add(a: number, b: number, value: number): number {
    const at = this.place(a, b);
    const known = (this.values[at] as number) - 1;
    if (known >= 0) return known;
    this.first[at] = a;
    this.second[at] = b;
    this.values[at] = value + 1;
    this.size += 1;
    if (this.size * 2 > this.capacity) this.grow();
    return value;
  }

  /** Where the pair is, or the free place where it belongs. */
  private place(a: number, b: number): number {
    const { first, second, values } = this;
    const mask = this.capacity - 1;
    let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ b;
    h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
    for (let at = (h ^ (h >>> 13)) & mask; ; at = (at + 1) & mask) {
      if (values[at] === 0 || (first[at] === a && second[at] === b)) return at;
    }
  }

  private grow(): void {
    const { first, second, values } = this;
    this.capacity *= 2;
    this.first = new Int32Array(this.capacity);
    this.second = new Int32Array(this.capacity);
    this.values = new Int32Array(this.capacity);
    for (let i = 0; i < values.length; i++) {
      if (values[i] === 0) continue;
      const at = this.place(first[i] as number, second[i] as number);
      this.first[at] = first[i] as number;
      this.second[at] = second[i] as number;
      this.values[at] = values[i] as number;
    }
  }
}
