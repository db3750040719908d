import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseJid, prepareLocal } from '../../src/component/jid.js';
import { createAddressing } from '../../src/mapping/address.js';
import { escapeName, unescapeName } from '../../src/mapping/escape.js';
import { prepareChannelName, prepareNickname } from '../../src/silc/stringprep/index.js';
import { escapeLocal, unescapeLocal } from '../support/xmpp/xep-0106.js';
import { channelNames, nicknames } from './names.js';

const gw = createAddressing({
  domain: 'gw.example.org',
  networks: ['silcnet', 'other.net', 'x'],
  defaultNetwork: 'silcnet',
});
const network = fc.constantFrom('silcnet', 'other.net', 'x');
const runs = { numRuns: 1500 };

const channelOf = (jid: string): unknown => {
  const address = gw.parse(jid);
  return address.kind === 'channel' ? [address.network, address.name, address.jid] : address;
};
const userOf = (jid: string): unknown => {
  const address = gw.parse(jid);
  return address.kind === 'user' ? [address.network, address.name, address.jid] : address;
};
const errorOf = (jid: string): string => {
  const address = gw.parse(jid);
  if (address.kind !== 'invalid') return address.kind;
  expect(address.error.text).not.toBe('');
  return `${address.error.type}/${address.error.condition}`;
};

describe('the address of a channel', () => {
  it.each([
    ['silcnet', 'silc', 'silc@gw.example.org'],
    ['other.net', 'silc', 'silc%other.net@gw.example.org'],
    ['silcnet', 'SILC', 'silc@gw.example.org'],
    ['silcnet', '#silc', '#silc@gw.example.org'],
    ['silcnet', '100%', '100\\25@gw.example.org'],
    ['x', '100%', '100\\25%x@gw.example.org'],
    ['silcnet', 'wow!', 'wow\\21@gw.example.org'],
    ['silcnet', 'a@b', 'a\\40b@gw.example.org'],
    ['silcnet', 'd\'art/a:b<c>d&e"f', 'd\\27art\\2fa\\3ab\\3cc\\3ed\\26e\\22f@gw.example.org'],
    ['silcnet', 'c:\\5commas', 'c\\3a\\5c5commas@gw.example.org'],
    ['silcnet', '\\', '\\@gw.example.org'],
    ['silcnet', '\\2', '\\2@gw.example.org'],
    ['silcnet', '\\25', '\\5c25@gw.example.org'],
    ['silcnet', '\\21', '\\5c21@gw.example.org'],
    ['silcnet', '\\/', '\\\\2f@gw.example.org'],
    ['silcnet', '\\{5d0}', '\\5c{5d0}@gw.example.org'],
    ['silcnet', 'Straße', 'strasse@gw.example.org'],
    ['silcnet', 'Ａｂ１', 'ab1@gw.example.org'],
    ['silcnet', '日本語', '日本語@gw.example.org'],
    ['silcnet', 'שלום', 'שלום@gw.example.org'],
    // Right-to-left letters and the Latin name of the network do not go together in stringprep.
    ['x', 'של', '\\{5e9}\\{5dc}%x@gw.example.org'],
    ['silcnet', 'שa', '\\{5e9}a@gw.example.org'],
    // Behind the escape of the slash the mark would melt into its f.
    ['silcnet', '/\u0307', '\\2f\\{307}@gw.example.org'],
  ])('on %s, %s, is %s and back', (on, name, jid) => {
    expect(gw.channelToJid(on, name)).toBe(jid);
    expect(channelOf(jid)).toEqual([on, prepareChannelName(name), jid]);
  });

  it('exists for every legal name, is prepared already, and leads back to the name', () => {
    fc.assert(
      fc.property(network, channelNames, (on, name) => {
        const jid = gw.channelToJid(on, name);
        expect(parseJid(jid).bare).toBe(jid);
        expect(channelOf(jid)).toEqual([on, prepareChannelName(name), jid]);
        expect(new TextEncoder().encode(parseJid(jid).local).length).toBeLessThanOrEqual(1023);
      }),
      runs,
    );
  });

  it('is the same for two spellings of one name, and another for another name or network', () => {
    fc.assert(
      fc.property(network, network, channelNames, channelNames, (onA, onB, a, b) => {
        const same = onA === onB && prepareChannelName(a) === prepareChannelName(b);
        expect(gw.channelToJid(onA, a) === gw.channelToJid(onB, b)).toBe(same);
        expect(gw.channelToJid(onA, prepareChannelName(a))).toBe(gw.channelToJid(onA, a));
      }),
      runs,
    );
  });

  it('fits an address at the longest name, escaped all over', () => {
    for (const char of ['@', '/', '%', '!', '&', 'ש']) {
      const name = char.repeat(256 / new TextEncoder().encode(char).length);
      for (const on of gw.networks) {
        const jid = gw.channelToJid(on, name);
        expect(channelOf(jid)).toEqual([on, name, jid]);
      }
    }
  });
});

describe('a name that grows beyond the limit when it is prepared', () => {
  it('has an address that leads back to its prepared form', () => {
    const nick = 'Ⅷ'.repeat(42);
    expect(userOf(gw.userToJid('x', nick))).toEqual([
      'x',
      'viii'.repeat(42),
      `${'viii'.repeat(42)}!x@gw.example.org`,
    ]);
    const channel = 'Ⅷ'.repeat(85);
    expect(channelOf(gw.channelToJid('x', channel))).toEqual([
      'x',
      'viii'.repeat(85),
      `${'viii'.repeat(85)}%x@gw.example.org`,
    ]);
  });

  it('is the only reason to read a name that long', () => {
    expect(errorOf(`${'v'.repeat(256)}!@gw.example.org`)).toBe('modify/jid-malformed');
    expect(errorOf(`${'v'.repeat(512)}@gw.example.org`)).toBe('modify/jid-malformed');
    expect(errorOf(`${'v'.repeat(200)}\\40!@gw.example.org`)).toBe('modify/jid-malformed');
    // 129 and 130 octets, 257 and 258 octets, of letters that nothing grows to.
    expect(errorOf(`${'a'.repeat(129)}!@gw.example.org`)).toBe('modify/jid-malformed');
    expect(errorOf(`${'ä'.repeat(65)}!@gw.example.org`)).toBe('modify/jid-malformed');
    expect(errorOf(`${'a'.repeat(257)}@gw.example.org`)).toBe('modify/jid-malformed');
    expect(errorOf(`${'ä'.repeat(129)}@gw.example.org`)).toBe('modify/jid-malformed');
    expect(errorOf(`${'viii'.repeat(43)}!@gw.example.org`)).toBe('modify/jid-malformed');
  });
});

describe('the address of a user', () => {
  it.each([
    ['silcnet', 'alice', 'alice!@gw.example.org'],
    ['other.net', 'Alice', 'alice!other.net@gw.example.org'],
    ['silcnet', '100%', '100%!@gw.example.org'],
    ['silcnet', 'a\\25', 'a\\25!@gw.example.org'],
    ['silcnet', 'a\\5c', 'a\\5c5c!@gw.example.org'],
    ['silcnet', "d'artagnan", 'd\\27artagnan!@gw.example.org'],
    ['silcnet', 'של', '\\{5e9}\\{5dc}!@gw.example.org'],
  ])('on %s, %s, is %s and back', (on, name, jid) => {
    expect(gw.userToJid(on, name)).toBe(jid);
    expect(userOf(jid)).toEqual([on, prepareNickname(name), jid]);
  });

  it('exists for every legal nickname, is prepared already, and leads back to it', () => {
    fc.assert(
      fc.property(
        network,
        nicknames,
        fc.option(fc.constantFrom('0123', 'ab'.repeat(20)), { nil: undefined }),
        (on, name, qualifier) => {
          const jid = gw.userToJid(on, name, qualifier);
          expect(parseJid(jid).bare).toBe(jid);
          expect(gw.parse(jid)).toEqual({
            kind: 'user',
            network: on,
            name: prepareNickname(name),
            qualifier,
            jid,
            resource: '',
            canonical: true,
          });
        },
      ),
      runs,
    );
  });

  it('is never that of a channel', () => {
    fc.assert(
      fc.property(network, network, channelNames, nicknames, (a, b, channel, nick) => {
        expect(gw.channelToJid(a, channel)).not.toBe(gw.userToJid(b, nick));
      }),
    );
  });
});

describe('an address that comes in', () => {
  it('is read in every spelling, and its canonical one is told', () => {
    for (const [spelling, jid] of [
      ['SILC@gw.example.org', 'silc@gw.example.org'],
      ['silc%silcnet@GW.example.org', 'silc@gw.example.org'],
      ['silc%SILCNET@gw.example.org', 'silc@gw.example.org'],
      ['ＳＩＬＣ@gw.example.org', 'silc@gw.example.org'],
      ['\\{73}ilc@gw.example.org', 'silc@gw.example.org'],
      ['a\\5cb@gw.example.org', 'a\\b@gw.example.org'],
      ['\\5CB@gw.example.org', '\\b@gw.example.org'],
    ] as const) {
      const address = gw.parse(spelling);
      expect(address).toMatchObject({ kind: 'channel', jid });
      expect(address.kind === 'channel' && address.canonical, spelling).toBe(
        parseJid(spelling).bare === (jid as string),
      );
    }
    expect(gw.parse('Alice!silcnet@gw.example.org')).toMatchObject({
      kind: 'user',
      name: 'alice',
      jid: 'alice!@gw.example.org',
      canonical: false,
    });
  });

  it('of the gateway itself is that, with or without a resource', () => {
    expect(gw.parse('gw.example.org')).toMatchObject({ kind: 'gateway', resource: '' });
    expect(gw.parse('GW.example.org/x')).toMatchObject({ kind: 'gateway', resource: 'x' });
  });

  it('with a resource on a channel is an occupant, whose name keeps its case', () => {
    expect(gw.parse('silc%x@gw.example.org/Alice B')).toEqual({
      kind: 'occupant',
      network: 'x',
      name: 'silc',
      jid: 'silc%x@gw.example.org',
      occupant: 'Alice B',
      resource: 'Alice B',
      canonical: true,
    });
    expect(gw.occupantJid('x', 'SILC', 'Alice B')).toBe('silc%x@gw.example.org/Alice B');
  });

  it.each([
    '@gw.example.org',
    '%@gw.example.org',
    '%x@gw.example.org',
    '!@gw.example.org',
    '!x@gw.example.org',
    'a%@gw.example.org',
    'a%x%x@gw.example.org',
    'a!b!x@gw.example.org',
    'a!!@gw.example.org',
    'a\\20b@gw.example.org',
    'a\\40b!@gw.example.org',
    'a,b!@gw.example.org',
    'a*b!@gw.example.org',
    'a*012!@gw.example.org',
    'a*!@gw.example.org',
    'a*0123*0123!@gw.example.org',
    '\\{d800}@gw.example.org',
    '\\{110000}@gw.example.org',
    '\\{0}a@gw.example.org',
    '😀@gw.example.org',
    'a b@gw.example.org',
    'a€@gw.example.org',
    `${'a'.repeat(2000)}@gw.example.org`,
    'a\0b@gw.example.org',
    'שa@gw.example.org',
  ])('%j that has no SILC name is malformed', (jid) => {
    expect(errorOf(jid)).toBe('modify/jid-malformed');
  });

  it.each(['silc%nowhere@gw.example.org', 'alice!nowhere@gw.example.org', 'silc@elsewhere.org'])(
    '%s on a network that is not here is not found',
    (jid) => {
      expect(errorOf(jid)).toBe('cancel/item-not-found');
    },
  );

  it('without a network is malformed where none is the default', () => {
    const none = createAddressing({ domain: 'gw', networks: ['a', 'b'] });
    for (const jid of ['silc@gw', 'alice!@gw']) {
      expect(none.parse(jid)).toMatchObject({ kind: 'invalid', error: { condition: 'jid-malformed' } });
    }
    expect(none.channelToJid('a', 'silc')).toBe('silc%a@gw');
    expect(none.userToJid('b', 'alice')).toBe('alice!b@gw');
  });

  it('never makes the parser throw, and when it is read its canonical form reads the same', () => {
    const local = fc.string({
      unit: fc.constantFrom(...Array.from('aB%!*\\{}05c2f'), 'א', '\u0307', '😀', ' ', '@', '/'),
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          local.map((text) => `${text}@gw.example.org`),
        ),
        (text) => {
          const first = gw.parse(text);
          if (first.kind === 'invalid' || first.kind === 'gateway') return;
          expect(gw.parse(first.jid)).toMatchObject({
            network: first.network,
            name: first.name,
            jid: first.jid,
            canonical: true,
          });
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('names that SILC does not allow', () => {
  it('still get an address of their own, which is no name', () => {
    fc.assert(
      fc.property(network, fc.string({ unit: 'binary', maxLength: 400 }), (on, name) => {
        for (const jid of [gw.channelToJid(on, name), gw.userToJid(on, name)]) {
          expect(parseJid(jid).bare).toBe(jid);
        }
      }),
    );
    const jid = gw.userToJid('silcnet', 'a b');
    expect(errorOf(jid)).toBe('modify/jid-malformed');
    expect(gw.userToJid('silcnet', 'a  b')).not.toBe(jid);
  });
});

describe('escaping', () => {
  it.each([
    ['space cadet', String.raw`space\20cadet`],
    ['call me "ishmael"', String.raw`call\20me\20\22ishmael\22`],
    ['at&t guy', String.raw`at\26t\20guy`],
    ["d'artagnan", String.raw`d\27artagnan`],
    ['/.fanboy', String.raw`\2f.fanboy`],
    ['::foo::', String.raw`\3a\3afoo\3a\3a`],
    ['<foo>', String.raw`\3cfoo\3e`],
    ['user@host', String.raw`user\40host`],
    [String.raw`c:\net`, String.raw`c\3a\net`],
    [String.raw`c:\\net`, String.raw`c\3a\\net`],
    [String.raw`c:\cool stuff`, String.raw`c\3a\cool\20stuff`],
    [String.raw`c:\5commas`, String.raw`c\3a\5c5commas`],
    [String.raw`\3and\2is\5cool`, String.raw`\5c3and\2is\5c5cool`],
    [String.raw`\24`, String.raw`\24`],
  ])('%j is written %j (XEP-0106, 5)', (name, escaped) => {
    expect(escapeName('user', name)).toBe(escaped);
    expect(unescapeName('user', escaped)).toBe(name);
    expect(escapeLocal(name)).toBe(escaped);
  });

  it('is that of XEP-0106 for every nickname it can write so', () => {
    fc.assert(
      fc.property(nicknames, (name) => {
        const prepared = prepareNickname(name);
        fc.pre(!/\\\{[0-9a-f]{1,6}\}/.test(prepared));
        const local = parseJid(gw.userToJid('silcnet', name)).local;
        fc.pre(!local.includes('\\{'));
        expect(local).toBe(`${escapeLocal(prepared)}!`);
        expect(prepareLocal(local)).toBe(local);
        expect(unescapeLocal(local)).toBe(`${prepared}!`);
      }),
      runs,
    );
  });
});

describe('networks', () => {
  it('have names that can stand in an address', () => {
    for (const name of ['', 'A', 'a%b', 'a!', 'a b', '-a', 'a*', 'ä']) {
      expect(() => createAddressing({ domain: 'gw', networks: [name] }), name).toThrow(RangeError);
    }
    expect(() => createAddressing({ domain: 'gw', networks: ['a'], defaultNetwork: 'b' })).toThrow(
      RangeError,
    );
  });
});
