/** What a history that antlion wrote (`--history`) says besides its operations: faults, nodes, who led. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { z } from 'zod';
import type { History, HistoryEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import { hostName } from '../../realtime/link-names.ts';
import { programSchema } from '../../runner/program-schema.ts';

export interface OwnHistory {
  readonly program: Program;
  /** Without operations. */
  readonly history: History;
}

/** A program of ten thousand operations fits. */
const headBytesMax = 8 << 20;

const head = z.object({
  process: z.literal('antlion'),
  value: z.object({ readyNs: z.number(), endNs: z.number(), program: z.unknown() }),
});
const about = z.object({ time: z.number(), process: z.string(), f: z.string() });
const faultLine = about.extend({
  process: z.literal('nemesis'),
  value: z.object({
    phase: z.enum(['begin', 'effective', 'end']),
    fault: z.number(),
    nodes: z.array(z.string()),
  }),
});
const nodeLine = about.extend({
  process: z.literal('node'),
  f: z.enum(['started', 'crashed', 'stopped', 'failed']),
  value: z.object({ node: z.string(), reason: z.string().optional() }),
});
const leadLine = about.extend({
  process: z.literal('node'),
  f: z.literal('leads'),
  value: z.object({ node: z.string(), term: z.number() }),
});

/** Null: somebody else wrote it, or another version of antlion. */
export function ownHistory(file: string): OwnHistory | null {
  const first = head.safeParse(json(firstLine(file)));
  const program = programSchema.safeParse(first.data?.value.program);
  if (first.data === undefined || program.data === undefined) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const shaped = program.data as Program;
  const { shape } = shaped;
  const all = shape.nodes.length + shape.clients;
  const ids = new Map(Array.from({ length: all }, (_, id) => [hostName(shape, id), id]));
  const { readyNs, endNs } = first.data.value;
  // Lines of clients are many, and all begin otherwise.
  const told = lines.filter((l) => l.startsWith('{"process":"n'));
  const events = told.flatMap((line) => eventOf(json(line), ids) ?? []);
  return { program: shaped, history: { events, readyUs: us(readyNs), endUs: us(endNs) } };
}

/** As far as one of ours reaches: others are not read twice. */
function firstLine(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const piece = new Uint8Array(headBytesMax);
    const text = new TextDecoder().decode(piece.subarray(0, readSync(fd, piece)));
    return text.slice(0, Math.max(0, text.indexOf('\n')));
  } finally {
    closeSync(fd);
  }
}

function eventOf(line: unknown, ids: ReadonlyMap<string, number>): HistoryEvent | null {
  const fault = faultLine.safeParse(line).data;
  if (fault !== undefined) {
    const { phase, fault: index, nodes } = fault.value;
    const known = nodes.flatMap((n) => ids.get(n) ?? []);
    const shared = { type: 'fault', timeUs: us(fault.time), phase } as const;
    return { ...shared, fault: index, kind: fault.f, nodes: known };
  }
  const lead = leadLine.safeParse(line).data;
  const leader = ids.get(lead?.value.node ?? '');
  if (lead !== undefined && leader !== undefined) {
    const value = { kind: 'role', role: 'leader', term: lead.value.term } as const;
    return { type: 'observe', timeUs: us(lead.time), node: leader, value };
  }
  const node = nodeLine.safeParse(line).data;
  const id = ids.get(node?.value.node ?? '');
  if (node === undefined || id === undefined) return null;
  const { reason } = node.value;
  const shared = { type: 'node', timeUs: us(node.time), node: id, change: node.f } as const;
  return { ...shared, ...(reason !== undefined && { reason }) };
}

/** Undefined: it is none. */
function json(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function us(ns: number): number {
  return Math.round(ns / 1_000);
}
