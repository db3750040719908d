import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { putFile } from '../../../src/gateway/features/files/http-put.js';
import { UploadError } from '../../../src/gateway/features/files/upload-error.js';
import { text } from '../../../src/text/text.js';

const pem = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url)), 'utf8');
const [cert, key] = [pem('localhost.pem'), pem('localhost.key')];

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Heard {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A web server that remembers what is put there. */
async function webServer(kind: 'http' | 'https', status = 201, headers: Record<string, string> = {}) {
  const heard: Heard[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, headers: told } = request;
      heard.push({ method, headers: told, body: Buffer.concat(parts).toString() });
      response.writeHead(status, headers).end('whatever');
    });
  };
  const server = kind === 'http' ? createHttpServer(listener) : createHttpsServer({ cert, key }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { heard, url: (host = '127.0.0.1') => new URL(`${kind}://${host}:${port}/x`) };
}

const file = { type: 'text/plain', octets: 5, content: new TextEncoder().encode('hello') };
const slot = (put: URL) => ({ put, headers: { authorization: 'token' }, get: put.href });
const trusted = { signal: new AbortController().signal, isTrusted: true };

describe('a file is put', () => {
  it('with HTTPS and the headers of the slot, where the certificate is known', async () => {
    const server = await webServer('https');
    await putFile(slot(server.url()), file, { ...trusted, ca: cert });
    expect(server.heard).toMatchObject([
      {
        method: 'PUT',
        body: 'hello',
        headers: { authorization: 'token', 'content-type': 'text/plain', 'content-length': '5' },
      },
    ]);
  });

  it('as it comes', async () => {
    const server = await webServer('https');
    async function* content() {
      yield new TextEncoder().encode('hel');
      await Promise.resolve();
      yield new TextEncoder().encode('lo');
    }
    await putFile(slot(server.url('localhost')), { ...file, content: content() }, { ...trusted, ca: cert });
    expect(server.heard[0]?.body).toBe('hello');
  });

  it('without HTTPS only on this host, for a service that is trusted', async () => {
    const server = await webServer('http');
    await putFile(slot(server.url()), file, trusted);
    expect(server.heard).toHaveLength(1);
    const elsewhere = new URL('http://192.0.2.1/x');
    await expect(putFile(slot(elsewhere), file, trusted)).rejects.toThrow('an address that is not allowed');
  });
});

describe('nothing is put', () => {
  it('where the certificate is not known', async () => {
    const server = await webServer('https');
    await expect(putFile(slot(server.url()), file, trusted)).rejects.toBeInstanceOf(UploadError);
    expect(server.heard).toEqual([]);
  });

  it.each(['127.0.0.1', 'localhost'])('into the own network by a stranger: %s', async (host) => {
    const server = await webServer('https');
    const stranger = { ...trusted, isTrusted: false, ca: cert };
    await expect(putFile(slot(server.url(host)), file, stranger)).rejects.toBeInstanceOf(UploadError);
    expect(server.heard).toEqual([]);
  });

  it('where a redirect leads', async () => {
    const other = await webServer('http');
    const server = await webServer('http', 307, { location: other.url().href });
    await expect(putFile(slot(server.url()), file, trusted)).rejects.toBeInstanceOf(UploadError);
    expect(other.heard).toEqual([]);
  });

  it.each([403, 413, 500])('when the server answers %i', async (status) => {
    const server = await webServer('http', status);
    await expect(putFile(slot(server.url()), file, trusted)).rejects.toBeInstanceOf(UploadError);
  });

  it('when its time is over, or its source fails', async () => {
    const server = await webServer('http');
    const over = AbortSignal.abort(new UploadError(text(({ files }) => files.uploadTooLong)));
    await expect(putFile(slot(server.url()), file, { ...trusted, signal: over })).rejects.toBeInstanceOf(
      UploadError,
    );
    // eslint-disable-next-line require-yield
    async function* broken(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      throw new Error('broken');
    }
    await expect(putFile(slot(server.url()), { ...file, content: broken() }, trusted)).rejects.toBeInstanceOf(
      UploadError,
    );
  });
});
