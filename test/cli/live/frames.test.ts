/** What the live view draws, and that nothing of it stays on the screen. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseDuration } from '../../../harness/core/duration.ts';
import type { Fault } from '../../../harness/core/fault.ts';
import type { HistoryEvent } from '../../../harness/core/history.ts';
import type { Program } from '../../../harness/core/program.ts';
import { exploreFrame } from '../../../harness/cli/live/explore-frame.ts';
import { runFrame, runLine } from '../../../harness/cli/live/run-frame.ts';
import { RunBook } from '../../../harness/cli/live/run-scene.ts';
import { say } from '../../../harness/report/output.ts';
import { Progress } from '../../../harness/report/progress.ts';
import { reference } from '../../../reference-impl/system.ts';
import { transcripts } from '../../transcript.ts';
import { Screen, withoutColours } from './screen.ts';

transcripts('the live view of a run', new URL('../../testdata/live/', import.meta.url), () => {
  let program: Program = {
    scenario: 'story',
    shape: { nodes: [], clients: 1 },
    faults: [],
    clients: [],
    durationUs: 0,
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
  };
  let nowUs = 0;
  let op = 0;
  let opened: RunBook | null = null;
  const book = (): RunBook =>
    (opened ??= new RunBook(program, {
      title: 'story seed 1',
      environment: 'processes',
      facets: reference.facets ?? [],
      nowUs: () => nowUs,
    }));
  const event = (e: object): void => {
    const base = { timeUs: nowUs, process: 0, op, f: 'read', key: 'k', value: null };
    book().event({ ...base, ...e } as HistoryEvent);
  };
  return (line) => {
    const [, command = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    const [first = '', second = ''] = rest.split(' ');
    if (command === 'cluster') {
      const nodes = rest.split(' ').map((name) => ({ name, role: 'server', zone: 'a' }));
      program = { ...program, shape: { nodes, clients: 1 } };
    } else if (command === 'fault') {
      program = { ...program, faults: [...program.faults, JSON.parse(rest) as Fault] };
    } else if (command === 'lasts') program = { ...program, durationUs: parseDuration(rest) };
    else if (command === 'now') {
      book();
      nowUs = parseDuration(rest);
    } else if (command === 'event') event(JSON.parse(rest) as object);
    else if (command === 'operations') {
      for (let i = 0; i < Number(first); i++, op++) {
        event({ type: 'invoke' });
        event({ type: second });
      }
    } else if (command === 'line') return runLine(book().scene());
    else if (command === 'frame') {
      const lines = runFrame(book().scene(), Number(first), Number(second)).map(withoutColours);
      assert.ok(lines.length <= Number(second) && lines.every((l) => l.length <= Number(first)));
      return lines.map((l) => l.trimEnd()).join('\n');
    } else assert.fail(`no command ${command}`);
    return '';
  };
});

describe('the live view', () => {
  it('of a search tells what is left of its budget, and what was found', () => {
    const scene = {
      elapsedMs: 15_000,
      limit: { runs: Infinity, events: Infinity, ms: 60_000 },
      events: 20_000,
      runs: 300,
      unknown: 1,
      states: 45,
      transitions: 1_200,
      newAtMs: 11_000,
      violations: new Map([['linearizable', 2]]),
    };
    assert.deepEqual(exploreFrame(scene, 60, 20).map(withoutColours), [
      'exploring                                    15 s, 45 s left',
      `${'━'.repeat(15)}${'─'.repeat(45)}`,
      'runs        300, 20 a second, 1 unknown',
      'states      45, 1,200 transitions; the last new one 4 s ago',
      'violated    linearizable in 2 runs',
    ]);
    const byRuns = {
      ...scene,
      limit: { runs: 400, events: Infinity, ms: Infinity },
      violations: new Map(),
    };
    assert.match(exploreFrame(byRuns, 60, 20)[0] ?? '', /15 s, 100 runs left$/);
    const byEvents = { ...byRuns, limit: { runs: Infinity, events: 80_000, ms: Infinity } };
    assert.match(exploreFrame(byEvents, 60, 20)[0] ?? '', /15 s, 60,000 events left$/);
  });

  /** A progress on a screen that can be read. */
  function onScreen() {
    const screen = new Screen(20);
    const progress = new Progress({
      write: (text) => screen.write(text),
      columns: () => screen.columns,
      rows: () => 10,
      isDumb: false,
    });
    let lines = ['one', 'two', 'three'];
    const watch = (): void => progress.watch({ lines: () => lines, line: () => 'a line' });
    return { screen, progress, watch, draw: (next: string[]) => (lines = next) };
  }

  it('is drawn over itself, longer or shorter, and leaves nothing', () => {
    const { screen, progress, watch, draw } = onScreen();
    screen.write('$ antlion run\n');
    watch();
    assert.deepEqual(screen.lines(), ['$ antlion run', 'one', 'two', 'three']);
    draw(['1', '2', '3', '4']);
    progress.redraw();
    assert.deepEqual(screen.lines(), ['$ antlion run', '1', '2', '3', '4']);
    draw(['short']);
    progress.redraw();
    assert.deepEqual(screen.lines(), ['$ antlion run', 'short']);
    progress.update('a line of text instead');
    assert.deepEqual(screen.lines(), ['$ antlion run', 'a line of text inst']);
    progress.end();
    progress.redraw();
    assert.deepEqual(screen.lines(), ['$ antlion run']);
  });

  it('makes room for what is said meanwhile, and comes back below it', () => {
    const { screen, progress, watch } = onScreen();
    watch();
    say('');
    assert.deepEqual(screen.lines(), []);
    screen.write('found\n');
    progress.redraw();
    assert.deepEqual(screen.lines(), ['found', 'one', 'two', 'three']);
    progress.end();
    assert.deepEqual(screen.lines(), ['found']);
  });

  it('leaves nothing of lines that a terminal, made narrower, has broken', () => {
    const { screen, progress, watch, draw } = onScreen();
    draw(['0123456789', 'x']);
    watch();
    screen.narrow(5);
    progress.end();
    assert.deepEqual(screen.lines(), []);
  });
});
