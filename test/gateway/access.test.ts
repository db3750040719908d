import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import { Access } from '../../src/gateway/access.js';
import { asciiDomain, withParents } from '../../src/gateway/domains.js';

const lists = (allow: readonly string[], deny: readonly string[] = [], admins: readonly string[] = []) =>
  new Access({ allow, deny, admins });
const allows = (access: Access, jid: string): boolean => access.allows(parseJid(jid));

describe('who may use the gateway', () => {
  it('a domain stands for its users and those of its subdomains, and for no other that ends alike', () => {
    const access = lists([], ['evil.example']);
    expect(allows(access, 'a@evil.example')).toBe(false);
    expect(allows(access, 'a@b.c.evil.example/x')).toBe(false);
    expect(allows(access, 'evil.example')).toBe(false);
    expect(allows(access, 'a@notevil.example')).toBe(true);
    expect(allows(access, 'a@evil.example.org')).toBe(true);
    const few = lists(['good.example']);
    expect(allows(few, 'a@chat.good.example')).toBe(true);
    expect(allows(few, 'a@good.example.org')).toBe(false);
  });

  it('a domain is the same in its Unicode and in its ASCII form', () => {
    const access = lists([], ['münchen.example', 'bob@straße.example']);
    expect(allows(access, 'a@xn--mnchen-3ya.example')).toBe(false);
    expect(allows(access, 'a@sub.münchen.example')).toBe(false);
    expect(allows(lists([], ['xn--mnchen-3ya.example']), 'a@münchen.example')).toBe(false);
    expect(allows(access, 'alice@straße.example')).toBe(true);
  });

  it('a bare JID stands for itself alone', () => {
    const access = lists([], ['mallory@good.example']);
    expect(allows(access, 'mallory@good.example/x')).toBe(false);
    expect(allows(access, 'mallory@chat.good.example')).toBe(true);
    expect(allows(access, 'alice@good.example')).toBe(true);
  });

  it('whom administrators keep out stays out with all subdomains; they themselves do not', () => {
    const access = lists([], [], ['root@good.example']);
    access.banned = ['good.example'];
    expect(access.banned).toEqual(['good.example']);
    expect(allows(access, 'alice@a.good.example')).toBe(false);
    expect(allows(access, 'root@good.example')).toBe(true);
    access.banned = [];
    expect(allows(access, 'alice@a.good.example')).toBe(true);
  });

  it('deny goes before allow', () => {
    const access = lists(['example'], ['bad.example']);
    expect(allows(access, 'a@x.bad.example')).toBe(false);
    expect(allows(access, 'a@good.example')).toBe(true);
    expect(allows(access, 'a@good.example.org')).toBe(false);
  });
});

it('a domain comes with those it is under, but for the last label alone', () => {
  expect(withParents('a.b.example.org')).toEqual(['a.b.example.org', 'b.example.org', 'example.org']);
  expect(withParents('localhost')).toEqual(['localhost']);
});

it('the short way for domains in ASCII says what the long one says', () => {
  const domain = fc
    .tuple(fc.constantFrom('', 'xn--', '0x', '1.'), fc.stringMatching(/^[abx019._é-]{1,20}$/))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(domain, (name) => {
      expect(asciiDomain(name)).toBe(domainToASCII(name) || name);
    }),
    { numRuns: 2_000 },
  );
});
