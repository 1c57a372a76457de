/** Texts that many things share, each kept once. */
export class Texts {
  readonly all: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** Its number. */
  of(text: string): number {
    let n = this.numbers.get(text);
    if (n === undefined) {
      n = this.all.length;
      this.numbers.set(text, n);
      this.all.push(text);
    }
    return n;
  }
}
