import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const tls = (name: string): string => fileURLToPath(new URL(`tls/localhost.${name}`, import.meta.url));

/** The certificate of the server, which no system trusts. */
export const webCertificate = tls('pem');

/** What a path of the server gives. */
export interface WebFile {
  readonly type: string;
  readonly data: Uint8Array;
  /** The server does not tell how long it is. */
  readonly isUnsized?: boolean;
}

/** A web server with a few files, by HTTPS on this host. */
export interface WebFiles {
  /** Paths that were asked for, in their order. */
  readonly asked: readonly string[];
  url(path: string): string;
  close(): void;
}

/** @param files - by path, without the slash; what is not there is a 404 */
export async function startWebFiles(files: ReadonlyMap<string, WebFile>): Promise<WebFiles> {
  const asked: string[] = [];
  const server = createServer(
    { key: readFileSync(tls('key')), cert: readFileSync(tls('pem')) },
    (request, answer) => {
      const path = (request.url ?? '').slice(1);
      asked.push(path);
      const file = files.get(path);
      if (file === undefined) {
        answer.writeHead(404).end();
        return;
      }
      const length = file.isUnsized === true ? {} : { 'content-length': file.data.length };
      answer.writeHead(200, { 'content-type': file.type, ...length }).end(file.data);
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: (path) => `https://localhost:${port}/${path}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
