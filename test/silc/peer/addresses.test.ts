import { describe, expect, test } from 'vitest';
import { allowedAddresses, publicAddresses } from '../../../src/silc/peer/addresses.js';

describe('public addresses', () => {
  test.each(['8.8.8.8', '185.1.2.3', '2a00:1450:4001::1'])('are the likes of %s', (address) => {
    expect(publicAddresses(address, 40_000)).toBe(true);
  });

  test.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '3fff::1',
    'ff02::1',
    'localhost',
  ])('are not the likes of %s', (address) => {
    expect(publicAddresses(address, 40_000)).toBe(false);
  });

  test('have no services on the ports below 1024', () => {
    expect(publicAddresses('8.8.8.8', 25)).toBe(false);
  });
});

describe('the addresses of a host', () => {
  test('are judged one by one, and an address is its own', async () => {
    expect(await allowedAddresses('192.0.2.7', 5_000, () => true)).toEqual(['192.0.2.7']);
    await expect(allowedAddresses('127.0.0.1', 5_000, publicAddresses)).rejects.toMatchObject({
      reason: 'address-refused',
    });
  });

  test('are judged after the name was looked up', async () => {
    const judged: string[] = [];
    const policy = (address: string): boolean => judged.push(address) > 0 && address === '127.0.0.1';
    expect(await allowedAddresses('localhost', 5_000, policy)).toEqual(['127.0.0.1']);
    expect(judged).not.toContain('localhost');
    await expect(allowedAddresses('localhost', 5_000, publicAddresses)).rejects.toMatchObject({
      reason: 'address-refused',
    });
  });

  test.each(['', 'a b', '-x', 'host\u0000', 'a'.repeat(300), '$(id)'])(
    'cannot be found for %j',
    async (host) => {
      await expect(allowedAddresses(host, 5_000, () => true)).rejects.toMatchObject({
        reason: 'not-connected',
      });
    },
  );
});
