/** FUSE's messages as bytes, little endian, as Linux' `fuse.h` has them since protocol 7.31. */
import type { BigIntStats } from 'node:fs';

export const opcodes = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  fsyncdir: 30,
  create: 35,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  fallocate: 43,
  rename2: 45,
} as const;

export const requestHeaderBytes = 40;
export const writeBytesMax = 1 << 17;

export interface Request {
  readonly op: number;
  readonly unique: bigint;
  readonly node: bigint;
  readonly uid: number;
  readonly gid: number;
  readonly body: Buffer;
}

export function readRequest(bytes: Buffer): Request {
  return {
    op: bytes.readUInt32LE(4),
    unique: bytes.readBigUInt64LE(8),
    node: bytes.readBigUInt64LE(16),
    uid: bytes.readUInt32LE(24),
    gid: bytes.readUInt32LE(28),
    body: bytes.subarray(requestHeaderBytes),
  };
}

/** `error` is 0 or a negative errno. */
export function reply(unique: bigint, error: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeInt32LE(error, 4);
  head.writeBigUInt64LE(unique, 8);
  return Buffer.concat([head, body]);
}

/** Tells the kernel to forget what it has of a file's pages and attributes. */
export function invalidation(node: bigint): Buffer {
  const body = Buffer.alloc(24);
  body.writeBigUInt64LE(node, 0);
  return reply(0n, 2, body);
}

/** The answer to INIT: no cache of writes, so that each comes here before its caller goes on. */
export function initOut(): Buffer {
  const bigWrites = 1 << 5;
  const out = Buffer.alloc(64);
  out.writeUInt32LE(7, 0);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(writeBytesMax, 8);
  out.writeUInt32LE(bigWrites, 12);
  out.writeUInt16LE(12, 16);
  out.writeUInt16LE(10, 18);
  out.writeUInt32LE(writeBytesMax, 20);
  out.writeUInt32LE(1, 24);
  return out;
}

/** Attributes are asked for each time: a power loss changes them behind the kernel's back. */
export function attrOut(node: bigint, stats: BigIntStats): Buffer {
  return Buffer.concat([Buffer.alloc(16), attr(node, stats)]);
}

/**
 * What a name leads to, asked for each time as well: a file is opened for appending by its name alone, and the
 * kernel appends where it believes that it ends.
 */
export function entryOut(node: bigint, stats: BigIntStats): Buffer {
  const head = Buffer.alloc(40);
  head.writeBigUInt64LE(node, 0);
  return Buffer.concat([head, attr(node, stats)]);
}

function attr(node: bigint, s: BigIntStats): Buffer {
  const out = Buffer.alloc(88);
  out.writeBigUInt64LE(node, 0);
  out.writeBigUInt64LE(s.size, 8);
  out.writeBigUInt64LE(s.blocks, 16);
  const times = [s.atimeNs, s.mtimeNs, s.ctimeNs];
  for (const [i, ns] of times.entries()) {
    out.writeBigUInt64LE(ns / 1_000_000_000n, 24 + 8 * i);
    out.writeUInt32LE(Number(ns % 1_000_000_000n), 48 + 4 * i);
  }
  for (const [i, n] of [s.mode, s.nlink, s.uid, s.gid].entries()) {
    out.writeUInt32LE(Number(n), 60 + 4 * i);
  }
  out.writeUInt32LE(4_096, 80);
  return out;
}

export function openOut(handle: bigint): Buffer {
  const out = Buffer.alloc(16);
  out.writeBigUInt64LE(handle, 0);
  return out;
}

export function writeOut(bytes: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(bytes, 0);
  return out;
}

export interface Space {
  readonly blocks: number;
  readonly free: number;
  readonly blockBytes: number;
}

export function statfsOut({ blocks, free, blockBytes }: Space): Buffer {
  const out = Buffer.alloc(80);
  out.writeBigUInt64LE(BigInt(blocks), 0);
  out.writeBigUInt64LE(BigInt(free), 8);
  out.writeBigUInt64LE(BigInt(free), 16);
  out.writeUInt32LE(blockBytes, 40);
  out.writeUInt32LE(255, 44);
  out.writeUInt32LE(blockBytes, 48);
  return out;
}

/** Names from `offset` on, as many as fit. */
export function readdirOut(names: readonly string[], offset: number, bytesMax: number): Buffer {
  const parts: Buffer[] = [];
  let bytes = 0;
  for (let i = offset; i < names.length; i++) {
    const name = Buffer.from(names[i] as string);
    const entry = Buffer.alloc((24 + name.length + 7) & ~7);
    entry.writeBigUInt64LE(1n, 0);
    entry.writeBigUInt64LE(BigInt(i + 1), 8);
    entry.writeUInt32LE(name.length, 16);
    name.copy(entry, 24);
    bytes += entry.length;
    if (bytes > bytesMax) break;
    parts.push(entry);
  }
  return Buffer.concat(parts);
}

/** A name that ends with a zero byte. */
export function nameAt(body: Buffer, at = 0): string {
  return body.toString('utf8', at, body.indexOf(0, at));
}
