/** What the two ends of a stream decide. */
import type { FlowControlConfig } from './config.ts';

export interface FlowControlRules {
  /** May a producer send that item, which was granted all before `upTo`? */
  maySend(item: number, upTo: number, c: FlowControlConfig): boolean;
  /** Is it a newer connection than the one that the producer knows? */
  isAnew(connection: number, known: number): boolean;
  /** How far a consumer may grant that works on `next` and holds so many items. */
  upTo(next: number, held: number, c: FlowControlConfig): number;
  /** Are so many free credits given back? */
  isDue(free: number, c: FlowControlConfig): boolean;
  /** Nothing came for a while: does a consumer ask again that lacks an item and has granted all before `upTo`? */
  asksAgain(lacking: number, upTo: number): boolean;
  /** Which item of those that it holds, in order of arrival, is worked on; null: none yet. */
  toWork(held: ReadonlySet<number>, next: number): number | null;
  /** Where it would go on after a restart, which has worked off all before `next` and holds so many. */
  noted(next: number, held: number): number;
}

export const flowControlRules: FlowControlRules = {
  maySend: (item, upTo, { isBounded }) => item < upTo || !isBounded,
  isAnew: (connection, known) => connection > known,
  // Room is free when an item is worked off, not when it has come.
  upTo: (next, _held, { window }) => next + window,
  // More than the window is never free.
  isDue: (free, { batch, window }) => free >= Math.min(batch, window),
  asksAgain: (lacking, upTo) => lacking < upTo,
  toWork: (held, next) => (held.has(next) ? next : null),
  noted: (next) => next,
};
