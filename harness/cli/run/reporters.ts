/** `--reporter NAME` and `--json`: which writers a command speaks to, tried before anything is run. */
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import { Cases } from '../../report/cases.ts';
import { Github } from '../../report/github.ts';
import { JsonFile, JsonLines } from '../../report/json-lines.ts';
import { Junit } from '../../report/junit.ts';
import { Line } from '../../report/line.ts';
import { say, warn } from '../../report/output.ts';
import { People } from '../../report/people.ts';
import type { PeopleOptions } from '../../report/people.ts';
import type { Reporter } from '../../report/reporter.ts';
import { orFolderError, writeWhole } from '../files/whole-file.ts';

const reporterNames = 'junit=FILE, github, json=FILE, html=FOLDER or line';

export interface ReporterFlags {
  readonly json: boolean;
  readonly reporter: readonly string[];
}

export interface OpenOptions extends PeopleOptions {
  /** Folders for pages are asked for by `html=`; null: this command writes none, and why. */
  readonly noPages?: string;
  /** The command that shows a recorded history. */
  readonly againOf?: (file: string) => string;
}

export interface OpenReporters {
  /** What is said on stdout. */
  readonly main: Reporter;
  /** All others. */
  readonly files: readonly Reporter[];
  /** Folders of `html=`. */
  readonly pages: readonly string[];
}

interface Asked {
  readonly name: string;
  /** Empty: none was given. */
  readonly place: string;
}

/**
 * Throws E_USAGE for a name that is none or a place that is missing, E_FOLDER for a file that cannot be
 * written. What such a file held before is gone from then on: a result that is old is worse than none.
 */
export function openReporters(flags: ReporterFlags, options: OpenOptions = {}): OpenReporters {
  const asked = flags.reporter.map((text) => askedOf(text, options));
  const files = asked.filter((a) => a.place !== '');
  const twice = files.find(
    (a, i) => files.findIndex((b) => resolve(b.place) === resolve(a.place)) < i,
  );
  if (twice !== undefined) {
    throw usage(`two reporters write to ${twice.place}, wanted a place of its own for each`);
  }
  const isJson = flags.json;
  const isLine = asked.some((a) => a.name === 'line');
  if (isJson && isLine) throw usage('line and --json both write to stdout, wanted one of them');
  const main = isJson ? new JsonLines() : isLine ? new Line() : new People(options);
  return {
    main,
    files: asked.flatMap((a) => openOne(a, isJson, options)),
    pages: asked.flatMap((a) => (a.name === 'html' ? [a.place] : [])),
  };
}

function openOne({ name, place }: Asked, isJson: boolean, { againOf }: OpenOptions): Reporter[] {
  const cases = new Cases(againOf);
  switch (name) {
    case 'junit':
      return [new Junit(openFile(place), cases)];
    case 'json':
      return [new JsonFile(openFile(place))];
    case 'github':
      // Nothing but records on stdout where these were asked for; GitHub reads both.
      return [new Github({ say: isJson ? warn : say, summary: openSummary() }, cases)];
    default:
      return [];
  }
}

function askedOf(text: string, { noPages }: OpenOptions): Asked {
  const [, name = '', place = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  const takes = { junit: 'FILE', json: 'FILE', html: 'FOLDER', github: null, line: null };
  if (!Object.hasOwn(takes, name)) throw usage(`reporter is "${name}", wanted ${reporterNames}`);
  const wanted = takes[name as keyof typeof takes];
  const [, next] = /,((?:junit|json|html|github|line)(?:=.*)?)$/s.exec(text) ?? [];
  if (next !== undefined) {
    const first = text.slice(0, -next.length - 1);
    throw usage(`reporter is "${text}", wanted one each: --reporter ${first} --reporter ${next}`);
  }
  if (wanted === null && place !== '') {
    throw usage(`reporter ${name} is given "${place}", and writes no file`);
  }
  if (wanted !== null && place === '') {
    throw usage(`reporter ${name} does not say where to, wanted ${name}=${wanted}`);
  }
  if (name === 'html' && noPages !== undefined)
    throw usage(`reporter html is not for this: ${noPages}`);
  return { name, place };
}

function usage(what: string): HarnessError {
  return new HarnessError('E_USAGE', `${what}. Pass --reporter junit=antlion.xml, for example.`);
}

/** Writes it whole, at the end. */
function openFile(path: string): (text: string) => void {
  guarded(path, () => {
    const probe = `${path}.${process.pid}.part`;
    writeFileSync(probe, '');
    rmSync(probe);
    rmSync(path, { force: true });
  });
  return (text) => guarded(path, () => writeWhole(path, text));
}

/** The file to which GitHub's runner wants the summary of the job appended; null: this is no job of its. */
function openSummary(): ((text: string) => void) | null {
  const path = process.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (path === '') return null;
  guarded(path, () => appendFileSync(path, ''));
  return (text) => guarded(path, () => appendFileSync(path, text));
}

function guarded(path: string, work: () => void): void {
  orFolderError(
    `${path} cannot be written`,
    'a file in a folder of yours. Pass --reporter with another.',
    work,
  );
}
