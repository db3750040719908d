import { expect } from 'vitest';
import type { Element } from '../../../src/component/stanza.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../../src/silc/crypto/key-file.js';
import { joinKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { carryOut, complete, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const PASSPHRASE = 'correct horse';

function field(stage: Element, name: string): string {
  const fields = stage.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  const lines = fields.find(({ attrs }) => attrs.var === name)?.getChildren('value') ?? [];
  return lines.map((line) => line.getText()).join('\n');
}

// Contract 2: the key pair of a user is imported from and exported to the files of SILC clients.
scenario('a key is shown, exported, replaced, and taken back', async (world) => {
  const alice = await world.user();
  const bob = await world.native('bob');
  const keyOnSilc = async (): Promise<string | undefined> => {
    await alice.join(world.room('lounge'), 'alice');
    const [found] = await bob.session.whois('alice');
    return found?.user.fingerprint;
  };
  const first = await keyOnSilc();
  const shown = await complete(alice, world.gw, 'identity');
  expect(fingerprint(nodeBackend, readPublicKeyFile(utf8(field(shown, 'public-key'))))).toBe(first);
  expect(field(shown, 'fingerprint').replace(/\s/g, '').toLowerCase()).toBe(first);

  await expect(carryOut(alice, world.gw, 'identity-export', [{ passphrase: 'short' }])).rejects.toMatchObject(
    { condition: 'bad-request', appCondition: 'bad-payload' },
  );
  const exported = await complete(alice, world.gw, 'identity-export', [{ passphrase: PASSPHRASE }]);
  const file = field(exported, 'private-key');
  const [secret, open] = [utf8(file), utf8(field(exported, 'public-key'))];
  expect(() => readPrivateKeyFile(nodeBackend, secret, '')).toThrow('passphrase');
  const { numbers } = readPrivateKeyFile(nodeBackend, secret, PASSPHRASE);
  expect(fingerprint(nodeBackend, joinKeyPair(readPublicKeyFile(open), numbers).publicKey)).toBe(first);
  // What is secret is not asked for in a conversation.
  expect(await inWords(alice, world.gw, `identity-export "${PASSPHRASE}"`)).toContain(
    'belongs in no conversation',
  );

  expect(await carryOut(alice, world.gw, 'identity-new', [{ sure: '0' }])).toContain('Nothing was changed');
  expect(await carryOut(alice, world.gw, 'identity-new', [{ sure: '1' }])).toContain('a new key');
  await alice.expect({ name: 'presence', from: `${world.room('lounge')}/alice`, type: 'unavailable' });
  const second = await keyOnSilc();
  expect(second).not.toBe(first);

  const files = { 'public-key': field(exported, 'public-key'), 'private-key': file };
  await expect(
    carryOut(alice, world.gw, 'identity-import', [{ ...files, passphrase: 'wrong one' }]),
  ).rejects.toMatchObject({ condition: 'bad-request' });
  await carryOut(alice, world.gw, 'identity-import', [{ ...files, passphrase: PASSPHRASE }]);
  await alice.expect({ name: 'presence', from: `${world.room('lounge')}/alice`, type: 'unavailable' });
  expect(await keyOnSilc()).toBe(first);
});
