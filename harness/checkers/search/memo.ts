/** A set of short integer keys: open addressing in one typed array, emptied by a new generation. */

export class Memo {
  /** Words kept between uses, at most; past it a fresh table is made next time. */
  private readonly wordsMax: number;
  /** Made when it is first needed: most parts are decided without a search. */
  private table: Int32Array = new Int32Array(0);
  private generation = 0;
  private stride = 2;
  private capacity = 0;
  private count = 0;
  /** The key to look for or to add; its length is set by `reset`. */
  key = new Int32Array(1);

  /** `bytesMax` limits the table. */
  constructor(bytesMax: number) {
    this.wordsMax = Math.floor(bytesMax / 4);
  }

  /** Forgets everything; from now on keys have `words` words. */
  reset(words: number): void {
    if (this.table.length === 0) this.table = new Int32Array(1 << 9);
    if (this.key.length !== words) this.key = new Int32Array(words);
    if (this.stride !== words + 1 || this.generation === 0x7fffffff) {
      this.stride = words + 1;
      this.table.fill(0);
      this.generation = 0;
    }
    this.generation += 1;
    this.capacity = floorPowerOfTwo(Math.floor(this.table.length / this.stride));
    this.count = 0;
  }

  /** Adds the key. False: it was there already. Null: no room is left. */
  add(): boolean | null {
    if (this.count * 2 >= this.capacity && !this.grow()) {
      if (this.count * 8 >= this.capacity * 7) return null;
    }
    const at = this.find(this.key, 0);
    if (this.table[at] === this.generation) return false;
    this.table[at] = this.generation;
    this.table.set(this.key, at + 1);
    this.count += 1;
    return true;
  }

  /** Where `source[from…]` is, or the empty place where it belongs. */
  private find(source: Int32Array, from: number): number {
    const { table, stride, generation } = this;
    const words = stride - 1;
    let h = 0x9e3779b9;
    for (let w = 0; w < words; w++) {
      h = Math.imul(h ^ (source[from + w] as number), 0x85ebca6b);
      h ^= h >>> 15;
    }
    h = Math.imul(h, 0xc2b2ae35);
    const mask = this.capacity - 1;
    for (let i = (h ^ (h >>> 13)) & mask; ; i = (i + 1) & mask) {
      const at = i * stride;
      if (table[at] !== generation) return at;
      let w = 0;
      while (w < words && table[at + 1 + w] === source[from + w]) w++;
      if (w === words) return at;
    }
  }

  private grow(): boolean {
    const capacity = this.capacity * 2;
    if (capacity * this.stride > this.wordsMax) return false;
    const old = this.table;
    const entries = this.capacity;
    const generation = this.generation;
    this.table = new Int32Array(capacity * this.stride);
    this.capacity = capacity;
    for (let i = 0; i < entries; i++) {
      const from = i * this.stride;
      if (old[from] !== generation) continue;
      const at = this.find(old, from + 1);
      this.table[at] = generation;
      this.table.set(old.subarray(from + 1, from + this.stride), at + 1);
    }
    return true;
  }
}

function floorPowerOfTwo(n: number): number {
  return 1 << (31 - Math.clz32(Math.max(1, n)));
}
