import type { Channel, ChannelModeChange, JoinKeyChange, User } from '../../../silc/client/types.js';
import type { SilcPublicKey } from '../../../silc/crypto/public-key.js';
import { ChannelUserMode } from '../../../silc/modes.js';
import { keyPairOfFile } from '../../key-files.js';
import { channelFields } from '../fields.js';
import { LineError, UsageError } from '../item.js';
import { fingerprintOf, keyFields } from '../key-text.js';
import { publicKeyOf } from '../local-files.js';
import { channelLetters, memberLetters, modeText, parseModes, userLetters } from '../mode-letters.js';
import { userReference } from '../people.js';
import { type Command, line, type LineContext } from './command.js';
import { here, keyPair, optional, person, secretOf, several, word } from './parameters.js';

const FLAGS = '+FLAGS|-FLAGS';

const cmode = line('cmode')
  .takes(here)
  .takes(optional(word(FLAGS)))
  .takes(several(word('ARGUMENT', 'path')))
  .does(
    'show or change the modes p s k i t l a c h f m M C; arguments: l LIMIT, a PASSPHRASE, c CIPHER, h HMAC, C +KEYFILE -KEYFILE …, f may have a private KEYFILE, last',
    async (context, channel, flags, args) => {
      const { session, printer } = context;
      if (flags !== undefined) {
        await session.setChannelMode(channel.id, await channelChange(flags, args));
        return;
      }
      const { mode, userLimit, founderKey, joinKeys } = await session.channelControl.settings(channel.id);
      printer.print({
        type: 'cmode',
        fields: {
          channel: channelFields(channel),
          mode,
          userLimit,
          founderKey: founderKey && keyFields(founderKey),
          joinKeys: joinKeys.map(keyFields),
        },
        lines: [
          `modes of ${channel.name}: ${modeText(mode, channelLetters) || 'none'}`,
          ...(userLimit === undefined ? [] : [`  user limit   ${userLimit}`]),
          ...(founderKey === undefined ? [] : [`  founder key  ${fingerprintOf(founderKey)}`]),
          ...joinKeys.map((key) => `  join key     ${fingerprintOf(key)} of ${key.identifier.UN}`),
        ],
      });
    },
  );

/** What the letters that are set take from the words behind them, in the order of the letters. */
async function channelChange(flags: string, words: readonly string[]): Promise<ChannelModeChange> {
  const { set, clear, setting } = parseModes(flags, channelLetters);
  const left = [...words];
  const next = (what: string): string => {
    const value = left.shift();
    if (value === undefined) throw new UsageError(`${what} is needed`);
    return value;
  };
  let change: ChannelModeChange = { set, clear };
  for (const letter of setting) {
    if (letter === 'l') change = { ...change, userLimit: limitOf(next('a number of users')) };
    else if (letter === 'a') change = { ...change, passphrase: await secretOf(next('a passphrase')) };
    else if (letter === 'c') change = { ...change, cipher: next('the name of a cipher') };
    else if (letter === 'h') change = { ...change, hmac: next('the name of an HMAC') };
    else if (letter === 'C') change = { ...change, joinKeys: await joinKeysOf(left) };
  }
  const [founderFile] = setting.includes('f') ? left.splice(0, 1) : [];
  if (left.length > 0) throw new UsageError(`too many arguments for ${flags}`);
  return founderFile === undefined
    ? change
    : { ...change, founderKey: keyPairOfFile(founderFile, undefined) };
}

function limitOf(word: string): number {
  if (!/^[1-9]\d{0,8}$/.test(word)) throw new UsageError('+l needs a number of users');
  return Number(word);
}

/** Takes `+FILE` and `-FILE` from the front of the words. */
async function joinKeysOf(words: string[]): Promise<JoinKeyChange> {
  const add: SilcPublicKey[] = [];
  const remove: SilcPublicKey[] = [];
  for (let next = words[0]; next !== undefined && /^[+-]/.test(next); next = words[0]) {
    words.shift();
    (next.startsWith('+') ? add : remove).push(await publicKeyOf(next.slice(1)));
  }
  return { add, delete: remove };
}

const cumode = line('cumode')
  .takes(here)
  .takes(person())
  .takes(optional(word(FLAGS)))
  .takes(optional(keyPair('KEYFILE')))
  .does(
    'show or change the modes f o b u r q of a member; + f of oneself (.) reclaims founder rights, by a key',
    async (context, channel, user, flags, founderKey) => {
      const { session } = context;
      if (flags === undefined) {
        showMember(context, channel, user);
        return;
      }
      const { set, clear } = parseModes(flags, memberLetters);
      const claims = (set & ChannelUserMode.founder) !== 0 && user.clientId === session.self.clientId;
      if (claims) await session.channelControl.claimFounder(channel.id, founderKey);
      else if (founderKey !== undefined) throw new UsageError("a key is for one's own +f only");
      const rest = { set: claims ? set & ~ChannelUserMode.founder : set, clear };
      if ((rest.set | rest.clear) !== 0) await session.setMemberMode(channel.id, user.clientId, rest);
    },
  );

function showMember({ printer, people }: LineContext, channel: Channel, user: User): void {
  const member = channel.members.get(user.clientId);
  if (member === undefined) throw new LineError(`${people.label(user)} is not on ${channel.name}`);
  const letters = modeText(member.mode, memberLetters) || 'none';
  printer.print({
    type: 'cumode',
    fields: { channel: channelFields(channel), user: userReference(user), mode: member.mode },
    lines: [`modes of ${people.label(user)} on ${channel.name}: ${letters}`],
  });
}

const umode = line('umode')
  .takes(optional(word(FLAGS)))
  .does(
    'show or change your modes: g gone, i indisposed, b busy, p page, h hyper, t robot, P block private messages, w reject watching, I block invites',
    async ({ session, printer }, flags) => {
      if (flags !== undefined) await session.setUserMode(parseModes(flags, userLetters));
      // A new client does not know yet what the server has given it: no change tells.
      else if (session.self.mode === undefined) await session.setUserMode({});
      const { self } = session;
      const mode = self.mode ?? 0;
      printer.print({
        type: 'umode',
        fields: { self: userReference(self), mode },
        lines: [`your modes: ${modeText(mode, userLetters) || 'none'}`],
      });
    },
  );

export const modes: readonly Command[] = [cmode, cumode, umode];
