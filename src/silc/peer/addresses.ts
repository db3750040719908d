import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { SilcPeerError } from './errors.js';

/** Whether this side may connect to an IP address and port that a peer named. */
export type AddressPolicy = (address: string, port: number) => boolean;

/** Addresses of one host that are tried. */
const MAX_ADDRESSES = 4;

/** Networks that are not the internet (RFC 6890, RFC 4193, RFC 4291): a peer must not reach what is behind them. */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}
/** Of IPv6 only what is given out, without documentation, tunnels and translation. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['2002::', 16],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}

/** Public addresses only, and no port below 1024: no client listens there. */
export const publicAddresses: AddressPolicy = (address, port) => {
  if (port < 1_024) return false;
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
};

/**
 * The addresses of a host that may be connected to. Names are looked up here, once, so that what is judged is what is
 * connected to. The caller bounds the time.
 * @throws SilcPeerError `not-connected` when the name has no address, `address-refused` when none is allowed
 */
export async function allowedAddresses(
  host: string,
  port: number,
  policy: AddressPolicy,
): Promise<readonly string[]> {
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const allowed = addresses.filter((address) => policy(address, port)).slice(0, MAX_ADDRESSES);
  if (allowed.length === 0) {
    throw new SilcPeerError('address-refused', 'the peer named an address that is not allowed');
  }
  return allowed;
}

async function resolve(host: string): Promise<readonly string[]> {
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(host)) {
    throw new SilcPeerError('not-connected', 'the peer named something that is no host');
  }
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch (cause) {
    throw new SilcPeerError('not-connected', 'the host that the peer named is not known', { cause });
  }
}
