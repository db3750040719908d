import { expect, it } from 'vitest';
import { iqResult } from '../../src/component/stanza.js';
import { blockList } from '../../src/mapping/blocking.js';
import { capsElement } from '../../src/mapping/caps.js';
import { contactPresence } from '../../src/mapping/contact-presence.js';
import { rosterRights, rosterSet } from '../../src/mapping/privileged-roster.js';
import { UserMode } from '../../src/silc/modes.js';
import { expectGolden } from './golden.js';

it('lists whom a user has blocked', () => {
  expectGolden('block-list', (iq) => iqResult(iq, blockList(['bob!@gw', 'carol*1f3a!net@gw'])));
});

it('shows a contact as SILC does', () => {
  const caps = capsElement('oo97XWjLF/K5A8fgQhh8GwuES/M=');
  const person = { nickname: 'Bob', mode: UserMode.busy | UserMode.blockPrivateMessages };
  expectGolden('contact-presence', ({ attrs }) =>
    contactPresence(attrs.to ?? '', attrs.from ?? '', person, caps),
  );
});

it('writes a contact into a list where the server lets it', () => {
  expectGolden('privileged-list', (message) => {
    expect(rosterRights(message)).toEqual({ mayGet: true, maySet: true });
    return rosterSet('gw', 'a@example.org', 'bob!@gw', { name: 'Bob', groups: ['Friends'] });
  });
});
