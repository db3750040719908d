import { describe, expect, it } from 'vitest';
import type { Affiliation, Role, RoleAndAffiliation } from '../../src/mapping/affiliation.js';
import { denialOf, mayAsk, type Wish } from '../../src/mapping/privileges.js';

const standing = (text: string): RoleAndAffiliation => {
  const [affiliation, role] = text.split('/');
  return { affiliation: affiliation as Affiliation, role: role as Role };
};
const owner = standing('owner/moderator');
const admin = standing('admin/moderator');
const moderator = standing('none/moderator');
const participant = standing('none/participant');
const member = standing('member/participant');

// XEP-0045, 5.1.1, 5.2.1, 8, 9 and 10.
describe('who may ask at all', () => {
  it.each<[string, RoleAndAffiliation, Wish, boolean]>([
    ['a participant kicks', participant, { role: 'none' }, false],
    ['a moderator kicks', moderator, { role: 'none' }, true],
    ['a moderator takes voice', moderator, { role: 'visitor' }, true],
    ['a moderator makes moderators', moderator, { role: 'moderator' }, false],
    ['an admin makes moderators', admin, { role: 'moderator' }, true],
    ['a participant bans', participant, { affiliation: 'outcast' }, false],
    ['a moderator bans', moderator, { affiliation: 'outcast' }, false],
    ['an admin bans', admin, { affiliation: 'outcast' }, true],
    ['an admin makes members', admin, { affiliation: 'member' }, true],
    ['an admin makes admins', admin, { affiliation: 'admin' }, false],
    ['an admin makes owners', admin, { affiliation: 'owner' }, false],
    ['an owner makes owners', owner, { affiliation: 'owner' }, true],
  ])('%s', (_, actor, wish, expected) => {
    expect(mayAsk(actor, wish)).toBe(expected);
  });
});

describe('about whom it may be asked', () => {
  it.each<[string, RoleAndAffiliation, RoleAndAffiliation, Wish, boolean, string | undefined]>([
    ['an admin bans a member', admin, member, { affiliation: 'outcast' }, false, undefined],
    ['an admin bans an admin', admin, admin, { affiliation: 'outcast' }, false, 'not-allowed'],
    ['an admin bans an owner', admin, owner, { affiliation: 'outcast' }, false, 'not-allowed'],
    ['an owner bans an owner', owner, owner, { affiliation: 'outcast' }, false, undefined],
    ['an admin bans himself', admin, admin, { affiliation: 'outcast' }, true, 'conflict'],
    ['an owner bans himself', owner, owner, { affiliation: 'outcast' }, true, 'conflict'],
    ['an admin resigns', admin, admin, { affiliation: 'none' }, true, undefined],
    ['an admin demotes an admin', admin, admin, { affiliation: 'none' }, false, 'not-allowed'],
    ['what is so already', admin, owner, { affiliation: 'owner' }, false, undefined],
    ['an admin kicks an owner', admin, owner, { role: 'none' }, false, 'not-allowed'],
    ['a moderator kicks an admin', moderator, admin, { role: 'none' }, false, 'not-allowed'],
    ['a moderator kicks a moderator', moderator, moderator, { role: 'none' }, false, undefined],
    ['somebody kicks himself', moderator, moderator, { role: 'none' }, true, 'not-allowed'],
    ['a moderator takes the voice of an owner', moderator, owner, { role: 'visitor' }, false, 'not-allowed'],
    ['an owner takes the voice of an admin', owner, admin, { role: 'visitor' }, false, 'not-allowed'],
    ['a moderator takes the voice of a member', moderator, member, { role: 'visitor' }, false, 'not-allowed'],
    ['an admin takes the voice of a member', admin, member, { role: 'visitor' }, false, undefined],
    [
      'an admin takes voice and admin at once',
      owner,
      admin,
      { role: 'visitor', affiliation: 'none' },
      false,
      undefined,
    ],
    ['an admin unmakes a moderator', admin, moderator, { role: 'participant' }, false, undefined],
    ['an admin unmakes an admin', admin, admin, { role: 'participant' }, false, 'not-allowed'],
    ['a moderator unmakes an owner', moderator, owner, { role: 'participant' }, false, 'not-allowed'],
    ['a moderator unmakes a moderator', moderator, moderator, { role: 'participant' }, false, 'forbidden'],
    ['an owner unmakes an admin', owner, admin, { role: 'participant' }, false, undefined],
    ['an owner unmakes an owner', owner, owner, { role: 'participant' }, false, 'not-allowed'],
    [
      'a moderator gives voice',
      moderator,
      standing('none/visitor'),
      { role: 'participant' },
      false,
      undefined,
    ],
  ])('%s', (_, actor, target, wish, isSelf, expected) => {
    expect(denialOf(actor, target, wish, isSelf)).toBe(expected);
  });
});
