import type { Channel, KeyPair, User } from '../../../silc/client/types.js';
import { decodeText } from '../../../silc/packets/text.js';
import { keyPairOfFile } from '../../key-files.js';
import { LineError, UsageError } from '../item.js';
import { contentOf } from '../local-files.js';
import type { Completion, LineContext, Parameter } from './command.js';

function needed(word: string | undefined): string {
  if (word === undefined || word === '') throw new UsageError();
  return word;
}

/** One word. */
export function word(usage: string, completes: Completion = []): Parameter<string> {
  return {
    usage,
    completes,
    read: (words) => {
      const value = needed(words.next());
      return () => value;
    },
  };
}

/** Everything that is left of the line. */
export function text(usage: string): Parameter<string> {
  return {
    usage,
    read: (words) => {
      const value = needed(words.rest());
      return () => value;
    },
  };
}

/** One of these words. Where they are many, `usage` stands for them. */
export function choice<const T extends string>(values: readonly T[], usage = values.join('|')): Parameter<T> {
  return {
    usage,
    completes: values,
    read: (words) => {
      const typed = needed(words.next());
      const value = values.find((known) => known === typed);
      if (value === undefined) throw new UsageError(`${typed} is none of ${values.join(', ')}`);
      return () => value;
    },
  };
}

export function number(usage: string): Parameter<number> {
  return {
    usage,
    read: (words) => {
      const typed = needed(words.next());
      if (!/^\d{1,9}$/.test(typed)) throw new UsageError(`${typed} is no number`);
      return () => Number(typed);
    },
  };
}

/** The one whom a nickname or an ID means. */
export function person(usage = 'NICK'): Parameter<User> {
  return {
    usage,
    completes: 'person',
    read: (words) => {
      const typed = needed(words.next());
      return ({ people }) => people.find(typed);
    },
  };
}

/** The current channel: it is not typed. */
export const here: Parameter<Channel> = { usage: '', read: () => currentChannel };

/** @throws LineError when no channel is joined */
export function currentChannel({ current }: LineContext): Channel {
  if (current === undefined) throw new LineError('not on a channel; /join NAME first');
  return current;
}

/** A joined channel. */
export const joined: Parameter<Channel> = {
  usage: 'CHANNEL',
  completes: 'channel',
  read: (words) => {
    const name = needed(words.next());
    return ({ session }) => {
      const channel = session.channelByName(name);
      if (channel === undefined) throw new LineError(`not on ${name}`);
      return channel;
    };
  },
};

/** A path. */
export const path = (usage: string): Parameter<string> => word(usage, 'path');

/** A passphrase: typed, or the first line of a file. */
export function secret(usage: string): Parameter<string> {
  return {
    usage: `${usage}|file:FILE`,
    read: (words) => {
      const typed = needed(words.next());
      return () => secretOf(typed);
    },
  };
}

export async function secretOf(typed: string): Promise<string> {
  if (!typed.startsWith('file:')) return typed;
  const [line = ''] = decodeText(await contentOf(typed.slice('file:'.length))).split(/\r?\n/);
  return line;
}

/** A private key file without passphrase, and the public one beside it. */
export function keyPair(usage = 'KEYFILE'): Parameter<KeyPair> {
  return {
    usage,
    completes: 'path',
    read: (words) => {
      const file = needed(words.next());
      return () => keyPairOfFile(file, undefined);
    },
  };
}

/** May be left out. */
export function optional<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  const { usage, completes = [] } = parameter;
  return {
    usage: usage === '' ? '' : `[${usage}]`,
    completes,
    read: (words) => (words.done ? () => undefined : parameter.read(words)),
  };
}

/** As many as there are. */
export function several<T>(parameter: Parameter<T>): Parameter<readonly T[]> {
  const { usage, completes = [] } = parameter;
  return {
    usage: `${usage}…`,
    completes,
    read: (words) => {
      const all: ReturnType<Parameter<T>['read']>[] = [];
      while (!words.done) all.push(parameter.read(words));
      return async (context) => {
        const values: T[] = [];
        for (const resolve of all) values.push(await resolve(context));
        return values;
      };
    },
  };
}

/** `-name` in front of the other arguments. */
export function flag(name: string): Parameter<boolean> {
  return {
    usage: `[-${name}]`,
    read: (words) => {
      const value = words.option(name) !== undefined;
      return () => value;
    },
  };
}

/** `-name=VALUE` in front of the other arguments; `-name` alone is an empty value. */
export function option(name: string, usage: string): Parameter<string | undefined> {
  return {
    usage: `[-${name}${usage}]`,
    read: (words) => {
      const value = words.option(name);
      return () => value;
    },
  };
}
