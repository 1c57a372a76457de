/** What probes show of one fault on links: that it is in force, and that it is over. */
import type { Link } from '../faults/link-rule.ts';
import type { LinkEffect } from '../faults/ports.ts';
import type { LinkDirection, Links } from '../links/links.ts';
import { expectedOf, questionFor, shows, showsEnd } from '../links/passage.ts';
import type { Expected, Question, Seen, Shown } from '../links/passage.ts';
import type { DialledDirection } from './link-names.ts';
import { linkKey } from './link-probes.ts';
import type { Fate, LinkProbes } from './link-probes.ts';

/** What is done to each direction now, by faults that are in force. */
export class EffectsInForce {
  private readonly all = new Map<string, { on: ReadonlySet<string>; effect: LinkEffect }>();

  begin(fault: string, on: readonly LinkDirection[], effect: LinkEffect): void {
    this.all.set(fault, { on: new Set(on.flatMap((d) => keysOf(d, effect))), effect });
  }

  end(fault: string): void {
    this.all.delete(fault);
  }

  /** By other faults than this one. */
  others(fault: string, at: LinkDirection, question: Question): readonly Expected[] {
    return [...this.all].flatMap(([name, { on, effect }]) =>
      name !== fault && on.has(keyOf(at)) ? [expectedOf(effect, question)] : [],
    );
  }
}

export interface LinkProofOptions {
  readonly fault: string;
  readonly on: readonly DialledDirection[];
  readonly effect: LinkEffect;
  readonly inForce: EffectsInForce;
  /** Null: the ends are not ours, so the links' witness is asked. */
  readonly probes: LinkProbes | null;
  readonly links: Links;
  /** How long the fault is to last, µs. */
  readonly lastsUs: number;
  readonly trueUs: () => number;
}

/** Probes of more links than this would be a load of their own: some of them stand for all. */
const dialsMost = 60;
const waitMostUs = 900_000;
/** Time for a message to pass a sound link of a busy machine. */
const soundUs = 300_000;
const pauseMs = 100;
/** How often the end of a fault is looked for; of a short delay, which a busy machine makes of nothing, more often. */
const endTries = 12;
const endTriesShort = 40;
const shortUs = 100_000;

export class LinkProof {
  private readonly o: LinkProofOptions;
  private readonly dials: readonly Link[];
  private readonly question: Question;
  private readonly sinceUs: number;
  private readonly mine: Expected;
  private readonly waitUs: number;
  private rounds: Promise<void> = Promise.resolve();
  private healedUs = Infinity;
  private hasBegun = false;
  private isShown = false;
  private shownRounds = 0;
  private readonly wantedRounds: number;
  private wasUnprovable = false;
  /** Where a probe passed as if there were no fault, in words. */
  private denied: string | null = null;

  constructor(options: LinkProofOptions) {
    this.o = options;
    const dials = [...new Map(options.on.map(({ dial }) => [linkKey(dial), dial])).values()];
    const every = Math.ceil(dials.length / dialsMost);
    this.dials = dials.filter((_, i) => i % every === 0);
    this.question = questionFor(options.effect);
    this.sinceUs = options.trueUs();
    this.mine = expectedOf(options.effect, this.question);
    const wantedUs = Math.max(soundUs, this.mine.isCut ? 0 : this.mine.leastUs + soundUs);
    this.waitUs = Math.ceil(Math.min(waitMostUs, wantedUs, Math.max(60_000, options.lastsUs / 3)));
    const roundUs = pauseMs * 1_000 + (this.mine.isCut ? this.waitUs : this.mine.leastUs);
    this.wantedRounds = Math.max(1, Math.min(roundsMost, options.lastsUs / 2 / roundUs));
  }

  /** To be called once the fault has met something; again: harmless. */
  begin(): void {
    if (this.hasBegun || this.healedUs !== Infinity) return;
    this.hasBegun = true;
    // Of open connections only what nodes of ours send on them is known.
    const { probes, on } = this.o;
    const isTold = probes !== null && on.some((d) => d.stream === 'upstream');
    this.wasUnprovable = this.question.way === 'open' && !isTold;
    if (this.wasUnprovable) return;
    this.rounds = this.untilShown();
  }

  /** `denied`: a probe passed. `unprovable`: no probe could tell the fault from none. */
  get standing(): 'shown' | 'denied' | 'unprovable' | 'untold' {
    if (this.isShown) return 'shown';
    if (this.denied !== null) return 'denied';
    // A short fault, or a busy machine: fewer rounds than wanted, and none against it.
    if (this.healedUs !== Infinity && this.shownRounds > 0) return 'shown';
    return this.wasUnprovable ? 'unprovable' : 'untold';
  }

  get whatPassed(): string | null {
    return this.denied;
  }

  /** One round for a fault in force that nothing met: a probe shows it, passes as if it were not there, or neither. */
  async onceMore(): Promise<'shown' | 'hidden' | 'passed'> {
    const seen = await this.look(this.waitUs);
    const found = seen.map((s) => ({
      ...s,
      shown: shows(this.mine, this.others(s), s.passage),
    }));
    const bad = found.find((f) => f.shown === 'no');
    if (bad !== undefined) {
      this.denied = `${bad.where}: ${wordsOf(bad.passage)}`;
      return 'passed';
    }
    return found.some((f) => f.shown === 'yes') ? 'shown' : 'hidden';
  }

  /** To be called just before the fault is ended: what a probe meets from now on shows nothing more. */
  ending(): void {
    this.healedUs = this.o.trueUs();
  }

  /**
   * Once it was ended: null when its end was seen, or could not be, or `hurry` came before; otherwise what was
   * seen instead.
   */
  async endSeen(hurry: AbortSignal): Promise<string | null> {
    let wrong: string | null = null;
    const isShort = !this.mine.isCut && this.mine.leastUs < shortUs;
    const most = isShort ? endTriesShort : endTries;
    for (let tries = 0; tries < most; tries++) {
      if (tries > 0) await pause(pauseMs);
      if (hurry.aborted) return null;
      const seen = await this.look(soundUs);
      const found = seen.map((s) => ({
        ...s,
        shown: showsEnd(this.mine, this.others(s), s.passage),
      }));
      const bad = found.find((f) => f.shown === 'no');
      if (bad === undefined) return null;
      wrong = `${bad.where}: ${wordsOf(bad.passage)}`;
    }
    return wrong;
  }

  /** What was under way when the fault ended is told. */
  async settled(): Promise<void> {
    await this.rounds;
  }

  private async untilShown(): Promise<void> {
    while (!this.isShown && this.healedUs === Infinity) {
      this.judge(await this.look(this.waitUs));
      if (this.isShown || this.wasUnprovable) return;
      await pause(pauseMs);
    }
  }

  private judge(all: readonly SeenAt[]): void {
    // What passed after the end says nothing, and neither does what had no time to pass before.
    const during = all.filter((s) =>
      s.passage.state === 'stopped' ? this.lasted(s) : s.atUs < this.healedUs,
    );
    // Nor does it take back what was shown before.
    if (during.length === 0) return;
    const found: (readonly [Seen, Shown])[] = during.map((s) => [
      s,
      shows(this.mine, this.others(s), s.passage),
    ]);
    const bad = found.find(([, shown]) => shown === 'no');
    if (bad !== undefined) {
      this.denied = `${bad[0].where}: ${wordsOf(bad[0].passage)}`;
      this.shownRounds = 0;
      return;
    }
    const isYes = found.some(([, shown]) => shown === 'yes');
    this.shownRounds = isYes ? this.shownRounds + 1 : 0;
    // One round may be the machine's own slowness.
    // What was denied before may have begun late; it takes more than one slow round then.
    const wanted = this.denied === null ? this.wantedRounds : roundsMost;
    this.isShown = this.shownRounds >= wanted;
    this.wasUnprovable = !isYes && found.some(([, shown]) => shown === 'unprovable');
  }

  /** It was stopped for long enough before the fault ended. */
  private lasted(s: SeenAt): boolean {
    if (s.passage.state !== 'stopped') return true;
    return this.healedUs - (s.atUs - s.passage.waitedUs) >= lastedUs;
  }

  private others(s: Seen): readonly Expected[] {
    const at = this.o.on.find((d) => d.stream === s.stream && d.link === s.where);
    // A witness is under this fault alone.
    return at === undefined ? [] : this.o.inForce.others(this.o.fault, at, this.question);
  }

  /** One round of probes, by direction. */
  private async look(waitUs: number): Promise<readonly SeenAt[]> {
    const { probes, links, on, fault } = this.o;
    if (probes === null) {
      const seen = (await links.witness?.(fault, this.question, waitUs).catch(() => [])) ?? [];
      const atUs = this.o.trueUs();
      return seen.map((s) => ({ ...s, atUs }));
    }
    const found = await probes.round(this.dials, {
      ...this.question,
      waitUs,
      // While it lasts: a connection that was opened since then does not meet what is meant for open ones.
      openedBeforeUs: this.healedUs === Infinity ? this.sinceUs : Infinity,
    });
    return on.flatMap(({ link, stream, dial }) => {
      const b = found.get(linkKey(dial));
      return b === undefined ? [] : [{ where: link, stream, ...b[stream] }];
    });
  }
}

type SeenAt = Seen & Fate;

/** So many rounds after one another show a fault, of a short one those that fit into half of it. */
const roundsMost = 3;
/** A probe that did not pass for less than this shows nothing. */
const lastedUs = 30_000;

function keysOf(d: LinkDirection, effect: LinkEffect): string[] {
  // A listener that is switched off breaks both directions.
  if (!('listener' in effect)) return [keyOf(d)];
  return (['upstream', 'downstream'] as const).map((stream) => keyOf({ ...d, stream }));
}

function keyOf({ link, stream }: LinkDirection): string {
  return `${stream} ${link}`;
}

function wordsOf(passage: Seen['passage']): string {
  switch (passage.state) {
    case 'passed':
      return `a probe passed after ${Math.round(passage.tookUs / 100) / 10} ms`;
    case 'stopped':
      return `a probe had not passed after ${Math.round(passage.waitedUs / 1_000)} ms`;
    case 'unknown':
      return 'nobody answered probes';
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
