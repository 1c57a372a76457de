/**
 * What a question that is sent along a link must meet there, by what is done to the link, and whether what became
 * of it shows that. Pure: the one judgement on probes, in every environment that has links.
 */
import type { LinkEffect } from '../faults/ports.ts';

/** What became of a question, or of its answer, on one direction of a link. */
export type Passage =
  | { readonly state: 'passed'; readonly tookUs: number }
  /** It had not passed after so long, or its connection had ended, or there was none (`hasEnded`). */
  | { readonly state: 'stopped'; readonly waitedUs: number; readonly hasEnded?: boolean }
  /** Nobody was there to tell. */
  | { readonly state: 'unknown' };

/** A passage and the direction on which it was seen, in words. */
export interface Seen {
  readonly where: string;
  readonly stream: 'upstream' | 'downstream';
  readonly passage: Passage;
}

/** What a question of some length meets. */
export interface Expected {
  /** Nothing passes. */
  readonly isCut: boolean;
  /** It is late by so much; 0 and Infinity: nobody knows. */
  readonly leastUs: number;
  readonly mostUs: number;
}

/** `unprovable`: what was seen would look the same without the fault. `unknown`: nothing was seen. */
export type Shown = 'yes' | 'no' | 'unknown' | 'unprovable';

/**
 * What is asked along a link. `new`: a question on a connection of its own; `end`: the same, and the end of that
 * connection is waited for, which who answers brings about; `open`: on the connection that messages take.
 */
export interface Question {
  readonly way: 'new' | 'end' | 'open';
  readonly bytes: number;
}

/** Less than this a busy machine makes of nothing. */
const provableUs = 10_000;
/** Times of proxies are whole ms, and some of them begin early. */
const earlyUs = 2_000;
/** A question takes so long on a narrow link, as far as its length allows. */
const narrowMs = 150;
const bytesMost = 256_000;

/** What must be asked to meet what is done to the link. */
export function questionFor(effect: LinkEffect): Question {
  const has = (type: string): boolean =>
    'toxics' in effect && effect.toxics.some((t) => t.type === type);
  const way = has('slow_close') ? 'end' : has('half_open') ? 'open' : 'new';
  return { way, bytes: bytesFor(effect) };
}

function bytesFor(effect: LinkEffect): number {
  if (!('toxics' in effect)) return 0;
  const wanted = effect.toxics.map(({ type, attributes: a }) => {
    if (type === 'bandwidth') return (a['rate'] ?? 0) * narrowMs;
    if (type === 'limit_data') return (a['bytes'] ?? 0) + 1;
    if (type === 'slicer') return 100 * (a['average_size'] ?? 0);
    return 0;
  });
  return Math.min(bytesMost, Math.max(0, ...wanted));
}

export function expectedOf(effect: LinkEffect, question: Question): Expected {
  if ('packets' in effect) return { isCut: false, leastUs: 0, mostUs: Infinity };
  if ('listener' in effect) return { isCut: true, leastUs: 0, mostUs: 0 };
  let [isCut, leastUs, mostUs] = [false, 0, 0];
  for (const { type, attributes: a, toxicity = 1 } of effect.toxics) {
    if (toxicity <= 0) continue;
    const { least, most, cuts } = ofToxic(type, a, question);
    mostUs += most;
    // Of one that hits some connections nobody knows whether it hits this one.
    if (toxicity < 1) continue;
    leastUs += least;
    isCut ||= cuts;
  }
  return { isCut, leastUs, mostUs };
}

function ofToxic(
  type: string,
  a: Readonly<Record<string, number>>,
  { bytes, way }: Question,
): { least: number; most: number; cuts: boolean } {
  const late = (least: number, most: number) => ({ least: Math.max(0, least), most, cuts: false });
  const cut = { least: 0, most: 0, cuts: true };
  const of = (name: string): number => a[name] ?? 0;
  switch (type) {
    case 'latency':
      return late((of('latency') - of('jitter')) * 1_000, (of('latency') + of('jitter')) * 1_000);
    case 'bandwidth': {
      if (of('rate') === 0) return cut;
      const us = (bytes / of('rate')) * 1_000;
      return late(0.7 * us, 2 * us + 100_000);
    }
    case 'slicer': {
      const pieces = bytes / Math.max(1, of('average_size') + of('size_variation'));
      const most = bytes / Math.max(1, of('average_size') - of('size_variation'));
      return late((pieces / 2 - 1) * of('delay'), (most + 1) * of('delay') * 2);
    }
    case 'timeout':
    case 'reset_peer':
      return cut;
    case 'accept_stall':
      return way === 'open' ? late(0, 0) : cut;
    case 'half_open':
      return way === 'open' ? cut : late(0, 0);
    case 'slow_close': {
      const us = way === 'end' ? of('delay') * 1_000 : 0;
      return late(us, 2 * us + 100_000);
    }
    case 'limit_data':
      return bytes > of('bytes') ? cut : late(0, 0);
    case 'noop':
      return late(0, 0);
    default:
      return late(0, Infinity);
  }
}

/** Whether a passage shows a fault; `others` is what other faults do to the same direction meanwhile. */
export function shows(mine: Expected, others: readonly Expected[], seen: Passage): Shown {
  if (seen.state === 'unknown') return 'unknown';
  if (mine.isCut) return seen.state === 'stopped' ? 'yes' : 'no';
  if (mine.leastUs < provableUs) return 'unprovable';
  if (seen.state === 'passed') return seen.tookUs >= mine.leastUs - earlyUs ? 'yes' : 'no';
  // Stopped: late by this, or for another reason.
  if (others.some((o) => o.isCut)) return 'unknown';
  const mostUs = [mine, ...others].reduce((sum, o) => sum + o.mostUs, 0);
  return seen.waitedUs <= mostUs ? 'yes' : 'unknown';
}

/** Whether a passage shows that a fault is over: `no` where it looks as if it were not. */
export function showsEnd(mine: Expected, others: readonly Expected[], seen: Passage): Shown {
  if (seen.state === 'unknown' || others.some((o) => o.isCut || o.mostUs > 0)) return 'unknown';
  if (mine.isCut) return seen.state === 'passed' ? 'yes' : 'no';
  if (mine.leastUs < provableUs) return seen.state === 'passed' ? 'yes' : 'no';
  return seen.state === 'passed' && seen.tookUs < mine.leastUs ? 'yes' : 'no';
}
