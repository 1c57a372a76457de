/** The film of a run: what was recorded is what was, and looking on changes nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import type { Run } from '../../harness/core/environment.ts';
import { World } from '../../harness/simulation/world.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { Film } from '../../harness/page/film.ts';
import { faultBands } from '../../harness/page/prepare/faults.ts';
import { filmView } from '../../harness/page/prepare/film.ts';
import { messagesView } from '../../harness/page/prepare/messages.ts';
import { Recorder } from '../../harness/page/prepare/recorder.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { storyOf } from '../../harness/runner/story-of.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';

const program = programOf(minorityPartition, 1, 'virtual', null);

function watched(): { run: Run; recorder: Recorder; world: World } {
  const seen: { recorder: Recorder; world: World }[] = [];
  const environment = simulation({
    watch(world) {
      const recorder = new Recorder(world);
      seen.push({ recorder, world });
      return recorder;
    },
  });
  const run = environment.run(reference, program);
  const [first] = seen;
  assert.ok(first !== undefined);
  return { run, ...first };
}

describe('a recorder', () => {
  const { run, recorder, world } = watched();
  const bands = faultBands(run.history, program);

  it('changes nothing of the run', () => {
    assert.equal(run.traceHash, simulation().run(reference, program).traceHash);
  });

  it('has at the end what nodes say they are', () => {
    const film = new Film(filmView(run.history, program, [], recorder, run.history.endUs));
    const then = film.at(run.history.endUs);
    program.shape.nodes.forEach(({ name }, id) => {
      const { term, commit, role } = world.node(id).driver?.describe() ?? {};
      const told = new Map(then.get(name)?.map((f) => [f.field, f.value]));
      assert.deepEqual(
        [told.get('term'), told.get('commit'), told.get('role')],
        [String(term), String(commit), String(role)],
      );
    });
  });

  it('agrees with what was observed: who leads when, in which term', () => {
    const film = new Film(filmView(run.history, program, [], recorder, run.history.endUs));
    for (const e of run.history.events) {
      if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') continue;
      const own = film.at(e.timeUs).get(program.shape.nodes[e.node]?.name ?? '');
      assert.equal(own?.find((f) => f.field === 'role')?.value, 'leader');
      assert.equal(own?.find((f) => f.field === 'term')?.value, String(e.value.term));
    }
  });

  it('knows the end of each message, and which fault took those that were lost', () => {
    const open = recorder.passages.filter((p) => p.endedUs < 0);
    assert.ok(recorder.passages.length > 1_000);
    assert.ok(
      open.every((p) => p.sentUs > run.history.endUs - 2_000),
      'under way at the end',
    );
    const lost = recorder.passages.filter((p) => p.loss !== null);
    assert.ok(lost.length > 0 && lost.every((p) => p.loss?.fault !== null));
    for (const { sentUs, endedUs, loss } of lost) {
      const band = bands.get(loss?.fault ?? -1);
      assert.ok(band !== undefined && endedUs >= band.fromUs && sentUs <= band.untilUs);
    }
  });

  it('is told as columns, in words', () => {
    const view = messagesView(recorder, program.shape, bands, run.history.endUs);
    const says = view.says.map((n) => view.texts[n] ?? '');
    assert.ok(says.some((t) => /^append: term \d+/.test(t)));
    const why = view.lost.flatMap((n) => (n < 0 ? [] : [view.texts[n] ?? '']));
    assert.ok(why.length > 0 && why.every((t) => /^lost by partition/.test(t)), why[0]);
  });
});

describe('a film', () => {
  const tracks = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 3 })), {
      maxLength: 8,
    }),
    { minLength: 1, maxLength: 4 },
  );

  it('says of any moment what a walk through its changes says', () => {
    fc.assert(
      fc.property(tracks, fc.integer({ min: 0, max: 60 }), (all, us) => {
        const film = new Film({
          texts: ['a', 'b', 'c', 'd'],
          lateUsMax: 0,
          tracks: all.map((t, i) => ({
            of: `n${i}`,
            field: 'f',
            atUs: t.map(([d]) => d),
            value: t.map(([, v]) => v),
          })),
        });
        const moments: number[] = [];
        all.forEach((t, i) => {
          let [at, value]: [number, string | undefined] = [0, undefined];
          for (const [d, v] of t) {
            at += d;
            moments.push(at);
            if (at <= us) value = 'abcd'[v];
          }
          assert.equal(film.at(us).get(`n${i}`)?.[0]?.value, value);
        });
        const later = moments.filter((m) => m > us);
        const before = moments.filter((m) => m < us);
        assert.equal(film.next(us), later.length === 0 ? null : Math.min(...later));
        assert.equal(film.previous(us), before.length === 0 ? null : Math.max(...before));
      }),
    );
  });

  it('of very many changes keeps all near the contradiction, and is late by no more than it says', () => {
    const [changes, stepUs] = [150_000, 100];
    const endUs = changes * stepUs;
    const brokenUs = endUs / 2;
    const track = {
      node: 0,
      field: 'applied',
      atUs: Array.from({ length: changes }, (_, i) => i * stepUs),
      values: Array.from({ length: changes }, (_, i) => i),
    };
    const recorder = { tracks: [track], passages: [], completeUs: 0 } as unknown as Recorder;
    const history = { events: [], readyUs: 0, endUs };
    const view = filmView(history, program, [], recorder, brokenUs);
    const kept = view.tracks.reduce((n, t) => n + t.atUs.length, 0);
    assert.ok(kept < 75_000, String(kept));
    assert.ok(view.lateUsMax > 0 && view.lateUsMax <= 2_000, String(view.lateUsMax));
    const film = new Film(view);
    const name = program.shape.nodes[0]?.name ?? '';
    const applied = (us: number): number => Number(film.at(us).get(name)?.[0]?.value ?? -1);
    for (let us = 5_000; us < endUs; us += 77_777) {
      const lateUs = (Math.floor(us / stepUs) - applied(us)) * stepUs;
      assert.ok(lateUs >= 0 && lateUs <= view.lateUsMax, `${lateUs} at ${us}`);
    }
    assert.equal(film.next(brokenUs), brokenUs + stepUs);
    assert.equal(film.previous(brokenUs), brokenUs - stepUs);
  });

  it('is read from observations where nobody looked on', () => {
    const { history } = simulation().run(reference, program);
    const film = new Film(filmView(history, program, reference.facets ?? [], null, 0));
    const [server] = program.shape.nodes;
    const fields = film.at(history.endUs).get(server?.name ?? '') ?? [];
    assert.deepEqual(
      fields.slice(0, 3).map((f) => f.field),
      ['process', 'role', 'term'],
    );
  });
});

describe('the story of a key', () => {
  const { history } = simulation().run(reference, program);

  it('has every operation on it, and what went wrong meanwhile', () => {
    const key = history.events.flatMap((e) => (e.type === 'invoke' ? [e.key] : []))[0] ?? '';
    const own = storyOf(program, history, key).filter((l) => l.isOwn);
    const asked = history.events.filter((e) => e.type === 'invoke' && e.key === key);
    assert.equal(
      own.reduce((n, l) => n + l.times, 0),
      asked.length,
    );
    assert.ok(storyOf(program, history, key).some((l) => /^partition/.test(l.text)));
  });

  it('is empty for what nobody names', () => {
    assert.deepEqual(storyOf(program, history, 'no such key'), []);
  });
});
