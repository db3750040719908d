import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type FetchedFile,
  type GetOptions,
  openFile,
  readWhole,
} from '../../../src/gateway/features/files/http-get.js';

const tls = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../support/tls/localhost.${name}`, import.meta.url)), 'utf8');

let server: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer({ key: tls('key'), cert: tls('pem') }, (request, answer) => {
    asked.push(request.url ?? '');
    if (request.url === '/elsewhere') answer.writeHead(301, { location: '/' }).end();
    else if (request.url === '/packed') answer.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    else if (request.url === '/endless') {
      answer.writeHead(200, { 'content-type': 'image/png' });
      const more = (): void => {
        if (!answer.destroyed) answer.write(Buffer.alloc(1_000), () => setImmediate(more));
      };
      more();
    } else answer.writeHead(200, { 'content-type': 'Image/PNG; x=y' }).end('picture');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const options = {
  maxOctets: 10_000,
  signal: new AbortController().signal,
  mayBePrivate: true,
  ca: tls('pem'),
};
const getFile = async (url: URL, wanted: GetOptions): Promise<FetchedFile> =>
  readWhole(await openFile(url, wanted));
const at = (path: string, host = 'localhost'): URL =>
  new URL(`https://${host}:${(server.address() as AddressInfo).port}${path}`);

it('gives the type and the octets of a file', async () => {
  const { type, data } = await getFile(at('/a'), options);
  expect([type, Buffer.from(data).toString()]).toEqual(['image/png', 'picture']);
});

it('follows nobody elsewhere, and takes no more than it wants', async () => {
  await expect(getFile(at('/elsewhere'), options)).rejects.toThrow('status 301');
  await expect(getFile(at('/packed'), options)).rejects.toThrow('encoding');
  await expect(getFile(at('/endless'), options)).rejects.toThrow('too large');
  await expect(getFile(at('/a'), { ...options, maxOctets: 3 })).rejects.toThrow('too large');
  await expect(getFile(at('/a'), { ...options, ca: undefined })).rejects.toThrow(/certificate/);
  expect(asked).not.toContain('/');
});

it('asks no address of an own network, however it is named', async () => {
  const own = { ...options, mayBePrivate: false };
  for (const host of [
    'localhost',
    '127.0.0.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '10.0.0.1',
  ]) {
    await expect(getFile(at('/a', host), own)).rejects.toThrow(/address/);
  }
  for (const url of ['http://localhost/a', 'https://user:word@localhost/a']) {
    await expect(getFile(new URL(url), options)).rejects.toThrow('not an address that is fetched');
  }
  expect(asked).toEqual([]);
});
