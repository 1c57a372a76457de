/** The recorded conversation with Toxiproxy 2.12.0. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../../harness/core/errors.ts';
import { type ProxyServer, startProxy } from '../../harness/proxy/server.ts';

const requests = fileURLToPath(new URL('golden-requests.mjs', import.meta.url));
const answers = new URL('../../fixtures/toxiproxy/answers-2.12.0.txt', import.meta.url);

describe('the embedded proxy answers as Toxiproxy 2.12.0', () => {
  it('byte by byte to 101 recorded requests', async () => {
    await using server = await startLow();
    const probe = spawn(process.execPath, [requests, server.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const got = await text(probe.stdout);
    const wanted = readFileSync(answers, 'utf8');
    assert.equal(got, wanted);
    assert.equal(got.split('\n').filter((line) => /^[A-Z]/.test(line)).length, 101);
  });
});

/** The recording prints ports from 32000 on as those that the system chose; the API's must be lower. */
async function startLow(): Promise<ProxyServer> {
  for (let port = 23_000 + (process.pid % 5_000); ; port++) {
    try {
      return await startProxy({ port });
    } catch (e) {
      if (!(e instanceof HarnessError) || port > 31_000) throw e;
    }
  }
}
