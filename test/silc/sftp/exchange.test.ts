import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { SftpClient } from '../../../src/silc/sftp/client.js';
import { sftpPacket, type SftpPacket } from '../../../src/silc/sftp/packet.js';
import { MAX_DATA, SftpServer } from '../../../src/silc/sftp/server.js';
import { SftpStatus, SftpStatusError } from '../../../src/silc/sftp/status.js';
import { withCode } from '../../support/silc-error.js';

const encode = (packet: SftpPacket): Uint8Array => encodePayload(sftpPacket, packet);

/** What a server answers, decoded; parts of the file are taken from `content`. */
function ask(server: SftpServer, request: SftpPacket, content = new Uint8Array(0)): SftpPacket {
  const step = server.receive(encode(request));
  if (step.type === 'reply') return decodePayload(sftpPacket, step.packet);
  const { offset, length } = step.part;
  return decodePayload(sftpPacket, server.data(step.part, content.subarray(offset, offset + length)));
}

function statusOf(packet: SftpPacket): number | undefined {
  return packet.type === 'status' ? packet.status : undefined;
}

/** A server on which INIT is done. */
function startedServer(size: number, name = 'notes.txt'): SftpServer {
  const server = new SftpServer({ name, size });
  ask(server, { type: 'init', version: 3 });
  return server;
}

function handleOf(packet: SftpPacket): Uint8Array {
  if (packet.type !== 'handle') throw new Error(`no handle but ${packet.type}`);
  return packet.handle.slice();
}

function openFile(server: SftpServer, name = 'notes.txt'): Uint8Array {
  return handleOf(ask(server, { type: 'open', id: 1, path: utf8(name), flags: 1 }));
}

/** A client that has asked for the file `told`, or is at an earlier point; answers are by hand. */
function client(
  told: { name?: string; size?: bigint } = {},
  until: 'listing' | 'reading' = 'reading',
): SftpClient {
  const made = new SftpClient();
  made.start();
  made.receive(encode({ type: 'version', version: 3 }));
  made.receive(encode({ type: 'handle', id: 0, handle: utf8('dir') }));
  if (until === 'listing') return made;
  const { name = 'notes.txt', size } = told;
  const entry = { name: utf8(name), longName: '', attributes: { size } };
  made.receive(encode({ type: 'name', id: 1, names: [entry] }));
  made.open();
  made.receive(encode({ type: 'handle', id: 2, handle: utf8('file') }));
  return made;
}

describe('a server and a client', () => {
  /** Carries packets between the two until the client has the file. */
  function fetch(content: Uint8Array, name: string, cut: (length: number) => number): Uint8Array {
    const server = new SftpServer({ name, size: content.length });
    const receiver = new SftpClient();
    const parts: Uint8Array[] = [];
    const queue = [receiver.start()];
    for (let packet = queue.shift(); packet !== undefined; packet = queue.shift()) {
      const answer = server.receive(packet);
      let octets: Uint8Array;
      if (answer.type === 'reply') octets = answer.packet;
      else {
        const { offset, length } = answer.part;
        octets = server.data(answer.part, content.subarray(offset, offset + cut(length)));
      }
      if (server.finished) break;
      const step = receiver.receive(octets);
      if (step.type === 'send' || step.type === 'end') queue.push(step.packet);
      if (step.type === 'file') {
        expect(step.file).toEqual({ name, size: content.length });
        queue.push(...receiver.open());
      }
      if (step.type === 'data') {
        parts.push(step.data.slice());
        queue.push(receiver.more());
      }
    }
    expect(server.complete && server.finished).toBe(true);
    expect(server.delivered).toBe(content.length);
    return concat(...parts);
  }

  test('carry any file, however short the parts are that are read of it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.string({ minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 20 }),
        (content, name, cuts) => {
          const cut = (length: number): number => Math.min(length, cuts.pop() ?? length);
          expect(toHex(fetch(content, name, cut))).toBe(toHex(content));
        },
      ),
    );
  });

  test('carry files around the size of one part', () => {
    for (const size of [MAX_DATA - 1, MAX_DATA, MAX_DATA + 1, 2 * MAX_DATA]) {
      const content = Uint8Array.from({ length: size }, (_, i) => i * 7);
      expect(toHex(fetch(content, 'f', (length) => length))).toBe(toHex(content));
    }
  });
});

describe('a server', () => {
  test('shows its file once, with name and size', () => {
    const server = startedServer(10);
    const handle = handleOf(ask(server, { type: 'opendir', id: 5, path: utf8('') }));
    expect(ask(server, { type: 'readdir', id: 6, handle })).toMatchObject({
      id: 6,
      names: [{ name: utf8('notes.txt'), attributes: { size: 10n } }],
    });
    expect(statusOf(ask(server, { type: 'readdir', id: 7, handle }))).toBe(SftpStatus.endOfFile);
  });

  test.each([
    ['another file', { type: 'open', id: 1, path: utf8('../notes.txt'), flags: 1 }, SftpStatus.noSuchFile],
    ['writing', { type: 'open', id: 1, path: utf8('notes.txt'), flags: 2 }, SftpStatus.permissionDenied],
    ['making', { type: 'open', id: 1, path: utf8('notes.txt'), flags: 9 }, SftpStatus.permissionDenied],
    ['another directory', { type: 'opendir', id: 1, path: utf8('/etc') }, SftpStatus.noSuchFile],
    [
      'a handle it did not give',
      { type: 'close', id: 1, handle: fromHex('00000009') },
      SftpStatus.invalidHandle,
    ],
    ['a handle of another form', { type: 'readdir', id: 1, handle: utf8('dir') }, SftpStatus.invalidHandle],
    ['anything else that exists', { type: 'other', code: 13, id: 1 }, SftpStatus.unsupported],
  ] as const)('refuses %s with a status', (_what, request, expected) => {
    expect(statusOf(ask(startedServer(10), request))).toBe(expected);
  });

  test('refuses to read what is no file, and to list what is no directory', () => {
    const server = startedServer(10);
    const file = openFile(server);
    const directory = handleOf(ask(server, { type: 'opendir', id: 2, path: utf8('/') }));
    const read = { type: 'read', id: 3, handle: directory, offset: 0n, length: 1 } as const;
    expect(statusOf(ask(server, read))).toBe(SftpStatus.failure);
    expect(statusOf(ask(server, { type: 'readdir', id: 4, handle: file }))).toBe(SftpStatus.failure);
    expect(statusOf(ask(server, { ...read, handle: file, length: 0 }))).toBe(SftpStatus.badMessage);
  });

  test('gives no part beyond the end of the file, at any offset', () => {
    const server = startedServer(10);
    const handle = openFile(server);
    const step = server.receive(encode({ type: 'read', id: 1, handle, offset: 7n, length: 0xffff_ffff }));
    expect(step).toMatchObject({ type: 'read', part: { offset: 7, length: 3 } });
    for (const offset of [10n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(statusOf(ask(server, { type: 'read', id: 2, handle, offset, length: 5 }))).toBe(
        SftpStatus.endOfFile,
      );
    }
    expect(server.complete).toBe(false);
  });

  test('holds a few handles and no more', () => {
    const server = startedServer(10);
    const given = Array.from({ length: 8 }, () => toHex(openFile(server)));
    expect(new Set(given).size).toBe(8);
    const refused = ask(server, { type: 'open', id: 9, path: utf8('notes.txt'), flags: 1 });
    expect(statusOf(refused)).toBe(SftpStatus.failure);
    ask(server, { type: 'close', id: 10, handle: fromHex(given[3] ?? '') });
    expect(toHex(openFile(server))).toBe(given[3]);
  });

  test('does not read the file again and again', () => {
    const content = new Uint8Array(MAX_DATA);
    const server = startedServer(content.length);
    const handle = openFile(server);
    const again = (): SftpPacket =>
      ask(server, { type: 'read', id: 1, handle, offset: 0n, length: MAX_DATA }, content);
    for (let i = 0; i < 3; i++) expect(again().type).toBe('data');
    expect(again).toThrow(withCode('limit'));
  });

  test('does not answer for ever', () => {
    const server = startedServer(0);
    const asking = (): void => {
      for (let i = 0; i < 1_001; i++) ask(server, { type: 'opendir', id: i, path: utf8('nowhere') });
    };
    expect(asking).toThrow(withCode('limit'));
  });

  test('takes requests after one INIT, and answers of nobody', () => {
    const fresh = new SftpServer({ name: 'f', size: 1 });
    const opendir = encode({ type: 'opendir', id: 1, path: utf8('') });
    expect(() => fresh.receive(opendir)).toThrow(withCode('malformed'));
    const server = startedServer(1);
    expect(() => server.receive(encode({ type: 'init', version: 3 }))).toThrow(withCode('malformed'));
    expect(() => server.receive(encode({ type: 'version', version: 3 }))).toThrow(withCode('malformed'));
  });
});

describe('a client', () => {
  test('goes on only with what it asked for', () => {
    const data = encode({ type: 'data', id: 99, data: utf8('x') });
    expect(() => client().receive(data)).toThrow(withCode('malformed'));
    expect(() => client().receive(encode({ type: 'handle', id: 4, handle: utf8('h') }))).toThrow(
      withCode('malformed'),
    );
    expect(() => client().receive(encode({ type: 'version', version: 3 }))).toThrow(withCode('malformed'));
    expect(() => client().receive(encode({ type: 'init', version: 3 }))).toThrow(withCode('malformed'));
    expect(() => new SftpClient().receive(data)).toThrow(withCode('malformed'));
  });

  test('refuses data that comes twice for one request', () => {
    const receiver = client();
    const data = encode({ type: 'data', id: 4, data: utf8('x') });
    expect(receiver.receive(data)).toMatchObject({ type: 'data' });
    expect(() => receiver.receive(data)).toThrow(withCode('malformed'));
  });

  test('passes over the answer to the CLOSE of the directory, once', () => {
    const receiver = client();
    const closed = encode({ type: 'status', id: 3, status: 9, message: '' });
    expect(receiver.receive(closed)).toEqual({ type: 'none' });
    expect(() => receiver.receive(closed)).toThrow(withCode('malformed'));
  });

  test('refuses data that is empty, or more than was asked for', () => {
    for (const length of [0, MAX_DATA + 1]) {
      const data = encode({ type: 'data', id: 4, data: new Uint8Array(length) });
      expect(() => client().receive(data)).toThrow(withCode('malformed'));
    }
  });

  test('refuses a file that is longer or shorter than was told', () => {
    const longer = encode({ type: 'data', id: 4, data: new Uint8Array(6) });
    expect(() => client({ size: 5n }).receive(longer)).toThrow(/longer than the 5 octets/);
    const end = encode({ type: 'status', id: 4, status: SftpStatus.endOfFile, message: '' });
    expect(() => client({ size: 5n }).receive(end)).toThrow(/ends after 0 of 5 octets/);
    expect(client({ size: 0n }).receive(end)).toMatchObject({ type: 'end' });
    expect(client({}).receive(end)).toMatchObject({ type: 'end' });
  });

  test('tells which status refused it', () => {
    const denied = encode({ type: 'status', id: 4, status: SftpStatus.permissionDenied, message: 'go away' });
    expect(() => client().receive(denied)).toThrow(SftpStatusError);
    const noFile = encode({ type: 'status', id: 1, status: SftpStatus.endOfFile, message: '' });
    expect(() => client({}, 'listing').receive(noFile)).toThrow(/end of file/);
  });

  test('refuses an empty directory, an empty handle, an old version and a size beyond counting', () => {
    const none = encode({ type: 'name', id: 1, names: [] });
    expect(() => client({}, 'listing').receive(none)).toThrow(withCode('malformed'));
    const started = new SftpClient();
    started.start();
    expect(() => started.receive(encode({ type: 'version', version: 2 }))).toThrow(withCode('unsupported'));
    started.receive(encode({ type: 'version', version: 3 }));
    const empty = encode({ type: 'handle', id: 0, handle: utf8('') });
    expect(() => started.receive(empty)).toThrow(withCode('malformed'));
    expect(() => client({ size: 2n ** 60n })).toThrow(withCode('limit'));
  });

  test('makes a step or a SilcError of whatever comes, at every point', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .record({
          id: fc.nat(5),
          type: fc.constantFrom(101, 102, 103, 104),
          rest: fc.uint8Array({ maxLength: 40 }),
        })
        .map(({ id, type, rest }) =>
          concat(
            fromHex((rest.length + 4).toString(16).padStart(8, '0')),
            Uint8Array.of(type, 0, 0, 0, id),
            rest,
          ),
        ),
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 8 }), fc.boolean(), (packets, early) => {
        const receiver = early ? client({}, 'listing') : client();
        try {
          for (const packet of packets) {
            const step = receiver.receive(packet);
            if (step.type === 'file') receiver.open();
            if (step.type === 'data') receiver.more();
          }
        } catch (error) {
          if (!(error instanceof SilcError)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
