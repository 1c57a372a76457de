/** The numbers of a run, as its story gives them. */
import { secondsUs } from '../../../harness/spec.ts';
import type { Program } from '../../../harness/spec.ts';

export interface Numbers {
  readonly renewUs: number;
  readonly leaseUs: number;
  readonly evictUs: number;
  readonly windowUs: number;
  readonly sharePermille: number;
}

/** Of D6. */
const usual: Numbers = {
  renewUs: secondsUs(30),
  leaseUs: secondsUs(90),
  evictUs: secondsUs(60),
  windowUs: secondsUs(60),
  sharePermille: 850,
};

export function policyNumbers({ settings }: Program): Numbers {
  const { eureka } = settings.extra;
  return typeof eureka === 'object' && eureka !== null
    ? { ...usual, ...(eureka as Partial<Numbers>) }
    : usual;
}
