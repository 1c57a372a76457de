/**
 * What the harness knows of an operation by its name. A family of operations is a folder whose `index.ts`
 * lists these; the client, the narration and the promises ask them and know no operation by name.
 */
import { z } from 'zod';
import type { Json } from '../core/host.ts';
import type { Drive, DriveContext } from './drive.ts';

export interface OperationKind<I = Json, O = Json> {
  /** Its name in programs and histories. */
  readonly f: string;
  /** What it asks for, in a few words: for the reference. */
  readonly line?: string;
  /** The argument as it is sent, after `$last` was replaced. What does not fit ends the run: E_CONFIG. */
  readonly input: z.ZodType<I>;
  /** What `ok` brings. What does not fit teaches the client nothing, and is told as it is. */
  readonly output: z.ZodType<O>;
  /** The argument in a step, after name and key: ` = 7`, which is what is said by default. */
  describeInput?(input: I): string;
  /** The argument names all keys that it is about: the operation's own is not told. */
  readonly namesKeys?: true;
  /** The result in a step, after `ok`: ` 7`. Absent: nothing. */
  describeOutput?(output: O): string;
  /**
   * What `$last` stands for, by key: operations of one memory share it. `$last:key` is always of
   * `values`, the default.
   */
  readonly memory?: string;
  /** True: what was learnt of the key before is forgotten at the call, so that a refusal leaves nothing. */
  readonly forgetsFirst?: boolean;
  /** What the client learns from the end of one. Absent: nothing. */
  learns?(ended: Ended<O>): Lesson;
  /**
   * Carries it out when it is more than one request of a session: a load. The deadline of the program is
   * then that of each request.
   */
  drive?(context: DriveContext<I>): Drive;
  /** The operations that it asks the system for: its own name by default. */
  asks?(input: I): readonly string[];
  /** How many requests it is: one by default. */
  requests?(input: I): number;
  /** Simpler arguments to try when a counterexample is shrunk, the simplest first. */
  smaller?(input: I): Iterable<I>;
  /**
   * What it is to a register for each key: it must be linearizable as these. Absent: it is not judged so.
   * `output` is null unless it completed.
   */
  cells?(op: { readonly key: string; readonly input: I; readonly output: Json }): readonly Cell[];
}

export type Ended<O> =
  | { readonly type: 'ok'; readonly output: O }
  | { readonly type: 'fail' | 'info'; readonly error: string };

/** Null: all stays as it was. `last` null: nothing is known any more. */
export type Lesson = { readonly last: Json } | null;

/** One operation on one register. */
export interface Cell {
  readonly f: 'read' | 'write' | 'cas' | 'delete';
  readonly key: string;
  readonly input: Json;
  readonly output: Json;
}

/** Any JSON: for arguments and results that are the user's own data. */
export const anyJson: z.ZodType<Json> = z.custom<Json>(() => true);

/** A value as people read it. */
export function show(value: Json): string {
  return value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}
