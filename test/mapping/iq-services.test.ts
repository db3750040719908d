import { describe, expect, it } from 'vitest';

import { iqResult } from '../../src/component/stanza.js';
import { createAddressing } from '../../src/mapping/address.js';
import { promptAnswer, promptQuery, promptText, typedAddress } from '../../src/mapping/gateway-prompt.js';
import { lastActivityQuery } from '../../src/mapping/last-activity.js';
import { addressInText, xmppUri } from '../../src/mapping/uri.js';
import { gatewayVcard, vcard } from '../../src/mapping/vcard.js';
import { versionQuery } from '../../src/mapping/version.js';
import type { User } from '../../src/silc/client/types.js';
import type { ClientId } from '../../src/silc/ids.js';
import { errorAnswer, expectGolden } from './golden.js';

const one = createAddressing({ domain: 'gw', networks: ['silcnet'], defaultNetwork: 'silcnet' });
const two = createAddressing({ domain: 'gw', networks: ['silcnet', 'other'] });

const alice: User = {
  clientId: '7f000001aabbccddeeff001122334455' as ClientId,
  nickname: 'Alice',
  server: 'silc.example.net',
  username: 'alice',
  hostname: 'home.example.net',
  realName: 'Alice <Liddell> & Co',
  mode: 0,
  fingerprint: '8a'.repeat(20),
  idleSeconds: 5,
};

describe('services', () => {
  it('answer the version', () => {
    expectGolden('version', (iq) => iqResult(iq, versionQuery('silc-xmpp-gateway', '1.2.3')));
  });

  it('answer a ping', () => {
    expectGolden('ping', (iq) => iqResult(iq));
  });

  it('answer the last activity in whole seconds', () => {
    expectGolden('last-activity', (iq) => iqResult(iq, lastActivityQuery(61.9)));
    for (const odd of [-5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(lastActivityQuery(odd).attrs.seconds).toBe('0');
    }
  });

  it('answer the card of a user', () => {
    expectGolden('vcard-user', (iq) =>
      iqResult(iq, vcard(alice, 'alice!@gw', { fingerprint: '8A8A 8A8A', babbleprint: 'xobel-xax' })),
    );
  });

  it('answer the card of a user of whom little is known', () => {
    const nobody: User = {
      ...alice,
      nickname: undefined,
      realName: undefined,
      username: undefined,
      hostname: undefined,
      server: undefined,
    };
    expectGolden('vcard-unknown', (iq) => iqResult(iq, vcard(nobody, 'x!@gw', undefined)));
    expect(vcard({ ...alice, realName: '' }, 'alice!@gw', undefined).getChildText('FN')).toBe('Alice');
  });

  it('answer the card of the gateway', () => {
    expectGolden('vcard-gateway', (iq) =>
      iqResult(iq, gatewayVcard('SILC gateway', 'Rooms and users of SILC')),
    );
  });
});

describe('the gateway prompt', () => {
  it('says what to type', () => {
    expectGolden('prompt-ask', (iq) => iqResult(iq, promptQuery(one)));
    expect(promptQuery(two).getChildText('desc')).toContain('silcnet, other');
  });

  it.each(['prompt-nickname', 'prompt-channel'])('turns a name into an address: %s', (golden) => {
    expectGolden(golden, (iq) => {
      const text = promptText(iq.getChild('query') ?? iq) ?? '';
      const address = typedAddress(text, one);
      return address.kind !== 'invalid'
        ? iqResult(iq, promptAnswer(address))
        : errorAnswer(iq, address.error);
    });
  });

  it.each([
    ['Alice', 'alice!@gw'],
    ['  alice ', 'alice!@gw'],
    ['alice@silcnet', 'alice!@gw'],
    ['alice@SILCNET', 'alice!@gw'],
    ['a%b', 'a%b!@gw'],
    ['alice!', 'alice!@gw'],
    ['alice!silcnet', 'alice!@gw'],
    ['alice!@gw', 'alice!@gw'],
    ['alice*8a8a!silcnet@gw', 'alice*8a8a!@gw'],
    ["d'artagnan", 'd\\27artagnan!@gw'],
    ['#lounge', 'lounge@gw'],
    [' #Lounge ', 'lounge@gw'],
    ['#lounge@silcnet', 'lounge@gw'],
    ['##lounge', '#lounge@gw'],
    ['#a%b', 'a\\25b@gw'],
    ['#nick!', '#nick!@gw'],
    ['lounge@gw', 'lounge@gw'],
    ['a\\25b@gw', 'a\\25b@gw'],
  ])('takes %s as %s', (typed, jid) => {
    const address = typedAddress(typed, one);
    expect(address.kind === 'invalid' ? address : address.jid).toBe(jid);
  });

  it.each([
    '',
    '   ',
    'a b',
    'alice@nowhere',
    '#',
    '#a b',
    '#lounge@nowhere',
    'a!b!c',
    'x'.repeat(4000),
    '*',
    'a!@elsewhere.org',
  ])('refuses %j with a text', (typed) => {
    const address = typedAddress(typed, one);
    expect(address.kind).toBe('invalid');
    expect(address.kind === 'invalid' && address.error.text).not.toBe('');
  });

  it('wants the network where there is no default one', () => {
    expect(typedAddress('alice', two).kind).toBe('invalid');
    expect(typedAddress('alice@other', two)).toMatchObject({ kind: 'user', jid: 'alice!other@gw' });
    expect(typedAddress('#lounge', two).kind).toBe('invalid');
    expect(typedAddress('#lounge@other', two)).toMatchObject({ kind: 'channel', jid: 'lounge%other@gw' });
  });

  it('takes the only network for the one that is meant', () => {
    const only = createAddressing({ domain: 'gw', networks: ['silcnet'] });
    expect(typedAddress('alice', only)).toMatchObject({ kind: 'user', jid: 'alice!silcnet@gw' });
  });
});

describe('an address as URI', () => {
  it.each([
    ['gw', undefined, 'xmpp:gw'],
    ['room@gw', 'join', 'xmpp:room@gw?join'],
    ['room%net@gw', 'join', 'xmpp:room%25net@gw?join'],
    ['alice!@gw', 'message', 'xmpp:alice!@gw?message'],
    ['a\\25b#?@gw', 'join', 'xmpp:a%5C25b%23%3F@gw?join'],
    ['café@gw/Zoë B', undefined, 'xmpp:caf%C3%A9@gw/Zo%C3%AB%20B'],
  ] as const)('%s with %s is %s', (address, action, uri) => {
    expect(xmppUri(address, action)).toBe(uri);
  });

  it('stays what it is when it is none', () => {
    expect(xmppUri('a@@b')).toBe('a@@b');
    expect(addressInText('room@gw', 'join')).toBe('room@gw <xmpp:room@gw?join>');
  });
});
