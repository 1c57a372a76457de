/** What the mode of its node makes of an instance's places and signals, and the counts by which that is judged. */
import type { Signal } from '../agent/wire.ts';
import { placesOf } from './mode.ts';
import type { AdmissionBehaviour } from './mode.ts';
import type { ModeCounts } from './observations.ts';

const signals: readonly Signal[] = ['ok', 'slow-down', 'reject'];

export class ByMode {
  private behaviour: AdmissionBehaviour;
  private sharePermille = 1_000;
  private used = 0;
  private waited = 0;
  private said = { ok: 0, 'slow-down': 0, reject: 0 };

  constructor(behaviour: AdmissionBehaviour) {
    this.behaviour = behaviour;
  }

  setMode(behaviour: AdmissionBehaviour): void {
    this.behaviour = behaviour;
    // Until the first step of Recovery is told.
    this.sharePermille = 0;
  }

  setStep(sharePermille: number): void {
    this.sharePermille = sharePermille;
  }

  places(workers: number): number {
    return placesOf(workers, this.behaviour, this.sharePermille);
  }

  get mayWait(): boolean {
    const { mayWait, isRamped } = this.behaviour;
    return mayWait || (isRamped && this.sharePermille >= 1_000);
  }

  /** The worse of what the load says and what the mode does. It is told to a caller. */
  signal(byLoad: Signal): Signal {
    const least = this.behaviour.signal;
    const signal = signals.indexOf(byLoad) > signals.indexOf(least) ? byLoad : least;
    this.said[signal] += 1;
    return signal;
  }

  /** Work began, with which so many places are taken. */
  began(used: number): void {
    this.used = Math.max(this.used, used);
  }

  waits(calls: number): void {
    this.waited += calls;
  }

  /** Since they were told last. */
  counts(spanUs: number): ModeCounts {
    const { used, waited, said } = this;
    this.used = 0;
    this.waited = 0;
    this.said = { ok: 0, 'slow-down': 0, reject: 0 };
    return { spanUs, used, waited, said };
  }
}
