/** A history in the format of another tool, read from its file or folder. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ForeignFormat,
  foreignFormats,
  readForeign,
} from '../../checkers/formats/foreign/foreign.ts';
import type { JepsenHistory } from '../../checkers/formats/jepsen.ts';
import { HarnessError } from '../../core/errors.ts';
import { piecesOf } from './pieces.ts';

/** Null: it is one of our own. */
export function foreignOf(format: string): ForeignFormat | null {
  return foreignFormats.find((f) => f === format) ?? null;
}

/** `name` is what errors call it. Throws E_HISTORY. */
export function readForeignFile(format: ForeignFormat, file: string, name: string): JepsenHistory {
  const files = filesOf(file, format).map((f) => ({ file: f, pieces: piecesOf(f) }));
  return readForeign(format, files, name);
}

/** A report of etcd's robustness tests is a folder with one of each client. */
function filesOf(path: string, format: ForeignFormat): string[] {
  const isFolder = format === 'etcd-report' && (statSync(path, quiet)?.isDirectory() ?? false);
  if (!isFolder) return [path];
  const files = readdirSync(path)
    .filter((name) => name.startsWith('client-'))
    .sort()
    .map((name) => join(path, name, 'operations.json'))
    .filter((file) => existsSync(file));
  if (files.length > 0) return files;
  throw new HarnessError(
    'E_HISTORY',
    `${path} has no client-N/operations.json, wanted a report of etcd's robustness tests. Pass the folder of one.`,
  );
}

const quiet = { throwIfNoEntry: false } as const;
