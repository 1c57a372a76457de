/** What `antlion systems --json` tells of a product. */
import { z } from 'zod';

const documented = z.strictObject({
  promises: z.array(z.string()),
  says: z.string(),
  source: z.string(),
  weakenedBy: z.string().optional(),
});

const anomaly = z.strictObject({
  what: z.string(),
  /** Which releases have it; absent: it is meant to be so. */
  versions: z.string().optional(),
  /** The release that shows it; absent: the installed one, or that with the defect. */
  on: z.string().optional(),
  members: z.number().optional(),
  defect: z
    .strictObject({
      broken: z.string(),
      clean: z.string(),
      since: z.string().optional(),
      mended: z.array(z.string()),
    })
    .optional(),
  flags: z.record(z.string(), z.string()),
  /** The setting with which it is gone; absent: without `flags`. */
  safe: z.record(z.string(), z.string()).optional(),
  scenario: z.string(),
  breaks: z.string(),
  /** What was seen to break with it. */
  breaksToo: z.array(z.string()).optional(),
  /** A pattern of others in which it is known. */
  elsewhere: z.string().optional(),
  source: z.string(),
  command: z.string(),
});

export const productFields = {
  name: z.string(),
  /** Its version; null: what it needs is not installed, and `install` says how to get it. */
  found: z.string().nullable(),
  install: z.array(z.string()),
  operations: z.array(z.string()),
  /** What its suite asks it for: `locks` is `locks-calm`, `locks-kill` and so on. */
  suite: z.array(z.string()),
  /** That it can be put through besides. */
  scenarios: z.array(z.string()),
  /** What its documentation says of what is promised. */
  documents: z.array(documented),
  /** What a setting is known to break. */
  anomalies: z.array(anomaly),
};
