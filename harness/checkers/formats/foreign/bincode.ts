/** Reads what bincode 1 wrote, as it does by default: numbers of 8 bytes, the least first; lists and texts after their length. */
import { HarnessError } from '../../../core/errors.ts';

export class Bincode {
  private readonly bytes: DataView;
  private readonly file: string;
  private at = 0;

  /** Errors name `file`, and the byte from 0. */
  constructor(pieces: Iterable<Uint8Array>, file: string) {
    // A piece may be overwritten once the next one was asked for.
    const parts = Array.from(pieces, (piece) => piece.slice());
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let length = 0;
    for (const part of parts) {
      all.set(part, length);
      length += part.length;
    }
    this.bytes = new DataView(all.buffer);
    this.file = file;
  }

  /** A number from 0 up; as a text of digits where a double does not hold it exactly. */
  whole(): number | string {
    const at = this.take(8, 'a number of 8 bytes');
    const whole = this.bytes.getBigUint64(at, true);
    return whole > BigInt(Number.MAX_SAFE_INTEGER) ? String(whole) : Number(whole);
  }

  bool(): boolean {
    const at = this.take(1, 'a byte that is 0 or 1');
    const byte = this.bytes.getUint8(at);
    return byte > 1 ? this.refuse(at, `got ${byte}, wanted 0 or 1`) : byte === 1;
  }

  skipText(): void {
    this.take(this.count('bytes of a text', 1), 'a text');
  }

  /** Each takes `least` bytes or more. */
  list<T>(of: string, least: number, read: (i: number) => T): T[] {
    return Array.from({ length: this.count(of, least) }, (_, i) => read(i));
  }

  /** Throws E_HISTORY if something is left. */
  end(): void {
    const left = this.bytes.byteLength - this.at;
    if (left > 0) this.refuse(this.at, `got ${left} bytes more, wanted the end`);
  }

  private count(of: string, least: number): number {
    const { at } = this;
    const count = Number(this.whole());
    const room = Math.floor((this.bytes.byteLength - this.at) / least);
    return count <= room
      ? count
      : this.refuse(at, `got ${count} ${of}, wanted no more than the ${room} that fit in the rest`);
  }

  /** Where they begin. */
  private take(bytes: number, wanted: string): number {
    const { at } = this;
    if (at + bytes > this.bytes.byteLength) this.refuse(at, `got the end, wanted ${wanted}`);
    this.at += bytes;
    return at;
  }

  private refuse(at: number, what: string): never {
    throw new HarnessError(
      'E_HISTORY',
      `${this.file}: at byte ${at}: ${what}. Pass a history.bincode as DBCop writes it.`,
    );
  }
}
