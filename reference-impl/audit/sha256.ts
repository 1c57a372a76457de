/** SHA-256 (FIPS 180-4) of a text in UTF-8, as 64 digits: nodes have no `crypto` of their own. */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const words = padded(bytes);
  const h = [...initial];
  for (let at = 0; at < words.length; at += 16) compress(h, words.subarray(at, at + 16));
  return h.map((w) => (w >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Square roots' and cube roots' first 32 bits of fraction, of the first primes; 2^-53 is fine enough for these. */
const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d > 0),
);
const initial = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const rounds = primes.slice(0, 64).map((p) => fraction(Math.cbrt(p)));

function fraction(x: number): number {
  return Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
}

function padded(bytes: Uint8Array): Int32Array {
  const length = 16 * (((bytes.length + 8) >> 6) + 1);
  const words = new Int32Array(length);
  bytes.forEach((b, i) => (words[i >> 2] = (words[i >> 2] ?? 0) | (b << (24 - 8 * (i & 3)))));
  const end = bytes.length;
  words[end >> 2] = (words[end >> 2] ?? 0) | (0x80 << (24 - 8 * (end & 3)));
  words[length - 1] = bytes.length * 8;
  return words;
}

function compress(h: number[], block: Int32Array): void {
  const w = new Int32Array(64);
  w.set(block);
  for (let i = 16; i < 64; i++) {
    const [a, b] = [w[i - 15] as number, w[i - 2] as number];
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
  let [a, b, c, d, e, f, g, last] = h as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (last + s1 + ((e & f) ^ (~e & g)) + (rounds[i] as number) + (w[i] as number)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [last, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, last].forEach((v, i) => (h[i] = ((h[i] as number) + v) | 0));
}

function turn(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}
