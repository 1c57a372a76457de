/** Files of transactions, read from bytes into columns, against the way that all other files go. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryFormat } from '../../harness/checkers/formats/forms.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { readTransactions } from '../../harness/checkers/formats/transactions.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { TxnKind } from '../../harness/checkers/transactions/table/table.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

const encoder = new TextEncoder();

describe('transactions, the quick way and the full way', () => {
  for (const kind of ['list-append', 'rw-register'] as const) {
    for (const format of ['jsonl', 'edn'] as const) {
      it(`${kind} in ${format}: the same table`, () => {
        for (let seed = 0; seed < 400; seed++) {
          const text = randomText(new Prng(seed), kind, format);
          const quick = readTransactions([encoder.encode(text)], kind, format, 'h');
          const { ops, failed, invoked } = readJepsen(text, format, 'h');
          const full = tableOf(ops, failed, kind);
          assert.equal(quick.rows, invoked);
          for (let row = 0; row < invoked; row++) {
            const facts = [quick, full].map((t) => [t.op(row), t.ending.at(row), t.end.at(row)]);
            assert.deepEqual(facts[0], facts[1], `seed ${seed}\n${text}`);
          }
        }
      });
    }
  }

  it('refuse what is no transaction, with its line', () => {
    const refused = (kind: TxnKind, value: string): string => {
      const text = `{"process":0,"type":"invoke","f":"txn","value":[]}\n{"process":0,"type":"ok","f":"txn","value":${value}}`;
      try {
        readTransactions([encoder.encode(text)], kind, 'jsonl', 'h');
      } catch (error) {
        return (error as Error).message;
      }
      return 'not refused';
    };
    assert.match(
      refused('list-append', '[["w","x",1]]'),
      /h:2: a part of the transaction is \["w","x",1\], wanted a list of \["r", key, value\] and \["append"/,
    );
    assert.match(refused('rw-register', '[["append","x",1]]'), /h:2: .*\["w", key, value\]/);
    assert.match(
      refused('list-append', '[["r","x",7]]'),
      /h:2: a read is \["r","x",7\], wanted a list or null/,
    );
    assert.match(refused('list-append', '7'), /h:2: the transaction is 7, wanted a list/);
    assert.equal(refused('list-append', '[]'), 'not refused');
  });
});

/** Events in layouts that the quick reader knows, and in others. */
function randomText(draw: Prng, kind: TxnKind, format: HistoryFormat): string {
  const open = new Map<number, Json>();
  const out: string[] = [];
  for (let i = draw.between(1, 12); i > 0; i--) {
    const process = draw.below(3);
    const value = Array.from({ length: draw.below(4) }, () => randomMicro(draw, kind));
    const type = open.has(process) ? draw.pick(['ok', 'ok', 'ok', 'fail', 'info']) : 'invoke';
    if (type === 'invoke') open.set(process, value);
    else open.delete(process);
    const fields: [string, Json][] = [
      ['type', type],
      ['process', process],
      ['value', type === 'fail' && draw.chance(500) ? 'why' : value],
    ];
    if (draw.chance(700)) fields.splice(draw.below(3), 0, ['f', 'txn']);
    if (draw.chance(300)) fields.splice(draw.below(4), 0, ['time', draw.pick([0, 12, 1.5])]);
    if (draw.chance(100)) fields.push(['error', 'it "failed"']);
    if (draw.chance(100)) fields.reverse();
    out.push(layout(draw, fields, format));
  }
  return out.join('\n');
}

function randomMicro(draw: Prng, kind: TxnKind): Json {
  const key = draw.pick(['x', 'key-1', 5, 0, -2, 'ü', null, [1]]);
  const value = draw.pick([0, 1, 7, 2_147_483_647, 2_147_483_648, -1, 1.5, 'v', 'a b', null, true]);
  if (draw.chance(500)) return [kind === 'list-append' ? 'append' : 'w', key, value];
  if (kind === 'rw-register') return ['r', key, value];
  const list = Array.from({ length: draw.below(4) }, () => draw.pick([1, 2, 30, 'v', -1]));
  return ['r', key, draw.chance(200) ? null : list];
}

function layout(draw: Prng, fields: readonly [string, Json][], format: HistoryFormat): string {
  const space = draw.chance(300) ? ' ' : '';
  if (format === 'edn') {
    const members = fields.map(([k, v]) => `:${k} ${edn(v)}`);
    return `${draw.chance(100) ? '#jepsen.history.Op' : ''}{${members.join(`,${space}`)}}`;
  }
  return `${space}{${fields.map(([k, v]) => `"${k}"${space}:${json(v, space)}`).join(`,${space}`)}}${space}`;
}

function json(value: Json, space: string): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return `[${space}${value.map((v: Json) => json(v, space)).join(`${space},`)}]`;
}

function edn(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((v: Json) => edn(v)).join(' ')}]`;
  if (value === null) return 'nil';
  if (typeof value === 'string' && /^[a-z]+$/.test(value)) return `:${value}`;
  return JSON.stringify(value);
}
