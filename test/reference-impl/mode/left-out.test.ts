/** A story may leave the modes out: then no node can be late in changing its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { History, HistoryEvent } from '../../../harness/core/history.ts';
import type { Json } from '../../../harness/core/host.ts';
import type { Program } from '../../../harness/core/program.ts';
import type { Verdict } from '../../../harness/core/verdict.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { modeTransitions } from '../../../reference-impl/mode/judge/mode-transitions.ts';
import { modesOf } from '../../../reference-impl/mode/member.ts';

/** Nodes that stay in Target for too long. */
const missed = 'fixtures/histories/mode-transitions-missed-bad.jsonl';

function judged(extra: Readonly<Record<string, Json>>): Verdict {
  const [head, ...lines] = readFileSync(missed, 'utf8').trimEnd().split('\n');
  const { program, ...times } = JSON.parse(head ?? '') as Omit<History, 'events'> & {
    readonly program: Program;
  };
  const events = lines.map((line) => JSON.parse(line) as HistoryEvent);
  const settings = { ...program.settings, extra };
  return modeTransitions(modesOf(mechanisms)).judge({ ...times, events }, { ...program, settings });
}

describe('mode-transitions', () => {
  it('decides nothing about nodes that have no modes', () => {
    assert.equal(judged({}).kind, 'violated');
    assert.equal(judged({ modes: true }).kind, 'violated');
    const verdict = judged({ modes: false });
    assert.equal(verdict.kind, 'unknown');
    assert.match(JSON.stringify(verdict), /the story leaves the modes out/);
  });
});
