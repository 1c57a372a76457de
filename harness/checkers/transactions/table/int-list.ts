/** A list of 32-bit integers that grows: a column of a table with millions of rows. */
export class IntList {
  length = 0;
  /** The first `length` count. Replaced when the list grows: do not keep it across a `push`. */
  data: Int32Array<ArrayBuffer>;

  constructor(capacity = 1 << 10) {
    this.data = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  at(index: number): number {
    return this.data[index] as number;
  }

  set(index: number, value: number): void {
    this.data[index] = value;
  }
}
