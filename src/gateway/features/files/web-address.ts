import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { publicAddresses } from '../../../silc/peer/addresses.js';

/** Whether an address is one of the public Internet: not of this host, of an own network, or of a special use. */
export const isPublic = (address: string): boolean => publicAddresses(address, 1_024);

export const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);

/** The host of a URL as an address, without brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** Looks a name up once, and gives only the addresses that may be connected to: what is judged is what is connected to. */
export function checkedLookup(mayReach: (address: string) => boolean): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const allowed = error === null ? addresses.filter(({ address }) => mayReach(address)) : [];
      const [first] = allowed;
      if (first === undefined) done(error ?? new Error('no address that is allowed'), '');
      else if (options.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}
