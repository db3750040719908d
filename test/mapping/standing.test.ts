import { describe, expect, it } from 'vitest';
import { affiliationRequest, roleRequest, roleAndAffiliationOf } from '../../src/mapping/affiliation.js';
import { banMaskOf, nicknameOfMask } from '../../src/mapping/ban-mask.js';
import { ChannelMode as C, ChannelUserMode as U } from '../../src/silc/modes.js';

describe('the standing of a member', () => {
  it.each([
    ['founder', U.founder | U.operator, 0, 'owner/moderator'],
    ['founder who gave up operator rights', U.founder, 0, 'owner/moderator'],
    ['operator', U.operator, 0, 'admin/moderator'],
    ['quieted operator', U.operator | U.quiet, 0, 'admin/visitor'],
    ['plain', 0, 0, 'none/participant'],
    ['plain on an invite-only channel', 0, C.invite, 'member/participant'],
    ['quieted', U.quiet, 0, 'none/visitor'],
    ['plain on a moderated channel', 0, C.silenceUsers, 'none/visitor'],
    ['operator on a moderated channel', U.operator, C.silenceUsers, 'admin/moderator'],
    ['somebody who blocks messages', U.blockMessages, 0, 'none/participant'],
  ])('of a %s', (_, member, channel, expected) => {
    const { affiliation, role } = roleAndAffiliationOf(member, channel);
    expect(`${affiliation}/${role}`).toBe(expected);
  });

  it('is asked for by the bits that lead to it, from every standing', () => {
    const before = [0, U.operator, U.quiet, U.operator | U.quiet];
    for (const mode of before) {
      for (const role of ['moderator', 'participant', 'visitor'] as const) {
        const request = roleRequest(role);
        if (request.kind !== 'mode') throw new Error(request.kind);
        const after = (mode | (request.change.set ?? 0)) & ~(request.change.clear ?? 0);
        expect(roleAndAffiliationOf(after, 0).role).toBe(role);
      }
      for (const affiliation of ['admin', 'none'] as const) {
        const request = affiliationRequest(affiliation);
        if (request.kind !== 'mode') throw new Error(request.kind);
        const after = (mode | (request.change.set ?? 0)) & ~(request.change.clear ?? 0);
        expect(roleAndAffiliationOf(after, 0).affiliation).toBe(affiliation);
      }
    }
    expect(roleRequest('none')).toEqual({ kind: 'kick' });
    expect(affiliationRequest('outcast')).toEqual({ kind: 'ban' });
    expect(affiliationRequest('owner')).toEqual({ kind: 'impossible' });
  });
});

describe('a ban list entry', () => {
  it.each(['bob', 'b.o+b', '[away]', 'a|b', '^_^', 'back\\slash', '$(x)'])(
    'for %s matches exactly that',
    (nickname) => {
      const mask = banMaskOf(nickname);
      expect(nicknameOfMask(mask)).toBe(nickname);
      expect(new RegExp(`^${mask}$`).test(nickname)).toBe(true);
      expect(new RegExp(`^${mask}$`).test(`${nickname}x`)).toBe(false);
    },
  );

  it.each(['b*', '?ob', 'bob,eve', 'bob@host', 'bob!user@host', '.*', 'b.b', '[ab]'])(
    'of more than one nickname has none: %s',
    (mask) => {
      expect(nicknameOfMask(mask)).toBeUndefined();
    },
  );
});
