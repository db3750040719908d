import { describe, expect, it } from 'vitest';
import { type Element, xml } from '../../src/component/stanza.js';
import {
  type Configuration,
  configurationForm,
  readConfigurationForm,
} from '../../src/mapping/configuration-form.js';
import { decodeSettings, encodeSettings } from '../../src/mapping/kept-settings.js';
import { ChannelMode } from '../../src/silc/modes.js';

const present: Configuration = {
  name: 'lounge',
  mode: ChannelMode.founderAuth,
  userLimit: undefined,
  kept: { name: 'The Lounge', historyLines: 5 },
  mostDays: 30,
  keys: { founderKey: 'ab'.repeat(20), joinKeys: ['carol@x.example'], hasPrivateKey: false },
  admins: ['bob@x.example'],
  owners: ['alice@x.example'],
};
const submit = (fields: Readonly<Record<string, string | readonly string[]>>): Element =>
  xml(
    'x',
    { xmlns: 'jabber:x:data', type: 'submit' },
    Object.entries(fields).map(([name, value]) =>
      xml(
        'field',
        { var: name },
        [value].flat().map((one) => xml('value', {}, one)),
      ),
    ),
  );
const read = (fields: Parameters<typeof submit>[0], configuration = present) =>
  readConfigurationForm(submit(fields), configuration);
const changeOf = (fields: Parameters<typeof submit>[0]) => {
  const result = read(fields);
  return result.kind === 'change' ? result.change : result;
};

describe('the configuration form', () => {
  it('submitted as it is shown changes nothing', () => {
    const shown = configurationForm(present);
    const fields = shown
      .getChildren('field')
      .map(
        (field) =>
          [field.attrs.var ?? '', field.getChildren('value').map((value) => value.getText())] as const,
      );
    expect(changeOf(Object.fromEntries(fields))).toEqual({
      mode: undefined,
      kept: undefined,
      admins: undefined,
      owners: undefined,
      joinKeys: undefined,
      isToLast: false,
    });
    const types = new Map(shown.getChildren('field').map(({ attrs }) => [attrs.var ?? '', attrs.type]));
    // As the registry of XEP-0045 has them.
    expect(Object.fromEntries(types)).toMatchObject({
      'muc#roomconfig_roomname': 'text-single',
      'silc#roomconfig_founderkey': 'text-single',
      'muc#roomconfig_roomdesc': 'text-single',
      'muc#roomconfig_lang': 'text-single',
      'muc#roomconfig_maxusers': 'list-single',
      'muc#roomconfig_persistentroom': 'boolean',
      'muc#roomconfig_whois': 'list-single',
      'muc#roomconfig_roomadmins': 'jid-multi',
      'muc#roomconfig_roomowners': 'jid-multi',
      'muc#roomconfig_roomsecret': 'text-private',
      'muc#maxhistoryfetch': 'text-single',
    });
  });

  it.each([
    [{ 'muc#roomconfig_roomname': '' }, { kept: { historyLines: 5 } }],
    [{ 'muc#roomconfig_lang': 'de' }, { kept: { ...present.kept, language: 'de' } }],
    [{ 'muc#maxhistoryfetch': '' }, { kept: { name: 'The Lounge' } }],
    [{ 'muc#roomconfig_roomadmins': [] }, { admins: [] }],
    [
      { 'muc#roomconfig_roomowners': ['alice@x.example', ' dora@x.example'] },
      { owners: ['alice@x.example', 'dora@x.example'] },
    ],
    [{ 'muc#roomconfig_persistentroom': '0' }, { mode: { set: 0, clear: ChannelMode.founderAuth } }],
    [
      { 'silc#roomconfig_cipher': 'aes-256-ctr' },
      {
        mode: { set: ChannelMode.cipher, clear: 0, cipher: 'aes-256-ctr' },
        kept: { ...present.kept, cipher: 'aes-256-ctr' },
      },
    ],
    [{ 'muc#roomconfig_whois': 'anyone' }, { mode: undefined, kept: undefined }],
    [{ 'muc#roomconfig_whois': 'moderators' }, { kept: { ...present.kept, isSemiAnonymous: true } }],
    [{ 'muc#roomconfig_allowpm': 'anyone' }, { mode: undefined, kept: undefined }],
  ])('reads %j', (fields, change) => {
    expect(changeOf(fields)).toMatchObject(change);
  });

  it.each([
    { 'muc#roomconfig_whois': 'none' },
    { 'muc#roomconfig_allowpm': 'moderators' },
    { 'muc#roomconfig_pubsub': 'x' },
    { 'muc#roomconfig_lang': 'no language' },
    { 'muc#maxhistoryfetch': 'many' },
    { 'muc#maxhistoryfetch': '501' },
    { 'muc#roomconfig_roomname': 'x'.repeat(201) },
    { 'muc#roomconfig_persistentroom': 'yes' },
    { 'silc#roomconfig_hmac': 'rot13' },
    { 'muc#roomconfig_membersonly': ['1', '0'] },
    { 'muc#roomconfig_roomname': ['One', 'Two'] },
    { 'muc#roomconfig_roomadmins': Array.from({ length: 51 }, (_, n) => `user${n}@x.example`) },
  ])('refuses %j', (fields) => {
    expect(read(fields).kind).toBe('bad');
  });

  it('refuses a field that stands in it twice', () => {
    const field = (value: string): Element =>
      xml('field', { var: 'muc#roomconfig_membersonly' }, xml('value', {}, value));
    const form = xml('x', { xmlns: 'jabber:x:data', type: 'submit' }, field('1'), field('0'));
    expect(readConfigurationForm(form, present)).toMatchObject({ kind: 'bad' });
  });

  it('keeps an algorithm that was set elsewhere, without its name', () => {
    const elsewhere = { ...present, mode: ChannelMode.hmac };
    expect(read({ 'silc#roomconfig_hmac': 'other' }, elsewhere)).toMatchObject({
      change: { mode: undefined },
    });
    expect(read({ 'silc#roomconfig_hmac': 'default' }, elsewhere)).toMatchObject({
      change: { mode: { clear: ChannelMode.hmac } },
    });
  });

  it('says whose keys let them in, and takes back keys of the members', () => {
    expect(changeOf({ 'silc#roomconfig_joinkeys': ['carol@x.example', 'dora@x.example'] })).toMatchObject({
      mode: undefined,
      joinKeys: ['carol@x.example', 'dora@x.example'],
    });
    expect(changeOf({ 'silc#roomconfig_joinkeys': ['carol@x.example'] })).toMatchObject({
      joinKeys: undefined,
    });
    expect(changeOf({ 'silc#roomconfig_joinkeys': [] })).toMatchObject({ joinKeys: [] });
    expect(changeOf({ 'silc#roomconfig_privatekey': '1' })).toMatchObject({ kind: 'bad' });
    expect(changeOf({ 'silc#roomconfig_founderkey': '00' })).toMatchObject({ kind: 'bad' });
    const mode = ChannelMode.privateKey;
    const holding = { ...present, keys: { ...present.keys, hasPrivateKey: true } };
    expect(read({ 'silc#roomconfig_privatekey': '1' }, holding)).toMatchObject({
      change: { mode: { set: mode } },
    });
    expect(read({ 'silc#roomconfig_privatekey': '0' }, { ...present, mode })).toMatchObject({
      change: { mode: { clear: mode } },
    });
  });

  it('keeps the history for as many days as the gateway does, or fewer', () => {
    const days = (value: string): unknown => changeOf({ 'silc#roomconfig_historydays': value });
    expect(days('7')).toMatchObject({ kept: { ...present.kept, historyDays: 7 } });
    expect(days('30')).toMatchObject({ kept: undefined });
    for (const wrong of ['31', '-1', 'all', '1.5']) expect(days(wrong)).toMatchObject({ kind: 'bad' });
    expect(read({ 'silc#roomconfig_historydays': '1' }, { ...present, mostDays: 0 })).toMatchObject({
      kind: 'bad',
    });
  });
});

it('kept settings come back from the store as they were', () => {
  const settings = { name: 'n', description: 'd', language: 'de', historyLines: 0, avatarHashes: ['ab'] };
  expect(decodeSettings(encodeSettings(settings))).toEqual({
    ...settings,
    cipher: undefined,
    hmac: undefined,
  });
  for (const text of ['[1]', '{"name":"n'])
    expect(decodeSettings(new TextEncoder().encode(text))).toEqual({});
});
