import { expect } from 'vitest';
import { command, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const offered = (stage: Awaited<ReturnType<typeof command>>): readonly string[] =>
  stage
    .getChild('actions')
    ?.getChildElements()
    .map(({ name }) => name) ?? [];

// XEP-0050: a command of several forms is gone through and back; what can be put right is asked for again.
scenario('a command goes forward and back, and ends once', async (world) => {
  const alice = await world.user();
  const first = await command(alice, world.gw, { node: 'trusted-keys', action: 'execute' });
  const sessionid = first.attrs.sessionid ?? '';
  expect(offered(first)).toEqual(['next']);
  const second = await command(
    alice,
    world.gw,
    { node: 'trusted-keys', sessionid, action: 'next' },
    { what: 'import' },
  );
  expect(offered(second)).toEqual(['prev', 'complete']);
  const back = await command(alice, world.gw, { node: 'trusted-keys', sessionid, action: 'prev' });
  expect(offered(back)).toEqual(['next']);
  await expect(
    command(alice, world.gw, { node: 'trusted-keys', sessionid, action: 'prev' }),
  ).rejects.toMatchObject({ condition: 'bad-request', appCondition: 'bad-action' });
  await command(alice, world.gw, { node: 'trusted-keys', sessionid, action: 'next' }, { what: 'import' });
  await expect(
    command(alice, world.gw, { node: 'trusted-keys', sessionid }, { keys: 'nonsense' }),
  ).rejects.toMatchObject({ condition: 'bad-request', appCondition: 'bad-payload' });
  const key = `${world.silcUser('bob')} ${'ab'.repeat(20)} verified`;
  const done = await command(alice, world.gw, { node: 'trusted-keys', sessionid }, { keys: `# all\n${key}` });
  expect(done.attrs.status).toBe('completed');
  expect(done.getChild('note')?.attrs.type).toBe('info');
  await expect(
    command(alice, world.gw, { node: 'trusted-keys', sessionid }, { keys: key }),
  ).rejects.toMatchObject({ condition: 'not-allowed', appCondition: 'session-expired' });

  expect(await inWords(alice, world.gw, 'trusted-keys list')).toContain('verified by you');
  expect(await inWords(alice, world.gw, 'trusted-keys export')).toContain(key);
  expect(await inWords(alice, world.gw, 'trusted-keys forget bob')).toContain('is forgotten');
  expect(await inWords(alice, world.gw, 'trusted-keys list')).toContain('No keys');
  expect(await inWords(alice, world.gw, 'help verify')).toContain('babbleprint');
  expect(await inWords(alice, world.gw, 'help')).toContain('verify – ');
});
