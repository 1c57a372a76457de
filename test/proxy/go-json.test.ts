import assert from 'node:assert/strict';
import { decodeGo, encodeGo, type GoValue } from '../../harness/proxy/go-json.ts';
import { fillGo } from '../../harness/proxy/go-struct.ts';

function plain(v: GoValue): unknown {
  switch (v.kind) {
    case 'object':
      return Object.fromEntries(v.members.map(([key, value]) => [key, plain(value)]));
    case 'array':
      return v.items.map(plain);
    case 'string':
      return v.text;
    case 'number':
      return Number(v.text);
    case 'bool':
      return v.value;
    case 'null':
      return null;
  }
}

describe('JSON as Go reads it', () => {
  for (const text of [
    '{"a":[1,-2.5e3,true,false,null,"\\u00e9\\n\\"",{}],"b":{"c":[]}}',
    ' [ 1 , { "a" : "b" } ] ',
    '"é"',
    '0',
  ]) {
    it(`reads ${text}`, () => assert.deepEqual(plain(decodeGo(text)), JSON.parse(text)));
  }

  it('takes the first value and leaves the rest', () => {
    assert.equal(plain(decodeGo('1 2')), 1);
    assert.deepEqual(plain(decodeGo('{}trailing')), {});
    assert.equal(plain(decodeGo('01')), 0);
  });

  const errors: readonly (readonly [text: string, message: string])[] = [
    ['', 'EOF'],
    ['  ', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"a":"', 'unexpected EOF'],
    ['tru', 'unexpected EOF'],
    ['-', 'unexpected EOF'],
    ['?', "invalid character '?' looking for beginning of value"],
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['trap', "invalid character 'a' in literal true (expecting 'u')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
  ];
  for (const [text, message] of errors) {
    it(`says of ${JSON.stringify(text)}: ${message}`, () => {
      assert.throws(() => decodeGo(text), { message });
    });
  }

  it('ends at a depth, not at the end of the stack', () => {
    assert.throws(() => decodeGo('['.repeat(100_000)), { message: 'exceeded max depth' });
  });

  it('prints what HTML might take for its own with escapes', () => {
    assert.equal(encodeGo({ a: '<&>\u2028é' }), '{"a":"\\u003c\\u0026\\u003e\\u2028é"}');
  });
});

describe('fields as Go fills them', () => {
  const to = {
    type: 'pkg.T',
    owner: 'T',
    fields: { name: 'string', on: 'bool', n: 'int64', share: 'float32' },
  } as const;
  const fill = (text: string) => fillGo(decodeGo(text), to);

  it('by name whatever its case; the last one wins, unknown ones and null are passed over', () => {
    const filled = fill('{"NAME":"a","name":"b","On":true,"n":null,"zzz":1}');
    assert.deepEqual(filled, {
      text: { name: 'b' },
      flag: { on: true },
      number: {},
      struct: {},
      error: null,
    });
  });

  it('a wrong type is told, the others are filled all the same', () => {
    const { number, error } = fill('{"n":1.5,"name":5,"share":0.1}');
    assert.deepEqual(number, { share: 0.1 });
    const of = 'Go struct field T.n of type int64';
    assert.equal(error?.message, `json: cannot unmarshal number 1.5 into ${of}`);
  });

  for (const n of ['1e3', '9223372036854775808', '"5"', 'true', '{}']) {
    it(`${n} is no whole number`, () => assert.ok(fill(`{"n":${n}}`).error !== null));
  }

  it('what is no object is refused', () => {
    const message = 'json: cannot unmarshal array into Go value of type pkg.T';
    assert.throws(() => fill('[]'), { message });
  });
});
