import { commands } from '../../commands/index.js';
import type { UsersReply } from '../../commands/users.js';
import { CHANNEL_HOLD_MS, within } from '../context.js';
import type { SessionContext } from '../context.js';
import { checkChannelName } from '../names.js';
import type { ChannelTarget, ChannelUsers } from '../api/lookup.js';
import type { UserRecord } from '../people/users.js';

/** USERS of any channel. The users are those of the network state, where they are known already. */
export async function channelUsers(
  context: SessionContext,
  target: ChannelTarget,
  resolve: boolean,
): Promise<ChannelUsers> {
  if ('channelName' in target) checkChannelName(target.channelName);
  const request = 'channelName' in target ? { name: target.channelName } : { channelId: target.channelId };
  const { users } = context.network;
  const records: UserRecord[] = [];
  const onReply = ({ members }: UsersReply): void => {
    // At the reply's place among the packets, and kept until the answer is made: there can be more than the network state holds.
    for (const id of members) {
      const user = users.ensureFresh(id);
      users.retain(user);
      records.push(user);
    }
  };
  try {
    const { channelId, memberModes } = await context.queue.run(commands.users, () => request, { onReply });
    if (resolve) await resolveAll(context, records);
    const members = records.map((user, i) => ({ user, mode: memberModes[i] ?? 0 }));
    for (const user of records) if (user.nickname === undefined) user.shownUnresolved = true;
    return { channelId, members };
  } finally {
    for (const user of records) users.release(user);
  }
}

async function resolveAll({ resolver }: SessionContext, users: readonly UserRecord[]): Promise<void> {
  const nameless = users.filter(({ nickname }) => nickname === undefined);
  await within(Promise.all(nameless.map((user) => resolver.fresh(user))), CHANNEL_HOLD_MS);
}
