/** What kinds of fault do to whom they meet, asked by those who must not know kinds by name. */
import { definitionOf } from './kinds.ts';
import type { Harm } from './kind.ts';

/** Does this kind do any of these? False for a kind that nobody defined. */
export function doesAny(kind: string, ...harms: readonly Harm[]): boolean {
  return definitionOf(kind)?.harms.some((h) => harms.includes(h)) ?? false;
}

/** Does it do these, and nothing else? False for a kind that nobody defined. */
export function doesOnly(kind: string, ...harms: readonly Harm[]): boolean {
  return definitionOf(kind)?.harms.every((h) => harms.includes(h)) ?? false;
}

/** Is lateness of the nodes that it hits not theirs? */
export function excusesLateness(kind: string): boolean {
  return doesAny(kind, 'stops-nodes', 'ends-nodes', 'slows-nodes');
}
