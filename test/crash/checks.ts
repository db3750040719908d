import { CHANNELS, type CrashWorld } from './world.js';

/** Nicknames of those who should be on a channel, each once. */
function wanted({ clients, natives }: CrashWorld, channel: string): string[] {
  const users = clients.filter((client) => client.isWanted && client.channel === channel);
  return [...new Set([...users.map(({ nick }) => nick), ...natives.map(({ name }) => name)])].sort();
}

/** What is not (yet) as it should be: who is where, as SILC and each client see it. */
export function misplaced(world: CrashWorld): string[] {
  const faults: string[] = [];
  for (const channel of CHANNELS) {
    const expected = wanted(world, channel).join();
    for (const { name, session } of world.natives) {
      const members = [...(session.channelByName(channel)?.members.values() ?? [])];
      const seen = members.map(({ user }) => user.nickname ?? '?').sort();
      if (seen.join() !== expected) faults.push(`${name} sees ${seen.join()} on ${channel}, not ${expected}`);
    }
    for (const client of world.clients) {
      if (client.channel !== channel || !client.isWanted) continue;
      const seen = [...client.occupants].sort().join();
      if (!client.isIn) faults.push(`${client.full} is not in ${channel}`);
      else if (seen !== expected) faults.push(`${client.full} sees ${seen} in ${channel}, not ${expected}`);
    }
  }
  return faults;
}

/** A line of everybody, which everybody who is there has to hear once. @returns those that were not heard in time */
export async function conversation(world: CrashWorld, round: number): Promise<string[]> {
  const missing = new Map<string, () => boolean>();
  for (const channel of CHANNELS) {
    const listeners = world.clients.filter((client) => client.isWanted && client.channel === channel);
    for (const native of world.natives) {
      const text = `${round} ${native.name} on ${channel}`;
      const id = native.session.channelByName(channel)?.id;
      if (id === undefined) continue;
      await native.session.say(id, text);
      for (const client of listeners) {
        missing.set(`${text} to ${client.full}`, () => client.heard.has(text));
      }
    }
    for (const client of listeners) {
      const text = `${round} ${client.full} on ${channel}`;
      client.say(text);
      for (const other of listeners) missing.set(`${text} to ${other.full}`, () => other.heard.has(text));
      for (const { name, log } of world.natives) {
        missing.set(`${text} to ${name}`, () => log.texts.includes(text));
      }
    }
  }
  const open = (): string[] => [...missing].flatMap(([what, isHeard]) => (isHeard() ? [] : [what]));
  await world.until(() => open().length === 0, 20_000);
  return open();
}

/** What a room says when nobody could hear its channel for a while. */
export const isGap = (text: string): boolean => text.startsWith('The link to the SILC network was down');

/** What was heard more than once since the last call. */
export function twice({ clients, natives }: CrashWorld): string[] {
  const faults = clients.flatMap(({ heard, full }) =>
    [...heard].flatMap(([text, times]) => {
      const isNotice = text.startsWith('The ');
      return times > 1 && !isNotice ? [`${full} heard ${times} times: ${text}`] : [];
    }),
  );
  for (const { name, log } of natives) {
    const texts = log.texts;
    const again = texts.filter((text, i) => texts.indexOf(text) !== i);
    faults.push(...again.map((text) => `${name} heard again: ${String(text)}`));
    log.clear();
  }
  for (const { heard } of clients) heard.clear();
  return faults;
}
