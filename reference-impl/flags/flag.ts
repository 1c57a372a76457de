/**
 * A feature flag (C5): what it serves to whom. Pure and without a clock: the same rules, user and
 * attributes give the same variant wherever they are evaluated.
 */
import type { Json } from '../../harness/core/host.ts';
import { buckets } from './definition.ts';
import type { Flag, FlagDefinition, Segment } from './definition.ts';
import type { FlagRules } from './rules.ts';

export type Reason = 'off' | 'stale' | 'floor' | 'segment' | 'split';

export interface Evaluation {
  readonly variant: string;
  readonly value: Json;
  readonly reason: Reason;
  /** The name of the segment, where one decided. */
  readonly segment?: string;
  /** The revision of the rules. */
  readonly version: number;
}

export type Attributes = Readonly<Record<string, Json>>;

/** Null: it is no definition of a flag. */
export function readFlag(name: string, value: Json, version: number): Flag | null {
  if (problemWithFlag(value) !== null) return null;
  const definition = value as unknown as FlagDefinition;
  let end = 0;
  const ends = Object.entries(definition.split).map(([variant, share]) => {
    end += Math.round((share * buckets) / 100);
    return [variant, end] as const;
  });
  return { definition, version, salt: definition.salt ?? name, ends };
}

export function evaluate(
  flag: Flag,
  user: string,
  attributes: Attributes,
  isStale: boolean,
  rules: FlagRules,
): Evaluation {
  const { definition: d } = flag;
  if (!rules.isOn(d)) return served(flag, d.off, 'off');
  if (isStale) return served(flag, d.off, 'stale');
  for (const s of d.segments ?? []) {
    if (fits(s, attributes)) return { ...served(flag, s.serve, 'segment'), segment: s.name };
  }
  const bucket = rules.bucket(user, flag);
  for (const [variant, end] of flag.ends) {
    if (bucket < end) return served(flag, variant, 'split');
  }
  return served(flag, d.off, 'split');
}

/** What anybody gets of a node on the Floor. */
export function switchedOff(flag: Flag): Evaluation {
  return served(flag, flag.definition.off, 'floor');
}

function served({ definition, version }: Flag, variant: string, reason: Reason): Evaluation {
  return { variant, value: definition.variants[variant] ?? null, reason, version };
}

function fits(s: Segment, attributes: Attributes): boolean {
  for (const [name, wanted] of Object.entries(s.if)) {
    const value = attributes[name];
    if (value === undefined || !wanted.includes(value)) return false;
  }
  return true;
}

/** What is wrong with a definition, in words, or null. */
export function problemWithFlag(value: Json): string | null {
  const d = recordOf(value) as Partial<Record<keyof FlagDefinition, Json>> | null;
  if (d === null) return 'a flag is an object';
  const { isOn, variants, off, segments = [], split, salt = '' } = d;
  const known = recordOf(variants ?? null);
  const isVariant = (v: Json | undefined): boolean =>
    typeof v === 'string' && known !== null && v in known;
  if (typeof isOn !== 'boolean') return 'isOn is true or false';
  if (known === null || Object.keys(known).length === 0) return 'variants are an object of values';
  if (!isVariant(off)) return 'off is one of the variants';
  if (typeof salt !== 'string') return 'salt is a text';
  if (!Array.isArray(segments) || !(segments as Json[]).every((s) => isSegment(s, isVariant))) {
    return 'a segment has a name, an `if` of lists of values, and the variant that it serves';
  }
  const shares = Object.entries(recordOf(split ?? null) ?? {});
  const sum = shares.reduce((all, [, share]) => all + (typeof share === 'number' ? share : NaN), 0);
  const isSplit = shares.every(([v, share]) => isVariant(v) && (share as number) >= 0);
  return isSplit && Math.abs(sum - 100) < 1e-6
    ? null
    : 'split is variants and per cents, 100 in all';
}

function isSegment(s: Json, isVariant: (v: Json | undefined) => boolean): boolean {
  const of = recordOf(s);
  const lists = recordOf(of?.['if'] ?? null);
  if (of === null || lists === null || typeof of['name'] !== 'string') return false;
  return isVariant(of['serve']) && Object.values(lists).every(Array.isArray);
}

function recordOf(v: Json): Readonly<Record<string, Json>> | null {
  const isRecord = typeof v === 'object' && v !== null && !Array.isArray(v);
  return isRecord ? (v as Readonly<Record<string, Json>>) : null;
}
