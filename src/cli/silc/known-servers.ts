import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeText } from '../../silc/packets/text.js';
import { LineError } from './item.js';
import { contentOf, isMissing, writeWhole } from './local-files.js';

/** Lines that a file may have. */
const MAX_LINES = 10_000;

/** A server and its fingerprint, or a comment. */
const linePattern = /^(?:#.*|\S+ [0-9a-f]{40})$/;

/** The keys of servers that were trusted at first use. */
export interface ServerKeys {
  /** The fingerprint of a server, 40 hex digits; undefined where it is not known yet. */
  find(host: string, port: number): Promise<string | undefined>;
  /** Remembers a fingerprint, in place of another one of the same server. */
  remember(host: string, port: number, fingerprint: string): Promise<void>;
}

/** They in a file of lines `host:port fingerprint`. Methods throw LineError for a damaged one, and what the file system says. */
export class KnownServers implements ServerKeys {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async find(host: string, port: number): Promise<string | undefined> {
    const wanted = `${placeOf(host, port)} `;
    return (await this.#lines()).find((line) => line.startsWith(wanted))?.slice(wanted.length);
  }

  async remember(host: string, port: number, fingerprint: string): Promise<void> {
    const place = `${placeOf(host, port)} `;
    const others = (await this.#lines()).filter((line) => !line.startsWith(place));
    if (others.length >= MAX_LINES) throw new LineError(`${this.#file} has too many lines`);
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    await writeWhole(this.#file, () => [...others, `${place}${fingerprint}`, ''].join('\n'));
  }

  async #lines(): Promise<readonly string[]> {
    let text: string;
    try {
      text = decodeText(await contentOf(this.#file));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    const lines = text.split(/\r?\n/).filter((line) => line !== '');
    // A file that was damaged must not make a known server one that is new.
    if (!lines.every((line) => linePattern.test(line))) {
      throw new LineError(`${this.#file} has a line that is not HOST:PORT FINGERPRINT`);
    }
    return lines;
  }
}

/** A host whose name could not stand in a line is refused before. */
function placeOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`;
}
