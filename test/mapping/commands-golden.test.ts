import { expect, it } from 'vitest';
import { iqResult, xml } from '../../src/component/stanza.js';
import { commandElement, readCommand } from '../../src/mapping/ad-hoc.js';
import { hopCheckResult } from '../../src/mapping/hop-check.js';
import { keyChangePayload, keyText, typedKey, underOtherKey } from '../../src/mapping/contact-key.js';
import { readRegistrationQuery, registrationQuery } from '../../src/mapping/registration.js';
import { text } from '../../src/text/text.js';
import { expectGolden } from './golden.js';

const KEY = '8a'.repeat(20);

it('hops tell how each is protected', () => {
  const silc = {
    ...{ cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96', group: 'diffie-hellman-group2', hash: 'sha1' },
    fingerprint: KEY,
  };
  const hops = [
    { from: 'example.org', to: 'gw', auth: 'component', isEncrypted: false },
    { from: 'gw', to: 'silc.example.net', auth: 'none', isEncrypted: true, silc },
  ];
  expectGolden('hop-check', (iq) => iqResult(iq, hopCheckResult('lounge@gw', undefined, hops)));
});

it('a registration shows what is kept, but for secrets', () => {
  const form = {
    title: 'Register',
    fields: [
      { name: 'nick', type: 'text-single', label: 'Nickname', value: 'alice', isRequired: true },
      { name: 'passphrase', type: 'text-private', label: 'Passphrase' },
    ],
  } as const;
  const instructions = text(() => 'Who is registered is connected.');
  expectGolden('registration', (iq) => iqResult(iq, registrationQuery(instructions, form, true)));
});

it('a registration is read from plain fields as from a form', () => {
  const query = (...children: readonly ReturnType<typeof xml>[]) =>
    readRegistrationQuery(xml('query', { xmlns: 'jabber:iq:register' }, children));
  const field = (name: string, value: string) => xml('field', { var: name }, xml('value', {}, value));
  const form = (type: string) => xml('x', { xmlns: 'jabber:x:data', type }, field('nick', 'alice'));
  expect(query(xml('nick', {}, 'alice'), xml('password', {}, 'p'))).toEqual({
    kind: 'values',
    values: new Map([
      ['nick', 'alice'],
      ['passphrase', 'p'],
    ]),
  });
  expect(query(form('submit'))).toEqual({ kind: 'values', values: new Map([['nick', 'alice']]) });
  expect(query(form('cancel'))).toEqual({ kind: 'cancel' });
  expect(query(xml('remove'))).toEqual({ kind: 'remove' });
});

it('a command ends with rows and a warning', () => {
  expectGolden('command-result', (iq) => {
    const { node } = readCommand(iq.getChildElements()[0] ?? iq);
    const result = {
      title: 'Sessions',
      columns: [
        { name: 'user', label: 'User' },
        { name: 'state', label: 'State' },
      ],
      rows: [['alice@example.org', 'connected']],
    };
    const note = { type: 'warn', text: '1 of 2 sessions.' } as const;
    return iqResult(iq, commandElement({ node, sessionId: 's1', status: 'completed', result, note }));
  });
});

it('a form in the middle of a command leads on and back', () => {
  expectGolden('command-middle', (iq) => {
    const { node, sessionId = '' } = readCommand(iq.getChildElements()[0] ?? iq);
    const field = { name: 'keys', type: 'jid-multi', label: 'Keys', value: 'a@b\nc@d' } as const;
    const form = { title: 'Keys', fields: [field] };
    const actions = { hasBefore: true, hasMore: true };
    return iqResult(iq, commandElement({ node, sessionId, status: 'executing', form, actions }));
  });
});

it('a changed key is told with both fingerprints, and how to accept it', () => {
  const change = { address: 'bob!@gw', gateway: 'gw', known: KEY, now: 'ab'.repeat(20), wasVerified: true };
  const [body, mark] = keyChangePayload(change);
  expect(body?.getText()).toContain(keyText(KEY));
  expect(body?.getText()).toContain(`trust bob!@gw ${'ab'.repeat(20)}`);
  expect(mark?.attrs).toMatchObject({ kind: 'key-changed', known: KEY, fingerprint: 'ab'.repeat(20) });
  const signed = xml('silc', { xmlns: 'urn:silc-xmpp-gateway:message:0', signature: 'verified' });
  expect(underOtherKey([signed])[0]?.attrs.signature).toBe('other-key');
  expect(signed.attrs.signature).toBe('verified');
});

it.each([
  [KEY.toUpperCase(), true],
  [keyText(KEY), true],
  ['8A:'.repeat(19) + '8A', true],
  ['ab'.repeat(20), false],
])('the typed key %s is compared', (typed, isSame) => {
  expect(typedKey(typed)?.(KEY)).toBe(isSame);
});

it.each(['', '8a', 'xyzzy', 'x'.repeat(80), `${KEY}0`])('%j is no key', (typed) => {
  expect(typedKey(typed)).toBeUndefined();
});
