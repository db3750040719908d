import { open } from 'node:fs/promises';
import type {
  AnsweredAttributes,
  WatchTarget,
  WhoisOptions,
  WhoisResult,
} from '../../../silc/client/types.js';
import { writePublicKeyFile } from '../../../silc/crypto/key-file.js';
import { attributeText, attributeFields } from '../attributes.js';
import { LineError, UsageError } from '../item.js';
import { fingerprintOf, keyFields, keyLines } from '../key-text.js';
import { publicKeyOf } from '../local-files.js';
import { channelModeText, modeText, userLetters } from '../mode-letters.js';
import { describe, userFields, userReference } from '../people.js';
import { type Command, line, type LineContext, type Parameter } from './command.js';
import { flag, optional, path, person, word } from './parameters.js';

/** All who have a nickname, or whoever has a key, and how lines call them. */
interface Asked {
  readonly name: string;
  readonly target: WatchTarget;
}

const target: Parameter<Asked> = {
  usage: 'NICK|key:FILE',
  completes: 'person',
  read: (words) => {
    const typed = words.next();
    if (typed === undefined) throw new UsageError();
    if (!typed.startsWith('key:')) return () => ({ name: typed, target: { nickname: typed } });
    return async () => {
      const publicKey = await publicKeyOf(typed.slice('key:'.length));
      return { name: `key:${fingerprintOf(publicKey)}`, target: { publicKey } };
    };
  },
};

const whois = line('whois')
  .takes(flag('attributes'))
  .takes(target)
  .does(
    'who has this nickname or key; -attributes: what they tell of themselves',
    async (context, all, asked) => {
      const { people, printer } = context;
      const holders = await holdersOf(context, asked, all ? { attributes: true } : {});
      if (holders.length === 0) throw new LineError(`there is no ${asked.name} on the network`);
      for (const holder of holders) {
        const { user, channels, attributes } = holder;
        people.note(user);
        const { nickname = '' } = user;
        const same = holders.filter((other) => other.user.nickname?.toLowerCase() === nickname.toLowerCase());
        const number = people.number(nickname, same).find((numbered) => numbered.user === user)?.number;
        printer.print({
          type: 'whois',
          fields: {
            number,
            user: userFields(user),
            channels: channels.map(({ name, id, mode }) => ({ name, id, mode })),
            attributes: attributes && {
              signature: attributes.signature,
              values: attributes.values.map(attributeFields),
            },
          },
          lines: [
            `${nickname}#${number ?? 1}  ${describe(user)}`,
            ...whoisDetails({ user, channels }),
            ...(attributes === undefined ? [] : attributeLines(attributes)),
          ],
        });
      }
    },
  );

async function holdersOf(
  { session, people }: LineContext,
  { name, target }: Asked,
  options: WhoisOptions,
): Promise<readonly WhoisResult[]> {
  if ('publicKey' in target) return session.lookup.whoisByKey(target.publicKey, options);
  if (!people.meansOne(name)) return session.whois(name, options);
  const { clientId, nickname } = await people.find(name);
  if (nickname === undefined) return [];
  const holders = await session.whois(nickname, options);
  return holders.filter(({ user }) => user.clientId === clientId);
}

function whoisDetails({ user, channels }: WhoisResult): readonly string[] {
  const { server, fingerprint, idleSeconds, mode = 0 } = user;
  const on = channels.map((channel) => `${channel.name}${channelModeText(channel.mode)}`).join(' ');
  const rows = [
    ['server', server],
    ['modes', modeText(mode, userLetters)],
    ['fingerprint', fingerprint],
    ['channels', on],
    ['idle', idleSeconds === undefined ? undefined : `${idleSeconds} s`],
  ] as const;
  return rows.flatMap(([name, value = '']) => (value === '' ? [] : [`  ${name.padEnd(11)}  ${value}`]));
}

const signatureTexts = {
  verified: 'signed by the user',
  'unknown-key': 'signed with an unknown key',
  failed: 'SIGNATURE IS WRONG',
  'server-signed': 'told and signed by the server',
  none: 'not signed',
} as const;

function attributeLines({ values, signature }: AnsweredAttributes): readonly string[] {
  return [
    `  attributes   ${values.length === 0 ? 'none' : values.length} (${signatureTexts[signature]})`,
    ...values.map((value) => `    ${attributeText(value)}`),
  ];
}

const nick = line('nick')
  .takes(word('NEW'))
  .does('take another nickname', async ({ session, printer }, nickname) => {
    await session.nick(nickname);
    const { self } = session;
    printer.print({
      type: 'nick',
      fields: { self: userReference(self) },
      lines: [`you are ${self.nickname ?? nickname}, Client ID ${self.clientId}`],
      tone: 'good',
    });
  });

const getkey = line('getkey')
  .takes(person())
  .takes(optional(path('FILE')))
  .does(
    'the key that the server has of somebody; kept in a file, never overwritten',
    async (context, user, file) => {
      const { session, people, printer } = context;
      const key = await session.getKey(user.clientId);
      const name = people.label(user);
      if (key === undefined) throw new LineError(`the server has no key of ${name}`);
      if (file !== undefined) {
        const handle = await open(file, 'wx', 0o644);
        await handle.writeFile(writePublicKeyFile(key)).finally(() => handle.close());
      }
      printer.print({
        type: 'key',
        fields: { user: userReference(user), key: keyFields(key), file },
        lines: [
          ...keyLines(`key of ${name}`, key),
          ...(file === undefined ? [] : [`  kept in      ${file}`]),
        ],
      });
    },
  );

const watchAdd = line('watch add')
  .takes(target)
  .does('be told of all who have a nickname, or of whoever has a key', async (context, { name, target }) => {
    await context.session.watch(target);
    context.own.watches.set(name, target);
  });

const watchDel = line('watch del')
  .takes(target)
  .does('end a watch', async (context, { name, target }) => {
    if (!context.own.watches.has(name)) throw new LineError(`${name} is not watched`);
    await context.session.unwatch(target);
    context.own.watches.delete(name);
  });

const watchList = line('watch list').does(
  'who is watched, and who tells of them',
  ({ session, own, printer }) => {
    const watches = [...own.watches.keys()];
    const how = {
      unknown: 'not known yet who tells',
      server: 'the server tells',
      polling: 'the server does not tell: it is asked from time to time',
    }[session.watching];
    printer.print({
      type: 'watches',
      fields: { watching: session.watching, watches },
      lines: watches.length === 0 ? ['nobody is watched'] : [how, ...watches.map((name) => `  ${name}`)],
    });
  },
);

export const people: readonly Command[] = [whois, nick, getkey, watchAdd, watchDel, watchList];
