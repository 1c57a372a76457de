/** Replays `test/testdata/membership/*.txt`; `REWRITE=1` writes what came out instead. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Scene } from './scene.ts';

const folder = new URL('../../testdata/membership/', import.meta.url);

describe('membership transcripts', () => {
  for (const name of readdirSync(folder).sort()) {
    it(name.replace('.txt', ''), () => {
      const file = new URL(name, folder);
      const text = readFileSync(file, 'utf8');
      const scene = new Scene();
      const replayed = text
        .split('\n\n')
        .map((block) => {
          if (!block.includes('\n----')) return block;
          const [commands = ''] = block.split('\n----');
          const answers = commands
            .split('\n')
            .filter((line) => !line.startsWith('#'))
            .map((line) => scene.run(line));
          return `${commands}\n----\n${answers.join('\n')}`;
        })
        .join('\n\n');
      if (process.env['REWRITE'] === '1') writeFileSync(file, `${replayed.trimEnd()}\n`);
      else assert.equal(replayed.trimEnd(), text.trimEnd());
    });
  }
});
