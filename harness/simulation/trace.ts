/** The digest over every event of a run: equal digests mean equal runs. */
import type { Msg } from '../core/host.ts';
import { hashText } from '../core/prng.ts';

/** Every so many messages the whole content is mixed in, not only its kind. */
const contentEvery = 256;

export class Trace {
  private x = 0x243f6a88 | 0;
  private y = 0x85a308d3 | 0;
  private messages = 0;

  /** Mixes four whole numbers in; about two nanoseconds. */
  add(a: number, b: number, c: number, d: number): void {
    let x = Math.imul(this.x ^ a, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 15) ^ b, 0x85ebca77);
    x = Math.imul(x ^ (x >>> 13) ^ c, 0xc2b2ae3d);
    x = Math.imul(x ^ (x >>> 16) ^ d, 0x27d4eb2f);
    this.x = x;
    this.y = Math.imul(((this.y << 7) | (this.y >>> 25)) ^ x, 0x165667b1);
  }

  /** A short digest of a message: its kind, and now and then all of it. */
  digest(m: Msg): number {
    const kind = m.kind;
    const last = kind.length - 1;
    this.messages += 1;
    if (this.messages % contentEvery === 0) return hashText(JSON.stringify(m)) | 0;
    return (last << 16) ^ (kind.charCodeAt(0) << 8) ^ kind.charCodeAt(last);
  }

  /** 16 hex digits. */
  hex(): string {
    return [this.x, this.y].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
