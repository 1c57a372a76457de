/** Every example of docs/reference/http-api.md, in order, against a cluster that `antlion up` started. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, it } from 'mocha';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';

const page = readFileSync(new URL('../../docs/reference/http-api.md', import.meta.url), 'utf8');

interface Example {
  readonly command: string;
  readonly printed: string;
}

function examples(): Example[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)\n```/g)].map((m) => m[1] ?? '');
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...printed] = part.split('\n');
        return { command, printed: printed.join('\n').trim() };
      }),
  );
}

/** Numbers that a cluster gives out: those of the page stand for those of this run. */
const given =
  /((?:token|lease|version|revision|after)"?[=:] ?|\bid: |has version |\/leases\/)(\d+)/g;

class Numbers {
  private readonly of = new Map<string, string>();

  /** A command of the page with the numbers of this run. */
  command(text: string): string {
    return text.replace(given, (_, name: string, n: string) => name + (this.of.get(n) ?? n));
  }

  /** What both mean with every given number left out; those of this run are learnt. */
  compare(wanted: string, got: string, command: string): void {
    const [page_, run] = [wanted, got].map((text) => [...text.matchAll(given)].map((m) => m[2]));
    assert.equal(plain(got), plain(wanted), command);
    page_?.forEach((n, i) => {
      const known = this.of.get(n as string);
      const now = run?.[i] as string;
      if (known === undefined) this.of.set(n as string, now);
      else assert.equal(now, known, `${command}: ${n} means one number`);
    });
  }
}

function plain(text: string): string {
  return text
    .replace(given, (_, name: string) => `${name}n`)
    .replace(/"(node|ageMs|term)":[\d.]+/g, '"$1":n');
}

function shell(command: string): Promise<string> {
  return new Promise((resolve) => {
    // A watch is ended by its time, which is an exit code.
    execFile('sh', ['-c', command.replace('curl', 'curl -s')], (_, stdout) =>
      resolve(stdout.trim()),
    );
  });
}

describe('the page of the HTTP API', function () {
  this.timeout(120_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('has examples that do what they say', async () => {
    const all = examples();
    assert.ok(all.length >= 25, `${all.length} examples`);
    const numbers = new Numbers();
    const ended = await antlion(['up', '--services', 'front=1,back=1', '--json'], {
      meanwhile: async (child) => {
        assert.ok(child.stdout !== null);
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        const { value } = (await lines.next()) as { value: string };
        const { nodes } = JSON.parse(value) as { nodes: { url: string }[] };
        const url = (nodes[0]?.url ?? '').replace('http://', '');
        for (const { command, printed } of all) {
          const mine = numbers.command(command).replace('localhost:8500', url);
          numbers.compare(printed, await shell(mine), command);
        }
        child.kill('SIGINT');
      },
    });
    assert.equal(ended.code, 130, ended.stderr);
  });
});
