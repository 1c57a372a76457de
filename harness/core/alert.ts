/** By what Prometheus notices, on a real cluster, that a promise is broken. */
export interface Alert {
  /** Id of the promise; its claim is what the alert says. */
  readonly promise: string;
  /** PromQL over metrics that nodes tell. */
  readonly expr: string;
  /** So long it must be true, seconds. */
  readonly forS: number;
  /** What whoever is woken should look at first, one sentence. */
  readonly look: string;
  /** A broken variant on which it must fire, with the story and seed that show it. */
  readonly shows: readonly [mutant: string, scenario: string, seed: number];
}
