/** The histories of `fixtures/published`, which nobody here wrote. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface PublishedHistory {
  /** `knossos/cas-register/bad/….edn`. */
  readonly file: string;
  /** Knossos' verdict on a compare-and-set register that starts at 0. */
  readonly linearizable?: boolean;
  /** Elle's: what it was checked as, and its verdict. */
  readonly workload?: string;
  readonly valid?: boolean;
  /** EDN. */
  readonly text: string;
}

export function publishedHistories(): PublishedHistory[] {
  const url = new URL('../../fixtures/published/histories.jsonl.gz', import.meta.url);
  const lines = gunzipSync(readFileSync(url)).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as PublishedHistory);
}
