import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettingsForm, settingsForm } from '../../src/mapping/room-form.js';
import { ChannelMode as C } from '../../src/silc/modes.js';
import { parseStanza } from '../support/xmpp/canonical.js';

const channel = { name: 'silc', mode: C.invite | C.userLimit, userLimit: 5 };
const submit = (fields: Record<string, string>) =>
  parseStanza(
    `<x xmlns='jabber:x:data' type='submit'>${Object.entries(fields)
      .map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`)
      .join('')}</x>`,
  );
const change = (fields: Record<string, string>) => readSettingsForm(submit(fields), channel);

describe('the configuration form', () => {
  it('changes nothing when it is sent back as it was shown, whatever the modes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x1fff }),
        fc.integer({ min: 1, max: 1000 }),
        (mode, userLimit) => {
          const shown = settingsForm({ name: 'x', mode, userLimit });
          const form = parseStanza(shown.toString().replace('type="form"', 'type="submit"'));
          expect(readSettingsForm(form, { name: 'x', mode, userLimit })).toEqual({
            kind: 'change',
            change: undefined,
          });
        },
      ),
    );
  });

  it.each([
    [{ 'muc#roomconfig_membersonly': '0' }, { set: 0, clear: C.invite }],
    [{ 'muc#roomconfig_publicroom': 'false' }, { set: C.secret, clear: 0 }],
    [{ 'silc#roomconfig_private': '1' }, { set: C.private, clear: 0 }],
    [{ 'muc#roomconfig_changesubject': '0' }, { set: C.topic, clear: 0 }],
    [{ 'muc#roomconfig_moderatedroom': 'true' }, { set: C.silenceUsers, clear: 0 }],
    [{ 'silc#roomconfig_silence_operators': '1' }, { set: C.silenceOperators, clear: 0 }],
    [{ 'muc#roomconfig_maxusers': '9' }, { set: C.userLimit, clear: 0, userLimit: 9 }],
    [{ 'muc#roomconfig_maxusers': '0' }, { set: 0, clear: C.userLimit }],
    [{ 'muc#roomconfig_maxusers': 'none' }, { set: 0, clear: C.userLimit }],
    [{ 'muc#roomconfig_roomsecret': 'abc' }, { set: C.passphrase, clear: 0, passphrase: 'abc' }],
    [
      { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': 'abc' },
      { set: C.passphrase, clear: 0, passphrase: 'abc' },
    ],
  ])('turns %j into a change of modes', (fields, expected) => {
    expect(change(fields)).toEqual({ kind: 'change', change: expected });
  });

  it('removes a passphrase', () => {
    const locked = { ...channel, mode: C.passphrase };
    expect(readSettingsForm(submit({ 'muc#roomconfig_passwordprotectedroom': '0' }), locked)).toEqual({
      kind: 'change',
      change: { set: 0, clear: C.passphrase },
    });
  });

  it.each([
    { 'muc#roomconfig_membersonly': 'perhaps' },
    { 'muc#roomconfig_maxusers': '-1' },
    { 'muc#roomconfig_passwordprotectedroom': '1' },
    { FORM_TYPE: 'jabber:iq:register' },
  ])('refuses %j with a reason', (fields) => {
    expect(change(fields).kind).toBe('bad');
  });

  it('can be cancelled', () => {
    expect(readSettingsForm(parseStanza("<x xmlns='jabber:x:data' type='cancel'/>"), channel)).toEqual({
      kind: 'cancel',
    });
  });
});
