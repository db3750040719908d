import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { prepareResource } from '../../src/component/jid.js';
import { hasDisambiguator, disambiguatorsOf } from '../../src/mapping/identity.js';
import { nicknameToResource, resourceToNickname } from '../../src/mapping/nickname.js';
import { occupantId } from '../../src/mapping/occupant-id.js';
import { type Newcomer, OccupantNames } from '../../src/mapping/occupant-names.js';
import type { ClientId } from '../../src/silc/ids.js';
import { prepareNickname } from '../../src/silc/stringprep/index.js';
import { nicknames } from './names.js';

const client = (n: number): ClientId => n.toString(16).padStart(32, '0') as ClientId;
const keyOf = (n: number): string => (n + 0xabc0).toString(16).padStart(4, '0').repeat(10);
const someone = (n: number, nickname: string | undefined, key?: string): Newcomer => ({
  clientId: client(n),
  nickname,
  fingerprint: key,
});

describe('names of occupants', () => {
  it('are the nickname for its only holder, and carry the key for each further one', () => {
    const names = new OccupantNames();
    expect(names.add(someone(1, 'Bob', keyOf(1)))).toBe('Bob');
    expect(names.add(someone(2, 'bob', keyOf(2)))).toBe('bob*abc2');
    expect(names.add(someone(3, 'BOB', keyOf(3)))).toBe('BOB*abc3');
    expect(names.add(someone(4, 'alice'))).toBe('alice');
    expect(names.usersWithNick('bob')).toEqual([client(1), client(2), client(3)]);
    expect(names.disambiguatorOf(client(1))).toBeUndefined();
    expect(names.disambiguatorOf(client(2))).toBe('abc2');
  });

  it('stay as they are when the first holder goes, and nobody takes the bare name while another holder is there', () => {
    const names = new OccupantNames();
    names.add(someone(1, 'bob', keyOf(1)));
    names.add(someone(2, 'bob', keyOf(2)));
    expect(names.remove(client(1))).toBe('bob');
    expect(names.nameOf(client(2))).toBe('bob*abc2');
    expect(names.add(someone(3, 'bob', keyOf(3)))).toBe('bob*abc3');
    names.remove(client(2));
    names.remove(client(3));
    expect(names.add(someone(4, 'bob', keyOf(4)))).toBe('bob');
  });

  it('are given once: a second call changes nothing', () => {
    const names = new OccupantNames();
    names.add(someone(1, 'bob'));
    const second = names.add(someone(2, 'bob'));
    expect(names.add(someone(2, 'bob', keyOf(2)))).toBe(second);
    expect(names.size).toBe(2);
  });

  it('use the Client ID where no key is known, and where one key is on two clients', () => {
    const names = new OccupantNames();
    names.add(someone(1, 'bob'));
    const second = names.add(someone(2, 'bob'));
    expect(second).toMatch(/^bob\*[0-9a-f]{4}$/);
    const same = keyOf(9);
    expect(names.add(someone(3, 'bob', same))).toBe(`bob*${same.slice(0, 4)}`);
    const fourth = names.add(someone(4, 'bob', same));
    expect(fourth).toBe(`bob*${same.slice(0, 8)}`);
  });

  it('are not refused however many clients have one nickname and one key', () => {
    const names = new OccupantNames();
    const all = new Set(Array.from({ length: 256 }, (_, n) => names.add(someone(n, 'bob', keyOf(1)))));
    expect(all.size).toBe(256);
  });

  it('follow a change of nickname, with the Client ID', () => {
    const names = new OccupantNames();
    names.add(someone(1, 'bob'));
    names.add(someone(2, 'alice', keyOf(2)));
    expect(names.rename(client(2), someone(3, 'Bob', keyOf(2)))).toEqual({ from: 'alice', to: 'Bob*abc2' });
    expect(names.nameOf(client(2))).toBeUndefined();
    expect(names.bearerOf('BOB*ABC2')).toBe(client(3));
    expect(names.rename(client(3), someone(4, 'carol', keyOf(2)))).toEqual({ from: 'Bob*abc2', to: 'carol' });
    expect(names.rename(client(77), someone(78, 'eve'))).toEqual({ from: undefined, to: 'eve' });
    expect(names.rename(client(1), someone(5, 'BOB'))).toEqual({ from: 'bob', to: 'BOB' });
  });

  it('do not change hands when one of several holders comes back with another Client ID', () => {
    const names = new OccupantNames();
    for (const n of [1, 2, 3]) names.add(someone(n, 'bob', keyOf(n)));
    expect(names.rename(client(1), someone(11, 'bob', keyOf(1)))).toEqual({ from: 'bob', to: 'bob' });
    expect(names.rename(client(2), someone(12, 'Bob', keyOf(2)))).toEqual({
      from: 'bob*abc2',
      to: 'Bob*abc2',
    });
    expect(names.usersWithNick('bob')).toEqual([11, 12, 3].map(client));
    expect(names.bearerOf('bob')).toBe(client(11));
    expect([names.disambiguatorOf(client(11)), names.disambiguatorOf(client(12))]).toEqual([
      undefined,
      'abc2',
    ]);
    names.remove(client(11));
    expect(names.rename(client(12), someone(22, 'bob', keyOf(2)))).toEqual({
      from: 'Bob*abc2',
      to: 'bob*abc2',
    });
    expect(names.size).toBe(2);
  });

  it('show somebody without a nickname by a name no nickname can be, until it is known', () => {
    const names = new OccupantNames();
    const unnamed = names.add(someone(1, undefined));
    expect(unnamed).toMatch(/^\?[0-9a-f]{4}$/);
    expect(resourceToNickname(unnamed)).toBeUndefined();
    expect(names.rename(client(1), someone(1, 'bob'))).toEqual({ from: unnamed, to: 'bob' });
    for (const odd of ['', 'a b', 'a\u0000', 'a@b/c', '\u200b', 'x'.repeat(5000)]) {
      const name = names.add(someone(odd.length + 100, odd));
      expect(name).toMatch(/^\?[0-9a-f]+$/);
    }
  });

  it('cannot be chosen so that one looks like another', () => {
    const names = new OccupantNames();
    names.add(someone(1, 'bob'));
    names.add(someone(2, 'bob', keyOf(2)));
    expect(resourceToNickname('bob*abc2')).toBeUndefined();
    // A fullwidth asterisk prepares to the ordinary one.
    expect(resourceToNickname('bob＊abc2')).toBeUndefined();
    expect(names.bearerOf('bob＊abc2')).toBe(client(2));
  });

  it('are found again after clear only by those added since', () => {
    const names = new OccupantNames();
    names.add(someone(1, 'bob'));
    names.clear();
    expect([names.size, names.bearerOf('bob'), names.usersWithNick('bob')]).toEqual([0, undefined, []]);
    expect(names.add(someone(2, 'bob'))).toBe('bob');
  });

  it('are unique, prepared and steady through any sequence of arrivals, changes and departures', () => {
    const step = fc.record({
      act: fc.constantFrom('add', 'add', 'rename', 'remove'),
      who: fc.nat(12),
      into: fc.nat(12),
      nickname: fc.oneof(
        fc.constantFrom('bob', 'Bob', 'ＢＯＢ', 'אa', 'a'),
        nicknames,
        fc.constant(undefined),
      ),
      key: fc.option(fc.constantFrom(keyOf(1), keyOf(2)), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const names = new OccupantNames();
        const again = new OccupantNames();
        const shown = new Map<ClientId, string>();
        for (const { act, who, into, nickname, key } of steps) {
          for (const each of [names, again]) {
            if (act === 'add') each.add(someone(who, nickname, key));
            else if (act === 'remove') each.remove(client(who));
            else each.rename(client(who), someone(into, nickname, key));
          }
          if (act !== 'add') {
            shown.delete(client(who));
            if (act === 'rename') shown.delete(client(into));
          }
          for (let n = 0; n <= 12; n++) {
            const name = names.nameOf(client(n));
            expect(again.nameOf(client(n))).toBe(name);
            if (shown.has(client(n))) expect(name).toBe(shown.get(client(n)));
            if (name === undefined) continue;
            shown.set(client(n), name);
            expect(prepareResource(name)).toBe(name);
            expect(names.bearerOf(name)).toBe(client(n));
          }
          expect(new Set([...shown.values()].map((name) => name.normalize('NFKC').toLowerCase())).size).toBe(
            names.size,
          );
        }
      }),
    );
  });
});

describe('a nickname as resource', () => {
  it('keeps its case and leads back to the same SILC user, for every legal one', () => {
    fc.assert(
      fc.property(nicknames, (nickname) => {
        const resource = nicknameToResource(nickname);
        expect(resource).toBeDefined();
        expect(prepareResource(resource ?? '')).toBe(resource);
        const back = resourceToNickname(resource ?? '');
        expect(back === undefined ? undefined : prepareNickname(back)).toBe(prepareNickname(nickname));
      }),
      { numRuns: 1500 },
    );
    expect(nicknameToResource('Alice')).toBe('Alice');
    expect(nicknameToResource('דוד')).toBe('דוד');
    expect(nicknameToResource('דוד1')).toBe('\\{5d3}\\{5d5}\\{5d3}1');
    expect(nicknameToResource('a\\{5d3}')).toBe('a\\{5c}{5d3}');
  });

  it.each(['', 'a b', 'a@b', 'a*b', 'a!b', '\\{d800}', '\\{20}', 'x'.repeat(129), '😀'])(
    '%j is refused',
    (resource) => {
      expect(resourceToNickname(resource)).toBeUndefined();
    },
  );
});

describe('marks', () => {
  it('are of the identity they were made for, at any length', () => {
    const bob = { clientId: client(1), fingerprint: keyOf(1) };
    for (const mark of disambiguatorsOf(bob)) expect(hasDisambiguator(bob, mark)).toBe(true);
    expect(hasDisambiguator(bob, keyOf(1).slice(0, 13))).toBe(true);
    expect(hasDisambiguator(bob, keyOf(1).slice(0, 3))).toBe(false);
    expect(hasDisambiguator(bob, '')).toBe(false);
    expect(hasDisambiguator({ clientId: client(2), fingerprint: keyOf(2) }, keyOf(1).slice(0, 4))).toBe(
      false,
    );
  });
});

describe('the occupant id', () => {
  const key = new Uint8Array(32).fill(1);
  const id = (network: string, channel: string, n: number, fingerprint?: string, secret = key): string =>
    occupantId(secret, network, channel, { clientId: client(n), fingerprint });

  it('is the known value of HMAC-SHA-256, in 43 characters of base64url', () => {
    expect(id('net', 'room', 1, keyOf(1))).toBe('RYweVeqa-ChhqogBE9-BP1NXBxVmA6WXukzitZZFRVA');
  });

  it('stays through a new Client ID where the key is known, and only there', () => {
    expect(id('net', 'room', 1, keyOf(1))).toBe(id('net', 'room', 2, keyOf(1)));
    expect(id('net', 'room', 1)).not.toBe(id('net', 'room', 2));
    expect(id('net', 'room', 1)).toBe(id('net', 'room', 1));
  });

  it('differs between people, channels, networks and gateways', () => {
    const all = [
      id('net', 'room', 1, keyOf(1)),
      id('net', 'room', 1, keyOf(2)),
      id('net', 'other', 1, keyOf(1)),
      id('other', 'room', 1, keyOf(1)),
      id('net', 'room', 1),
      id('net', 'room', 1, keyOf(1), new Uint8Array(32).fill(2)),
      // Nothing moves from one field to the next.
      id('net","room', 'x', 1, keyOf(1)),
      id('net', 'room","x', 1, keyOf(1)),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
