/** Short names in the bytes of a file as numbers, without a string for each. */
export class Names {
  private readonly texts: string[] = [];
  /** Open addressing: one more than the number of a name. */
  private table = new Int32Array(1 << 8);
  /** By length and first byte: one more than the last of such, which mostly is the next one, too. */
  private readonly last = new Int32Array(1 << 12);

  /** `known` are numbered from 0. */
  constructor(known: readonly string[]) {
    const encoder = new TextEncoder();
    for (const text of known) {
      const bytes = encoder.encode(text);
      this.id(bytes, 0, bytes.length);
    }
  }

  /** The number of what stands there, one byte a character. */
  id(bytes: Uint8Array, from: number, to: number): number {
    const { texts, table } = this;
    const like = (((to - from) << 7) | (bytes[from] as number)) & 0xfff;
    const guess = (this.last[like] as number) - 1;
    if (guess >= 0 && isText(texts[guess] as string, bytes, from, to)) return guess;
    let h = to - from;
    for (let i = from; i < to; i++) h = Math.imul(h, 31) + (bytes[i] as number);
    const mask = table.length - 1;
    let at = (h ^ (h >>> 9)) & mask;
    for (; table[at] !== 0; at = (at + 1) & mask) {
      const id = (table[at] as number) - 1;
      if (!isText(texts[id] as string, bytes, from, to)) continue;
      this.last[like] = id + 1;
      return id;
    }
    texts.push(String.fromCharCode(...bytes.subarray(from, to)));
    table[at] = texts.length;
    if (texts.length * 2 > table.length) this.grow();
    return texts.length - 1;
  }

  text(id: number): string {
    return this.texts[id] as string;
  }

  private grow(): void {
    const all = this.texts.splice(0);
    this.last.fill(0);
    this.table = new Int32Array(this.table.length * 4);
    const encoder = new TextEncoder();
    for (const text of all) {
      const bytes = encoder.encode(text);
      this.id(bytes, 0, bytes.length);
    }
  }
}

function isText(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}
