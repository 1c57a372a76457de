/** The wheel's slow twin: a 4-ary heap ordered by time and then by number. */
interface Entry {
  readonly whenUs: number;
  readonly order: number;
  readonly name: number;
}

export class Heap {
  private readonly entries: Entry[] = [];
  private order = 0;

  post(whenUs: number, name: number): void {
    this.entries.push({ whenUs, order: this.order, name });
    this.order += 1;
    this.up(this.entries.length - 1);
  }

  /** The name of the next entry due until `limitUs`, removed; null if there is none. */
  pop(limitUs: number): { readonly whenUs: number; readonly name: number } | null {
    const top = this.entries[0];
    if (top === undefined || top.whenUs > limitUs) return null;
    const last = this.entries.pop() as Entry;
    if (this.entries.length > 0) {
      this.entries[0] = last;
      this.down(0);
    }
    return top;
  }

  /** Linear on purpose. */
  remove(name: number): boolean {
    const kept = this.entries.filter((e) => e.name !== name);
    if (kept.length === this.entries.length) return false;
    this.entries.length = 0;
    for (const e of kept) {
      this.entries.push(e);
      this.up(this.entries.length - 1);
    }
    return true;
  }

  private up(i: number): void {
    while (i > 0) {
      const parent = (i - 1) >> 2;
      if (!this.isBefore(i, parent)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private down(i: number): void {
    for (;;) {
      let least = i;
      for (let c = 4 * i + 1; c <= 4 * i + 4 && c < this.entries.length; c++) {
        if (this.isBefore(c, least)) least = c;
      }
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }

  private isBefore(i: number, j: number): boolean {
    const a = this.entries[i] as Entry;
    const b = this.entries[j] as Entry;
    return a.whenUs === b.whenUs ? a.order < b.order : a.whenUs < b.whenUs;
  }

  private swap(i: number, j: number): void {
    const a = this.entries[i] as Entry;
    this.entries[i] = this.entries[j] as Entry;
    this.entries[j] = a;
  }
}
