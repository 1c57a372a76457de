/** The numbers of an instance that can do so much and no more. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface AdmissionConfig {
  /** The service whose work costs something; empty: that of all. */
  readonly service: string;
  /** Calls that an instance works on at a time, 1 or more: its threads. It serves `workers / serviceUs` a µs. */
  readonly workers: number;
  /** What one call costs a worker, µs; drawn from half of it to one and a half. */
  readonly serviceUs: number;
  /**
   * What a call costs an instance that has just started, in thousandths of `serviceUs`: caches are empty, code is not
   * compiled. It falls evenly to 1,000 within `coldUs`. 1,000: an instance is as quick as ever at once.
   */
  readonly coldPermille: number;
  /** So long an instance is cold after its start, µs. 0: never. */
  readonly coldUs: number;
  /** Does a call keep its worker while it waits for dependencies? A thread does; an event loop does not. */
  readonly holdsWorker: boolean;
  /**
   * Does the queue know its limits? If not, everything is let in and worked off in order, even what nobody waits
   * for any more: the instance that the mechanism was left out of.
   */
  readonly isBounded: boolean;
  /**
   * Calls that wait at most. More: longer bursts are ridden out, and all wait longer: whoever is served has
   * waited `queueMax × serviceUs / workers`. Source: 1,000 (R3).
   */
  readonly queueMax: number;
  /** From this wait on callers are told to slow down, µs. Less: they do so before anybody is refused. */
  readonly slowUs: number;
}

const usual: AdmissionConfig = {
  service: '',
  workers: 4,
  serviceUs: secondsUs(1) / 100,
  coldPermille: 1_000,
  coldUs: 0,
  holdsWorker: false,
  isBounded: true,
  queueMax: 1_000,
  slowUs: secondsUs(1) / 10,
};

/** Null where the story (`extra.admission`) asks for none: then work costs nothing. Throws E_CONFIG. */
export function admissionOf(settings: Settings, service: string | null): AdmissionConfig | null {
  const config = extraOf(settings, 'admission', usual);
  const isMeant = config?.service === '' || config?.service === service;
  return isMeant ? config : null;
}
