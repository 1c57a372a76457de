/**
 * The replay token: one word for a whole run and the promise that it breaks.
 *
 * `antlion2.` and base64url of: a check sum of the JSON, and the JSON deflated (RFC 1951) against a
 * dictionary of what programs are made of, so that a counterexample of a few steps fits into three
 * or four lines of a terminal.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { HarnessError } from '../core/errors.ts';
import { hashText } from '../core/prng.ts';
import { readRecord, recordText, unreadable } from './replay-record.ts';
import type { ReplayRecord, Unread } from './replay-record.ts';

/** Changes whenever the meaning of a program or the dictionary does; other tokens are refused. */
export const tokenVersion = 2;

/** A longer token is kept in a file instead, where there is a place for one: it would fill a screen. */
const tokenLengthMax = 4_096;

const name = 'the replay token';

export function encodeToken(record: ReplayRecord): string {
  const json = JSON.stringify(record);
  const packed = deflateSync(strToU8(json), { level: 9, dictionary });
  const bytes = new Uint8Array(4 + packed.length);
  new DataView(bytes.buffer).setUint32(0, hashText(json));
  bytes.set(packed, 4);
  const text = btoa(strFromU8(bytes, true));
  return `antlion${tokenVersion}.${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** Throws E_TOKEN when it cannot be read, E_TOKEN_VERSION when another version wrote it. */
export function decodeToken(token: string): ReplayRecord {
  return readRecord(openToken(token));
}

/** What it holds, of which nothing is checked yet. Throws as `decodeToken`. */
export function openToken(token: string): Unread {
  const m = /^antlion(\d+)\.([A-Za-z0-9_-]+)$/.exec(token.trim());
  if (m === null) {
    throw unreadable(name, `"${token.slice(0, 24)}" does not look like antlion${tokenVersion}.…`);
  }
  if (Number(m[1]) !== tokenVersion) {
    throw new HarnessError(
      'E_TOKEN_VERSION',
      `the token has format ${m[1]}, wanted ${tokenVersion}. Replay it with the antlion that printed it, or search again: antlion run.`,
    );
  }
  const json = unpacked(m[2] as string);
  if (json === null) throw unreadable(name, 'it is cut off or changed');
  return { value: JSON.parse(json), name };
}

/** Keeps the text of a file, and gives the path by which it is found again; null: it cannot. */
export type KeepText = (text: string) => string | null;

/** What `antlion replay` takes to show the run again: its token, or a file where that is too long. */
export function replayArgument(record: ReplayRecord, keep: KeepText | null): string {
  const token = encodeToken(record);
  if (token.length <= tokenLengthMax) return token;
  return keep?.(recordText(record)) ?? token;
}

function unpacked(text: string): string | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = strToU8(binary, true);
    const json = strFromU8(inflateSync(bytes.subarray(4), { dictionary }));
    return hashText(json) === new DataView(bytes.buffer).getUint32(0) ? json : null;
  } catch {
    return null;
  }
}

/** What is said often, the most frequent last. */
const dictionary = strToU8(
  [
    '"}},"durationUs":"kind":"bandwidth","rate":"kind":"clock","jumpUs":,"driftPpm":"kind":"disk"',
    '"kind":"reorder""kind":"duplicate""kind":"loss","permille":"kind":"latency","delayUs":,"jitterUs":',
    '{"ttlUs":"write-fenced","f":"acquire","f":"release","f":"request","f":"watch","f":"delete","f":"cas"',
    '{"of":"nodes","nodes":[0,1,2]}{"of":"node","node":0}{"of":"service","service":"{"of":"zone","zone":"',
    '{"of":"everyone"}{"of":"clients"}{"of":"servers"}{"of":"followers"}{"of":"follower"}',
    '"role":"service","zone":"zone-0","service":"back","calls":[]},{"name":"front-0","calls":["back"]',
    '{"system":"reference","invariant":"linearizable","program":{"scenario":"minority-partition",',
    '"shape":{"nodes":[{"name":"server-0","role":"server","zone":"zone-0"},{"name":"server-1",',
    '"role":"server","zone":"zone-0"},{"name":"server-2","role":"server","zone":"zone-0"}],"clients":3},',
    '"faults":[{"kind":"crash","nodes":{"of":"leader"},"atUs":1000000,"untilUs":2000000},',
    '{"kind":"pause","atUs":{"kind":"partition","links":{"from":{"of":"minority"},"to":{"of":"majority"}',
    ',"bothWays":true},"mode":"drop","atUs":1000000,"untilUs":3000000}],"clients":[[],[],',
    '[{"id":0,"afterUs":100000,"f":"read","key":"k0","value":null},{"id":1,"afterUs":0,"f":"write",',
    '"key":"k1","value":1}]],"durationUs":20000000,"noiseSeed":1,"settings":{"policyDivisor":1,',
    '"deadlineUs":2000000,"mutant":null,"extra":{}}},"pins":{"0":[0,1,2]},"traceHash":"","build":"","from":null}',
  ].join(''),
);
