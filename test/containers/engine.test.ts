import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { ask, isAbsent, openEngine } from '../../harness/containers/engine.ts';
import { certificate } from '../systems/certificate.ts';

describe('the Docker engine', function () {
  this.timeout(60_000);
  const before = process.env['DOCKER_HOST'];
  afterEach(() => {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  });

  for (const address of ['/var/run/docker.sock', 'localhost:2375', 'unix://', 'nonsense://x']) {
    it(`is not guessed from DOCKER_HOST ${address}`, async () => {
      process.env['DOCKER_HOST'] = address;
      await assert.rejects(openEngine(), { code: 'E_CONFIG', message: /wanted an address.*unix:/ });
    });
  }

  it('that accepts and never answers is given up, and the process ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const socket = join(folder, 'docker.sock');
    const server = createServer(() => undefined).listen(socket);
    await once(server, 'listening');
    try {
      const engine = pathToFileURL('harness/containers/engine.ts').href;
      const main = `
        const { openEngine } = await import(${JSON.stringify(engine)});
        await openEngine().catch((e) => console.log(e.exitCode, e.message));`;
      const flags = [...process.execArgv, '--input-type=module', '-e', main];
      const child = spawn(process.execPath, flags, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, DOCKER_HOST: `unix://${socket}` },
      });
      // It ends by itself: what never ends is stopped by the limit of this test.
      const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      assert.match(said, /^69 E_NO_DOCKER: .*no answer within 10 s/);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('is waited for no longer than a signal says', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env['DOCKER_HOST'] = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = new AbortController();
    server.once('connection', () => stop.abort(new Error('enough')));
    await assert.rejects(openEngine(stop.signal), /^Error: enough$/);
    server.close();
  });

  it('that refuses says so by a name of its own, with its words', async () => {
    const server = createHttpServer((request, response) => {
      if (request.url === '/version') {
        response.end('{"Version":"1","Arch":"amd64","Os":"linux"}');
        return;
      }
      const message = 'could not find an available, non-overlapping IPv4 address pool';
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env['DOCKER_HOST'] = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { docker } = await openEngine();
    const refused = ask('create a network', docker.createNetwork({ Name: 'x' }));
    await assert.rejects(refused, (e: Error) => {
      assert.match(e.message, /^E_ENGINE: .*create a network \(.*address pool\).*network prune/);
      return isAbsent(e);
    });
    server.close();
  });

  it('elsewhere is spoken to by TLS with certificates of both, and says what is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const [ca, caKey] = certificate(folder, 'ca');
    const signed = ['-CA', ca, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'];
    const named = [...signed, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const [cert, key] = certificate(folder, 'engine', named);
    certificate(folder, 'cert', signed);
    const tls = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
    const server = createTlsServer(
      { ...tls, requestCert: true, rejectUnauthorized: true },
      (_, r) => r.end('{"Version":"7","Arch":"amd64","Os":"linux"}'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env['DOCKER_HOST'] = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const noCa = {
        code: 'E_NO_DOCKER',
        message: /signed by nobody known here, set DOCKER_CERT_PATH/,
      };
      await assert.rejects(openEngine(), noCa);
      process.env['DOCKER_CERT_PATH'] = folder;
      const noKey = {
        code: 'E_CONFIG',
        message: /key\.pem cannot be read \(ENOENT\), wanted ca\.pem/,
      };
      await assert.rejects(openEngine(), noKey);
      renameSync(join(folder, 'cert.key'), join(folder, 'key.pem'));
      assert.equal((await openEngine()).version, '7');
    } finally {
      delete process.env['DOCKER_CERT_PATH'];
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
