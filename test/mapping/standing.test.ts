import { describe, expect, it } from 'vitest';
import { modeOfRole, roleAndAffiliationOf } from '../../src/mapping/affiliation.js';
import { banMaskOf, handleOfMask, nicknameOfMask } from '../../src/mapping/ban-mask.js';
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

  it.each([
    ['kept owner without a bit', 0, 0, 'owner', 'owner/participant'],
    ['kept owner who is operator', U.operator, 0, 'owner', 'owner/moderator'],
    ['kept admin', U.operator, 0, 'admin', 'admin/moderator'],
    ["kept admin in the founder's seat", U.founder | U.operator, 0, 'admin', 'admin/moderator'],
    ['kept admin who is no operator', 0, C.silenceUsers, 'admin', 'admin/visitor'],
    ['kept member', 0, 0, 'member', 'member/participant'],
    ['kept member who is operator', U.operator, 0, 'member', 'admin/moderator'],
    ['kept outcast who is still there', 0, 0, 'outcast', 'none/participant'],
  ] as const)('of a %s', (_, member, channel, kept, expected) => {
    const { affiliation, role } = roleAndAffiliationOf(member, channel, { affiliation: kept });
    expect(`${affiliation}/${role}`).toBe(expected);
  });

  it.each([
    [0, undefined, 'none/moderator'],
    [C.invite, undefined, 'member/moderator'],
    [0, 'admin', 'admin/moderator'],
  ] as const)(
    'of an operator by a role only, on a channel of mode %s and kept as %s',
    (mode, kept, expected) => {
      const standing = { affiliation: kept, isModeratorOnly: true };
      const { affiliation, role } = roleAndAffiliationOf(U.operator, mode, standing);
      expect(`${affiliation}/${role}`).toBe(expected);
    },
  );

  it('is reached by the bits of a role, from every standing', () => {
    expect(modeOfRole('none')).toBeUndefined();
    for (const mode of [0, U.operator, U.quiet, U.operator | U.quiet]) {
      for (const role of ['moderator', 'participant', 'visitor'] as const) {
        const { set = 0, clear = 0 } = modeOfRole(role) ?? {};
        expect(roleAndAffiliationOf((mode | set) & ~clear, 0).role).toBe(role);
      }
    }
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

  it('has a handle of its own that fits into an address', () => {
    expect(handleOfMask('b*')).toMatch(/^[0-9a-f]{40}$/);
    expect(handleOfMask('b*')).not.toBe(handleOfMask('b?'));
  });
});
