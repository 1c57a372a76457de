/** What the story asked of its streams, as far as judges need it. */
import type { Program } from '../../../harness/spec.ts';

interface StreamNumbers {
  readonly window: number;
  readonly batch: number;
  readonly workUs: number;
  readonly repeatUs: number;
}

const usual: StreamNumbers = { window: 16, batch: 8, workUs: 20_000, repeatUs: 200_000 };

/** Null where there are none. */
export function streamNumbers({ settings }: Program): StreamNumbers | null {
  const asked = settings.extra['flowControl'] as Partial<StreamNumbers> | null | undefined;
  return asked === undefined || asked === null ? null : { ...usual, ...asked };
}
