/** What `antlion replay` is asked of its last try: the state at a moment, the story of a key or service. */
import { parseDuration } from '../../core/duration.ts';
import type { Run } from '../../core/environment.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Program } from '../../core/program.ts';
import { Film } from '../../page/film.ts';
import { filmView } from '../../page/prepare/film.ts';
import type { Recorder } from '../../page/prepare/recorder.ts';
import type { Facet } from '../../core/system.ts';
import { storyOf } from '../../runner/story-of.ts';
import type { StoryLine } from '../../runner/story-of.ts';
import type { ReplayFlags } from '../commands.ts';

/** Lines of a story; the beginning and the end of a longer one. */
const linesMax = 60;

export interface ReplayQuestions {
  readonly untilUs: number | null;
  readonly node: string | null;
  readonly explain: string | null;
}

export interface Answered {
  readonly program: Program;
  readonly run: Run;
  readonly facets: readonly Facet[];
  /** Null: nobody could look on; then nodes are what they said of themselves. */
  readonly recorder: Recorder | null;
}

/** Null: nothing is asked. Throws E_USAGE. */
export function questionsOf(flags: ReplayFlags): ReplayQuestions | null {
  const { until, node, explain, json } = flags;
  if (node !== undefined && until === undefined) {
    throw wrong('node goes with until', '--node alone', 'Pass --until 4.5s, too');
  }
  if (json && flags.why === true) {
    throw wrong('json has no reasons', '--json with --why', 'Leave one of them out');
  }
  if (until === undefined && explain === undefined) return null;
  if (json) throw wrong('json has no states', '--json with --until or --explain', 'Leave it out');
  const untilUs = until === undefined ? null : parseDuration(until);
  return { untilUs, node: node ?? null, explain: explain ?? null };
}

/** Throws E_USAGE for a node or a subject that the run does not have. */
export function answersOf(q: ReplayQuestions, a: Answered): string[] {
  return [
    ...(q.untilUs === null ? [] : stateLines(q.untilUs, q.node, a)),
    ...(q.explain === null ? [] : storyLines(q.explain, a)),
  ];
}

function stateLines(us: number, node: string | null, a: Answered): string[] {
  const { history } = a.run;
  if (us > history.endUs) {
    throw wrong('until is after the end', clock(us), `Pass at most ${clock(history.endUs).trim()}`);
  }
  const film = new Film(filmView(history, a.program, a.facets, a.recorder, us));
  const nodes = a.program.shape.nodes.map((n) => n.name);
  if (node !== null && !film.names.includes(node)) {
    throw wrong('there is no such node', node, `Pass one of ${film.names.join(', ')}`);
  }
  const then = film.at(us);
  const names =
    node === null ? film.names.filter((n) => nodes.includes(n) || isThing(n, a)) : [node];
  const width = Math.max(...names.flatMap((n) => (then.get(n) ?? []).map((f) => f.field.length)));
  const next = film.next(us, node);
  return [
    `State at ${clock(us).trim()}:`,
    ...names.flatMap((name) => [
      name,
      ...(then.get(name) ?? []).map(
        (f) => `  ${f.field.padEnd(width)}  ${f.value}  (since ${clock(f.sinceUs).trim()})`,
      ),
    ]),
    next === null ? 'Nothing changes after that.' : `The next change is at ${clock(next).trim()}.`,
  ];
}

/** Neither a node nor a client, as a lock. */
function isThing(name: string, { program }: Answered): boolean {
  return !program.shape.nodes.some((n) => n.name === name) && !/^c\d+$/.test(name);
}

function storyLines(subject: string, { program, run }: Answered): string[] {
  const story = storyOf(program, run.history, subject);
  if (story.length === 0) {
    throw wrong('nothing is said of it', subject, 'Pass a key or a service that the run names');
  }
  const own = story.filter((l) => l.isOwn).length;
  const [head, tail] = [linesMax / 3, (2 * linesMax) / 3];
  const isLong = story.length > linesMax;
  return [
    `The story of ${subject}, ${own} lines about it, and what happened around it (·):`,
    ...(isLong ? story.slice(0, head) : story).map(lineOf),
    ...(isLong ? [`  … ${story.length - linesMax} lines more`] : []),
    ...(isLong ? story.slice(-tail).map(lineOf) : []),
  ];
}

function lineOf({ atUs, text, isOwn, times }: StoryLine): string {
  return `${isOwn ? ' ' : '·'} ${clock(atUs)}  ${text}${times > 1 ? ` (${times} times)` : ''}`;
}

function clock(us: number): string {
  return `${(us / 1_000_000).toFixed(3).padStart(8)} s`;
}

function wrong(what: string, got: string, next: string): HarnessError {
  return new HarnessError('E_USAGE', `${what}, got ${got}. ${next}.`);
}
