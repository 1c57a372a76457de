import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import type { Context } from 'mocha';
import type { Engine } from '../../harness/containers/engine.ts';
import { imageSettings, nodeImage, toxiproxyImage } from '../../harness/containers/images.ts';
import { nodeFlags } from '../../harness/realtime/node-flags.ts';
import { engineOrSkip, localImages } from './docker.ts';

/** Nothing listens there, so no registry answers. */
const nowhere = '127.0.0.1:1/antlion-test';

describe('image settings', () => {
  it('are what is asked for, else the variables, else the published images', () => {
    const variables = { ANTLION_IMAGES: 'local', ANTLION_NODE_IMAGE: 'n', XYZ: 'x' };
    const settings = imageSettings({ node: 'mine' }, variables);
    assert.deepEqual([settings.from, settings.node], ['local', 'mine']);
    assert.equal(imageSettings({}, variables).node, 'n');
    assert.equal(imageSettings().node, `node:${process.versions.node}-slim`);
    assert.equal(imageSettings().toxiproxy, 'ghcr.io/shopify/toxiproxy:2.12.0');
    assert.throws(() => imageSettings({}, { ANTLION_IMAGES: 'x' }), { code: 'E_CONFIG' });
  });
});

describe('the images of a run', function () {
  this.timeout(120_000);
  let engine: Engine;
  let folder = '';
  const made = new Set<string>();
  before(async function (this: Context) {
    engine = await engineOrSkip(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    mkdirSync(join(folder, 'app'));
  });
  after(async () => {
    if (folder !== '') rmSync(folder, { recursive: true });
    await Promise.all([...made].map((image) => engine.docker.getImage(image).remove()));
  });

  async function imageOf(text: string): Promise<string> {
    writeFileSync(join(folder, 'app/main.js'), text);
    const { image, command } = await nodeImage(engine, join(folder, 'app/main.js'), localImages);
    assert.deepEqual(command, ['node', ...nodeFlags, '/app/main.mjs']);
    made.add(image);
    return image;
  }

  it('are built once, and anew when the program changes', async () => {
    const first = await imageOf('console.log(1)');
    const created = (await engine.docker.getImage(first).inspect()).Created;
    assert.equal(await imageOf('console.log(1)'), first);
    assert.equal((await engine.docker.getImage(first).inspect()).Created, created);
    assert.notEqual(await imageOf('console.log(2)'), first);
  });

  it('come from local files when no registry answers', async () => {
    const settings = imageSettings({ from: 'registry', toxiproxy: `${nowhere}:1` });
    assert.match(await toxiproxyImage(engine, settings), /^antlion\/toxiproxy:[0-9a-f]{16}$/);
  });

  it('are taken as they are when the engine has them', async () => {
    const toxiproxy = await toxiproxyImage(engine, localImages);
    assert.equal(
      await toxiproxyImage(engine, imageSettings({ from: 'registry', toxiproxy })),
      toxiproxy,
    );
  });

  it('are waited for no longer than a signal says, whatever the registry does', async () => {
    const stop = new AbortController();
    // An engine whose registry never answers: it has no image, and its pull hangs.
    const server = createServer((request, response) => {
      if (request.url?.includes('/images/create') === true) stop.abort(new Error('enough'));
      else response.writeHead(404).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const docker = new Dockerode({ host: '127.0.0.1', port, protocol: 'http' });
    const settings = imageSettings({ from: 'registry', toxiproxy: 'never' });
    await assert.rejects(
      toxiproxyImage({ ...engine, docker }, settings, stop.signal),
      /^Error: enough$/,
    );
    server.closeAllConnections();
    server.close();
  });

  it('cannot be had without a registry, a cache and Go: E_IMAGE says what to do', async () => {
    const { PATH, XDG_CACHE_HOME } = process.env;
    Object.assign(process.env, { PATH: folder, XDG_CACHE_HOME: folder });
    try {
      const settings = imageSettings({ from: 'registry', toxiproxy: `${nowhere}:2` });
      await assert.rejects(toxiproxyImage(engine, settings), {
        code: 'E_IMAGE',
        message: /127\.0\.0\.1:1\/antlion-test:2 .*ANTLION_TOXIPROXY_IMAGE.*install Go\.$/,
      });
    } finally {
      Object.assign(process.env, { PATH });
      if (XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = XDG_CACHE_HOME;
    }
  });
});

describe('a machine without Docker', () => {
  it('is told so, with what works there', () => {
    const main = `
      const { openEngine } = await import('./harness/containers/engine.ts');
      await openEngine().catch((e) => console.log(e.code, e.exitCode, e.message));`;
    const text = execFileSync(
      process.execPath,
      [...process.execArgv, '--input-type=module', '-e', main],
      { encoding: 'utf8', env: { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' } },
    );
    assert.match(text, /^E_NO_DOCKER 69 .*DOCKER_HOST tcp:\/\/127\.0\.0\.1:1.*--env processes/);
  });
});
