/** When the program of a story is of no use to its callers: for a while, and by turns before and after that. */
export interface Spells {
  /** µs by the node's clock. */
  readonly lameAtUs: number;
  readonly lameForUs: number;
  /** So long before and after it is well and lame by turns, µs; 0: it is not. */
  readonly flapForUs: number;
  /** A turn takes so long, and so much of it is unlike the time around: lame before, well after. */
  readonly flapTurnUs: number;
  readonly flapOtherUs: number;
}

export function isLameAt(s: Spells, us: number): boolean {
  const endUs = s.lameAtUs + s.lameForUs;
  if (us >= s.lameAtUs && us < endUs) return true;
  const isBefore = us < s.lameAtUs;
  const intoUs = isBefore ? us - (s.lameAtUs - s.flapForUs) : us - endUs;
  if (intoUs < 0 || intoUs >= s.flapForUs) return false;
  const isOther = intoUs % s.flapTurnUs < s.flapOtherUs;
  return isBefore ? isOther : !isOther;
}

/** Since when it has been as it is at `us`; 0: from the beginning. */
export function unchangedSinceUs(s: Spells, us: number): number {
  const isLame = isLameAt(s, us);
  const turns = s.flapForUs === 0 ? 0 : Math.ceil(s.flapForUs / s.flapTurnUs);
  const endUs = s.lameAtUs + s.lameForUs;
  const edges = [s.lameAtUs - s.flapForUs, endUs].flatMap((fromUs) =>
    Array.from({ length: turns + 1 }, (_, i) => fromUs + i * s.flapTurnUs).flatMap((at) => [
      at,
      at + s.flapOtherUs,
    ]),
  );
  const all = [s.lameAtUs, endUs, endUs + s.flapForUs, ...edges].filter((at) => at > 0 && at <= us);
  // The last edge at which it was otherwise a moment before.
  return Math.max(0, ...all.filter((at) => isLameAt(s, at - 1) !== isLame));
}
