/** Addresses of members by way of a proxy. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { throughProxy } from '../../harness/core/address.ts';

describe('an address by way of a proxy', () => {
  it('keeps its scheme and its path, and no more', () => {
    const by = (url: string): string => throughProxy({ name: 'n0', url }, '127.0.0.1:9').url;
    assert.equal(by('http://eureka.invalid:8761/eureka'), 'http://127.0.0.1:9/eureka');
    assert.equal(by('http://eureka.invalid:8761/eureka/'), 'http://127.0.0.1:9/eureka');
    assert.equal(by('https://etcd.invalid/'), 'https://127.0.0.1:9');
    assert.equal(by('redis://10.0.0.1:6379?sentinel=26379'), 'redis://127.0.0.1:9');
  });
});
