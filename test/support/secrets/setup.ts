import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll } from 'vitest';
import { secrets } from './watch.js';

/*
 * Runs before each file of tests: whatever goes through Node as a key is noted, whatever is written to standard error is read, and
 * at the end of the file no secret of it is in anything that was logged.
 */

function noteKey(what: string, key: unknown): void {
  if (key instanceof Uint8Array) secrets.octets(what, key);
}

/** The function notes an argument of its, and does what it did. */
function noting<Module extends object>(
  module: Module,
  name: keyof Module,
  note: (args: readonly unknown[]) => void,
): void {
  const plain: unknown = module[name];
  if (typeof plain !== 'function') throw new Error(`no function ${String(name)}`);
  Reflect.set(module, name, function (this: unknown, ...args: unknown[]): unknown {
    note(args);
    return Reflect.apply(plain, this, args) as unknown;
  });
}

const ofHeaders = (args: readonly unknown[]): void => {
  for (const options of args) {
    const headers: unknown =
      typeof options === 'object' && options !== null ? Reflect.get(options, 'headers') : undefined;
    if (typeof headers !== 'object' || headers === null) continue;
    for (const [name, value] of Object.entries(headers)) {
      if (/^(?:authorization|cookie)$/i.test(name)) secrets.text(`the header ${name}`, String(value));
    }
  }
};

const here = globalThis as { notesSecretsOfTests?: boolean };
if (here.notesSecretsOfTests !== true) {
  here.notesSecretsOfTests = true;
  noting(crypto, 'createCipheriv', ([, key]) => noteKey('a key of a cipher', key));
  noting(crypto, 'createDecipheriv', ([, key]) => noteKey('a key of a cipher', key));
  noting(crypto, 'hkdfSync', ([, key]) => noteKey('the key of a store', key));
  noting(crypto, 'createPrivateKey', ([given]) => {
    const key: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, 'key') : undefined;
    for (const name of ['d', 'p', 'q']) {
      const number: unknown = typeof key === 'object' && key !== null ? Reflect.get(key, name) : undefined;
      if (typeof number === 'string') secrets.octets('a private key', Buffer.from(number, 'base64url'));
    }
  });
  noting(http, 'request', ofHeaders);
  noting(https, 'request', ofHeaders);
  noting(fs, 'writeSync', ([descriptor, text]) => {
    if (descriptor === 2 && typeof text === 'string') secrets.line(text);
  });
  syncBuiltinESMExports();
}

afterAll(() => {
  const found = secrets.found();
  if (found.length > 0) throw new Error(`secrets stand in what was logged:\n${found.join('\n')}`);
});
